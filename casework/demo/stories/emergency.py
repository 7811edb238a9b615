"""Emergencies under way: from the first call to the response."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Part, Someone, Told, after, lately
from casework.demo.stories.common import parents, tell, video
from casework.demo.stories.emergency_ways import (
    HARMLESS,
    HURT,
    figures,
    final_report,
    informed,
    on_site,
    reported,
)

POISONING = Told(
    "poisoning",
    "emergency",
    "S6",
    "staff6",
    timedelta(hours=20),
    "午餐后多名学生呕吐",
    "午餐后一小时内，四名学生先后呕吐、腹痛，已停餐并封存留样。",
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
                summary="四名学生午餐后呕吐腹痛，已送镇卫生院",
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
                summary="三名学生已回家，一名留观",
                measures="配合流调采样",
            ),
        ),
        Does(after(hours=10, minutes=12), "officer2", "acknowledge"),
        Does(after(hours=10, minutes=40), "principal6", "sign_report"),
    ),
)

BUS = Told(
    "bus",
    "emergency",
    "S5",
    "bus5",
    timedelta(days=6),
    "校车追尾，学生受伤",
    "石桥线校车被后车追尾，两名学生磕碰受伤，已送医。",
    {"category": "traffic_bus", **HARMLESS, "injured": 2, "emergency_call": True},
    tuple(Someone("injured", "S5K1", seat) for seat in (3, 12)),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=8),
    at="07:35",
    does=(
        *reported(5, 2, "traffic_bus", "校车追尾，两名学生磕碰", hurt=2, filer="bus5"),
        tell(after(minutes=30), "lead5", "police", "交警大队 值班民警", "事故认定受理 0218"),
        Does(
            after(hours=2),
            "lead5",
            "submit_update",
            figures(
                4,
                category="traffic_bus",
                summary="又有两名学生自述头晕，已送县医院检查",
                measures="全车学生体检，家长陪同",
                change_reason="到校后陆续反映不适",
                knower="校医，一小时前",
                figure_known_at="unknown",
            ),
        ),
        tell(after(hours=2, minutes=8), "lead5", "police", "交警大队 值班民警", "未出具"),
        Does(after(hours=2, minutes=10), "officer2", "acknowledge"),
        Does(after(hours=3), "principal5", "sign_report"),
        Does(
            after(hours=20),
            "officer2b",
            "mark_controlled",
            {"dead": 0, "injured": 4, "missing": 0, "remaining_risk": "该车停运待检"},
        ),
        Does(
            after(days=2),
            "lead5",
            "supplement",
            figures(
                5,
                category="traffic_bus",
                summary="一名学生复查发现轻微脑震荡，住院观察",
                measures="派专人陪护",
                change_reason="复查结果",
                knower="县医院，今晨",
                figure_known_at="unknown",
            ),
        ),
        Does(after(days=2, minutes=25), "officer2", "acknowledge"),
        Does(after(days=2, minutes=50), "principal5", "sign_report"),
        *final_report(5, 2, after(days=4)),
    ),
)

JUST_IN = Told(
    "just_in",
    "emergency",
    "S1",
    "doctor1",
    timedelta(minutes=7),
    "课间摔倒，手臂疑似骨折",
    "课间在走廊奔跑摔倒，手臂肿胀，校医已固定。",
    {"category": "injury", **HURT},
    (Someone("injured", "S1K2", 35),),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=6),
)

AT_THE_GATE = Told(
    "at_the_gate",
    "emergency",
    "S2",
    "staff2",
    timedelta(minutes=26),
    "校外人员在门口争吵、冲撞门卫",
    "两名校外人员在门口争吵并冲撞门卫，已劝离。",
    {"category": "violence", **HARMLESS, "emergency_call": True},
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=6),
    does=(
        informed(after(minutes=2), "staff2"),
        Does(
            after(minutes=6),
            "lead2",
            "start_verification",
            {"callback_number": "门卫室 8001", "called_back_at": Ago(1)},
        ),
    ),
)

SMOKE = Told(
    "smoke",
    "emergency",
    "S3",
    "canteen3",
    timedelta(minutes=55),
    "食堂油锅起火，已扑灭",
    "油锅起火，三分钟内用灭火毯扑灭，无人受伤。",
    {"category": "fire", **HARMLESS},
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=9),
    does=(
        informed(after(minutes=2), "canteen3"),
        on_site(after(minutes=7), "deputy3", "消防预案", "后勤处"),
        Does(
            after(minutes=10),
            "deputy3",
            "submit_initial_report",
            figures(
                0,
                category="fire",
                summary="油锅起火，已扑灭，无人受伤",
                measures="停用灶具，疏散食堂人员",
                place="食堂操作间",
            ),
        ),
        tell(after(minutes=18), "lead3", "government", "县消防救援大队", "未出具"),
    ),
)

DOUBTFUL_SMELL = Told(
    "doubtful_smell",
    "emergency",
    "S5",
    "warden5",
    timedelta(minutes=75),
    "宿舍楼闻到焦糊味",
    "一号宿舍楼二层闻到焦糊味，排查为吹风机过热。",
    {"category": "fire", **HARMLESS},
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=4),
    does=(
        informed(after(minutes=2), "warden5"),
        Does(
            lately(minutes=60),
            "lead5",
            "mark_not_event",
            {"reason": "吹风机过热，无明火", "witness": "生活老师", "emergency_call": False},
        ),
    ),
)

UNDER_WAY = (POISONING, BUS, JUST_IN, AT_THE_GATE, SMOKE, DOUBTFUL_SMELL)
