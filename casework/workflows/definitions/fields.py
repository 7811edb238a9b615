"""The fields of forms, each kind in one word: what definitions are written with."""

from __future__ import annotations

from casework.workflows.definition import Choice, Field, FieldType


def text(name: str, label: str, **options: object) -> Field:
    """A field of free words; personal by nature."""
    return Field(name, FieldType.TEXT, label, **options)  # type: ignore[arg-type]


def fact(name: str, label: str, **options: object) -> Field:
    """A yes-or-no fact for which 未知 is an answer."""
    return Field(name, FieldType.BOOLEAN, label, unknown=True, **options)  # type: ignore[arg-type]


def when(name: str, label: str, **options: object) -> Field:
    """An instant that has already passed."""
    return Field(name, FieldType.DATETIME, label, **options)  # type: ignore[arg-type]


def choice(name: str, label: str, choices: tuple[Choice, ...], **options: object) -> Field:
    """A choice of one."""
    return Field(name, FieldType.CHOICE, label, choices=choices, **options)  # type: ignore[arg-type]


def figure(name: str, label: str, **options: object) -> Field:
    """A count of people, or 未知."""
    return Field(name, FieldType.INTEGER, label, unknown=True, **options)  # type: ignore[arg-type]


def person(name: str, label: str, **options: object) -> Field:
    """One of the people of the case."""
    return Field(name, FieldType.PERSON, label, **options)  # type: ignore[arg-type]
