"""What comparing a file with the database needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.importing.faults import BadCell
from casework.importing.rows import Row
from casework.permissions import Actor
from casework.services.importing.outcome import Outcome
from casework.services.importing.places import Node, Places
from casework.text import Text

Write = Callable[[], Iterator[int]]
"""Carries a plan out, and tells after each step how many more rows are done."""


class BadLookup(BadCell):
    """What a row names at a column is not to be found, or does not fit."""

    def __init__(self, column: str, text: Text) -> None:
        self.column = column
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Work:
    """The rows of a file, who hands them in, what is known, and where the result is noted.

    ``within`` is the unit in which names are looked up, if one was chosen for the whole file.
    """

    session: Session
    actor: Actor
    places: Places
    rows: tuple[Row, ...]
    within: Node | None
    outcome: Outcome
