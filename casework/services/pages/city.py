"""The city's board: county by county, and how each county bureau itself kept its duties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.permissions import Actor
from casework.services.pages.board.counting import Figure, total
from casework.services.pages.board.lines import Line, in_order, lines_of, rest_line
from casework.services.pages.board.measures import (
    AT_CITY,
    CITY,
    FLAGGED,
    OPEN,
    OVERDUE,
    SUSPECTED,
    Measure,
    county_measures,
    late_reports,
    school_year,
)
from casework.services.pages.board.scope import city_unit
from casework.services.pages.case_filters import Filters
from casework.services.pages.queue import Option
from casework.services.pages.risen import Risen, risen
from casework.services.pages.trouble import Trouble, trouble
from casework.workflows.registry import WORKFLOWS

COUNTY = "county_bureau"


@dataclass(frozen=True, slots=True)
class CityPage:
    """The figures of the city, a line for each county, what lies beside them, what came up."""

    unit: str
    unit_id: int
    case_type: str
    sort: str
    since: date
    figures: tuple[Figure, ...]
    columns: tuple[Measure, ...]
    lines: tuple[Line, ...]
    own: Line
    risen: Risen
    types: tuple[Option, ...]
    trouble: Trouble


def city_page(session: Session, actor: Actor, case_type: str = "", sort: str = "worst") -> CityPage:
    """The counties of the actor's city, the worst first. Raises NotAllowed elsewhere."""
    city = city_unit(session, actor)
    base, since = Filters(case_type=case_type, unit_id=city.id), school_year(clock.today())
    measures = county_measures(since)
    counties = session.scalars(
        select(Unit).where(Unit.kind == COUNTY, Unit.path.startswith(city.path)).order_by(Unit.path)
    ).all()
    lines = lines_of(session, actor, counties, base, measures, handled=False)
    top = (OPEN, OVERDUE, SUSPECTED, AT_CITY, late_reports(since), FLAGGED)
    return CityPage(
        unit=city.name,
        unit_id=city.id,
        case_type=case_type,
        sort=sort,
        since=since,
        figures=total(session, actor, base, top),
        columns=measures,
        lines=tuple(in_order(lines, sort)),
        own=rest_line(session, actor, city, replace(base, outside=COUNTY), measures),
        risen=risen(session, actor, replace(base, level=CITY)),
        types=tuple(Option(w.case_type, w.title) for w in WORKFLOWS.values()),
        trouble=trouble(session, city.path),
    )
