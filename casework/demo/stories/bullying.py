"""Bullying: one closed, one serious under investigation, one hushed up, one new, one in doubt."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Ahead, Does, Login, Someone, Told, after
from casework.demo.stories.common import guardians, tell, video

CALM = {
    "injury": "none",
    "weapon": False,
    "sexual_harm": False,
    "self_harm": False,
    "extortion": False,
    "video_spread": False,
}
ACCEPTED = {
    "discovered_by": "值周教师",
    "stopped_by": "值周教师当场制止",
    "stopped_at": Ago(60),
    "protection": "由班主任陪同,调整座位,课间专人看护",
}
SCREEN_CALM = {
    "injury": "none",
    "psychological_harm": True,
    "severity": "minor",
    "mandatory_items": [],
    "sexual_harm": False,
    "organised_crime": False,
}
STATEMENTS = {
    "victim_statement": "taken",
    "actor_statement": "taken",
    "witness_statement": "taken",
    "evidence_list": "监控录像一份、双方陈述、证人陈述两份",
    "report": "经查,当事双方课间发生口角后一方多次辱骂、孤立另一方。",
}
DELIVERED = {
    "delivered_at": Ago(20),
    "victim_delivery": "signed",
    "actor_delivery": "signed",
    "measures": ["admonition", "apology"],
    "appeal_text": "如不服,可向县教育局防治学生欺凌工作部门申请复查。",
}
COUNSELLED = {"kind": "counselling", "side": "victim", "status": "done", "done_at": Ago(30)}

CLOSED = Told(
    "closed",
    "bullying",
    "S1K1",
    "teacher1",
    timedelta(days=24),
    "课间长期辱骂同学",
    "一名学生多次被同班同学起侮辱性绰号并被孤立,情绪低落,不愿上学。",
    CALM,
    (Someone("victim", "S1K1", 3), Someone("actor", "S1K1", 8)),
    does=(
        Does(after(minutes=30), "lead1", "accept", ACCEPTED),
        Does(after(minutes=50), "lead1", "screen", SCREEN_CALM),
        guardians(after(minutes=70), "teacher1", "victim"),
        guardians(after(minutes=80), "teacher1", "actor"),
        video(after(hours=2), "lead1"),
        Does(
            after(hours=3),
            "lead1",
            "open_investigation",
            {"investigators": [Login("grade1"), Login("counsellor1")]},
        ),
        Does(after(hours=20), "counsellor1", "record_task", COUNSELLED),
        Does(after(days=2), "lead1", "submit_report", STATEMENTS),
        Does(
            after(days=3),
            "principal1",
            "determine",
            {
                "entitled": 9,
                "present": 7,
                "recusals": "无",
                "votes_for": 7,
                "imbalance": True,
                "intent": True,
                "harm": True,
                "finding": "minor",
                "clause": "未成年人学校保护规定第二十一条(二)",
            },
        ),
        Does(after(days=3, hours=4), "lead1", "deliver_decision", DELIVERED),
        Does(
            after(days=3, hours=5),
            "lead1",
            "record_task",
            {"kind": "apology", "side": "actor", "status": "open", "due_on": Ahead(5)},
        ),
        Does(
            after(days=6),
            "teacher1",
            "record_task",
            {"kind": "apology", "side": "actor", "status": "done", "done_at": Ago(60)},
        ),
        Does(after(days=7), "lead1", "complete_measures"),
        Does(
            after(days=20),
            "lead1",
            "close",
            {
                "victim_view": "given",
                "victim_words": "现在好多了,同学也道歉了。",
                "results_told_at": Ago(60),
                "appeal_waived": True,
            },
            approved_by="principal1",
        ),
    ),
)

SERIOUS = Told(
    "serious",
    "bullying",
    "S2K1",
    "teacher2",
    timedelta(days=4),
    "厕所内多人殴打同学",
    "三名学生在厕所内殴打一名同学,致其面部多处瘀伤,送医检查。",
    {**CALM, "injury": "serious", "kinds": ["body"]},
    (
        Someone("victim", "S2K1", 5),
        Someone("actor", "S2K1", 11),
        Someone("actor", "S2K2", 4),
        Someone("witness", "S2K1", 20),
    ),
    does=(
        Does(after(minutes=10), "lead2", "accept", ACCEPTED),
        Does(
            after(minutes=15),
            "lead2",
            "screen",
            {**SCREEN_CALM, "injury": "serious", "severity": "serious", "mandatory_items": [4]},
        ),
        Does(after(minutes=18), "lead2", "escalate", {"reason": "明显伤害,依法报告"}),
        tell(after(minutes=25), "lead2", "police", "城东派出所 值班民警", "接警回执 0342"),
        tell(after(minutes=32), "lead2", "bureau", "县教育局安全科", "未出具"),
        Does(after(minutes=50), "officer1", "acknowledge"),
        guardians(after(minutes=55), "teacher2", "victim"),
        guardians(after(minutes=62), "teacher2", "actor"),
        video(after(hours=2), "lead2"),
        Does(after(hours=6), "counsellor2", "record_task", COUNSELLED),
        Does(
            after(hours=20),
            "lead2",
            "resume",
            {"investigators": [Login("grade2"), Login("deputy2")]},
        ),
    ),
)

HUSHED = Told(
    "hushed",
    "bullying",
    "S5K1",
    "teacher5",
    timedelta(hours=7),
    "宿舍内持械威胁同学",
    "宿舍熄灯后,一名学生持刀具威胁同学索要生活费。",
    {**CALM, "injury": "minor", "weapon": True, "extortion": True},
    (Someone("victim", "S5K1", 2), Someone("actor", name="七(2)班一名学生")),
    known=timedelta(hours=3),
    occurred=timedelta(hours=11),
)

NEW = Told(
    "new",
    "bullying",
    "S1K2",
    "teacher1b",
    timedelta(minutes=35),
    "放学路上被高年级学生推搡",
    "家长来电反映,孩子放学路上被高年级学生推搡、抢走文具。",
    {**CALM, "injury": "none"},
    (Someone("victim", "S1K2", 7), Someone("actor", name="高年级学生,姓名不详")),
    known=timedelta(minutes=15),
    occurred=timedelta(hours=15),
)

DOUBTFUL = Told(
    "doubtful",
    "bullying",
    "S4K1",
    "teacher4",
    timedelta(days=1, hours=3),
    "户外活动时推倒同伴",
    "户外活动时一名幼儿推倒同伴,膝盖擦伤,家长认为是欺负。",
    {**CALM, "injury": "minor"},
    (Someone("victim", "S4K1", 1), Someone("actor", "S4K1", 9)),
    does=(
        Does(after(minutes=20), "lead4", "accept", ACCEPTED),
        Does(after(minutes=40), "lead4", "screen", {**SCREEN_CALM, "injury": "minor"}),
        guardians(after(minutes=45), "teacher4", "victim"),
        guardians(after(minutes=48), "teacher4", "actor"),
        video(after(minutes=55), "lead4"),
        Does(after(minutes=58), "counsellor4", "record_task", COUNSELLED),
        Does(
            after(hours=3),
            "principal4",
            "dismiss_as_play",
            {
                "heard_alone": True,
                "bodily_harm": False,
                "mental_harm": False,
                "property_harm": False,
                "objection": False,
                "earlier_case": False,
                "finding": "not_bullying",
            },
        ),
    ),
)

BULLYING = (CLOSED, SERIOUS, HUSHED, NEW, DOUBTFUL)
