"""Names of minors in lists: the family name stays, the rest is covered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Person

LEAST = 2
"""A single sign may be part of any word; it is not looked for in a title."""


def masked(name: str) -> str:
    """A name as lists may show it: the first sign and a star for each other one."""
    return name[:1] + "*" * max(1, min(len(name) - 1, 3)) if name else ""


def masked_within(text: str, names: Iterable[str]) -> str:
    """A title in which the known names are covered."""
    for name in sorted((n for n in names if len(n) >= LEAST), key=len, reverse=True):
        text = text.replace(name, masked(name))
    return text


def names_of(session: Session, case_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """The names of the people of each of these cases."""
    found: dict[int, list[str]] = {}
    query = select(Person.case_id, Person.name).where(Person.case_id.in_(list(case_ids)))
    for case_id, name in session.execute(query):
        found.setdefault(case_id, []).append(name)
    return found
