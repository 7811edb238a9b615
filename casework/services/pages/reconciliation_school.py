"""One school on one day: the lists that prove each figure of the reconciliation board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Clock, Flag, Signal, Unit
from casework.permissions import Actor
from casework.services.actors import bureau_of
from casework.services.pages import labels
from casework.services.pages.board.scope import board_school
from casework.services.pages.closures import ClosureLine, closures_on
from casework.services.pages.reconciliation import DAY, Strip, strips
from casework.services.reconciliation.area import schools_of
from casework.services.reconciliation.counting import CALLED, Bounds, called, standing_flags
from casework.services.reconciliation.funnel import Verdict
from casework.services.reconciliation.listing import within
from casework.services.reconciliation.silence import Asked, first_day, funnel_of, last_asked
from casework.services.rolls.owed import MISSING, SAVED, dues_of
from casework.services.rolls.shapes import Due
from casework.services.scope import visible
from casework.services.signals.kinds import KINDS
from casework.services.signals.reach import visible as visible_signal
from casework.services.zero_reports import listing
from casework.workflows.registry import WORKFLOWS

MOST = 100
"""How many of each one page lists; the number of all stands beside."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that was filed on the day."""

    number: str
    type_title: str
    state_label: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A signal that came in on the day."""

    id: int
    number: str
    label: str
    state: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag that stands and whose limit fell into the day."""

    id: int
    label: str
    title: str
    at: datetime
    number: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some rows of one kind, and how many there are in all."""

    rows: tuple[Any, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SchoolDayPage:
    """Everything behind one line of the board, with the school's month."""

    id: int
    name: str
    bureau_id: int
    on: date
    before: date
    after: date | None
    strip: Strip
    missing: tuple[Due, ...]
    saved: int
    ahead: int
    closures: tuple[ClosureLine, ...]
    zero: tuple[Mapping[str, Any], ...]
    cases: Listed
    signals: Listed
    flags: Listed
    verdict: Verdict
    since: date
    asked: Asked | None

    @property
    def contradictions(self) -> int:
        """How many cases contradict what was attested for the day."""
        return sum(len(line["contradicted"]) for line in self.zero)


def school_day_page(
    session: Session, actor: Actor, school_id: int, on: date | None
) -> SchoolDayPage:
    """A school below the actor's bureau. Raises NotFound for any other unit."""
    school, day = board_school(session, actor, school_id), within(on)
    bureau = bureau_of(session, school)
    here = Bounds(day, Unit.path.startswith(school.path, autoescape=True))
    dues = _dues(session, here, day)
    funnel = funnel_of(session, actor, bureau, schools_of(session, bureau), day)
    return SchoolDayPage(
        id=school.id,
        name=school.name,
        bureau_id=bureau.id,
        on=day,
        before=day - DAY,
        after=day + DAY if day < clock.today() else None,
        strip=strips(session, actor, school, [school], day)[school.id],
        missing=tuple(one for one in dues if _rung(one) and one.state != SAVED),
        saved=sum(one.state == SAVED for one in dues),
        ahead=sum(not _rung(one) for one in dues),
        closures=closures_on(session, school, day),
        zero=tuple(
            line for line in listing.of_day(session, actor, day) if line["unit_id"] == school.id
        ),
        cases=_cases(session, actor, here),
        signals=_signals(session, actor, here),
        flags=_flags(session, actor, here),
        verdict=next(one for one in funnel.verdicts if one.school.id == school.id),
        since=first_day(day),
        asked=last_asked(session, [school]).get(school.id),
    )


def _rung(due: Due) -> bool:
    return due.state in (SAVED, MISSING) or due.bell_at <= clock.now()


def _dues(session: Session, here: Bounds, day: date) -> tuple[Due, ...]:
    """The rolls that were saved, and those owed by units in which anybody is."""
    filled = set(session.scalars(called(here.area)))
    found = dues_of(session, _called(session, here), day)
    return tuple(one for one in found if one.state == SAVED or one.unit_id in filled)


def _called(session: Session, here: Bounds) -> Sequence[Unit]:
    query = select(Unit).where(here.area, Unit.kind.in_(CALLED)).order_by(Unit.path)
    return session.scalars(query).all()


def _cases(session: Session, actor: Actor, here: Bounds) -> Listed:
    query = (
        select(Case, func.count().over())
        .join(Case.unit)
        .where(*here.holds(Case.filed_at), here.area, visible(actor))
        .order_by(Case.filed_at, Case.id)
    )
    rows = session.execute(query.limit(MOST)).all()
    lines = (
        CaseLine(
            case.number,
            WORKFLOWS[case.case_type].title,
            WORKFLOWS[case.case_type].state(case.state).label,
            case.filed_at,
        )
        for case, _ in rows
    )
    return Listed(tuple(lines), rows[0][1] if rows else 0)


def _signals(session: Session, actor: Actor, here: Bounds) -> Listed:
    query = (
        select(Signal, func.count().over())
        .join(Unit, Signal.unit_id == Unit.id)
        .where(*here.holds(Signal.received_at), here.area, visible_signal(actor))
        .order_by(Signal.received_at, Signal.id)
    )
    rows = session.execute(query.limit(MOST)).all()
    lines = (
        SignalLine(one.id, one.number, KINDS[one.kind].label, one.state, one.received_at)
        for one, _ in rows
    )
    return Listed(tuple(lines), rows[0][1] if rows else 0)


def _flags(session: Session, actor: Actor, here: Bounds) -> Listed:
    query = (
        select(Flag, Clock.terms, Case, func.count().over())
        .join(Unit, Flag.unit_id == Unit.id)
        .join(Clock, Flag.clock_id == Clock.id)
        .outerjoin(Case, Flag.case_id == Case.id)
        .where(*standing_flags(actor, here), here.area)
        .order_by(Flag.at, Flag.id)
    )
    rows = session.execute(query.limit(MOST)).all()
    lines = (
        FlagLine(
            flag.id,
            labels.FLAGS.get(flag.kind, flag.kind),
            terms["title"],
            flag.at,
            case.number if case else None,
        )
        for flag, terms, case, _ in rows
    )
    return Listed(tuple(lines), rows[0][3] if rows else 0)
