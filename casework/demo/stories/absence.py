"""Absences: one of this morning, one found, one with the police, one ill."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Ahead, Does, Someone, Told, after
from casework.demo.stories.common import tell, video


def called(at: timedelta, login: str, whom: str, outcome: str) -> Does:
    """A call to a guardian with its outcome."""
    fields = {"whom": whom, "number": "138****0021", "channel": "phone", "outcome": outcome}
    return Does(at, login, "log_contact", fields)


THIS_MORNING = Told(
    "this_morning",
    "absence",
    "S1K1",
    "teacher1",
    timedelta(minutes=14),
    "早读未到校",
    "早读点名未到,无请假记录。",
    {"period": "morning", "bell_at": Ago(9), "strict": False},
    (Someone("absent", "S1K1", 14),),
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=9),
    does=(called(after(minutes=6), "teacher1", "first", "no_answer"),),
)

FOUND = Told(
    "found",
    "absence",
    "S2K2",
    "teacher2b",
    timedelta(days=2, hours=2),
    "午休后未返校",
    "下午第一节点名未到,同桌称其午休时外出。",
    {"period": "afternoon", "bell_at": Ago(6), "strict": False},
    (Someone("absent", "S2K2", 6),),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=6),
    does=(
        called(after(minutes=4), "teacher2b", "first", "reached"),
        Does(
            after(minutes=8),
            "teacher2b",
            "start_tracing",
            {"leader": "安全主任", "places_checked": "教室、操场、小卖部"},
        ),
        Does(
            after(minutes=15),
            "lead2",
            "log_search",
            {
                "searched": ["buildings", "surroundings"],
                "video": "北门监控",
                "people_asked": "门卫",
            },
        ),
        Does(
            after(minutes=26),
            "lead2",
            "find",
            {
                "condition": "well",
                "place": "校外网吧",
                "handed_to": "母亲到场接回",
                "all_notified": True,
            },
        ),
        video(after(minutes=40), "lead2"),
        Does(
            after(hours=3),
            "teacher2b",
            "record_talk",
            {"kind": "talk", "result": "因与同学争执外出,已疏导"},
        ),
        Does(
            after(hours=5),
            "teacher2b",
            "close",
            {"outcome": "returned", "returned_at": Ago(120), "cause": "other"},
        ),
    ),
)

WITH_THE_POLICE = Told(
    "with_the_police",
    "absence",
    "S5K2",
    "teacher5b",
    timedelta(hours=6),
    "晚查寝发现不在寝室",
    "晚查寝时床位空,手机关机,监护人称未回家。",
    {"period": "dormitory", "bell_at": Ago(12), "strict": True, "strict_reasons": ["note"]},
    (Someone("absent", "S5K2", 10),),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=12),
    does=(
        called(after(minutes=3), "teacher5b", "first", "reached"),
        Does(
            after(minutes=9),
            "lead5",
            "declare_missing",
            {
                "last_seen_at": Ago(90),
                "last_place": "宿舍楼一层洗衣房",
                "clothing": "校服、白色运动鞋",
                "guardian_statement": "未回家,未与亲友联系",
                "steps": "已查宿舍、教学楼、操场,调取门口监控",
            },
        ),
        tell(after(minutes=14), "lead5", "police", "石桥派出所 民警", "接警回执 0871"),
        tell(after(minutes=20), "lead5", "bureau", "县教育局值班室", "未出具"),
        Does(after(minutes=31), "officer2", "acknowledge"),
        Does(
            after(minutes=35),
            "lead5",
            "police_engaged",
            {
                "station": "石桥派出所",
                "officer": "值班民警",
                "alarm_by": "school",
                "alarm_at": Ago(21),
            },
        ),
        Does(
            after(hours=2),
            "lead5",
            "log_search",
            {"searched": ["roof_water", "route"], "video": "沿街监控", "people_asked": "同寝同学"},
        ),
    ),
)

ILL = Told(
    "ill",
    "absence",
    "S4K2",
    "teacher4b",
    timedelta(days=1, hours=5),
    "晨检未到园",
    "晨检未到,家长回电称发热。",
    {"period": "morning", "bell_at": Ago(10), "strict": False},
    (Someone("absent", "S4K2", 12),),
    known=timedelta(minutes=4),
    occurred=timedelta(minutes=10),
    does=(
        called(after(minutes=3), "teacher4b", "first", "reached"),
        Does(
            after(minutes=6),
            "teacher4b",
            "mark_sick",
            {
                "symptoms": ["fever", "cough"],
                "onset_on": Ahead(-1),
                "hospital": "县人民医院",
                "class_id": "unknown",
                "dormitory_id": "unknown",
                "shared_meals": True,
            },
        ),
        Does(
            after(hours=23),
            "teacher4b",
            "daily_update",
            {"status": "better", "details": "已退热,明日复诊"},
        ),
    ),
)

ABSENCES = (THIS_MORNING, FOUND, WITH_THE_POLICE, ILL)
