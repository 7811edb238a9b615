"""Filing: how a case comes into the world, with its four timestamps and its first clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid
from casework.models import Case, Person, Student, Unit, User
from casework.models.person import PARTS
from casework.permissions import LADDER, RANK, SYSTEM, Actor, Role
from casework.services import clocks, notices, references, steps, timeline
from casework.services.actors import ancestors, school_of
from casework.services.automatic import perform_as_system
from casework.services.policy import policy
from casework.services.views import case_view, facts
from casework.text import N_, Text
from casework.workflows.case import FILE, UNKNOWN, Record
from casework.workflows.definition import Workflow
from casework.workflows.forms import FUTURE, REQUIRED, TOLERANCE, clean_text, load, one_line
from casework.workflows.registry import WORKFLOWS

NO_TYPE = N_("There is no kind of case “%(type)s”; there are %(types)s.")
NO_UNIT = N_("You cannot file a case for this unit.")
NO_PART = N_("“%(part)s” is no part in a case; there are %(parts)s.")
NAIVE = N_("Give the time with its offset, such as 2026-09-21T10:20:00+08:00.")
TOO_OLD = N_("This lies more than %(years)s years back.")
OLDEST = timedelta(days=20 * 365)
MOST_PEOPLE = 200
TOO_MANY = N_("At most %(most)s people can be named.")
TITLE_LENGTH = 120
TITLE_LONG = N_("A title has at most %(most)s characters.")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody named in a report; a pupil or an account may be linked."""

    name: str
    part: str
    class_id: int | None = None
    student_id: int | None = None
    user_id: int | None = None


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


def file_case(session: Session, actor: Actor, report: NewCase) -> Case:
    """File a report: case, people, clocks, first event. Raises Invalid, all faults by field."""
    at = clock.now()
    errors: dict[str, list[Text]] = {}
    workflow = WORKFLOWS.get(report.case_type)
    if workflow is None:
        known = {"type": report.case_type, "types": ", ".join(WORKFLOWS)}
        raise Invalid({"case_type": [Text(NO_TYPE, known)]})
    unit = session.get(Unit, report.unit_id) if report.unit_id else None
    if unit is None or not (actor is SYSTEM or actor.files_at(unit.path)):
        raise Invalid({"unit_id": [Text(NO_UNIT)]})
    title = _text(one_line(report.title), "title", errors, required=True, most=TITLE_LENGTH)
    narrative = _text(report.narrative, "narrative", errors)
    known_at = _instant(report.known_at or at, "known_at", at, errors)
    occurred_at = _instant(report.occurred_at, "occurred_at", at, errors)
    people = _people(session, report.people, unit, errors)
    values = _fields(session, actor, workflow.filing, report.fields, at, errors)
    people += _absent(session, values, unit, people, errors)
    _only_open(session, workflow, people, errors)
    if errors:
        raise Invalid(errors)
    case = Case(
        case_type=workflow.case_type,
        prefix=workflow.prefix,
        unit=unit,
        title=title,
        narrative=narrative,
        region=_region(session, unit) or policy(session).region,
        source=report.source,
        occurred_at=occurred_at,
        known_at=min(known_at or at, at),
        filed_at=at,
        filed_by=actor.user_id,
    )
    steps.enter(case, workflow.initial)
    session.add(case)
    session.flush()
    rows = [Person(case_id=case.id, **_columns(person)) for person in people]
    session.add_all(rows)
    session.flush()
    _record(session, case, actor, values, rows)
    _at_once(session, case)
    return case


def _record(
    session: Session, case: Case, actor: Actor, values: dict[str, object], people: list[Person]
) -> None:
    """The first event and the clocks that start with it."""
    workflow, at = WORKFLOWS[case.case_type], case.filed_at
    role = filing_role(actor)
    view = case_view(session, case, links=False)
    record = Record(FILE, at, actor.user_id, role, values, None, case.state, 1, seq=1)
    changes = clocks.advance(session, case, clocks.Step(None, view.then(record), record, None))
    core = {
        "case_type": case.case_type,
        "unit": case.unit.code,
        "source": case.source,
        "occurred_at": case.occurred_at or UNKNOWN,
        "known_at": case.known_at,
        "filed_at": at,
        "people": [_listed(person) for person in people],
    }
    data = {
        "round": 1,
        "core": timeline.plain(core),
        **steps.event_fields(workflow.filing, values),
        "clocks": changes.as_data(),
    }
    texts = {"title": case.title, "narrative": case.narrative}
    private = texts | steps.private_texts(workflow.filing, values)
    entry = timeline.Entry(
        at,
        FILE,
        actor.user_id,
        role,
        None,
        case.state,
        data,
        {k: v for k, v in private.items() if v},
    )
    timeline.append(session, case, entry)
    clocks.flag_late(session, case, changes, at)
    notices.after_step(session, case, changes, None, at)


