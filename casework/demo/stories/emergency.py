"""Emergencies: a food poisoning in response, a fall that is being concluded, a false alarm."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Part, Someone, Told, after
from casework.demo.stories.common import parents, tell, video


def figures(injured: int, **more: object) -> dict[str, object]:
    """The figures of a report."""
    return {
        "statutory_grade": "general",
        "school_grade": "general",
        "dead": 0,
        "injured": injured,
        "missing": 0,
        "weapon": False,
        **more,
    }


POISONING = Told(
    "poisoning",
    "emergency",
    "S6",
    "staff6",
    timedelta(hours=20),
    "午餐后多名学生呕吐",
    "午餐后一小时内,四名学生先后呕吐、腹痛,已停餐并封存留样。",
    {"category": "food", "dead": 0, "injured": 4, "missing": 0, "weapon": False},
    (Someone("injured", "S6K1", 2), Someone("injured", "S6K1", 5), Someone("injured", "S6K2", 9)),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=30),
    does=(
        Does(
            after(minutes=3),
            "staff6",
            "inform_principal",
            {"informed": "校长", "informed_at": Ago(1)},
        ),
        Does(
            after(minutes=8),
            "principal6",
            "submit_initial_report",
            figures(
                4,
                category="food",
                summary="四名学生午餐后呕吐腹痛,已送镇卫生院",
                measures="停餐、封存留样、通知家长",
                place="食堂",
            ),
        ),
        tell(after(minutes=14), "lead6", "market", "县市场监管局", "未出具"),
        tell(after(minutes=17), "lead6", "health", "县疾控中心", "未出具"),
        Does(after(minutes=18), "officer2", "acknowledge"),
        Does(
            after(minutes=22),
            "principal6",
            "record_on_site",
            {
                "leader": "校长",
                "arrived_at": Ago(4),
                "plan_id": "食安预案2026",
                "lead_department": "后勤",
            },
        ),
        *(parents(after(minutes=24 + n), "lead6", Part("injured", n)) for n in range(3)),
        Does(
            after(minutes=45),
            "officer2",
            "record_relay",
            {"superior": "city_bureau", "relayed_at": Ago(3), "receipt_number": "未出具"},
        ),
        video(after(hours=1), "lead6"),
        Does(
            after(hours=10),
            "lead6",
            "submit_update",
            figures(
                4,
                category="food",
                summary="三名学生已回家,一名留观",
                measures="配合流调采样",
            ),
        ),
        Does(after(hours=10, minutes=12), "officer2", "acknowledge"),
    ),
)

FALL = Told(
    "fall",
    "emergency",
    "S3K1",
    "teacher3",
    timedelta(days=6),
    "实训课上手指划伤",
    "实训课操作不当,一名学生手指划伤,缝合三针。",
    {"category": "injury", "dead": 0, "injured": 1, "missing": 0, "weapon": False},
    (Someone("injured", "S3K1", 4),),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=15),
    does=(
        Does(
            after(minutes=4),
            "teacher3",
            "inform_principal",
            {"informed": "校长", "informed_at": Ago(1)},
        ),
        Does(
            after(minutes=12),
            "lead3",
            "start_verification",
            {"callback_number": "实训中心 8012", "called_back_at": Ago(2)},
        ),
        Does(
            after(minutes=16),
            "principal3",
            "record_on_site",
            {
                "leader": "校长",
                "arrived_at": Ago(2),
                "plan_id": "实训伤害预案",
                "lead_department": "实训处",
            },
        ),
        parents(after(minutes=25), "teacher3", Part("injured")),
        Does(
            after(minutes=40),
            "principal3",
            "submit_initial_report",
            figures(
                1,
                category="injury",
                summary="学生手指划伤,已在县医院缝合",
                measures="停用该设备,排查同类设备",
                place="机电实训室",
            ),
        ),
        Does(after(minutes=52), "officer1", "acknowledge"),
        video(after(hours=3), "lead3"),
        Does(
            after(hours=1, minutes=20),
            "officer1",
            "record_relay",
            {"superior": "city_bureau", "relayed_at": Ago(5), "receipt_number": "未出具"},
        ),
        Does(
            after(hours=20),
            "principal3",
            "mark_controlled",
            {"dead": 0, "injured": 1, "missing": 0, "remaining_risk": "同类设备待加装防护"},
        ),
        Does(
            after(days=2),
            "principal3",
            "submit_final_report",
            {"result": "学生恢复上课", "cause": "未戴防护手套", "next_steps": "加装防护、全员培训"},
        ),
        Does(after(days=2, minutes=14), "officer1", "acknowledge"),
    ),
)

FALSE_ALARM = Told(
    "false_alarm",
    "emergency",
    "S2",
    "staff2",
    timedelta(hours=5),
    "教学楼闻到烟味",
    "三楼闻到烟味,疑似起火。",
    {"category": "fire", "dead": 0, "injured": 0, "missing": 0, "weapon": False},
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=5),
    does=(
        Does(
            after(minutes=2),
            "staff2",
            "inform_principal",
            {"informed": "校长", "informed_at": Ago(1)},
        ),
        Does(
            after(minutes=9),
            "lead2",
            "mark_not_event",
            {"reason": "周边农户焚烧秸秆", "witness": "安全主任现场查看", "emergency_call": False},
            approved_by="principal2",
        ),
    ),
)

EMERGENCIES = (POISONING, FALL, FALSE_ALARM)
