"""The usual way of a bullying case, in parts that stories put together."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Ahead, Does, Login, Someone, after
from casework.demo.stories.common import guardians, video

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
    "protection": "由班主任陪同，调整座位，课间专人看护",
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
    "report": "经查，当事双方课间发生口角后一方多次辱骂、孤立另一方。",
}
DELIVERED = {
    "delivered_at": Ago(20),
    "victim_delivery": "signed",
    "actor_delivery": "signed",
    "measures": ["admonition", "apology"],
    "appeal_text": "如不服，可向县教育局防治学生欺凌工作部门申请复查。",
}
COUNSELLED = {"kind": "counselling", "side": "victim", "status": "done", "done_at": Ago(30)}
UNPROVEN = {
    "steps": "逐人单独谈话、查看走廊监控、心理教师走访",
    "reporter_asked": "known",
    "finding": "unproven",
}
OPEN_APOLOGY = {"kind": "apology", "side": "actor", "status": "open", "due_on": Ahead(6)}
APOLOGISED = {"kind": "apology", "side": "actor", "status": "done", "done_at": Ago(60)}
CLOSING = {
    "victim_view": "given",
    "victim_words": "现在好多了，下课也有同学一起玩。",
    "results_told_at": Ago(60),
    "appeal_waived": True,
}


def children(klass: str, victim: int, actor: int) -> tuple[Someone, ...]:
    """A victim and an actor of one class."""
    return Someone("victim", klass, victim), Someone("actor", klass, actor)


def found(finding: str) -> dict[str, object]:
    """What the committee records with its finding."""
    bullying = finding not in {"not_bullying", "unproven"}
    return {
        **{"entitled": 9, "present": 7, "recusals": "无", "votes_for": 6},
        **{"imbalance": bullying, "intent": bullying, "harm": bullying},
        "finding": finding,
        "clause": "未成年人学校保护规定第二十一条",
    }


def verified(n: int, teacher: str = "", **screen: object) -> tuple[Does, ...]:
    """Accepted, screened, guardians told, video saved, the victim talked to."""
    lead, teacher = f"lead{n}", teacher or f"teacher{n}"
    return (
        Does(after(minutes=20), lead, "accept", ACCEPTED),
        Does(after(minutes=35), lead, "screen", SCREEN_CALM | screen),
        guardians(after(minutes=50), teacher, "victim"),
        guardians(after(minutes=60), teacher, "actor"),
        video(after(minutes=70), lead),
        Does(after(hours=3), f"counsellor{n}", "record_task", COUNSELLED),
    )


def opened(n: int, at: timedelta = timedelta(hours=2)) -> Does:
    """The investigation opened by two people."""
    team = {"investigators": [Login(f"grade{n}"), Login(f"counsellor{n}")]}
    return Does(at, f"lead{n}", "open_investigation", team)


def investigated(n: int, teacher: str = "") -> tuple[Does, ...]:
    """Until the report lies before the committee, on the third day."""
    submitted = Does(after(days=2), f"lead{n}", "submit_report", STATEMENTS)
    return (*verified(n, teacher), opened(n), submitted)


def decided(n: int, finding: str, teacher: str = "") -> tuple[Does, ...]:
    """Until the committee has found, on the fourth day."""
    determined = Does(after(days=3), f"principal{n}", "determine", found(finding))
    return (*investigated(n, teacher), determined)


def delivered(n: int, teacher: str = "") -> tuple[Does, ...]:
    """Until the decision is delivered, an apology still owed."""
    lead = f"lead{n}"
    return (
        *decided(n, "minor", teacher),
        Does(after(days=3, hours=4), lead, "deliver_decision", DELIVERED),
        Does(after(days=3, hours=5), lead, "record_task", OPEN_APOLOGY),
    )


def followed(n: int, teacher: str = "") -> tuple[Does, ...]:
    """Until the measures are completed, on the eighth day."""
    return (
        *delivered(n, teacher),
        Does(after(days=6), teacher or f"teacher{n}", "record_task", APOLOGISED),
        Does(after(days=7), f"lead{n}", "complete_measures"),
    )


def closed(n: int, at: timedelta) -> Does:
    """The lead closes, the principal agrees."""
    return Does(at, f"lead{n}", "close", CLOSING, approved_by=f"principal{n}")