def _at_once(session: Session, case: Case) -> None:
    """What SYSTEM does at once when a fact of the report demands it."""
    workflow = WORKFLOWS[case.case_type]
    if not workflow.at_filing:
        return
    known = facts(case_view(session, case, links=False))
    for name, action in workflow.at_filing.items():
        if known[name] is True:
            perform_as_system(session, case, action)


def filing_role(actor: Actor) -> Role:
    """The role in which somebody files: the lowest post held, for filing needs no power."""
    if actor is SYSTEM:
        return Role.SYSTEM
    ranks = sorted(RANK[post.powers] for post in actor.posts if post.powers in RANK)
    return LADDER[ranks[0]] if ranks else Role.STAFF


def _text(
    value: object,
    name: str,
    errors: dict[str, list[Text]],
    *,
    required: bool = False,
    most: int = 0,
) -> str:
    try:
        text = clean_text(value if value is not None else "")
    except ValidationError as fault:
        errors[name] = list(fault.messages)  # type: ignore[arg-type]
        return ""
    if required and not text:
        errors[name] = [Text(REQUIRED)]
    elif most and len(text) > most:
        errors[name] = [Text(TITLE_LONG, {"most": most})]
    return text


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


def _people(
    session: Session, given: Sequence[NewPerson], unit: Unit, errors: dict[str, list[Text]]
) -> list[NewPerson]:
    home = school_of(session, unit).path
    if len(given) > MOST_PEOPLE:
        errors["people"] = [Text(TOO_MANY, {"most": MOST_PEOPLE})]
        return []
    found = []
    for place, person in enumerate(given):
        spot = f"people.{place}"
        if person.part not in PARTS:
            known = {"part": person.part, "parts": ", ".join(PARTS)}
            errors[f"{spot}.part"] = [Text(NO_PART, known)]
        name = person.name
        if person.student_id is not None:
            student = references.check_student(session, person.student_id, unit, home)
            name = name or (student.name if student else "")
            if student is None:
                missing = Text(references.NO_STUDENT, {"id": person.student_id})
                errors[f"{spot}.student_id"] = [missing]
        if person.user_id is not None and session.get(User, person.user_id) is None:
            errors[f"{spot}.user_id"] = [Text(references.NO_USER, {"id": person.user_id})]
        if person.class_id is not None and session.get(Unit, person.class_id) is None:
            errors[f"{spot}.class_id"] = [Text(references.NO_UNIT, {"id": person.class_id})]
        name = _text(name, f"{spot}.name", errors, required=f"{spot}.student_id" not in errors)
        found.append(
            NewPerson(name, person.part, person.class_id, person.student_id, person.user_id)
        )
    return found


def _absent(
    session: Session,
    values: Mapping[str, object],
    unit: Unit,
    people: Sequence[NewPerson],
    errors: dict[str, list[Text]],
) -> list[NewPerson]:
    """The pupil named by a ``student_id`` among the fields, as a person with the part absent."""
    student_id = values.get("student_id")
    if not isinstance(student_id, int) or any(p.student_id == student_id for p in people):
        return []
    home = school_of(session, unit).path
    student: Student | None = references.check_student(session, student_id, unit, home)
    if student is None:
        errors["fields.student_id"] = [Text(references.NO_STUDENT, {"id": student_id})]
        return []
    return [NewPerson(student.name, "absent", student.unit_id, student.id)]


def _only_open(
    session: Session, workflow: Workflow, people: Sequence[NewPerson], errors: dict[str, list[Text]]
) -> None:
    """Refuse a second open case for a pupil where the type allows only one."""
    ids = [p.student_id for p in people if p.part == workflow.one_open_for and p.student_id]
    open_case = references.open_case_for(session, workflow, ids)
    if open_case is not None:
        errors["people"] = [Text(references.ALREADY_OPEN, {"number": open_case.number})]


def _region(session: Session, unit: Unit) -> str:
    """The region of the nearest unit above that names one."""
    rows = session.execute(
        select(Unit.region, Unit.path).where(Unit.id.in_(ancestors(unit.path)), Unit.region != "")
    ).all()
    return max(rows, key=lambda row: len(row[1]))[0] if rows else ""


def _columns(person: NewPerson) -> dict[str, Any]:
    return {
        "name": person.name,
        "part": person.part,
        "class_id": person.class_id,
        "student_id": person.student_id,
        "user_id": person.user_id,
    }


def _listed(person: Person) -> dict[str, Any]:
    links = {"student_id": person.student_id, "user_id": person.user_id}
    return {"id": person.id, "part": person.part} | {
        k: v for k, v in links.items() if v is not None
    }
