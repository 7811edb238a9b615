"""Signals as programs and pages read them; what a reader may not see of one is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Disposition, Signal, SignalPerson, Unit, User
from casework.models.signal import OPEN, STATES, WAITING
from casework.permissions import Actor
from casework.services.scope import visible as visible_case
from casework.services.signals.reach import load, overseen, oversees, reads_words, visible
from casework.services.signals.receiving import SUBJECT
from casework.services.signals.shielding import OUTSIDE, SHIELDED, day, tells_kind

PENDING = (OPEN, WAITING)
GROUPS = {"pending": PENDING, "disposed": tuple(set(STATES) - set(PENDING))}
"""Names for several states at once."""
MOST = 200
CLOCK = (
    *("id", "owner", "round", "started_at", "target_at", "limit_at", "provisional"),
    *("stopped_at", "stopped_by", "next_rung_at"),
)
OUTCOME = ("outcome", "at", "school_knew_at", "first_heard", "omitted", "decided_at", "ended_at")
PLAIN = (
    *("id", "number", "kind", "state", "unit_id", "bureau_id"),
    *("received_at", "entered_at", "occurred_at", "seen_at"),
)
INNER = ("reason", "evidence", "decision", "ended_why")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which signals: exact filters; ``cursor`` is the id before which the page goes on."""

    state: str | None = None
    kind: str | None = None
    unit_id: int | None = None
    cursor: int | None = None
    limit: int = 50


def query_of(actor: Actor, wanted: Wanted) -> Select[Signal]:
    """The signals that the actor may know of and that fit the filters, in no order."""
    return select(Signal).where(visible(actor), *_filters(actor, wanted))


def page(session: Session, actor: Actor, wanted: Wanted) -> dict[str, Any]:
    """One page, newest first; ``next_cursor`` is None on the last."""
    limit = min(wanted.limit, MOST)
    query = query_of(actor, wanted).order_by(Signal.id.desc()).limit(limit + 1)
    rows = session.scalars(query).all()
    more = len(rows) > limit
    shown = rows[:limit]
    cursor = str(shown[-1].id) if more else None
    return {"items": data(session, actor, shown), "next_cursor": cursor}


def one(session: Session, actor: Actor, signal_id: int) -> dict[str, Any]:
    """One signal. Raises NotFound."""
    return data(session, actor, [load(session, actor, signal_id)])[0]


def data(session: Session, actor: Actor, signals: Sequence[Signal]) -> list[dict[str, Any]]:
    """These signals as this reader sees them."""
    ids = [signal.id for signal in signals]
    units = _units(session, {one for s in signals for one in (s.unit_id, s.bureau_id)})
    names = _names(session, ids)
    seers = _seers(session, signals)
    clocks, ends = _clocks(session, ids), _dispositions(session, actor, ids)
    found = []
    for signal in signals:
        bureau = units[signal.bureau_id]
        above = oversees(actor, bureau)
        found.append(
            {
                "unit": units[signal.unit_id].name,
                "bureau": bureau.name,
                **{name: getattr(signal, name) for name in PLAIN},
                **_inner(actor, signal, bureau, names.get(signal.id, [])),
                "seen_by": seers.get(signal.seen_by or 0),
                "clocks": clocks.get(signal.id, []),
                "dispositions": [
                    row if above else {**row, **dict.fromkeys(INNER)}
                    for row in ends.get(signal.id, [])
                    if above or row["ended_at"] is None
                ],
                **(_veiled(signal) if shielded(actor, signal, bureau) else {}),
            }
        )
    return found


def _inner(actor: Actor, signal: Signal, bureau: Unit, people: list[Any]) -> dict[str, Any]:
    """What not everybody reads: the words, and whom to ask back."""
    whole = reads_words(actor, signal, bureau)
    own = signal.entered_by is not None and signal.entered_by == actor.user_id
    asks = own or oversees(actor, bureau)
    return {
        "text": signal.words if whole else None,
        "people": people if whole else None,
        "seen_text": signal.seen_text if whole else None,
        "contact": signal.contact if asks else None,
        "external_id": signal.external_id if asks else None,
    }


def shielded(actor: Actor, signal: Signal, bureau: Unit) -> bool:
    """True when this reader must not learn who told: a school, of a kind that is shielded."""
    return signal.kind in SHIELDED and not reads_words(actor, signal, bureau)


def _veiled(signal: Signal) -> dict[str, Any]:
    """What stands in place of the kind and the minutes, by which a school knows who called."""
    at = {"received_at": day(signal.received_at), "entered_at": day(signal.entered_at)}
    return {"kind": OUTSIDE, **at, "occurred_at": None, "clocks": []}


def _filters(actor: Actor, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.state is not None:
        yield Signal.state.in_(GROUPS.get(wanted.state, (wanted.state,)))
    if wanted.kind is not None:
        yield and_(Signal.kind == wanted.kind, tells_kind(overseen(actor), actor.user_id))
    if wanted.unit_id is not None:
        yield Signal.unit_id == wanted.unit_id
    if wanted.cursor is not None:
        yield Signal.id < wanted.cursor


def _units(session: Session, ids: Iterable[int]) -> dict[int, Unit]:
    return {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(set(ids))))}


def _seers(session: Session, signals: Sequence[Signal]) -> dict[int, str]:
    ids = {signal.seen_by for signal in signals if signal.seen_by is not None}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


def _names(session: Session, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    query = select(SignalPerson).where(SignalPerson.signal_id.in_(ids)).order_by(SignalPerson.id)
    for row in session.scalars(query):
        named = {name: getattr(row, name) for name in ("name", "user_id", "student_id")}
        found.setdefault(row.signal_id, []).append(named)
    return found


def _clocks(session: Session, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    query = select(Clock).where(Clock.subject_kind == SUBJECT, Clock.subject_id.in_(ids))
    for row in session.scalars(query.order_by(Clock.id)):
        found.setdefault(row.subject_id, []).append(
            {
                **{name: getattr(row, name) for name in CLOCK},
                "rule": row.rule_id,
                "title": row.terms["title"],
                "recipient": None,
                "rung": row.rung or None,
            }
        )
    return found


def _dispositions(
    session: Session, actor: Actor, ids: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """What became of each, the oldest first; a case is named to who may see it."""
    rows = session.scalars(
        select(Disposition).where(Disposition.signal_id.in_(ids)).order_by(Disposition.id)
    ).all()
    cases = {row.case_id for row in rows if row.case_id is not None}
    seen = select(Case).join(Case.unit).where(Case.id.in_(cases), visible_case(actor))
    numbers = {case.id: case.number for case in session.scalars(seen)} if cases else {}
    people = {one for row in rows for one in (row.by_id, row.decided_by, row.ended_by)}
    who = select(User.id, User.name).where(User.id.in_(people - {None}))
    names: dict[int | None, str] = {row[0]: row[1] for row in session.execute(who)}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.signal_id, []).append(
            {
                **{name: getattr(row, name) for name in (*OUTCOME, *INNER)},
                "case": numbers.get(row.case_id or 0),
                "by": names[row.by_id],
                "by_id": row.by_id,
                "decided_by": names.get(row.decided_by),
                "ended_by": names.get(row.ended_by),
            }
        )
    return found
