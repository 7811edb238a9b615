"""转类: the case ends here and goes on as another type; nothing it owed is forgotten.

The new case counts from the same ``known_at`` and the same filing. Its clocks take the earlier
due instant of every duty that both types know, duties only the old type knew run on if they can be
met here, and flags, level, receipt and links move along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Flag, Party
from casework.permissions import SYSTEM, Role
from casework.services import clock_rows, clocks, earlier, effects, merging, rungs, timeline
from casework.services.filing import NewCase, file_case
from casework.services.handling import SCENE, scene_of
from casework.services.people_of import people_of
from casework.services.policy import policy
from casework.services.timeline import plain
from casework.services.views import linked_cases
from casework.workflows.case import UNKNOWN, CaseView, Context
from casework.workflows.definition import Action, Effect, Field, FieldType
from casework.workflows.registry import WORKFLOWS

KIND = "retyped"
SAME_TEXT = "–"


def carry_on(session: Session, case: Case, action: Action, context: Context) -> Case | None:
    """File the case anew as the type that was chosen, when the action says so."""
    if Effect.RETYPE not in action.effects:
        return None
    form = WORKFLOWS[str(context.fields["case_type"])]
    scene = scene_of(session, case)
    report = NewCase(
        case_type=form.case_type,
        unit_id=scene.id,
        title=case.title,
        narrative=case.narrative,
        occurred_at=case.occurred_at,
        known_at=case.known_at,
        people=people_of(session, case),
        fields={f.name: value for f, value in _answers(context.case, form.filing)},
        source=case.source,
        handled_by=case.unit_id,
        filed_at=case.filed_at,
        earlier=case.number,
    )
    other = file_case(session, SYSTEM, report)
    other.filed_by, other.received_at = case.filed_by, case.received_at
    other.level = max(other.level, case.level)
    _move_links(session, case, other)
    _move(session, case, other, context.now)
    return other


def _answers(view: CaseView, form: Iterable[Field]) -> Iterable[tuple[Field, object]]:
    """What the old case knows under the same names: the worst of a fact, the newest of the rest."""
    for field in form:
        known = True if view.ever(field.name) else view.latest(field.name)
        choices = {choice.value for choice in field.choices}
        kept = known if not choices or known in choices else None
        if kept is not None and field.type is not FieldType.TEXT:
            yield field, kept
        elif field.required:
            yield field, UNKNOWN if field.unknown or UNKNOWN in choices else SAME_TEXT


def _move_links(session: Session, case: Case, other: Case) -> None:
    for bound in linked_cases(session, case.id):
        effects.bind(session, bound, other, KIND)
    effects.bind(session, case, other, KIND)
    parties = select(Party).where(Party.case_id == case.id, Party.kind != SCENE)
    for row in session.scalars(parties.order_by(Party.id)).all():
        row.case_id = other.id
    session.flush()


def _move(session: Session, case: Case, other: Case, at: datetime) -> None:
    """Flags and due instants: the earlier of both, duty by duty, and one event that lists them."""
    flags = session.scalars(select(Flag).where(Flag.case_id == case.id).order_by(Flag.id)).all()
    moved = [{"flag": flag.kind, "rule": flag.rule_id, "limit_at": flag.at} for flag in flags]
    session.execute(update(Flag).where(Flag.case_id == case.id).values(case_id=other.id))
    tight, started, left = _tighten(session, case, other, at)
    changes = clocks.StepChanges(started=tuple(started), tightened=tuple(tight))
    data = {"earlier": case.number, "flags": moved, "clocks": changes.as_data()}
    entry = timeline.Entry(at, earlier.CARRIED_ON, None, Role.SYSTEM, data=plain(data))
    timeline.append(session, other, entry)
    late = clocks.StepChanges(started=tuple(_rows(session, other)), stopped=tuple(left))
    clocks.flag_late(session, other, late, at)


def _tighten(
    session: Session, case: Case, other: Case, at: datetime
) -> tuple[list[Clock], list[Clock], list[Clock]]:
    """The rows that became stricter, those that moved on, and those that ended with the old case.

    The last ones the new type cannot meet, or has met; whoever was late already still was.
    """
    duties = _duties(session, case)
    own = _rows(session, other)
    tight: dict[int, Clock] = {}
    started, left = [], []
    for clock in earlier.voided(session, earlier.line(session, case)):
        same = [row for row in own if _same(row, clock, duties)]
        for row in (row for row in same if row.stopped_at is None):
            if clock_rows.tighten_to(row, clock) and row not in started:
                tight[row.id] = row
        met = [row for row in same if not _told_before(row, clock)]
        if not met and merging.owed(session, other, clock):
            # What two types owe alike goes on as one duty, by the earlier of both instants.
            started.append(clock_rows.moved(clock, other, at))
            own.append(started[-1])
        elif not same:
            left.append(clock)
    session.add_all(started)
    session.flush()
    for row in (*started, *tight.values()):
        rungs.schedule_next(session, row)
    return list(tight.values()), started, left


def _told_before(row: Clock, clock: Clock) -> bool:
    """True when the report that stopped the row is older than what this duty is about."""
    told = (row.stopped_by or "").startswith("report:")
    return told and row.stopped_at is not None and row.stopped_at < clock.started_at


def _same(row: Clock, clock: Clock, duties: Mapping[str, str | None]) -> bool:
    """True when both are the same duty: by rule, or by what the rules have in common."""
    if row.rule_id == clock.rule_id:
        return row.recipient == clock.recipient
    duty = duties.get(clock.rule_id)
    whom = clock.recipient in ("", row.recipient) or row.recipient == ""
    return duty is not None and duty == duties.get(row.rule_id) and whom


def _duties(session: Session, case: Case) -> dict[str, str | None]:
    governed = policy(session)
    rules = governed.packs.for_region(case.region or governed.region)
    return {rule.id: rule.duty for rule in rules.values()}


def _rows(session: Session, case: Case) -> list[Clock]:
    query = select(Clock).where(Clock.subject_kind == "case", Clock.subject_id == case.id)
    return list(session.scalars(query.order_by(Clock.id)))
