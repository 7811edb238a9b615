"""What a finding may be about: a case, a signal or an attested day; one loader a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Signal, SignalPerson, Unit, ZeroReport
from casework.permissions import SYSTEM, Actor, Permission
from casework.services.actors import named_users, school_of
from casework.services.handling import scene_of
from casework.services.scope import load_case
from casework.services.views import case_view

WORK_SAFETY = "work_safety"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: ``unit`` is where it happened, ``named`` whom it is closed to.

    ``ref`` is what addresses it, ``unit`` the school (or the unit above schools) of the matter.
    """

    kind: str
    id: int
    ref: str
    unit: Unit
    named: frozenset[int]
    case: Case | None = None
    report: ZeroReport | None = None

    def by_analogy(self, session: Session) -> bool:
        """True for everything but an accident at work, which alone the definitions are made for."""
        if self.case is None:
            return True
        return case_view(session, self.case).latest("category") != WORK_SAFETY


def load(session: Session, actor: Actor, kind: str, ref: str, *, lock: bool = False) -> Subject:
    """The subject with this address, a case locked if asked. Raises NotFound, also out of scope."""
    if kind not in LOADERS:
        raise NotFound
    return LOADERS[kind](session, actor, ref, lock)


def of(session: Session, kind: str, subject_id: int, *, lock: bool = False) -> Subject:
    """The subject of a finding that exists, whoever asks."""
    ref = str(subject_id)
    if kind == "case":
        case = session.get_one(Case, subject_id)
        if not lock:
            return _of_case(session, case)
        ref = case.number
    return LOADERS[kind](session, SYSTEM, ref, lock)


def _case(session: Session, actor: Actor, ref: str, lock: bool) -> Subject:
    return _of_case(session, load_case(session, actor, ref.strip().upper(), lock=lock))


def _of_case(session: Session, case: Case) -> Subject:
    unit = school_of(session, scene_of(session, case))
    return Subject("case", case.id, case.number, unit, named_users(session, case.id), case=case)


def _zero_report(session: Session, actor: Actor, ref: str, lock: bool) -> Subject:
    row = session.get(ZeroReport, _id(ref))
    if row is None:
        raise NotFound
    unit = session.get_one(Unit, row.unit_id)
    if actor is not SYSTEM and not actor.can(Permission.ZERO_READ, unit.path):
        raise NotFound
    return Subject("zero_report", row.id, str(row.id), unit, frozenset(), report=row)


def _signal(session: Session, actor: Actor, ref: str, lock: bool) -> Subject:
    row = session.get(Signal, _id(ref))
    if row is None:
        raise NotFound
    query = select(SignalPerson.user_id).where(SignalPerson.signal_id == row.id)
    named = frozenset(one for one in session.scalars(query) if one is not None)
    unit = session.get_one(Unit, row.unit_id)
    inside = actor is SYSTEM or actor.can(Permission.SIGNAL_DISPOSE, unit.path)
    if not inside or actor.user_id in named:
        raise NotFound
    return Subject("signal", row.id, str(row.id), school_of(session, unit), named)


def _id(ref: str) -> int:
    return int(ref) if ref.isascii() and ref.isdigit() and len(ref) < 16 else 0


LOADERS: dict[str, Callable[[Session, Actor, str, bool], Subject]] = {
    "case": _case,
    "zero_report": _zero_report,
    "signal": _signal,
}
