"""A knife injury, filed three hours after it was known: which rung comes when, and who hears it.

The tables are worked out by hand from the domain's clocks and ladders, not read from the code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest
from sqlalchemy import select

from casework.clock import LOCAL
from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Escalation, Flag, Message, User
from casework.services import filing, timeline
from tests.conftest import Frozen
from tests.factories import County, act, bullying, report
from tests.integration.sweeping import answer_everybody

pytestmark = pytest.mark.one_database

STEP = timedelta(minutes=2)
BOTH_OFFICERS = ("officer1", "officer1b")
LEVEL_2 = ("principal1", *BOTH_OFFICERS)


def local(text: str) -> datetime:
    """``08:15`` on the Monday of the story; ``+08:15`` on the Tuesday."""
    day = 22 if text.startswith("+") else 21
    hour, minute = map(int, text.removeprefix("+").split(":"))
    return datetime(2026, 9, day, hour, minute, tzinfo=LOCAL)


FILED, END = local("11:00"), local("+12:00")


@dataclass(frozen=True)
class Due:
    """One rung: of which clock, when it is due, whom it tells, to which level it raises."""

    rule: str
    rung: str
    at: datetime
    told: frozenset[str] = frozenset()
    level: int | None = None
    recipient: str = ""


def due(rule: str, rung: str, at: str, told: Iterable[str] = (), level: int | None = None) -> Due:
    return Due(rule, rung, local(at), frozenset(told), level)


def climb(rule: str, times: tuple[str, str, str, str], one: tuple[str, ...]) -> list[Due]:
    """The standard ladder: target, limit, 1.5 x limit and 2 x limit, all in office hours."""
    first, second, third, fourth = times
    return [
        due(rule, "level_1", first, one, 1),
        due(rule, "flag", second),
        due(rule, "level_2", second, LEVEL_2, 2),
        due(rule, "level_3", third, ["leader1"], 3),
        due(rule, "level_3.offer", third),
        due(rule, "level_4", fourth, ["city1"], 4),
    ]


def straight(rule: str, times: tuple[str, str, str], two: tuple[str, ...]) -> list[Due]:
    """The urgent ladder: level 2 at the target, 3 at the limit, 4 at twice the limit and daily."""
    first, second, third = times
    return [
        due(rule, "level_2", first, two, 2),
        due(rule, "flag", second),
        due(rule, "level_3", second, ["leader1"], 3),
        due(rule, "level_3.offer", second),
        due(rule, "level_4", third, ["city1"], 4),
        due(rule, "level_4.1", f"+{third}", ["city1"], 4),
    ]


LEAD, TEACHER = ["lead1"], ["teacher1"]
BEYOND = ("+23:10", "+23:10")
BULLYING = [
    # From the knowledge at 08:00: 1 hour, 2 hours. The reminders would remind of nothing.
    *straight("bullying.external_report", ("09:00", "10:00", "12:00"), ("lead1", *LEVEL_2)),
    # From the filing: 1 hour, 4 hours; twice the limit is 19:00, which waits for the morning.
    due("bullying.screen", "remind_half", "11:30", LEAD),
    due("bullying.screen", "remind_late", "11:48", LEAD),
    *climb("bullying.screen", ("12:00", "15:00", "17:00", "+08:00"), ("lead1", "principal1")),
    # From the acceptance at 11:10: 4 hours, 24 hours.
    due("bullying.verify", "remind_half", "13:10", LEAD),
    due("bullying.verify", "remind_late", "14:22", LEAD),
    *climb("bullying.verify", ("15:10", "+11:10", *BEYOND), ("lead1", "principal1"))[:3],
    # From the acceptance: 2 hours, 24 hours; the class teacher owns it.
    due("bullying.guardians", "remind_half", "12:10", TEACHER),
    due("bullying.guardians", "remind_late", "12:46", TEACHER),
    *climb("bullying.guardians", ("13:10", "+11:10", *BEYOND), ("teacher1", "lead1"))[:3],
    # From 08:00, a day that ends at midnight after the next: 40 hours, half of them at 04:00.
    due("bullying.support", "remind_half", "+04:00", TEACHER),
    due("evidence.video", "remind_half", "+04:00", LEAD),
]
BULLYING_FLAGS = {
    ("bullying.external_report", "late_report", local("10:00"), FILED),
    ("bullying.screen", "overdue", local("15:00"), local("15:00")),
    ("bullying.verify", "overdue", local("+11:10"), local("+11:10")),
    ("bullying.guardians", "guardian_not_notified", local("+11:10"), local("+11:10")),
}

INITIAL = straight("emergency.initial_report", ("08:15", "09:00", "10:00"), LEVEL_2)
EMERGENCY = [
    # From 08:00: 10 minutes, 30 minutes; the class teacher owns it.
    *climb("emergency.phone", ("08:10", "08:30", "08:45", "09:00"), ("teacher1", "lead1")),
    due("emergency.phone", "level_4.1", "+09:00", ["city1"], 4),
    # From the filing: 20 minutes, 2 hours.
    due("emergency.verify", "remind_half", "11:10", LEAD),
    due("emergency.verify", "remind_late", "11:16", LEAD),
    *climb("emergency.verify", ("11:20", "13:00", "14:00", "15:00"), ("lead1", "principal1")),
    # Urgent, from 08:00: 15 minutes, 1 hour; one row for the bureau, one for the police.
    *(replace(row, recipient="bureau") for row in INITIAL),
    *(replace(row, recipient="police") for row in INITIAL),
    # From 08:00: 30 minutes, 2 hours.
    *climb("emergency.guardians", ("08:30", "10:00", "11:00", "12:00"), ("teacher1", "lead1")),
    due("emergency.guardians", "level_4.1", "+12:00", ["city1"], 4),
    # The principal's own clock: over the principal stands the bureau.
    *climb("emergency.on_site", ("08:30", "10:00", "11:00", "12:00"), LEVEL_2),
    due("emergency.on_site", "level_4.1", "+12:00", ["city1"], 4),
    due("evidence.video", "remind_half", "+04:00", LEAD),
]
EMERGENCY_FLAGS = {
    ("emergency.phone", "overdue", local("08:30"), FILED),
    ("emergency.verify", "overdue", local("13:00"), local("13:00")),
    ("emergency.initial_report", "late_report", local("09:00"), FILED),
    ("emergency.guardians", "guardian_not_notified", local("10:00"), FILED),
    ("emergency.on_site", "overdue", local("10:00"), FILED),
}


@dataclass(frozen=True)
class Story:
    """One late report with everything that must follow from it until Tuesday noon."""

    case_type: str
    table: list[Due]
    flags: set[tuple[str, str, datetime, datetime]]
    levels: dict[str, int]
    late_at_birth: int  # late_report flags right after the filing


STORIES = (
    Story("bullying", BULLYING, BULLYING_FLAGS, {"11:00": 3, "11:58": 3, "12:00": 4}, 1),
    Story("emergency", EMERGENCY, EMERGENCY_FLAGS, {"11:00": 4}, 2),
)


@pytest.fixture(params=STORIES, ids=attrgetter("case_type"))
def story(request: pytest.FixtureRequest) -> Story:
    found: Story = request.param
    return found


def file_late(database: Database, county: County, frozen: Frozen, case_type: str) -> int:
    """File at 11:00 what was known at 08:00, with a knife and a serious injury."""
    frozen.move_to(local("10:59"))
    sweep(database, STEP)
    frozen.move_to(FILED)
    if case_type == "bullying":
        made = bullying(county, weapon=True, injury="serious")
    else:
        made = report(county, "emergency", category="violence", weapon=True)
    with database.transaction() as session:
        late = replace(made, known_at=local("08:00"), occurred_at=local("07:50"))
        return filing.file_case(session, county["teacher1"], late).id


def accept(database: Database, county: County, case_id: int) -> None:
    """Accept the bullying case; nothing else is ever done about it."""
    fields = dict.fromkeys(("discovered_by", "stopped_by", "stopped_at", "protection"), "unknown")
    with database.transaction() as session:
        act(session, county["lead1"], session.get_one(Case, case_id), "accept", **fields)


def fired(database: Database, case_id: int) -> list[tuple[Due, Escalation]]:
    """What has fired, each as the table writes it, with its row; in the order of the sweep."""
    with database.reading() as session:
        logins: dict[int, set[str]] = {}
        heard = select(Message.escalation_id, User.login).join(User, User.id == Message.user_id)
        for escalation_id, login in session.execute(heard.where(Message.escalation_id > 0)):
            logins.setdefault(escalation_id, set()).add(login)
        query = select(Escalation, Clock).join(Clock, Clock.id == Escalation.clock_id)
        rows = session.execute(query.where(Clock.case_id == case_id).order_by(Escalation.id))
        found = []
        for row, clock in rows:
            told = frozenset(logins.get(row.id, ()))
            one = Due(clock.rule_id, row.rung, row.due_at, told, row.level, clock.recipient)
            found.append((one, row))
        return found


def flags(database: Database) -> list[Flag]:
    with database.reading() as session:
        return list(session.scalars(select(Flag).order_by(Flag.id)))


def level(database: Database, case_id: int) -> int:
    with database.reading() as session:
        return session.get_one(Case, case_id).level


def events(database: Database, case_id: int, action: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        chain = session.get_one(Case, case_id).chain
        timeline.verify(session)
        return [body for body in timeline.bodies(session, chain) if body["action"] == action]


def instants() -> Iterable[datetime]:
    """Every second minute on Monday until 17:00, every tenth from then on."""
    at = FILED
    while at <= END:
        yield at
        at += STEP if at < local("17:00") else timedelta(minutes=10)


def check_events(database: Database, case_id: int, table: list[Due]) -> None:
    """Every rung that tells somebody is one event with rung, instant, level and the people told."""
    with database.reading() as session:
        users = {user.id: user.login for user in session.scalars(select(User))}
    written: Counter[tuple[object, ...]] = Counter()
    for body in events(database, case_id, "rung_fired"):
        data = body["data"]
        told = frozenset(users[user_id] for user_id in data["told"])
        names = (data["rule"], data["recipient"] or "", data["rung"], data["level"])
        written[*names, datetime.fromisoformat(data["due_at"]), told] += 1
    assert written == Counter(
        (row.rule, row.recipient, row.rung, row.level, row.at, row.told)
        for row in table
        if row.told
    )


def test_the_flag_exists_before_any_sweep(
    database: Database, county: County, frozen: Frozen, story: Story
) -> None:
    case_id = file_late(database, county, frozen, story.case_type)
    born = {(f.rule_id, f.kind, f.at, f.raised_at) for f in flags(database)}
    assert born == {flag for flag in story.flags if flag[3] == FILED}
    assert not any(flag.system_late for flag in flags(database))
    raised = events(database, case_id, "flag_raised")
    assert [body["data"]["flag"] for body in raised].count("late_report") == story.late_at_birth
    assert {body["actor"]["role"] for body in raised} == {"system"}
    assert fired(database, case_id) == []
    assert level(database, case_id) == 0


def test_each_rung_fires_once_at_its_instant(
    database: Database, county: County, frozen: Frozen, story: Story
) -> None:
    case_id = file_late(database, county, frozen, story.case_type)
    levels = {local(text): height for text, height in story.levels.items()}
    for at in instants():
        frozen.move_to(at)
        if story.case_type == "bullying" and at == local("11:10"):
            accept(database, county, case_id)
        sweep(database, STEP)
        answer_everybody(database)
        assert level(database, case_id) == levels.get(at, level(database, case_id))
    rows = fired(database, case_id)
    assert Counter(due for due, _ in rows) == Counter(story.table)
    assert [row.at for due, row in rows] == [max(due.at, FILED) for due, _ in rows]
    assert not [due for due, row in rows if row.system_late]
    assert {(f.rule_id, f.kind, f.at, f.raised_at) for f in flags(database)} == story.flags
    assert not any(flag.system_late for flag in flags(database))
    assert len(events(database, case_id, "flag_raised")) == len(flags(database))
    check_events(database, case_id, story.table)


def test_after_an_outage_one_pass_works_off_everything_in_order(
    database: Database, county: County, frozen: Frozen, story: Story
) -> None:
    case_id = file_late(database, county, frozen, story.case_type)
    if story.case_type == "bullying":
        frozen.move_to(local("11:10"))
        accept(database, county, case_id)
    frozen.move_to(END)
    sweep(database, STEP)
    rows = fired(database, case_id)
    assert Counter(due for due, _ in rows) == Counter(story.table)
    assert [due.at for due, _ in rows] == sorted(due.at for due in story.table)
    assert {row.at for _, row in rows} == {END}
    # Only what was due at this very minute is on time; the rest is the fault of the system.
    assert [row.system_late for due, row in rows] == [due.at < END for due, _ in rows]
    raised = {(f.rule_id, f.kind, f.at): f for f in flags(database)}
    assert set(raised) == {flag[:3] for flag in story.flags}
    for rule, kind, at, in_time in story.flags:
        flag = raised[rule, kind, at]
        expected = (FILED, False) if in_time == FILED else (END, True)
        assert (flag.raised_at, flag.system_late) == expected
    check_events(database, case_id, story.table)
    assert level(database, case_id) == 4
