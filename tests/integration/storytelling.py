"""One description of a case from report to closure, told through the services or over HTTP.

A story lists what each step must do: the state it leads to, and the clocks it starts, stops,
resumes and tightens, by rule id (``rule/recipient`` where a rule keeps one row per recipient).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, select

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.demo.script import Ago, Ahead, Login, Part, Story, UnitCode
from casework.jobs.tasks import sweep
from casework.models import Clock
from casework.services import timeline
from casework.services.filing import NewCase
from casework.services.reported import NewPerson
from casework.workflows.registry import WORKFLOWS
from tests.conftest import Frozen
from tests.factories import County

GROUPS = ("started", "stopped", "resumed", "tightened")
NEVER_LATE = timedelta(days=10_000)
OCCURRED, KNOWN = timedelta(minutes=20), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does so long after the step before; without a login the sweep comes by.

    ``clocks``: the rules each group must name. ``ends``: periods that run out while time passes.
    """

    login: str | None
    action: str
    state: str
    wait: timedelta
    fields: Mapping[str, object]
    clocks: Mapping[str, list[str]]
    approved_by: str | None = None
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """How a story begins; ``met`` names the duties that are born as done."""

    case_type: str
    unit: str
    login: str
    fields: Mapping[str, object]
    people: tuple[tuple[str, str], ...] = ()
    starts: str = ""
    met: str = ""


@dataclass(frozen=True, slots=True)
class Tale:
    """A report and the steps from it to the final state; ``behind`` is filed before it."""

    report: Report
    steps: tuple[Step, ...]
    behind: Mapping[str, Report] = field(default_factory=dict)


def does(login: str | None, action: str, state: str, /, *spans: str, **more: Any) -> Step:
    """One step: ``spans`` such as ``"5 minutes"``, groups of clocks by name, else its fields."""
    wait = sum((timedelta(**{s.split()[1]: int(s.split()[0])}) for s in spans), timedelta(0))
    names = {"starts": "started", "stops": "stopped", "resumes": "resumed", "tightens": "tightened"}
    clocks = {group: sorted(more.pop(name, "").split()) for name, group in names.items()}
    approved_by, ends = more.pop("approved_by", None), more.pop("ends", "")
    return Step(login, action, state, wait, more, clocks, approved_by, ends)


@dataclass(frozen=True, slots=True)
class Row:
    """A clock as it shows itself at a door."""

    rule: str
    target_at: datetime | None
    limit_at: datetime | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sight:
    """A case as it shows itself at a door: its clocks by id, its events in order."""

    state: str
    version: int
    clocks: Mapping[int, Row]
    events: Sequence[Mapping[str, Any]]

    @property
    def running(self) -> set[str]:
        """The rules whose clocks run."""
        return {row.rule for row in self.clocks.values() if row.stopped_at is None}


class Door(Protocol):
    """A way into the system: it files, acts, approves and looks."""

    db: Database
    county: County

    def file(self, login: str, report: NewCase) -> str:
        """File a report and return the number of its case."""

    def act(self, login: str, number: str, action: str, version: int, fields: Any) -> int | None:
        """Do something in a case; return the approval it waits for, if any."""

    def approve(self, login: str, approval: int) -> None:
        """Approve a request."""

    def sight(self, number: str) -> Sight:
        """The case as it is now."""

    def part(self, number: str, part: str, place: int) -> int:
        """The id of a person of the case."""


