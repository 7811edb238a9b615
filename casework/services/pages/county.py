"""The bureau's board: what is late, where it has got to, school by school, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.permissions import Actor
from casework.services.pages import labels
from casework.services.pages.board.counting import Figure, total
from casework.services.pages.board.lines import Line, in_order, lines_of, rest_line
from casework.services.pages.board.measures import (
    HIGHEST,
    LAST,
    OLDEST,
    QUIET,
    Measure,
    school_measures,
    school_year,
    top_measures,
)
from casework.services.pages.board.scope import board_unit
from casework.services.pages.board.today import SILENCE, Today, today_of
from casework.services.pages.case_filters import Filters, as_args
from casework.services.pages.chips import STAGES
from casework.services.pages.queue import Option
from casework.services.pages.risen import Risen, risen
from casework.services.pages.trouble import Trouble, trouble
from casework.workflows.registry import WORKFLOWS

PAGE = 60
"""How many schools one page shows: it must stay small on a slow phone."""
SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of a board asks for."""

    unit_id: int | None = None
    case_type: str = ""
    stage: str = ""
    level: int | None = None
    sort: str = "worst"
    page: int = 1

    def filters(self, unit: Unit) -> Filters:
        """The filters that hold for every figure of the board."""
        return Filters(
            case_type=self.case_type, stage=self.stage, level=self.level, unit_id=unit.id
        )


@dataclass(frozen=True, slots=True)
class CountyPage:
    """The figures of the whole area, a page of its schools, the bureau itself, what came up."""

    unit: str
    unit_id: int
    wanted: Wanted
    since: date
    today: Today | None
    figures: tuple[Figure, ...]
    columns: tuple[Measure, ...]
    lines: tuple[Line, ...]
    own: Line | None
    schools: int
    pages: int
    risen: Risen
    types: tuple[Option, ...]
    stages: tuple[Option, ...]
    levels: tuple[Option, ...]
    trouble: Trouble


def county_page(session: Session, actor: Actor, wanted: Wanted | None = None) -> CountyPage:
    """The schools below a bureau in the actor's scope. Raises NotFound for any other unit."""
    wanted = wanted or Wanted()
    unit = board_unit(session, actor, wanted.unit_id)
    base, since = wanted.filters(unit), school_year(clock.today())
    measures = school_measures(since)
    schools = _schools(session, unit, wanted.stage)
    today = today_of(session, actor, unit)
    found = in_order(lines_of(session, actor, schools, base, measures), wanted.sort)
    if today is not None and wanted.sort == SILENCE:
        found.sort(key=lambda line: today.quiet[line.id].order)
    start = (max(wanted.page, 1) - 1) * PAGE
    return CountyPage(
        unit=unit.name,
        unit_id=unit.id,
        wanted=wanted,
        since=since,
        today=today,
        figures=total(session, actor, base, top_measures(since)),
        columns=_columns(measures, quiet=today is not None),
        lines=tuple(found[start : start + PAGE]),
        own=None
        if wanted.stage
        else rest_line(session, actor, unit, replace(base, outside=SCHOOL), measures),
        schools=len(found),
        pages=-(-len(found) // PAGE),
        risen=risen(session, actor, replace(base, level=_at_least(wanted))),
        types=tuple(Option(w.case_type, w.title) for w in WORKFLOWS.values()),
        stages=_stages(session, unit),
        levels=tuple(Option(str(n), label) for n, label in enumerate(labels.LEVELS) if n),
        trouble=trouble(session, unit.path),
    )


def _columns(measures: Sequence[Measure], *, quiet: bool) -> tuple[Measure, ...]:
    """The heads in the order of the cells of a line."""
    beside = (QUIET,) if quiet else ()
    return (*measures[:2], HIGHEST, measures[2], *beside, *measures[3:], OLDEST, LAST)


def _at_least(wanted: Wanted) -> int:
    return max(labels.COUNTY, wanted.level or 0)


def _schools(session: Session, unit: Unit, stage: str) -> list[Unit]:
    query = select(Unit).where(Unit.kind == SCHOOL, Unit.path.startswith(unit.path))
    if stage:
        query = query.where(Unit.stage == stage)
    return list(session.scalars(query.order_by(Unit.path)))


def _stages(session: Session, unit: Unit) -> tuple[Option, ...]:
    query = select(Unit.stage).where(Unit.kind == SCHOOL, Unit.path.startswith(unit.path))
    found = sorted(session.scalars(query.where(Unit.stage != "").distinct()))
    return tuple(Option(stage, STAGES.get(stage, stage)) for stage in found)


def as_board_args(wanted: Wanted) -> dict[str, str]:
    """What a board was asked for, as it stands in an address."""
    filters = Filters(
        case_type=wanted.case_type,
        stage=wanted.stage,
        level=wanted.level,
        unit_id=wanted.unit_id,
    )
    sort = {} if wanted.sort == "worst" else {"sort": wanted.sort}
    return {**as_args(filters), **sort}
