"""A case in which people type personal texts wherever a form asks for words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from casework import clock
from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Case, Unit
from casework.permissions import Role
from casework.services import approvals, cases, filing, reported, timeline
from tests.factories import MONDAY, County, act, bullying, report

NAMES = ("张某某", "李四方", "王老五", "赵证人")
PHONE = "13800138000"


class Secrets:
    """Personal texts as people type them, each of its own kind, to be looked for later."""

    def __init__(self) -> None:
        self.given: list[str] = [*NAMES, PHONE]

    def __call__(self, what: str) -> str:
        text = f"私密{len(self.given)}{what}"
        self.given.append(text)
        return text


def rich_report(county: County, secret: Secrets) -> filing.NewCase:
    """A report that names people by name, by roster and by account."""
    parts = ("victim", "actor", "staff", "witness")
    people = [reported.NewPerson(name, part) for name, part in zip(NAMES, parts, strict=True)]
    made = bullying(county, weapon=True, injury="serious", place=secret("地点"))
    made = replace(made, title=secret("标题"), narrative=secret(f"经过{PHONE}"))
    return replace(made, people=[*made.people, *people], known_at=clock.now() - timedelta(hours=3))


def rich_steps(county: County, secret: Secrets) -> list[tuple[str, str, dict[str, Any]]]:
    """Steps with every kind of personal text."""
    now = clock.now().isoformat()
    return [
        (
            "lead1",
            "accept",
            {
                "discovered_by": secret("发现人"),
                "stopped_by": secret("制止人"),
                "stopped_at": now,
                "protection": secret("保护"),
            },
        ),
        (
            "lead1",
            "record_report",
            {
                "recipient": "police",
                "called_at": now,
                "contact": secret("民警"),
                "phone": PHONE,
                "receipt_number": secret("回执"),
            },
        ),
        ("teacher1", "notify_guardians", {"side": "victim", "outcome": "reached", "told_at": now}),
        (
            "lead1",
            "record_knowledge",
            {
                "knower": secret("知情人"),
                "post": secret("岗位"),
                "learned_at": (clock.now() - timedelta(hours=4)).isoformat(),
                "evidence": secret("证据"),
            },
        ),
        (
            "lead1",
            "amend_fact",
            {
                "field": "narrative",
                "old": secret("旧文"),
                "new": secret("新文"),
                "reason": secret("理由"),
            },
        ),
        (
            "lead1",
            "secure_evidence",
            {"kind": "video", "lost": True, "reason": secret("丢失原因")},
        ),
        ("teacher1", "add_note", {"text": secret("备注")}),
        ("lead1", "raise_level", {"reason": secret("升级理由")}),
        (
            "lead1",
            "close_unproven",
            {"steps": secret("步骤"), "reporter_asked": "known", "finding": "unproven"},
        ),
    ]


def live_through(database: Database, county: County, secret: Secrets) -> None:
    """A rich bullying case with a request that is refused, an emergency, rungs, a unit's chain."""
    with clock.at(MONDAY):
        with database.transaction() as session:
            case = filing.file_case(session, county["teacher1"], rich_report(county, secret))
            made = report(county, "emergency", summary=secret("概况"), measures=secret("措施"))
            filing.file_case(session, county["teacher1"], made)
        for who, action, fields in rich_steps(county, secret):
            with database.transaction() as session:
                row = session.get_one(Case, case.id)
                done = act(session, county[who], row, action, **fields)
        refuse(database, county, done, secret)
    with clock.at(MONDAY + timedelta(hours=3)):
        sweep(database, timedelta(minutes=1))
    with clock.at(MONDAY), database.transaction() as session:
        school = session.get_one(Unit, county.units["S1"])
        for n in range(3):
            entry = timeline.Entry(MONDAY, "noted", None, Role.SYSTEM, data={"n": n})
            timeline.append(session, school, entry)


def refuse(database: Database, county: County, done: cases.Outcome, secret: Secrets) -> None:
    """The second person says no, and why."""
    assert done.approval is not None
    with database.transaction() as session:
        reason = secret("不同意的理由")
        approvals.decide(
            session, county["officer1"], done.approval.id, approve=False, reason=reason
        )
