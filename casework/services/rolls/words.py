"""What must be checked in the words of a person, and where the personal ones are read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import PrivateValue, Unit
from casework.text import N_, Text
from casework.workflows.definition import Choice
from casework.workflows.forms import NOT_CHOICE, REQUIRED, clean_text

Errors = dict[str, list[Text]]
LONG = N_("At most %(most)s characters fit here.")
MOST = 400


def spoken(errors: Errors, name: str, value: object, *, required: bool = True) -> str:
    """A short text; a fault goes to ``errors``."""
    try:
        text = clean_text(value if value is not None else "")
    except ValidationError as fault:
        errors[name] = list(fault.messages)  # type: ignore[arg-type]
        return ""
    if required and not text:
        errors[name] = [Text(REQUIRED)]
    elif len(text) > MOST:
        errors[name] = [Text(LONG, {"most": MOST})]
    return text


def one_of(errors: Errors, name: str, value: str, known: Iterable[str]) -> None:
    """Refuse what is none of the choices."""
    words = tuple(known)
    if value not in words:
        errors[name] = [Text(NOT_CHOICE, {"value": value, "choices": ", ".join(words)})]


def some_of(
    errors: Errors, name: str, values: Sequence[str], choices: Sequence[Choice]
) -> list[str]:
    """Several of the choices, each once."""
    for value in values:
        one_of(errors, name, value, (str(choice.value) for choice in choices))
    return list(dict.fromkeys(values))


def demand(errors: Errors) -> None:
    """Raise Invalid with the faults, if there are any."""
    if errors:
        raise Invalid(errors)


def texts(session: Session, unit: Unit, seqs: Iterable[int]) -> Mapping[int, Mapping[str, str]]:
    """The personal texts of some events of a unit's chain that are not erased."""
    found: dict[int, dict[str, str]] = {}
    wanted = sorted(set(seqs))
    if not wanted:
        return found
    query = select(PrivateValue).where(
        PrivateValue.case_key == unit.chain, PrivateValue.seq.in_(wanted)
    )
    for row in session.scalars(query):
        found.setdefault(row.seq, {})[row.name] = row.value
    return found
