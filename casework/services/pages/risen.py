"""The cases of a board that have come up to its bureau: the first of them, and where all are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.permissions import Actor
from casework.services.pages.case_filters import Filters, as_args
from casework.services.pages.queue import CaseRow, how_many, queue_page

MOST = 10


@dataclass(frozen=True, slots=True)
class Risen:
    """The most urgent ones, how many there are, and the address of the list of all."""

    rows: tuple[CaseRow, ...]
    total: int
    args: Mapping[str, str]


def risen(session: Session, actor: Actor, filters: Filters) -> Risen:
    """What the list with these filters begins with."""
    rows = queue_page(session, actor, filters).rows[:MOST]
    return Risen(rows, how_many(session, actor, filters), as_args(filters))
