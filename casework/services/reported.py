"""The people a report names: checked against rosters and accounts, never two open absences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Person, Student, Unit, User
from casework.models.person import PARTS
from casework.permissions import BUREAU_ROLES, NAMED_PARTS, Actor
from casework.services import references
from casework.services.actors import holders, school_of
from casework.text import N_, Text
from casework.workflows.definition import Workflow
from casework.workflows.forms import REQUIRED, clean_text

Errors = dict[str, list[Text]]
NO_PART = N_("“%(part)s” is no part in a case; there are %(parts)s.")
MOST_PEOPLE = 200
TOO_MANY = N_("At most %(most)s people can be named.")
NOBODY_LEFT = N_(
    "Nobody at the bureau or the city would be left who may see this case: a person named in it "
    "cannot. Leave out whoever has no part in it."
)
TITLE_LONG = N_("A title has at most %(most)s characters.")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody named in a report; a pupil or an account may be linked."""

    name: str
    part: str
    class_id: int | None = None
    student_id: int | None = None
    user_id: int | None = None


def checked_text(
    value: object,
    name: str,
    errors: dict[str, list[Text]],
    *,
    required: bool = False,
    most: int = 0,
) -> str:
    """One text of a report; a fault goes to ``errors`` under its name."""
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


def named(
    session: Session, given: Sequence[NewPerson], unit: Unit, errors: dict[str, list[Text]]
) -> list[NewPerson]:
    """The people named, pupils by their roster; faults go to ``errors``."""
    home = school_of(session, unit).path
    if len(given) > MOST_PEOPLE:
        errors["people"] = [Text(TOO_MANY, {"most": MOST_PEOPLE})]
        return []
    found = []
    for place, person in enumerate(given):
        spot = f"people.{place}"
        if person.part not in PARTS:
            parts = {"part": person.part, "parts": ", ".join(PARTS)}
            errors[f"{spot}.part"] = [Text(NO_PART, parts)]
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
        known = f"{spot}.student_id" not in errors
        name = checked_text(name, f"{spot}.name", errors, required=known)
        found.append(
            NewPerson(name, person.part, person.class_id, person.student_id, person.user_id)
        )
    return found


def absent(
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


def only_open(
    session: Session,
    actor: Actor,
    workflow: Workflow,
    people: Sequence[NewPerson],
    errors: dict[str, list[Text]],
) -> None:
    """Refuse a second open case for a pupil where the type allows only one."""
    ids = [p.student_id for p in people if p.part == workflow.one_open_for and p.student_id]
    open_case = references.open_case_for(session, actor, workflow, ids)
    if open_case is not None:
        errors["people"] = [Text(references.ALREADY_OPEN, {"number": open_case.number})]


def overseen(session: Session, people: Sequence[NewPerson], unit: Unit, errors: Errors) -> None:
    """Refuse a report that names everybody above the school, for then nobody could oversee it."""
    out = {one.user_id for one in people if one.part in NAMED_PARTS and one.user_id is not None}
    if not out:
        return
    on = clock.today()
    above = {user.id for role in BUREAU_ROLES for user in holders(session, role, unit, on)}
    if above and above <= out:
        errors["people"] = [Text(NOBODY_LEFT)]


def columns(person: NewPerson) -> dict[str, Any]:
    """The columns of a person row."""
    return {
        "name": person.name,
        "part": person.part,
        "class_id": person.class_id,
        "student_id": person.student_id,
        "user_id": person.user_id,
    }


def listed(person: Person) -> dict[str, Any]:
    """A person as the first event lists it: no name."""
    links = {"student_id": person.student_id, "user_id": person.user_id}
    return {"id": person.id, "part": person.part} | {
        k: v for k, v in links.items() if v is not None
    }
