"""The page of the monthly bulletin: the figures of a month, and the documents about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.documents.catalogue import KINDS
from casework.errors import NotFound
from casework.models import Document, Unit
from casework.models.document import DROPPED
from casework.permissions import BUREAU_KINDS, Actor, Permission
from casework.services.documents import people, reading, scope
from casework.services.documents.gathering.area import WITHHELD
from casework.services.documents.gathering.bulletin import TOTALS, month_from, rate
from casework.services.documents.gathering.month import Month, month_of
from casework.services.documents.reading import DocumentLine
from casework.services.pages.forms import Option, as_is
from casework.text import N_

BULLETIN = "bulletin"
MOST = 12
WITHHELD_NAME = N_("Schools that may still answer")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the month, beside the month before."""

    name: str
    now: int
    before: int

    @property
    def change(self) -> int:
        """By how much it rose."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school's month; ``name`` is empty for what is withheld."""

    name: str
    due: int
    late: int
    overdue: int
    rate: str


@dataclass(frozen=True, slots=True)
class BulletinPage:
    """A month of a bureau, and the bulletins about it."""

    unit_id: int
    unit: str
    bureaus: tuple[Option, ...]
    month: date
    months: tuple[date, ...]
    figures: tuple[Figure, ...]
    schools: tuple[SchoolLine, ...]
    lines: tuple[DocumentLine, ...]
    writes: bool


def bulletin_page(
    session: Session, actor: Actor, unit_id: int | None, on: date | None
) -> BulletinPage:
    """The figures of a month. Raises NotFound without a bureau in reach."""
    bureaus = _bureaus(session, actor)
    bureau = next((one for one in bureaus if one.id == unit_id), bureaus[0] if bureaus else None)
    if bureau is None or (unit_id is not None and bureau.id != unit_id):
        raise NotFound
    first = month_from(on)
    now, before = (month_of(session, bureau, one) for one in (first, _before(first)))
    query = scope.known(actor).where(
        Document.kind == BULLETIN, Document.unit_id == bureau.id, Document.state != DROPPED
    )
    rows = session.scalars(query.order_by(Document.id.desc()).limit(MOST)).all()
    return BulletinPage(
        unit_id=bureau.id,
        unit=bureau.name,
        bureaus=tuple(Option(str(one.id), as_is(one.name)) for one in bureaus),
        month=first,
        months=tuple(_months()),
        figures=tuple(Figure(name, count(now), count(before)) for name, count in TOTALS),
        schools=tuple(_schools(now)),
        lines=tuple(reading.lines(session, actor, rows)),
        writes=people.at_unit(actor, KINDS[BULLETIN].drafters, bureau) is not None,
    )


def _bureaus(session: Session, actor: Actor) -> list[Unit]:
    """The bureaus of the actor, the own ones first."""
    own = {post.unit_id for post in actor.posts}
    rows = session.scalars(select(Unit).where(Unit.kind.in_(BUREAU_KINDS)).order_by(Unit.path))
    found = [unit for unit in rows if actor.can(Permission.BOARD_READ, unit.path)]
    return sorted(found, key=lambda unit: unit.id not in own)


def _months() -> list[date]:
    """The months that can be told of, the newest first."""
    first, found = clock.today().replace(day=1), []
    for _ in range(MOST):
        found.append(first)
        first = _before(first)
    return found


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _schools(now: Month) -> list[SchoolLine]:
    names = {school.id: school.name for school in now.schools} | {WITHHELD: ""}
    counted = (now.due, now.late, now.overdue)
    return [
        SchoolLine(
            name=names[one],
            due=now.due[one],
            late=now.late[one],
            overdue=now.overdue[one],
            rate=rate(now.due[one], now.late[one]),
        )
        for one in names
        if one != WITHHELD or any(figures[one] for figures in counted)
    ]
