"""Filing: how a case comes into the world, with its four timestamps and its first clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid
from casework.models import Case, Person, Unit
from casework.permissions import LADDER, RANK, SYSTEM, Actor, Role
from casework.services import clocks, handling, notices, references, reported, steps, timeline
from casework.services.actors import bureau_of
from casework.services.automatic import at_once
from casework.services.policy import policy
from casework.services.reported import NewPerson
from casework.services.subjects import region_of
from casework.services.views import new_view
from casework.services.zero_reports import contradictions
from casework.text import N_, Text
from casework.workflows.case import FILE, UNKNOWN, CaseView, Record
from casework.workflows.definition import Workflow
from casework.workflows.definitions.shared_facts import PAST_SCHOOL
from casework.workflows.forms import FUTURE, TOLERANCE, load, one_line
from casework.workflows.registry import WORKFLOWS

NO_TYPE = N_("There is no kind of case “%(type)s”; there are %(types)s.")
NO_UNIT = N_("You cannot file a case for this unit.")
NAIVE = N_("Give the time with its offset, such as 2026-09-21T10:20:00+08:00.")
TOO_OLD = N_("This lies more than %(years)s years back.")
OLDEST = timedelta(days=20 * 365)
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class NewCase:
    """A report as it comes in: without ``occurred_at`` 未知, without ``known_at`` just now."""

    case_type: str
    unit_id: int
    title: str
    narrative: str = ""
    occurred_at: datetime | None = None
    known_at: datetime | None = None
    people: Sequence[NewPerson] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    source: str = "staff"
    past_school: bool = False
    """Straight to the bureau: the school does not see it."""
    handled_by: int | None = None
    """The unit that handles it, when it is not the one it is about."""
    filed_at: datetime | None = None
    """When it was first filed, for a case that goes on as another type."""
    earlier: str | None = None
    """The number of the case that goes on as this one: what was known and done there counts.

    Whoever files it so flags what is late (``retyping``).
    """


@dataclass(frozen=True, slots=True)
class _Checked:
    """A report without fault, as it is stored."""

    workflow: Workflow
    scene: Unit
    handled_by: Unit
    title: str
    narrative: str
    known_at: datetime
    occurred_at: datetime | None
    people: Sequence[NewPerson]
    values: dict[str, object]


def file_case(session: Session, actor: Actor, report: NewCase) -> Case:
    """File a report: case, people, clocks, first event. Raises Invalid, all faults by field."""
    at = clock.now()
    checked = _checked(session, actor, report, at)
    case = _store(session, actor, report, checked, at)
    rows = _store_people(session, case, checked.people)
    view = new_view(session, case, rows, report.earlier)
    changes = _record(session, case, actor, checked, rows, at, view)
    if report.earlier is None:  # else the flags of the earlier case are brought along first
        clocks.flag_late(session, case, changes, at)
    notices.after_step(session, case, changes, None, at)
    at_once(session, case, None)
    # What goes on as another type has been checked when it was filed; what is filed at the moment
    # it becomes known contradicts nothing that was signed before.
    if report.filed_at is None and case.known_at < case.filed_at:
        contradictions.check(session, case, at)
    return case


def _checked(session: Session, actor: Actor, report: NewCase, at: datetime) -> _Checked:
    """The report, if nothing is wrong with it. Raises Invalid, all faults by field."""
    errors: dict[str, list[Text]] = {}
    workflow, unit = _kind_and_place(session, actor, report)
    handled_by = _handled_by(session, unit, report)
    heading = one_line(report.title)
    title = reported.checked_text(heading, "title", errors, required=True, most=TITLE_LENGTH)
    narrative = reported.checked_text(report.narrative, "narrative", errors)
    known_at = _instant(report.known_at or at, "known_at", at, errors) or at
    occurred_at = _instant(report.occurred_at, "occurred_at", at, errors)
    people = reported.named(session, report.people, unit, errors)
    values = _fields(session, actor, workflow.filing, report.fields, at, errors)
    people += reported.absent(session, values, unit, people, errors)
    reported.only_open(session, actor, workflow, people, errors)
    if actor is not SYSTEM:
        reported.overseen(session, people, unit, errors)
    if errors:
        raise Invalid(errors)
    return _Checked(
        workflow, unit, handled_by, title, narrative, min(known_at, at), occurred_at, people, values
    )


def _store(
    session: Session, actor: Actor, report: NewCase, checked: _Checked, at: datetime
) -> Case:
    """The row of the case in its first state, with where it happened."""
    case = Case(
        case_type=checked.workflow.case_type,
        prefix=checked.workflow.prefix,
        unit=checked.handled_by,
        title=checked.title,
        narrative=checked.narrative,
        region=region_of(session, checked.scene) or policy(session).region,
        source=PAST_SCHOOL if report.past_school else report.source,
        occurred_at=checked.occurred_at,
        known_at=checked.known_at,
        filed_at=report.filed_at or at,
        filed_by=actor.user_id,
    )
    steps.enter(case, checked.workflow.initial)
    session.add(case)
    session.flush()
    handling.place_at(session, case, checked.scene, at)
    return case


def _kind_and_place(session: Session, actor: Actor, report: NewCase) -> tuple[Workflow, Unit]:
    workflow = WORKFLOWS.get(report.case_type)
    if workflow is None:
        known = {"type": report.case_type, "types": ", ".join(WORKFLOWS)}
        raise Invalid({"case_type": [Text(NO_TYPE, known)]})
    unit = session.get(Unit, report.unit_id) if report.unit_id else None
    if unit is None or not (actor is SYSTEM or actor.files_at(unit.path)):
        raise Invalid({"unit_id": [Text(NO_UNIT)]})
    return workflow, unit


def _handled_by(session: Session, scene: Unit, report: NewCase) -> Unit:
    """The unit that handles the case: the bureau, if the report goes past the school."""
    if report.past_school:
        return bureau_of(session, scene)
    return session.get_one(Unit, report.handled_by) if report.handled_by else scene


def _store_people(session: Session, case: Case, people: Sequence[NewPerson]) -> list[Person]:
    rows = [Person(case_id=case.id, **reported.columns(person)) for person in people]
    session.add_all(rows)
    session.flush()
    return rows


def _record(
    session: Session,
    case: Case,
    actor: Actor,
    checked: _Checked,
    people: list[Person],
    at: datetime,
    view: CaseView,
) -> clocks.StepChanges:
    """The first event and the clocks that start with it."""
    role, form, values = filing_role(actor), checked.workflow.filing, checked.values
    record = Record(FILE, at, actor.user_id, role, values, None, case.state, 1, seq=1)
    changes = clocks.advance(session, case, clocks.Step(None, view.then(record), record, None))
    data = {
        "round": 1,
        "core": timeline.plain(_core(case, checked.scene, people)),
        **steps.event_fields(form, values),
        "clocks": changes.as_data(),
    }
    texts = {"title": case.title, "narrative": case.narrative}
    private = texts | steps.private_texts(form, values)
    told = {name: words for name, words in private.items() if words}
    entry = timeline.Entry(at, FILE, actor.user_id, role, None, case.state, data, told)
    timeline.append(session, case, entry)
    return changes


def _core(case: Case, scene: Unit, people: list[Person]) -> dict[str, object]:
    """What the first event holds of every case, whatever its type asks."""
    return {
        "case_type": case.case_type,
        "unit": case.unit.code,
        "source": case.source,
        "occurred_at": case.occurred_at or UNKNOWN,
        "known_at": case.known_at,
        "filed_at": case.filed_at,
        **({"scene": scene.code} if scene.id != case.unit_id else {}),
        "people": [reported.listed(person) for person in people],
    }


def filing_role(actor: Actor) -> Role:
    """The role in which somebody files: the lowest post held, for filing needs no power."""
    if actor is SYSTEM:
        return Role.SYSTEM
    ranks = sorted(RANK[post.powers] for post in actor.posts if post.powers in RANK)
    return LADDER[ranks[0]] if ranks else Role.STAFF


def _instant(
    value: datetime | None, name: str, at: datetime, errors: dict[str, list[Text]]
) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        errors[name] = [Text(NAIVE)]
    elif value > at + TOLERANCE:
        errors[name] = [Text(FUTURE)]
    elif value < at - OLDEST:
        errors[name] = [Text(TOO_OLD, {"years": OLDEST.days // 365})]
    return value


def _fields(
    session: Session,
    actor: Actor,
    form: Any,
    raw: Mapping[str, object],
    at: datetime,
    errors: dict[str, list[Text]],
) -> dict[str, object]:
    try:
        values = load(form, raw, at)
        references.check(session, references.Subject(actor, None), form, values)
    except Invalid as fault:
        errors.update({f"fields.{name}": texts for name, texts in fault.errors.items()})
        return {}
    return values
