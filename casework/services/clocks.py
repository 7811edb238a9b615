"""The clock rows of a case: what a step starts, stops, resumes, tightens and finds late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import book
from casework.deadlines.moment import FACT
from casework.deadlines.rules import Origin, Rule
from casework.models import Case, Clock
from casework.services import clock_rows, earlier, flags, rungs
from casework.services.policy import Policy, policy
from casework.services.views import facts
from casework.workflows.acts import happened_at
from casework.workflows.case import CaseView, Record
from casework.workflows.definition import Action, Effect
from casework.workflows.definitions.shared_facts import by_recipient, calls, spoken
from casework.workflows.definitions.steering import open_supervision
from casework.workflows.registry import WORKFLOWS

FILED = "filed"


@dataclass(frozen=True, slots=True)
class Step:
    """What just happened to a case; ``action`` is None for its filing."""

    before: CaseView | None
    after: CaseView
    record: Record
    action: Action | None


@dataclass(frozen=True, slots=True)
class StepChanges:
    """The clocks a step has touched, as rows; ``started`` holds those born stopped, too."""

    started: tuple[Clock, ...] = ()
    stopped: tuple[Clock, ...] = ()
    resumed: tuple[Clock, ...] = ()
    tightened: tuple[Clock, ...] = ()

    def __or__(self, other: StepChanges) -> StepChanges:
        """Both together."""
        return StepChanges(
            (*self.started, *other.started),
            (*self.stopped, *other.stopped),
            (*self.resumed, *other.resumed),
            tuple({row.id: row for row in (*self.tightened, *other.tightened)}.values()),
        )

    @property
    def touched(self) -> tuple[Clock, ...]:
        """Every row the step has touched, each once."""
        rows = (*self.started, *self.stopped, *self.resumed, *self.tightened)
        return tuple({row.id: row for row in rows}.values())

    def as_data(self) -> dict[str, Any]:
        """The changes as the event of the step lists them."""
        groups = {
            "started": self.started,
            "stopped": self.stopped,
            "resumed": self.resumed,
            "tightened": self.tightened,
        }
        return {
            name: [clock_rows.listed(row) for row in rows] for name, rows in groups.items() if rows
        }


def advance(session: Session, case: Case, step: Step) -> StepChanges:
    """Work a step through the rules of the case's region and store what changes."""
    at = _instant(step)
    return _work(session, case, step.before, step.after, _triggers(step, at), at, step.record.at)


def fire(session: Session, case: Case, view: CaseView, trigger: str, at: datetime) -> StepChanges:
    """Work one trigger that is no action, such as the limit of another clock having passed."""
    return _work(session, case, view, view, (book.Trigger(trigger, at),), at, at)


def settle(session: Session, case: Case, view: CaseView, at: datetime) -> StepChanges:
    """Stop what the facts that hold by now have met, although nobody has acted in this case."""
    return _work(session, case, view, view, (), at, at)


def _work(
    session: Session,
    case: Case,
    before: CaseView | None,
    after: CaseView,
    triggers: tuple[book.Trigger, ...],
    at: datetime,
    entered_at: datetime,
) -> StepChanges:
    governed = policy(session)
    rows = _rows(session, case)
    rules = rules_of(governed, case) | _carried(governed, case, rows)
    moment = book.Moment(
        triggers=triggers,
        at=at,
        state=after.state,
        round=after.round,
        before=context(before or after),
        after=context(after),
        origins=origins(after),
        facts=_held_since(after, at),
        final=case.state if case.final else None,
        told=by_recipient(calls(after)),
        called=by_recipient(spoken(after)),
    )
    changes = book.advance(rules.values(), map(clock_rows.to_book, rows), moment, governed.calendar)
    return _store(session, case, changes, {row.id: row for row in rows}, rules, entered_at)


def rules_of(governed: Policy, case: Case) -> dict[str, Rule]:
    """The rules for cases of this type in this region, in the order of the pack."""
    packs = governed.packs.for_region(case.region or governed.region)
    return {
        rule.id: rule
        for rule in packs.values()
        if rule.subject == "case" and case.case_type in rule.case_types
    }


def _carried(governed: Policy, case: Case, rows: list[Clock]) -> dict[str, Rule]:
    """Rules of another type whose duties this case has brought along: they only close."""
    packs = governed.packs.for_region(case.region or governed.region)
    foreign = [packs[row.rule_id] for row in rows if row.rule_id in packs]
    return {
        rule.id: replace(rule, opens_on=(), resumes_on=())
        for rule in foreign
        if case.case_type not in rule.case_types
    }


