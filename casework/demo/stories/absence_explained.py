"""Absences whose reason is known: illness, truancy, leave, a slip, sleep."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Ahead, Does, Someone, Told, after, lately
from casework.demo.stories.bullying_ways import ACCEPTED, SCREEN_CALM
from casework.demo.stories.common import called, guardians, video

ILL = Told(
    "ill",
    "absence",
    "S4K2",
    "teacher4b",
    timedelta(days=1),
    "晨检未到园",
    "晨检未到，家长回电称发热。",
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
            lately(minutes=90),
            "teacher4b",
            "daily_update",
            {"status": "better", "details": "已退热，明日复诊"},
        ),
    ),
    # Between two rolls of the kindergarten: one that finds a child missing searches at once.
    at="11:20",
)

TRUANT = Told(
    "truant",
    "absence",
    "S3K1",
    "teacher3",
    timedelta(days=3),
    "连续两天旷课",
    "未请假连续两天未到校，在亲戚店里帮忙。",
    {"period": "morning", "bell_at": Ago(6), "strict": False},
    (Someone("absent", "S3K1", 27),),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=6),
    at="08:06",
    does=(
        called(after(minutes=4), "teacher3", "first", "reached"),
        Does(
            after(minutes=8),
            "teacher3",
            "locate",
            {"place": "亲戚店里", "seen_by": "母亲", "cause": "work"},
        ),
        Does(
            after(hours=1),
            "teacher3",
            "mark_truant",
            {"cause": "work", "first_unexcused_on": Ahead(0)},
        ),
        Does(
            after(hours=9),
            "teacher3",
            "record_talk",
            {"kind": "home_visit", "result": "家访，家长同意下周返校"},
        ),
    ),
)

DROPPING_OUT = Told(
    "dropping_out",
    "absence",
    "S3K2",
    "teacher3b",
    timedelta(days=11),
    "多日未到校，疑似辍学",
    "连续多日未到校，家长称孩子想外出打工。",
    {"period": "morning", "bell_at": Ago(5), "strict": False},
    (Someone("absent", "S3K2", 38),),
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=5),
    at="08:05",
    does=(
        called(after(minutes=4), "teacher3b", "first", "reached"),
        Does(
            after(minutes=9),
            "teacher3b",
            "locate",
            {"place": "在家", "seen_by": "父亲", "cause": "refusal"},
        ),
        Does(
            after(hours=2),
            "teacher3b",
            "mark_truant",
            {"cause": "refusal", "first_unexcused_on": Ahead(0)},
        ),
        Does(after(days=1), "teacher3b", "record_talk", {"kind": "home_visit", "result": "未见到"}),
        Does(after(days=7), "teacher3b", "daily_update", {"status": "refuses"}),
    ),
)

ON_LEAVE = Told(
    "on_leave",
    "absence",
    "S6K1",
    "teacher6",
    timedelta(days=2),
    "早读未到，家长忘记请假",
    "早读未到，家长来电补办请假。",
    {"period": "morning", "bell_at": Ago(5), "strict": False},
    (Someone("absent", "S6K1", 7),),
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=5),
    at="08:20",
    does=(
        Does(
            after(minutes=5),
            "teacher6",
            "match_leave",
            {"ground": "guardian", "leave_kind": "personal", "channel": "phone"},
        ),
    ),
)

MISCOUNTED = Told(
    "miscounted",
    "absence",
    "S2K1",
    "teacher2",
    timedelta(days=5),
    "点名时在医务室",
    "点名未到，实际在医务室取药。",
    {"period": "afternoon", "bell_at": Ago(6), "strict": False},
    (Someone("absent", "S2K1", 17),),
    known=timedelta(minutes=4),
    occurred=timedelta(minutes=6),
    at="14:06",
    does=(
        Does(
            after(minutes=6),
            "teacher2",
            "correct_roll",
            {"seen_by": "校医", "place": "医务室", "seen_at": Ago(8)},
        ),
    ),
)

SHUNNED = Told(
    "shunned",
    "absence",
    "S6K2",
    "teacher6b",
    timedelta(days=2),
    "不愿到校，自述被同学排挤",
    "未到校，家访时孩子说被同学排挤、抢走东西。",
    {"period": "morning", "bell_at": Ago(9), "strict": False},
    (Someone("absent", "S6K2", 5),),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=9),
    at="08:24",
    does=(
        called(after(minutes=4), "teacher6b", "first", "reached"),
        Does(
            after(hours=3),
            "principal6",
            "retype",
            {"case_type": "bullying", "reason": "缺课由同学欺凌引起，按欺凌办理"},
            approved_by="officer2",
        ),
        Does(after(hours=4), "lead6", "accept", ACCEPTED),
        Does(after(hours=4, minutes=20), "lead6", "screen", SCREEN_CALM),
        guardians(after(hours=5), "teacher6b", "victim"),
        guardians(after(hours=5), "teacher6b", "actor"),
    ),
)

ON_THE_BUS = Told(
    "on_the_bus",
    "absence",
    "S5K2",
    "bus5",
    timedelta(days=1, hours=3),
    "校车下车清点少一人",
    "校车到校清点少一人，照管员立即返回车内查找。",
    {"period": "bus", "bell_at": Ago(3), "strict": True, "strict_reasons": ["bus"]},
    (Someone("absent", "S5K2", 5),),
    known=timedelta(minutes=1),
    occurred=timedelta(minutes=3),
    does=(
        Does(
            after(minutes=2),
            "bus5",
            "log_search",
            {"searched": ["vehicle"], "video": "车内监控", "people_asked": "司机、同车学生"},
        ),
        called(after(minutes=4), "teacher5b", "first", "reached"),
        Does(
            after(minutes=7),
            "lead5",
            "find",
            {
                "condition": "well",
                "place": "末排座位睡着",
                "handed_to": "班主任",
                "all_notified": True,
            },
        ),
        video(after(minutes=30), "lead5"),
        Does(
            after(hours=1),
            "teacher5b",
            "close",
            {"outcome": "returned", "returned_at": Ago(52), "cause": "other"},
        ),
    ),
)

EXPLAINED = (ILL, TRUANT, DROPPING_OUT, ON_LEAVE, MISCOUNTED, SHUNNED, ON_THE_BUS)
