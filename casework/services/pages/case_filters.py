"""What a list of cases can be asked for: the same conditions for the list and for every count.

A figure on a board is a :class:`Filters`; the list behind it is the list with the same filters, so
that both hold the same cases by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework import clock
from casework.clock import LOCAL
from casework.models import Case, Clock, Flag, Report, Unit
from casework.permissions import Actor
from casework.services import part_list, parts
from casework.services.scope import parse_number, visible

ANY = "any"
"""Stands for every kind of flag."""
ACKNOWLEDGING = "acknowledge"
"""What the rules are called, after the dot, by which a bureau must acknowledge a report."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty means everything. ``closed`` adds final states.

    ``level`` is at least, ``level_is`` exactly. ``outside`` is a kind of unit the case belongs to
    none of. ``late_duty`` names rules by what stands after their dot: a duty of this case fell due
    unfulfilled. ``since`` and ``until`` are days of filing, ``flag_since`` of a flag's limit and
    ``late_since`` of the duty's last instant. ``unsigned``: a report waits for its signature.
    ``part``: only cases that are seen in part.
    """

    case_type: str = ""
    state: str = ""
    phase: str = ""
    level: int | None = None
    overdue: bool = False
    unit_id: int | None = None
    flag: str = ""
    q: str = ""
    closed: bool = False
    level_is: int | None = None
    stage: str = ""
    outside: str = ""
    flag_since: date | None = None
    unacknowledged: bool = False
    acknowledged: bool = False
    late_duty: str = ""
    late_since: date | None = None
    since: date | None = None
    until: date | None = None
    unsigned: bool = False
    part: bool = False


KINDS: Mapping[str, str] = {
    field.name: str(field.type).removesuffix(" | None") for field in fields(Filters)
}


def as_args(filters: Filters) -> dict[str, str]:
    """The filters as they stand in an address; what is empty is left out."""
    values = {name: getattr(filters, name) for name in KINDS}
    return {
        name: "1" if value is True else str(value)
        for name, value in values.items()
        if value is not None and value is not False and value != ""
    }


def from_args(args: Mapping[str, str]) -> Filters:
    """The filters an address asks for; what cannot be read is left out."""
    return Filters(**{name: _READ[kind](args.get(name, "")) for name, kind in KINDS.items()})


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_READ: Mapping[str, Any] = {"str": str.strip, "int": _whole, "bool": bool, "date": _day}


def start_of(day: date) -> datetime:
    """The first instant of a day here."""
    return datetime.combine(day, time(0), LOCAL).astimezone(UTC)


def overdue(now: datetime) -> ColumnElement[bool]:
    """True for a case with a running duty whose last instant has passed."""
    return exists().where(
        Clock.case_id == Case.id,
        Clock.stopped_at.is_(None),
        Clock.target_at.is_not(None),
        func.coalesce(Clock.limit_at, Clock.target_at) < now,
    )


def acknowledgement_runs() -> ColumnElement[bool]:
    """True for a clock that waits for a bureau to acknowledge."""
    return and_(Clock.stopped_at.is_(None), Clock.rule_id.endswith(f".{ACKNOWLEDGING}"))


def unsigned() -> ColumnElement[bool]:
    """True for a case with a report that nobody has signed; a corrected one waits no more."""
    return exists().where(
        Report.case_id == Case.id, Report.superseded.is_(False), Report.signed_at.is_(None)
    )


def inside(kind: str, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """True when a unit, the case's own if no other is given, is of this kind or below one."""
    around = aliased(Unit)
    return exists().where(around.kind == kind, unit.path.startswith(around.path))


def conditions(session: Session, wanted: Filters) -> list[ColumnElement[bool]]:
    """What a case must fulfil; the statement joins ``unit`` to ``case``."""
    found = [*_plain(wanted), *placed(session, wanted), *_clocks(wanted), *_flags(wanted)]
    if wanted.q:
        found.append(_search(wanted.q))
    elif not (wanted.closed or wanted.state or wanted.phase):
        found.append(Case.final.is_(False))
    return found


