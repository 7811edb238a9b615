"""Absences whose child is being looked for, or has just been found."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Someone, Told, after
from casework.demo.stories.common import called, tell, video

THIS_MORNING = Told(
    "this_morning",
    "absence",
    "S1K1",
    "teacher1",
    timedelta(minutes=14),
    "早读未到校",
    "早读点名未到，无请假记录。",
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
    "下午第一节点名未到，同桌称其午休时外出。",
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
            {"kind": "talk", "result": "因与同学争执外出，已疏导"},
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
    "晚查寝时床位空，手机关机，监护人称未回家。",
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
                "guardian_statement": "未回家，未与亲友联系",
                "steps": "已查宿舍、教学楼、操场，调取门口监控",
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

EMPTY_SEAT = Told(
    "empty_seat",
    "absence",
    "S2K1",
    "teacher2",
    timedelta(minutes=1),
    "第一节点名未到",
    "第一节上课点名未到，无请假记录。",
    {"period": "morning", "bell_at": Ago(4), "strict": False},
    (Someone("absent", "S2K1", 40),),
    known=timedelta(minutes=0),
    occurred=timedelta(minutes=4),
)

ON_THE_WAY = Told(
    "on_the_way",
    "absence",
    "S1K2",
    "teacher1b",
    timedelta(minutes=21),
    "早读未到，家长称已出门",
    "早读点名未到，奶奶称孩子已出门，正在联系父母。",
    {"period": "morning", "bell_at": Ago(6), "strict": False},
    (Someone("absent", "S1K2", 20),),
    known=timedelta(minutes=4),
    occurred=timedelta(minutes=6),
    does=(
        called(after(minutes=3), "teacher1b", "first", "on_the_way"),
        called(after(minutes=6), "teacher1b", "second", "reached"),
    ),
)

AT_HOME = Told(
    "at_home",
    "absence",
    "S3K2",
    "teacher3b",
    timedelta(minutes=48),
    "上午第二节缺课",
    "上午第二节点名未到。",
    {"period": "other", "bell_at": Ago(7), "strict": False},
    (Someone("absent", "S3K2", 25),),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=7),
    does=(
        called(after(minutes=4), "teacher3b", "first", "reached"),
        Does(
            after(minutes=6),
            "teacher3b",
            "locate",
            {"place": "在家中", "seen_by": "父亲当面确认", "cause": "family"},
        ),
    ),
)

MISSING = Told(
    "missing",
    "absence",
    "S2K2",
    "teacher2b",
    timedelta(hours=5),
    "下午未到校，与家人失去联系",
    "下午第一节未到，家长称午饭后已返校，手机无人接听。",
    {"period": "afternoon", "bell_at": Ago(12), "strict": False},
    (Someone("absent", "S2K2", 33),),
    known=timedelta(minutes=6),
    occurred=timedelta(minutes=12),
    does=(
        called(after(minutes=3), "teacher2b", "first", "unknown_whereabouts"),
        called(after(minutes=7), "teacher2b", "second", "no_answer"),
        called(after(minutes=16), "teacher2b", "second", "reached"),
        Does(
            after(minutes=45),
            "lead2",
            "declare_missing",
            {
                "last_seen_at": Ago(100),
                "last_place": "校门口公交站",
                "clothing": "蓝白校服、黑色书包",
                "guardian_statement": "午饭后出门，未回家",
                "steps": "已查教学楼、操场、周边网吧，调取校门监控",
            },
        ),
        tell(after(minutes=52), "lead2", "police", "城东派出所 值班民警", "接警回执 0377"),
        tell(after(minutes=58), "lead2", "bureau", "县教育局值班室", "未出具"),
        Does(after(minutes=70), "officer1b", "acknowledge"),
        video(after(hours=2), "lead2"),
    ),
)

FOUND_TODAY = Told(
    "found_today",
    "absence",
    "S5K1",
    "teacher5",
    timedelta(hours=4),
    "晨跑后未回教室",
    "晨跑结束后未回教室，在操场器材室附近找到。",
    {"period": "morning", "bell_at": Ago(8), "strict": False},
    (Someone("absent", "S5K1", 9),),
    known=timedelta(minutes=4),
    occurred=timedelta(minutes=8),
    does=(
        called(after(minutes=4), "teacher5", "first", "reached"),
        Does(
            after(minutes=6),
            "teacher5",
            "start_tracing",
            {"leader": "班主任", "places_checked": "教室、厕所、宿舍"},
        ),
        Does(
            after(minutes=22),
            "lead5",
            "find",
            {
                "condition": "well",
                "place": "器材室旁",
                "handed_to": "班主任带回，父亲到校",
                "all_notified": True,
            },
        ),
        video(after(minutes=50), "lead5"),
    ),
)

SOUGHT = (
    *(THIS_MORNING, FOUND, WITH_THE_POLICE, EMPTY_SEAT, ON_THE_WAY, AT_HOME, MISSING),
    FOUND_TODAY,
)
