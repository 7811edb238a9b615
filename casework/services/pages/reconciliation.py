"""The reconciliation board: school by school what was owed and done, and who is strangely quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.permissions import Actor
from casework.services.pages.board.scope import board_unit
from casework.services.pages.funnel_chart import Chart, chart_of
from casework.services.reconciliation.area import bureaus_below, schools_of
from casework.services.reconciliation.counting import Figures, of_day, totals
from casework.services.reconciliation.funnel import Funnel, Judgement, Verdict
from casework.services.reconciliation.listing import within
from casework.services.reconciliation.months import Mark, month_of
from casework.services.reconciliation.silence import (
    Asked,
    first_day,
    funnel_of,
    last_asked,
)
from casework.text import N_

PAGE = 40
MOST_DRAWN = 300
"""How many schools the funnel draws and tells one by one."""
DAY = timedelta(days=1)
MARKS: Mapping[str, str] = {
    Mark.WHOLE: N_("everything in"),
    Mark.GAPS: N_("something missing"),
    Mark.TROUBLE: N_("contradicted or flagged"),
    Mark.FREE: N_("nothing owed"),
    Mark.AHEAD: N_("still to come"),
}
JUDGEMENTS: Mapping[str, str] = {
    Judgement.SILENT: N_("far fewer than comparable schools"),
    Judgement.FEW: N_("fewer than comparable schools"),
    Judgement.WITHIN: N_("within what chance explains"),
    Judgement.TOO_SMALL: N_("cannot be judged: too few reports are expected"),
    Judgement.NO_PEERS: N_("cannot be judged: too few comparable schools"),
    Judgement.NO_PUPILS: N_("cannot be judged: pupils or stage are not entered"),
}
ORDER = tuple(JUDGEMENTS)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a strip: where it is drawn, and how it was."""

    on: date
    mark: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A month of one school, and the same in numbers of days."""

    days: tuple[Day, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many days were how, the worst first."""
        found = Counter(day.mark for day in self.days)
        return {mark: found[mark] for mark in (Mark.TROUBLE, Mark.GAPS, Mark.WHOLE)}


@dataclass(frozen=True, slots=True)
class Line:
    """One school on the board."""

    id: int
    name: str
    figures: Figures
    strip: Strip


@dataclass(frozen=True, slots=True)
class Quiet:
    """A school held against comparable ones, with when it was last asked."""

    id: int
    name: str
    verdict: Verdict
    words: str
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class ReconciliationPage:
    """The board of a bureau for a day."""

    unit: str
    unit_id: int
    others: tuple[tuple[int, str], ...]
    on: date
    before: date
    after: date | None
    total: Figures
    lines: tuple[Line, ...]
    schools: int
    page: int
    pages: int
    since: date
    silent: tuple[Quiet, ...]
    held: tuple[Quiet, ...]
    counts: Mapping[str, int]
    dispersion: float
    chart: Chart | None


def reconciliation_page(
    session: Session,
    actor: Actor,
    on: date | None = None,
    unit_id: int | None = None,
    page: int = 1,
) -> ReconciliationPage:
    """The own schools of a bureau in the actor's reach. Raises NotFound for any other unit."""
    bureau, day = board_unit(session, actor, unit_id), within(on)
    schools = schools_of(session, bureau)
    figures = of_day(session, actor, bureau, schools, day)
    ordered = sorted(schools, key=lambda one: (*figures[one.id].worst_first, one.name, one.id))
    start = (max(page, 1) - 1) * PAGE
    shown = ordered[start : start + PAGE]
    funnel = funnel_of(session, actor, bureau, schools, day)
    held = _held(session, schools, funnel)
    return ReconciliationPage(
        unit=bureau.name,
        unit_id=bureau.id,
        others=tuple((one.id, one.name) for one in bureaus_below(session, bureau)),
        on=day,
        before=day - DAY,
        after=day + DAY if day < clock.today() else None,
        total=totals(figures.values()),
        lines=_lines(session, actor, bureau, shown, figures, day),
        schools=len(ordered),
        page=max(page, 1),
        pages=-(-len(ordered) // PAGE),
        since=first_day(day),
        silent=tuple(one for one in held if one.verdict.judgement is Judgement.SILENT),
        held=held[:MOST_DRAWN],
        counts=Counter(one.verdict.judgement.value for one in held),
        dispersion=funnel.dispersion,
        chart=_drawn(funnel, held[:MOST_DRAWN]),
    )


def strips(
    session: Session, actor: Actor, area: Unit, schools: Sequence[Unit], on: date
) -> dict[int, Strip]:
    """The month around a day, for each of these schools."""
    first = on.replace(day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    marks = month_of(session, actor, area, schools, first, last)
    return {
        one: Strip(tuple(Day(first + n * DAY, mark.value) for n, mark in enumerate(found)))
        for one, found in marks.items()
    }


def _lines(
    session: Session,
    actor: Actor,
    area: Unit,
    schools: Sequence[Unit],
    figures: Mapping[int, Figures],
    on: date,
) -> tuple[Line, ...]:
    months = strips(session, actor, area, schools, on)
    return tuple(Line(one.id, one.name, figures[one.id], months[one.id]) for one in schools)


def _held(session: Session, schools: Sequence[Unit], funnel: Funnel) -> tuple[Quiet, ...]:
    """Every school with its judgement, the quietest first."""
    units = {school.id: school for school in schools}
    low = [v.school.id for v in funnel.verdicts if v.judgement in ORDER[:2]]
    asked = last_asked(session, [units[one] for one in low])
    found = [
        Quiet(
            one.school.id,
            units[one.school.id].name,
            one,
            JUDGEMENTS[one.judgement],
            asked.get(one.school.id),
        )
        for one in funnel.verdicts
    ]
    return tuple(sorted(found, key=_quietest))


def _quietest(one: Quiet) -> tuple[int, float, str]:
    ratio = one.verdict.ratio
    return ORDER.index(one.verdict.judgement), ratio if ratio is not None else 0.0, one.name


def _drawn(funnel: Funnel, held: Sequence[Quiet]) -> Chart | None:
    names = {one.id: one.name for one in held}
    known = tuple(one for one in funnel.verdicts if one.school.id in names)
    return chart_of(Funnel(known, funnel.dispersion), names)
