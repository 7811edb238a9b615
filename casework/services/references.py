"""Ids given in a form must name something that exists and that this case may speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Invalid, NotFound
from casework.models import Case, Evidence, Person, Student, Unit, User
from casework.permissions import SYSTEM, Actor
from casework.services.scope import load_case
from casework.services.views import case_view
from casework.text import N_, Text
from casework.workflows.case import UNKNOWN, CaseView
from casework.workflows.definition import Field, FieldType, Workflow
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

NO_PERSON = N_("Nobody with the number %(id)s plays a part in this case.")
NO_USER = N_("There is no account with the number %(id)s.")
NO_UNIT = N_("There is no unit with the number %(id)s.")
NOT_THERE = N_("A case cannot go there: choose a school or a bureau of your own area.")
NO_CASE = N_("There is no case %(id)s that you may see.")
ALREADY_OPEN = N_("For this pupil the case %(number)s is already open; carry on there.")
NO_FILE = N_("There is no file %(id)s of yours that this case could still take.")
NO_STUDENT = N_("There is no pupil with the number %(id)s at this school.")


@dataclass(frozen=True, slots=True)
class Subject:
    """In whose name references are looked up: who asks, and in which case (None while filing).

    ``requested_by`` is set when another person approves: the references were checked for that one.
    """

    actor: Actor
    case_id: int | None
    requested_by: int | None = None


def check(
    session: Session, subject: Subject, form: tuple[Field, ...], values: Mapping[str, object]
) -> dict[str, CaseView]:
    """Check every reference of a form; return the cases it names, by field.

    Raises Invalid naming each field whose reference leads nowhere.
    """
    errors: dict[str, list[Text]] = {}
    cases: dict[str, CaseView] = {}
    for field in form:
        value = values.get(field.name)
        if value is None or value == UNKNOWN:
            continue
        if field.type is FieldType.CASE:
            try:
                cases[field.name] = case_view(
                    session, load_case(session, subject.actor, str(value))
                )
            except NotFound:
                errors[field.name] = [Text(NO_CASE, {"id": str(value)})]
        elif field.type in _FINDERS:
            wanted = value if isinstance(value, list) else [value]
            missing, sentence = _FINDERS[field.type](session, subject, wanted)
            if missing:
                errors[field.name] = [Text(sentence, {"id": one}) for one in missing]
            elif field.kinds and not _within(session, subject, field.kinds, wanted):
                errors[field.name] = [Text(NOT_THERE)]
    if errors:
        raise Invalid(errors)
    return cases


def check_student(session: Session, student_id: int, unit: Unit, home: str) -> Student | None:
    """The pupil with this id within the school at ``home``, or None."""
    return session.scalar(
        select(Student)
        .join(Student.unit)
        .where(Student.id == student_id, Unit.path.startswith(home, autoescape=True))
    )


def open_case_for(
    session: Session, actor: Actor, workflow: Workflow, ids: Iterable[int]
) -> Case | None:
    """An open case of one of these pupils, where the type allows only one; else None.

    The pupils' rows are locked, so that two doors agree on which case came first. One that went
    past the school stands in nobody's way who may not know of it: a child is searched for twice
    rather than not at all.
    """
    wanted = sorted(set(ids))
    if workflow.one_open_for is None or not wanted:
        return None
    locked = select(Student.id).where(Student.id.in_(wanted)).order_by(Student.id)
    session.execute(locked.with_for_update(key_share=True)).all()
    open_ones = session.scalars(
        select(Case)
        .join(Person, Person.case_id == Case.id)
        .where(
            Case.case_type == workflow.case_type,
            Case.final.is_(False),
            Person.part == workflow.one_open_for,
            Person.student_id.in_(wanted),
        )
        .order_by(Case.id)
    ).all()
    return next((case for case in open_ones if _in_the_way(session, actor, case)), None)


def _in_the_way(session: Session, actor: Actor, case: Case) -> bool:
    if case.source != PAST_SCHOOL:
        return True
    if actor is SYSTEM:  # it files for the class, which may not know of that one
        return False
    try:
        return load_case(session, actor, case.number) is case
    except NotFound:
        return False


def _within(
    session: Session, subject: Subject, kinds: Sequence[str], wanted: Sequence[Any]
) -> bool:
    """True when all these units are of the kinds, and within the reach of who names them."""
    units = session.scalars(select(Unit).where(Unit.id.in_(wanted), Unit.kind.in_(kinds))).all()
    reached = all(subject.actor.posts_at(unit.path) for unit in units)
    return reached and len(units) == len(set(wanted))


def _missing(session: Session, column: Any, wanted: Sequence[Any], *where: Any) -> list[Any]:
    found = set(session.scalars(select(column).where(column.in_(wanted), *where)))
    return [one for one in wanted if one not in found]


def _persons(session: Session, subject: Subject, wanted: Sequence[Any]) -> tuple[list[Any], str]:
    return _missing(session, Person.id, wanted, Person.case_id == subject.case_id), NO_PERSON


def _users(session: Session, subject: Subject, wanted: Sequence[Any]) -> tuple[list[Any], str]:
    return _missing(session, User.id, wanted, User.disabled_at.is_(None)), NO_USER


def _units(session: Session, subject: Subject, wanted: Sequence[Any]) -> tuple[list[Any], str]:
    return _missing(session, Unit.id, wanted), NO_UNIT


def _files(session: Session, subject: Subject, wanted: Sequence[Any]) -> tuple[list[Any], str]:
    """Files this person has sent for this case and not used; a request's own are used by it."""
    if subject.requested_by is not None:
        same_case = Evidence.case_id == subject.case_id
        return _missing(session, Evidence.id, wanted, same_case), NO_FILE
    own = (Evidence.case_id == subject.case_id, Evidence.uploader_id == subject.actor.user_id)
    return _missing(session, Evidence.id, wanted, *own, Evidence.seq.is_(None)), NO_FILE


_Finder = Callable[[Session, Subject, Sequence[Any]], tuple[list[Any], str]]


_FINDERS: dict[FieldType, _Finder] = {
    FieldType.PERSON: _persons,
    FieldType.PEOPLE: _persons,
    FieldType.USER: _users,
    FieldType.UNIT: _units,
    FieldType.FILE: _files,
}