OF_A_PART = frozenset({"case_type", "state", "phase", "unit_id", "overdue", "q", "closed", "part"})
"""The filters that ask for nothing a part withholds."""


def listed(session: Session, actor: Actor, wanted: Filters) -> ColumnElement[bool]:
    """The cases on a list of the actor's: seen as a whole, or in part as far as filters allow."""
    whole = and_(visible(actor), *conditions(session, wanted))
    return or_(false() if wanted.part else whole, listed_in_part(session, actor, wanted))


def listed_in_part(session: Session, actor: Actor, wanted: Filters) -> ColumnElement[bool]:
    """Those of them that are seen in part."""
    if not parts.sees_parts(actor) or not set(as_args(wanted)) <= OF_A_PART:
        return false()
    closed = wanted.closed or bool(wanted.q)
    found = conditions(session, replace(wanted, q="", overdue=False, closed=closed))
    if wanted.q:
        found.append(part_list.by_number(wanted.q))
    if wanted.overdue:
        found.append(part_list.late(actor, clock.now()))
    return and_(parts.in_part(session, actor), *found)


def _plain(wanted: Filters) -> list[ColumnElement[bool]]:
    exact = {Case.case_type: wanted.case_type, Case.state: wanted.state, Case.phase: wanted.phase}
    found = [column == value for column, value in exact.items() if value]
    if wanted.level is not None:
        found.append(Case.level >= wanted.level)
    if wanted.level_is is not None:
        found.append(Case.level == wanted.level_is)
    if wanted.since is not None:
        found.append(Case.filed_at >= start_of(wanted.since))
    if wanted.until is not None:
        found.append(Case.filed_at < start_of(wanted.until))
    if wanted.acknowledged:
        found.append(Case.received_at.is_not(None))
    if wanted.unsigned:
        found.append(unsigned())
    return found


def placed(
    session: Session, wanted: Filters, place: type[Unit] = Unit
) -> list[ColumnElement[bool]]:
    """Where a unit must lie, the case's own if no other is given; the statement joins it."""
    found = []
    if wanted.unit_id is not None:
        unit = session.get(Unit, wanted.unit_id)
        path = unit.path if unit else "-"
        found.append(place.path.startswith(path, autoescape=True))
    if wanted.stage:
        school = aliased(Unit)
        staged = (school.kind == "school", school.stage == wanted.stage)
        found.append(exists().where(*staged, place.path.startswith(school.path)))
    if wanted.outside:
        found.append(~inside(wanted.outside, place))
    return found


def _clocks(wanted: Filters) -> list[ColumnElement[bool]]:
    now, found = clock.now(), []
    if wanted.overdue:
        found.append(overdue(now))
    if wanted.unacknowledged:
        found.append(exists().where(Clock.case_id == Case.id, acknowledgement_runs()))
    if wanted.late_duty:
        due = func.coalesce(Clock.limit_at, Clock.target_at)
        late = [Clock.case_id == Case.id, due < func.coalesce(Clock.stopped_at, now)]
        late.append(Clock.rule_id.endswith(f".{wanted.late_duty}", autoescape=True))
        if wanted.late_since is not None:
            late.append(due >= start_of(wanted.late_since))
        found.append(exists().where(*late))
    return found


def _flags(wanted: Filters) -> list[ColumnElement[bool]]:
    if not wanted.flag:
        return []
    standing = select(Flag.case_id).where(Flag.cleared_at.is_(None), Flag.case_id.is_not(None))
    if wanted.flag != ANY:
        standing = standing.where(Flag.kind == wanted.flag)
    if wanted.flag_since is not None:
        standing = standing.where(Flag.at >= start_of(wanted.flag_since))
    return [Case.id.in_(standing)]


def _search(words: str) -> ColumnElement[bool]:
    words = words.strip()
    parsed = parse_number(words.upper())
    if parsed is not None:
        return and_(Case.id == parsed[1], Case.case_type == parsed[0])
    if words.isdigit() and len(words) <= 12:
        return or_(Case.id == int(words), Case.title.contains(words, autoescape=True))
    return Case.title.icontains(words, autoescape=True)
