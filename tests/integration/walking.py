"""A case that goes astray: random steps over the real services, and what must hold after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from sqlite3 import connect
from typing import Any

import yaml
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import CaseworkError
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Event, Flag, Person
from casework.permissions import SYSTEM
from casework.services import approvals, cases
from casework.services import sweep as sweeping
from casework.services.policy import policy
from casework.services.scope import load_case
from casework.services.views import linked_cases
from casework.workflows.definition import Field, FieldType
from casework.workflows.forms import applies
from casework.workflows.registry import WORKFLOWS
from config.settings import ROOT
from tests.factories import MONDAY, County
from tests.integration.doors import ServiceDoor
from tests.integration.storytelling import NEVER_LATE, Tale, Teller, later
from tests.integration.test_story_absence import MISSING
from tests.integration.test_story_bullying import SERIOUS
from tests.integration.test_story_emergency import ACCIDENT
from tests.integration.test_story_opinion import TALK

TALES = {tale.report.case_type: tale for tale in (SERIOUS, MISSING, ACCIDENT, TALK)}
BEHIND = "2026-QL-000001"
"""A case that others may point at."""
JUMPS = [timedelta(0), *(timedelta(minutes=m) for m in (1, 4, 7, 20, 50, 300, 1800, 5760))]
GARBAGE: list[Any] = [None, "", "x\x00", "无", -1, 2**60, 1.5, True, [], [[]], {}, "unknown"]
GARBAGE += ["2026-QL-000001", "2999-01-01T00:00:00+08:00", "2026-02-30", ["none", "none"], [-1]]
HOLDERS = {
    "teacher": "teacher1",
    "counsellor": "counsellor1",
    "safety_lead": "lead1",
    "principal": "principal1",
    "bureau_officer": "officer1",
    "bureau_leader": "leader1",
}
LOOSENING = (
    *("extend", "merge_duplicate", "retype", "reopen", "recur", "return_for_facts", "regrade"),
    *("return_from_police", "record_knowledge", "amend_fact", "reassign", "lose_again"),
    *("return_from_referral", "return_final", "change_finding", "supervise"),
)
"""What somebody who wants more time would try; walks try it more often."""
ANYBODY = (*HOLDERS.values(), "officer1b", "staff1", "teacher2", "principal2", "officer2", "city1")


@dataclass(frozen=True, slots=True)
class Stage:
    """A story told so far, in a database of its own which walks leave as it is."""

    db: Database
    county: County
    number: str
    now: datetime


def stages(db: Database, county: County, tale: Tale, folder: Path, info: Any) -> Iterator[Stage]:
    """The story after its filing and after each of its steps."""
    door = ServiceDoor(db, county)
    teller = Teller(door, None)  # type: ignore[arg-type]  # the time is moved here
    teller.numbers["behind"] = BEHIND
    now = MONDAY
    with clock.at(now):
        number = teller.file(tale.report)
    for place, step in enumerate((None, *tale.steps[:-1])):
        now += step.wait if step else timedelta(0)
        with clock.at(now):
            if step and (step.login is None or step.ends):
                sweep(db, NEVER_LATE)
            if step and step.login:
                fields = teller.values(step.fields, number)
                version = door.sight(number).version
                waiting = door.act(step.login, number, step.action, version, fields)
                if waiting and step.approved_by:
                    door.approve(step.approved_by, waiting)
        copy = folder / f"{tale.report.case_type}-{place}.db"
        with closing(connect(str(db.url.database))) as whole, closing(connect(copy)) as kept:
            whole.backup(kept)
        yield Stage(Database(f"sqlite:///{copy}", info), county, number, now)


@dataclass(slots=True)
class Seen:
    """What of a case must never get better by itself."""

    state: str
    version: int
    seq: int
    level: int
    running: dict[tuple[str, str], Clock]
    dues: dict[int, tuple[datetime | None, datetime | None]]
    flags: set[tuple[Any, ...]]


class Walk:
    """One case that goes its way, and its oracle."""

    def __init__(self, session: Session, stage: Stage, draw: Callable) -> None:
        self.session, self.county, self.draw = session, stage.county, draw
        self.case = load_case(session, SYSTEM, stage.number)
        self.workflow = WORKFLOWS[self.case.case_type]
        self.now = stage.now
        self.stack = ExitStack()
        self.seen = self.look()

    def forward(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span
        self.stack.close()
        self.stack.enter_context(clock.at(self.now))

    def perform(
        self, login: str, action: str, fields: dict[str, Any], approver: str | None
    ) -> bool:
        """Try an action, and its approval; True when it was done at once."""
        number, version = self.case.number, self.case.version
        actor = self.county[login]
        with self.session.begin_nested():
            done = cases.perform_action(
                self.session, actor, number, action, version=version, fields=fields
            )
        if done.approval is not None and approver is not None:
            with self.session.begin_nested():
                approve = approver != "refuse"
                who = self.county[approver if approve else "principal1"]
                approvals.decide(
                    self.session, who, done.approval.id, approve=approve, reason="理由"
                )
        return done.approval is None

    def sweep(self) -> None:
        """Everything that is due fires."""
        due = (Clock.case_id == self.case.id, Clock.next_rung_at <= self.now)
        while ids := list(self.session.scalars(select(Clock.id).where(*due))):
            sweeping.fire_due(self.session, ids, None)

    def stray(self) -> None:
        """One random step, and what must hold after it."""
        draw = self.draw
        self.forward(draw(st.sampled_from(JUMPS)))
        before = self.seen
        if draw(st.integers(0, 4)) == 0:
            self.sweep()
            swept = self.look()
            self.compare(before, swept)
            before = swept
        here = [action.name for action in self.workflow.actions_from(self.case.state)]
        every = [action.name for action in self.workflow.actions]
        suspects = [name for name in LOOSENING if name in here]
        name = draw(st.sampled_from(here * 6 + suspects * 12 + every))
        action = self.workflow.action(name)
        assert action is not None
        fitting = [HOLDERS[role] for role in action.roles if role in HOLDERS] or ["lead1"]
        login = draw(st.sampled_from(fitting * 8 + list(ANYBODY)))
        approver = draw(
            st.sampled_from([None, "refuse", "principal1", "officer1b", "leader1", "city1"])
        )
        fields = self.fields(action.fields)
        try:
            at_once = self.perform(login, name, fields, approver)
        except CaseworkError:
            self.session.expire_all()
            at_once = False
        after = self.seen = self.look()
        self.compare(before, after)
        own = [e.action for e in self.events(before.seq) if e.to_state is not None]
        assert own[:1] == ([name] if after.version > before.version else []), own
        assert after.version == before.version + len(own)
        assert not at_once or own, name
        if after.state == "retyped" and before.state != "retyped":
            self.carry_on()

    def fields(self, form: tuple[Field, ...]) -> dict[str, Any]:
        """Fields for a form: mostly valid, sometimes garbage."""
        spoilt = self.draw(st.sampled_from(["no"] * 5 + ["yes"]))
        given: dict[str, Any] = {}
        for entry in form:
            if not applies(entry, given) or not (entry.required or self.draw(st.booleans())):
                continue
            given[entry.name] = self.value(entry)
        if spoilt == "yes" and form:
            given[self.draw(st.sampled_from([f.name for f in form]))] = self.draw(
                st.sampled_from(GARBAGE)
            )
        return given

    def value(self, entry: Field) -> Any:
        """A value that the form accepts."""
        draw, users = self.draw, [actor.user_id for actor in self.county.actors.values()]
        if entry.unknown and draw(st.integers(0, 9)) == 0:
            return "unknown"
        choices = [choice.value for choice in entry.choices]
        people = list(self.session.scalars(select(Person.id)))
        strategies: dict[FieldType, st.SearchStrategy[Any]] = {
            FieldType.CHOICE: st.sampled_from(choices or [0]),
            FieldType.MULTICHOICE: st.lists(st.sampled_from(choices or [0]), max_size=2),
            FieldType.BOOLEAN: st.booleans(),
            FieldType.INTEGER: st.integers(entry.minimum, min(entry.maximum, 4)),
            FieldType.DATETIME: st.sampled_from(JUMPS).map(lambda ago: self.now - ago),
            FieldType.DATE: st.just(self.now.astimezone(LOCAL).date()),
            FieldType.PERSON: st.sampled_from(people or [1]),
            FieldType.UNIT: st.sampled_from(list(self.county.units.values())),
            FieldType.CASE: st.sampled_from([BEHIND, self.case.number]),
            FieldType.USER: st.just(users[4:6]) if entry.many else st.sampled_from(users),
        }
        return draw(strategies.get(entry.type, st.just("文字")))

    def events(self, beyond: int) -> list[Event]:
        """The events after a place of the chain."""
        query = select(Event).where(Event.case_key == self.case.chain, Event.seq > beyond)
        return list(self.session.scalars(query.order_by(Event.seq)))

    def look(self) -> Seen:
        """The case with its clocks and flags, as the database has them now."""
        self.session.flush()
        self.session.refresh(self.case)
        own = Clock.case_id == self.case.id
        rows = list(self.session.scalars(select(Clock).where(own)))
        flags = select(Flag.id, Flag.kind, Flag.at, Flag.cleared_at)
        case, running = self.case, {row.rule_id for row in rows if row.stopped_at is None}
        if case.final:
            assert not running, (case.state, running)
        else:
            duties = running - {"approval.decide"}
            assert duties, f"nothing runs in {case.state}"
            trapped = {rule for rule in duties if not stoppable(case.case_type, rule, case.state)}
            assert not trapped, f"nobody can stop {trapped} in {case.state}"
        return Seen(
            state=case.state,
            version=case.version,
            seq=case.head_seq,
            level=case.level,
            running={(r.rule_id, r.recipient): r for r in rows if r.stopped_at is None},
            dues={r.id: (r.target_at, r.limit_at) for r in rows if r.stopped_at is None},
            flags={tuple(row) for row in self.session.execute(flags)},
        )

    def compare(self, before: Seen, after: Seen) -> None:
        """Nothing was loosened, lowered or wiped out."""
        assert after.version >= before.version
        assert after.level >= before.level
        assert after.flags >= before.flags
        for key in before.dues.keys() & after.dues.keys():
            for old, new in zip(before.dues[key], after.dues[key], strict=True):
                assert not later(old, new), self.session.get_one(Clock, key).rule_id
        for key, row in before.running.items():
            if row.stopped_by is not None and after.state != "retyped":
                self.follow(row, after.running.get(key), before.dues[row.id])

    def follow(self, row: Clock, new: Clock | None, dues: tuple[datetime | None, ...]) -> None:
        """A row that ended: its duty was met, or voided at the end, or approved to take longer."""
        if row.stopped_by == "extended":
            assert new is not None
            assert new.previous_id == row.id
            assert new.terms["extensions"][:-1] == row.terms.get("extensions", [])
        elif new is not None and new.round == row.round and not row.stopped_by.startswith("final:"):
            repeats = policy(self.session).packs.rule(row.rule_id, row.region).repeat
            met = row.stopped_by in closers()[row.rule_id] or row.stopped_by == "decided"
            assert repeats or met, (row.rule_id, row.stopped_by)

    def carry_on(self) -> None:
        """After a change of type the walk goes on in the new case; nothing stayed behind."""
        old, before = self.case, self.seen
        links = [one for one in linked_cases(self.session, old.id) if not one.final]
        self.case = max(links, key=lambda one: one.id)
        self.workflow = WORKFLOWS[self.case.case_type]
        self.seen = self.look()
        assert self.case.known_at == old.known_at
        assert self.case.level >= old.level
        assert self.seen.flags >= before.flags
        left = self.session.scalar(select(func.count(Flag.id)).where(Flag.case_id == old.id))
        assert left == 0
        self.keeps_the_strictest(old)

    def keeps_the_strictest(self, old: Case) -> None:
        """Every duty voided by the change of type lives on, no later, where the new type has it."""
        rules = policy(self.session).packs.for_region(old.region)
        voided = Clock.stopped_by == "final:retyped"
        rows = self.session.scalars(select(Clock).where(Clock.case_id == old.id, voided)).all()
        for row in rows:
            duty = rules[row.rule_id].duty
            for key, new in self.seen.running.items():
                same = key == (row.rule_id, row.recipient)
                alike = duty is not None and rules[key[0]].duty == duty
                if same or (alike and row.recipient in ("", key[1])):
                    assert not later(row.target_at, new.target_at), key
                    assert not later(row.limit_at, new.limit_at), key


@cache
def closers() -> dict[str, list[str]]:
    """What stops each rule of the national pack, as it is written there."""
    text = (ROOT / "config" / "rules" / "national.yaml").read_text(encoding="utf-8")
    named = {rule["id"]: rule["closes_on"] for rule in yaml.safe_load(text)["rules"]}
    return {rule: [on] if isinstance(on, str) else on for rule, on in named.items()}


@cache
def stoppable(case_type: str, rule: str, state: str) -> bool:
    """Whether some step that stops the rule is open from here on; where closing waits for it, now.

    A bullying case closes only when nothing else runs, so that its last state must offer the step.
    """
    workflow, ends = WORKFLOWS[case_type], closers()[rule]
    if any(name.startswith(("fact:", "report:")) for name in ends):
        return True
    seen, ways = {state}, [state]
    while ways:
        here = ways.pop()
        for action in workflow.actions_from(here):
            there = action.dest(here) or here
            if action.name in ends or (there != here and f"leave:{here}" in ends):
                return True
            if there not in seen and not workflow.state(there).final and state != "following_up":
                seen.add(there)
                ways.append(there)
    return rule == "bullying.appeal_window"