def origins(view: CaseView) -> dict[Origin, datetime | None]:
    """The instants rules may count from, always of the present round."""
    workflow = WORKFLOWS[view.case_type]
    named = {name: instant(view) for name, instant in workflow.instants.items()}
    restart = _restart(view)
    if restart is None:
        return {**first_origins(view), **{Origin(name): at for name, at in named.items()}}
    known = restart.fields.get("known_at")
    known_at = known if isinstance(known, datetime) else restart.at
    renewed = {Origin.KNOWN_AT: known_at, Origin.FILED_AT: restart.at, Origin.BELL: known_at}
    return {**{Origin(n): at for n, at in named.items() if n != Origin.BELL}, **renewed}


def first_origins(view: CaseView) -> dict[Origin, datetime | None]:
    """The instants of the first round, as far as every type has them."""
    return {
        Origin.KNOWN_AT: view.known_at,
        Origin.FILED_AT: view.filed_at,
        Origin.OCCURRED_AT: view.occurred_at,
        Origin.BELL: min(view.known_at, view.occurred_at or view.known_at),
    }


def _store(
    session: Session,
    case: Case,
    changes: book.Changes,
    rows: Mapping[int, Clock],
    rules: Mapping[str, Rule],
    at: datetime,
) -> StepChanges:
    """Write the changes of the book into the rows, with the next rung of each running one."""
    stopped = tuple(
        clock_rows.stop(rows[row.id], row) for row in changes.stopped if row.id is not None
    )
    session.flush()  # a row that ends must be out of the way of the one that follows it
    started = tuple(
        clock_rows.new_row(case, row, rules[row.rule_id], at) for row in changes.started
    )
    session.add_all(started)
    earlier.keep_strictest(session, case, started)
    resumed = tuple(
        clock_rows.resume(rows[row.id]) for row in changes.resumed if row.id is not None
    )
    tight = tuple(
        clock_rows.tighten(rows[row.id], row) for row in changes.tightened if row.id is not None
    )
    session.flush()
    for clock in started:
        rungs.schedule_next(session, clock, rungs.NOTHING)
    for clock in (*resumed, *tight):
        rungs.schedule_next(session, clock)
    session.flush()
    return StepChanges(started, stopped, resumed, tight)


def flag_late(session: Session, case: Case, changes: StepChanges, at: datetime) -> None:
    """Raise the flag of every touched clock whose limit has passed, at once and not at a sweep."""
    for clock in changes.touched:
        if clock.limit_at is not None and (clock.stopped_at or at) > clock.limit_at:
            flags.raise_flag(session, case, clock, at)


def _rows(session: Session, case: Case) -> list[Clock]:
    query = select(Clock).where(Clock.subject_kind == "case", Clock.subject_id == case.id)
    return list(session.scalars(query.order_by(Clock.id)))


def _instant(step: Step) -> datetime:
    """When the thing really happened: clocks start and stop then, not when it was typed."""
    if step.action is None:
        return step.after.known_at
    return happened_at(step.action, step.record.fields, step.record.at)


def _triggers(step: Step, at: datetime) -> tuple[book.Trigger, ...]:
    filed = step.after.filed_at
    own = (book.Trigger(n, filed if n == FILED else at) for n in _own_triggers(step))
    return (*own, *_fact_triggers(step, at))


def _own_triggers(step: Step) -> list[str]:
    source, dest = step.record.from_state, step.after.state
    names = [FILED if step.action is None else step.action.name]
    # Whoever changes the type has done nothing that leaving the state would stand for.
    retyped = step.action is not None and Effect.RETYPE in step.action.effects
    if source != dest:
        names += [f"leave:{source}"] if source and not retyped else []
        names.append(f"enter:{dest}")
    recipient = step.record.fields.get("recipient")
    told = [*(step.action.tells if step.action else ()), *([recipient] if recipient else [])]
    return [*names, *(f"report:{one}" for one in told)]


def _fact_triggers(step: Step, at: datetime) -> list[book.Trigger]:
    before = facts(step.before) if step.before else {}
    after, since = facts(step.after), _held_since(step.after, at)
    changed = [n for n, value in after.items() if value and value != before.get(n)]
    return [book.Trigger(FACT + name, since[name]) for name in changed]


def _held_since(view: CaseView, at: datetime) -> dict[str, datetime]:
    """The facts that hold, each with the instant since when: its own, or that of the step."""
    own = WORKFLOWS[view.case_type].since
    holding = [name for name, value in facts(view).items() if value]
    return {name: (own[name](view) if name in own else None) or at for name in holding}


def _restart(view: CaseView) -> Record | None:
    workflow = WORKFLOWS[view.case_type]
    names = [a.name for a in workflow.actions if Effect.NEW_ROUND in a.effects]
    return view.last(*names)


def context(view: CaseView) -> dict[str, object]:
    """What the conditions of rules look at."""
    due = open_supervision(view)
    given = {"due_at": due.fields.get("due_at")} if due else {}
    return {**facts(view), **given, "case_type": view.case_type, "region": view.region}
