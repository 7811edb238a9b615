"""From an HTML form to raw values for the services, and back to the page when they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from casework.clock import LOCAL
from casework.errors import CaseworkError, Conflict, Invalid, NotAllowed, Refused
from casework.http.errors import Problem, problem_of
from casework.services.filing import NAIVE, NewCase
from casework.services.pages import danger
from casework.services.reported import NO_PART, NewPerson
from casework.text import N_, Text
from casework.workflows.case import UNKNOWN
from casework.workflows.definition import Field, FieldType
from casework.workflows.forms import NOT_CHOICE, NOT_DATE, NOT_INSTANT, applies

Typed = MultiDict[str, str]
FOR_PEOPLE = {
    NOT_INSTANT: N_("This date and time cannot be read. Choose it again."),
    NAIVE: N_("This date and time cannot be read. Choose it again."),
    NOT_DATE: N_("This day cannot be read. Choose it again."),
    NOT_CHOICE: N_("Choose one of the answers that are offered."),
    NO_PART: N_("Choose the part this person plays from the list."),
}
"""Sentences for programs, and what a person at a form reads in their place."""
EITHER = {("side", "person_id"): N_("Choose which side or which pupil is meant.")}
"""Entries of which none is required alone, and one of them is."""
CHOSEN_BEFORE = ("recipient",)
BLANK_ROWS = 3
"""How many people who are on no list can be named at once."""


def attempt(
    do: Callable[[], ResponseReturnValue], again: Callable[[Problem], str]
) -> ResponseReturnValue:
    """Carry out what was sent; a refusal shows the same form again with everything typed."""
    try:
        return do()
    except (Invalid, Refused, Conflict, NotAllowed) as error:
        return again(problem_of(_in_words(error))), error.status


def _in_words(error: CaseworkError) -> CaseworkError:
    """The same refusal, its sentences for programs put into those for people."""
    if not isinstance(error, Invalid):
        return error
    spoken = {
        name: [Text(FOR_PEOPLE.get(text.msgid, text.msgid), text.params) for text in texts]
        for name, texts in error.errors.items()
    }
    return Invalid(spoken, error.text)


@contextmanager
def either(form: Iterable[Field], given: Mapping[str, object]) -> Iterator[None]:
    """Tell first, among what is missing, of two entries of which one is needed."""
    try:
        yield
    except Invalid as error:
        missing = {
            names[0]: [Text(sentence)]
            for names, sentence in EITHER.items()
            if set(names) <= {field.name for field in form} and not set(names) & set(given)
        }
        raise Invalid({**missing, **error.errors}) from None


def chosen_before(args: Typed) -> Typed:
    """The entries that the link to a form has chosen, such as the recipient of a report."""
    return MultiDict({name: args[name] for name in CHOSEN_BEFORE if args.get(name)})


def speaks_of_danger(typed: Typed) -> bool:
    """True when a report being typed speaks of danger, in its words or in its answers."""
    answers = {
        name.removeprefix("fields."): values
        for name, values in typed.lists()
        if name.startswith("fields.")
    }
    texts = (typed.get("title", ""), typed.get("narrative", ""))
    return danger.in_texts(*texts) or danger.in_answers(answers)


def read(fields: Iterable[Field], typed: Typed, prefix: str = "") -> dict[str, object]:
    """The raw values of a form's fields; what does not belong to the answers given is dropped."""
    form = tuple(fields)
    raw = {field.name: _value(field, typed, prefix + field.name) for field in form}
    given = {name: value for name, value in raw.items() if value is not None}
    dropped = {f.name for f in form if not applies(f, given)}
    return {name: value for name, value in given.items() if name not in dropped}


def whole(text: str | None) -> int | None:
    """A whole number, or None."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def report(case_type: str, fields: Iterable[Field], typed: Typed) -> NewCase:
    """A filed report. Raises Invalid when a time cannot be read."""
    return NewCase(
        case_type=case_type,
        unit_id=whole(typed.get("unit_id")) or 0,
        title=typed.get("title", ""),
        narrative=typed.get("narrative", ""),
        occurred_at=None
        if UNKNOWN in typed.getlist("occurred_at.unknown")
        else _at(typed, "occurred_at"),
        known_at=_at(typed, "known_at"),
        people=_people(typed),
        fields=read(fields, typed, "fields."),
        past_school=bool(typed.get("past_school")),
    )


def _people(typed: Typed) -> list[NewPerson]:
    """The pupils tapped with their parts, then those who were typed."""
    found = [
        NewPerson("", typed.get(f"part.{student_id}", ""), student_id=student_id)
        for student_id in map(whole, typed.getlist("pupil"))
        if student_id is not None
    ]
    for row in range(BLANK_ROWS):
        name = typed.get(f"other.{row}.name", "").strip()
        if name:
            found.append(NewPerson(name, typed.get(f"other.{row}.part", "")))
    return found


def _at(typed: Typed, name: str) -> datetime | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    try:
        return _zoned(datetime.fromisoformat(text))
    except ValueError:
        raise Invalid({name: [Text(NOT_INSTANT)]}) from None


def _zoned(at: datetime) -> datetime:
    """What a browser sends has no zone: it is the time on the school's wall."""
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)


def _value(field: Field, typed: Typed, name: str) -> object | None:
    if typed.get(f"{name}.unknown"):
        return UNKNOWN
    many = field.many or field.type in {FieldType.MULTICHOICE, FieldType.PEOPLE}
    if many:
        return _several(field, typed.getlist(name), present=f"{name}.present" in typed)
    text = typed.get(name, "")
    if not text.strip():
        return None
    return _ONE.get(field.type, str)(text)


def _several(field: Field, texts: list[str], *, present: bool) -> list[object] | None:
    """A list; an empty one is an answer only where the entry is required and was shown."""
    if not texts:
        return [] if field.required and field.choices and present else None
    return [_number(text) if not field.choices else text for text in texts]


def _boolean(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


def _number(text: str) -> object:
    """An integer where the text is one; the service says what is wrong with anything else."""
    clean = text.strip()
    negative = clean.startswith("-")
    number = whole(clean[1:] if negative else clean)
    return text if number is None else -number if negative else number


def _instant(text: str) -> object:
    try:
        return _zoned(datetime.fromisoformat(text)).isoformat()
    except ValueError:
        return text


_ONE: dict[FieldType, Callable[[str], object]] = {
    FieldType.BOOLEAN: _boolean,
    FieldType.INTEGER: _number,
    FieldType.DATETIME: _instant,
    FieldType.PERSON: _number,
    FieldType.UNIT: _number,
    FieldType.USER: _number,
    FieldType.FILE: _number,
    FieldType.CASE: lambda text: text.strip().upper(),
}