class Teller:
    """Tells one story through a door and checks every step of it."""

    def __init__(self, door: Door, frozen: Frozen) -> None:
        self.door, self.frozen = door, frozen
        self.numbers: dict[str, str] = {}

    def tell(self, tale: Tale) -> Sight:
        """Tell the whole story; afterwards the case is final and nothing runs."""
        for name, report in tale.behind.items():
            self.numbers[name] = self.file(report)
        number = self.numbers["own"] = self.file(tale.report)
        sight = self.door.sight(number)
        self.check_filing(tale.report, sight)
        for step in tale.steps:
            self.frozen.move_to(clock.now() + step.wait)
            sight = self.step(number, step, sight)
        workflow = WORKFLOWS[tale.report.case_type]
        assert workflow.state(sight.state).final
        with self.door.db.reading() as session:
            timeline.verify(session)
            case_id = int(number.rsplit("-", 1)[1])
            query = select(func.count()).where(Clock.case_id == case_id, Clock.stopped_at.is_(None))
            assert session.scalar(query) == 0
        return sight

    def file(self, report: Report) -> str:
        """File a report about the pupils it names by code."""
        pupils = self.door.county.pupils
        people = [NewPerson("", part, student_id=pupils[code]) for part, code in report.people]
        now = clock.now()
        new = NewCase(
            case_type=report.case_type,
            unit_id=self.door.county.units[report.unit],
            title="情况报告",
            narrative="事情经过",
            occurred_at=now - OCCURRED,
            known_at=now - KNOWN,
            people=people,
            fields=self.values(report.fields),
        )
        return self.door.file(report.login, new)

    def check_filing(self, report: Report, sight: Sight) -> None:
        """The first event stands alone and names the first clocks."""
        assert (sight.state, sight.version) == (WORKFLOWS[report.case_type].initial, 1)
        assert [event["action"] for event in sight.events] == ["file"]
        assert sight.running == set(report.starts.split())
        born = {row.rule for row in sight.clocks.values() if row.stopped_at is not None}
        assert born == set(report.met.split())
        listed = sight.events[0]["data"]["clocks"]["started"]
        assert {full(entry) for entry in listed} == sight.running | born

    def step(self, number: str, step: Step, before: Sight) -> Sight:
        """One step, with all that must have come of it."""
        if step.login is None or step.ends:
            sweep(self.door.db, NEVER_LATE)
            swept = self.door.sight(number)
            assert moved(before, swept)["stopped"] == (step.ends.split() if step.login else [])
            if step.login is None:
                check(step, before, swept, swept.events[len(before.events) :])
                return swept
            before = swept
        fields = self.values(step.fields, number)
        waiting = self.door.act(step.login, number, step.action, before.version, fields)
        after = self.door.sight(number)
        assert (waiting is not None) == (step.approved_by is not None), step.action
        if waiting is not None and step.approved_by is not None:
            asked = after.events[len(before.events) :]
            assert [event["action"] for event in asked] == ["approval_requested"]
            assert (after.state, after.version) == (before.state, before.version)
            assert moved(before, after) == {group: [] for group in GROUPS}
            self.door.approve(step.approved_by, waiting)
            before, after = after, self.door.sight(number)
            assert after.events[len(before.events)]["action"] == "approval_approved"
            check(step, before, after, after.events[len(before.events) + 1 :])
            return after
        check(step, before, after, after.events[len(before.events) :])
        return after

    def values(self, fields: Mapping[str, object], number: str = "") -> dict[str, Any]:
        """The fields of a step with their marks replaced by ids and instants."""
        return {name: self.value(value, number) for name, value in fields.items()}

    def value(self, value: object, number: str) -> object:
        """One mark replaced."""
        now, county = clock.now(), self.door.county
        match value:
            case Ago():
                return now - timedelta(minutes=value.minutes)
            case Ahead():
                return now.astimezone(LOCAL).date() + timedelta(days=value.days)
            case Login():
                return county[value.login].user_id
            case UnitCode():
                return county.units[value.code]
            case Story():
                return self.numbers[value.name]
            case Part():
                return self.door.part(number, value.part, value.place)
            case list():
                return [self.value(item, number) for item in value]
            case str() if value.startswith("pupil:"):
                return county.pupils[value.removeprefix("pupil:")]
        return value


def check(step: Step, before: Sight, after: Sight, events: Sequence[Mapping[str, Any]]) -> None:
    """State, version, clocks, and exactly one event that tells of the same clocks."""
    where = f"{step.action} from {before.state}"
    assert (after.state, after.version) == (step.state, before.version + 1), where
    changes = moved(before, after)
    assert changes == step.clocks, where
    known = {action.name for action in WORKFLOWS[case_type(after)].actions}
    done = [event for event in events if event["action"] in known]
    if step.login is not None:
        assert len(events) == 1, (where, [event["action"] for event in events])
    assert [event["action"] for event in done] == [step.action], where
    assert (done[0]["from"], done[0]["to"]) == (before.state, after.state)
    assert (done[0]["actor"]["id"] is None) == (step.login is None)
    told = done[0]["data"]["clocks"]
    assert {group: sorted(map(full, told.get(group, []))) for group in GROUPS} == changes, where
    for entry in [entry for group in GROUPS for entry in told.get(group, [])]:
        assert_agrees(entry, after)
    if not WORKFLOWS[case_type(after)].state(after.state).final:
        assert after.running, f"{where}: nothing runs in {after.state}"


def assert_agrees(entry: Mapping[str, Any], sight: Sight) -> None:
    """A clock in an event has the due instants of one of its rows."""
    dues = (entry.get("target_at"), entry.get("limit_at"))
    rows = [row for row in sight.clocks.values() if row.rule == full(entry)]
    texts = [tuple(map(_text, (row.target_at, row.limit_at))) for row in rows]
    assert dues in texts, (entry, texts)


def moved(before: Sight, after: Sight) -> dict[str, list[str]]:
    """What happened to the clocks between two sights; no due instant may have moved later."""
    found: dict[str, list[str]] = {group: [] for group in GROUPS}
    assert set(before.clocks) <= set(after.clocks), "a clock has vanished"
    for key, row in after.clocks.items():
        old = before.clocks.get(key)
        if old is None:
            found["started"].append(row.rule)
            continue
        assert not later(old.target_at, row.target_at), row
        assert not later(old.limit_at, row.limit_at), row
        if (old.stopped_at is None) != (row.stopped_at is None):
            found["stopped" if old.stopped_at is None else "resumed"].append(row.rule)
        elif (old.target_at, old.limit_at) != (row.target_at, row.limit_at):
            found["tightened"].append(row.rule)
    return {group: sorted(rules) for group, rules in found.items()}


def later(old: datetime | None, new: datetime | None) -> bool:
    """True when a due instant has moved later or vanished."""
    return old is not None and (new is None or new > old)


def full(entry: Mapping[str, Any]) -> str:
    """The rule of a clock with its recipient, if it has one."""
    return "/".join(part for part in (entry["rule"], entry.get("recipient")) if part)


def case_type(sight: Sight) -> str:
    """The type of a case, from its first event."""
    return str(sight.events[0]["data"]["core"]["case_type"])


def _text(at: datetime | None) -> str | None:
    return None if at is None else timeline.instant_text(at)
