"""The lines of a board: one unit each, its figures, how high it got, what waits, who last acted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.permissions import Actor
from casework.services.pages.board.counting import (
    Figure,
    by_unit,
    figure,
    oldest_unacknowledged,
    total,
)
from casework.services.pages.board.handling import Handling, last_handling
from casework.services.pages.board.measures import AT_LEVEL, UNACKNOWLEDGED, Measure
from casework.services.pages.case_filters import Filters, as_args


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of a board; ``level`` leads to the open cases at the highest level, if above 0."""

    id: int
    name: str
    stage: str
    figures: tuple[Figure, ...]
    level: int
    at_level: Figure | None
    waiting: timedelta | None
    waiting_args: Mapping[str, str]
    last: Handling | None

    def value(self, name: str) -> int:
        """One figure by its name; 0 when the board has none of that name."""
        return next((one.value for one in self.figures if one.name == name), 0)


def worst(line: Line) -> tuple[Any, ...]:
    """The worst first: what is overdue, how high it got, what is flagged, what is open."""
    names = ("flagged", "late", "open")
    return (
        -line.value("overdue"),
        -line.level,
        *(-line.value(name) for name in names),
        line.name,
        line.id,
    )


def _most(name: str) -> Callable[[Line], tuple[Any, ...]]:
    return lambda line: (-line.value(name), worst(line))


LONG_AGO = datetime.fromtimestamp(0, tz=clock.LOCAL)
SORTS: Mapping[str, Callable[[Line], tuple[Any, ...]]] = {
    "worst": worst,
    "name": lambda line: (line.name, line.id),
    "level": lambda line: (-line.level, worst(line)),
    "oldest": lambda line: (-(line.waiting or timedelta(0)), worst(line)),
    "last": lambda line: (line.last.at if line.last else LONG_AGO, worst(line)),
}
"""The orders a board offers besides "the most first" of each figure."""


def in_order(lines: Sequence[Line], sort: str) -> list[Line]:
    """The lines by an order of SORTS or by a figure; an unknown one counts as the worst first."""
    known = {one.name for line in lines for one in line.figures}
    return sorted(lines, key=SORTS.get(sort) or (_most(sort) if sort in known else worst))


def lines_of(
    session: Session,
    actor: Actor,
    places: Sequence[Unit],
    base: Filters,
    measures: Sequence[Measure],
    *,
    handled: bool = True,
) -> list[Line]:
    """One line for each unit, none of which lies below another."""
    counts = by_unit(session, actor, places, base, [*measures, *AT_LEVEL])
    oldest = oldest_unacknowledged(session, actor, places, base)
    last = last_handling(session, actor, places, base) if handled else {}
    return [
        _line(
            (place.id, place.name, place.stage),
            replace(base, unit_id=place.id),
            measures,
            counts[place.id],
            oldest.get(place.id),
            last.get(place.id),
        )
        for place in places
    ]


def rest_line(
    session: Session, actor: Actor, unit: Unit, base: Filters, measures: Sequence[Measure]
) -> Line:
    """What belongs to none of the units of the lines: ``base`` says which kind is left out."""
    counts = [one.value for one in total(session, actor, base, [*measures, *AT_LEVEL])]
    return _line((unit.id, unit.name, ""), base, measures, counts, None, None)


def _line(
    place: tuple[int, str, str],
    base: Filters,
    measures: Sequence[Measure],
    counts: Sequence[int],
    oldest: datetime | None,
    last: Handling | None,
) -> Line:
    figures = tuple(figure(one, n, base) for one, n in zip(measures, counts, strict=False))
    at_level = counts[len(measures) :]
    level = max((n for n, count in enumerate(at_level) if count), default=0)
    return Line(
        *place,
        figures,
        level,
        figure(AT_LEVEL[level], at_level[level], base) if level else None,
        clock.now() - oldest if oldest else None,
        as_args(UNACKNOWLEDGED.within(base)),
        last,
    )
