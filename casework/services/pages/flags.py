"""Lists of flags: every one raised at a school, and those that a figure of a board counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_
from sqlalchemy.orm import Session, aliased

from casework.clock import LOCAL
from casework.errors import NotFound
from casework.models import Case, Clock, Flag, Unit
from casework.permissions import Actor, Permission
from casework.services.pages import labels
from casework.services.pages.board.flagged import BLAMED, flags_in_all, joined, known, standing
from casework.services.pages.case_filters import Filters
from casework.services.pages.chips import Chip, chips_of
from casework.services.pages.duties import titled
from casework.services.pages.queue import Option
from casework.text import Text
from casework.workflows.registry import WORKFLOWS

MOST = 40
"""How many flags one page shows."""
COLUMNS = (Flag, Case, BLAMED.name)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag; it stays when it has been cleared. Of one without a case ``school_id`` and ``on``
    say where it is explained, if it lies at a school.
    """

    number: str
    school: str
    unit: str
    school_id: int | None
    on: date
    label: str
    duty: Text
    at: datetime
    raised_at: datetime
    system_late: bool
    cleared_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Flags:
    """Some flags, the newest first, and how many there are in all."""

    rows: tuple[FlagLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FlagsPage:
    """A page of the standing flags that fit the filters."""

    filters: Filters
    unit: str
    chips: tuple[Chip, ...]
    kinds: tuple[Option, ...]
    types: tuple[Option, ...]
    flags: Flags
    page: int
    pages: int


def flags_page(session: Session, actor: Actor, wanted: Filters, page: int = 1) -> FlagsPage:
    """The standing flags below the actor's bureau. Raises NotFound for a unit that is not."""
    unit = session.get(Unit, wanted.unit_id) if wanted.unit_id is not None else None
    if wanted.unit_id is not None and (
        unit is None or not actor.can(Permission.BOARD_READ, unit.path)
    ):
        raise NotFound
    total, page = flags_in_all(session, actor, wanted), max(page, 1)
    query = standing(session, actor, wanted, *COLUMNS)
    return FlagsPage(
        filters=wanted,
        unit=unit.name if unit is not None else "",
        chips=tuple(one for one in chips_of(wanted) if one.name != "flag"),
        kinds=tuple(Option(kind, label) for kind, label in labels.FLAGS.items()),
        types=tuple(Option(w.case_type, w.title) for w in WORKFLOWS.values()),
        flags=Flags(_lines(session, query.offset((page - 1) * MOST)), total),
        page=page,
        pages=-(-total // MOST),
    )


def flags_of(session: Session, actor: Actor, school: Unit) -> Flags:
    """The newest flags of a school, cleared ones included: of its cases, of what it owes by itself,
    and of cases about it that another unit handles.
    """
    inside = (unit.path.startswith(school.path, autoescape=True) for unit in (BLAMED, Unit))
    raised = known(actor), or_(*inside)
    total = session.scalar(joined(func.count(Flag.id)).where(*raised)) or 0
    return Flags(_lines(session, joined(*COLUMNS).where(*raised)), total)


def _lines(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[FlagLine, ...]:
    duty, school = aliased(Clock), aliased(Unit)
    query = (
        query.add_columns(duty.terms, duty.recipient, school.id, school.name)
        .join(duty, Flag.clock_id == duty.id)
        .outerjoin(school, (school.kind == "school") & BLAMED.path.startswith(school.path))
        .order_by(Flag.at.desc(), Flag.id.desc())
        .limit(MOST)
    )
    return tuple(_line(row) for row in session.execute(query))


def _line(row: Any) -> FlagLine:
    flag, case, unit, terms, recipient, school_id, school = row
    return FlagLine(
        number=case.number if case is not None else "",
        school=school or "",
        unit=unit if unit != school else "",
        school_id=school_id,
        on=flag.at.astimezone(LOCAL).date(),
        label=labels.FLAGS.get(flag.kind, flag.kind),
        duty=titled(terms["title"], recipient),
        at=flag.at,
        raised_at=flag.raised_at,
        system_late=flag.system_late,
        cleared_at=flag.cleared_at,
        reason=flag.reason or "",
    )
