"""Which filed cases a signal may be about: proposals with their reasons, never a decision.

The score is a sum of whole points, at most 100, one part a reason; the same question always gets
the same answer. Place or people must speak for a case: time and words alone propose nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework.models import Case, Party, Person, Signal, SignalPerson, Unit
from casework.permissions import Actor
from casework.services.actors import ABOVE_SCHOOLS, school_of
from casework.services.handling import SCENE
from casework.services.scope import visible
from casework.services.signals.kinds import KINDS
from casework.text import N_, Text

BACK, AFTER = timedelta(days=30), timedelta(days=3)
"""Around the signal: how much earlier and later a case may have happened or been filed."""
MOST_LOOKED_AT, MOST_SHOWN, LEAST = 300, 5, 35

SAME_PLACE = N_("Same place, %(unit)s: %(points)s points")
SAME_SCHOOL = N_("Same school, %(unit)s: %(points)s points")
SAME_BUREAU = N_("Another school of the same bureau: %(points)s points")
SAME_DAY = N_("Within a day: %(points)s points")
FEW_DAYS = N_("%(days)s days apart: %(points)s points")
SAME_PEOPLE = N_("Same people named (%(names)s): %(points)s points")
SAME_KIND = N_("Signals of this kind are mostly about such cases: %(points)s points")
SAME_WORDS = N_("Words in common (%(words)s): %(points)s points")

PLACE, SCHOOL, BUREAU = 24, 22, 4
DAYS: Sequence[tuple[int, int]] = ((1, 18), (3, 12), (7, 6), (30, 2))
"""Up to so many days apart, so many points."""
ONE_NAME, MORE_NAMES = 22, 28
KIND = 6
WORDS, EACH = 24, 3
"""At most so many points for words, and so many for each: at a school everything is near, and what
was said tells the cases of one day apart.
"""
SHOWN_WORDS = 5
ALONE = 2
"""So few words in common are chance."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score in words."""

    text: Text
    points: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case the signal may be about."""

    case: Case
    unit: str
    score: int
    reasons: tuple[Reason, ...]


def proposals(session: Session, actor: Actor, signal: Signal) -> list[Proposal]:
    """The likeliest cases that the actor may see, the best first."""
    ground = _Ground(session, signal)
    cases = _near(session, actor, signal, ground.bureau)
    ids = [case.id for case in cases]
    people, scenes = _people(session, ids), _scenes(session, ids)
    found = [
        ground.judge(case, scenes.get(case.id, case.unit), people.get(case.id, frozenset()))
        for case in cases
    ]
    good = [one for one in found if one is not None]
    return sorted(good, key=lambda one: (-one.score, -one.case.id))[:MOST_SHOWN]


class _Ground:
    """What a signal has to compare, read once for all cases."""

    def __init__(self, session: Session, signal: Signal) -> None:
        self.unit = session.get_one(Unit, signal.unit_id)
        self.bureau = session.get_one(Unit, signal.bureau_id)
        self.home = school_of(session, self.unit)
        self.at = signal.occurred_at or signal.received_at
        self.words = pairs(signal.words)
        self.types = KINDS[signal.kind].types
        names = select(SignalPerson.name).where(SignalPerson.signal_id == signal.id)
        self.names = frozenset(session.scalars(names))
        self.whole = signal.words

    def judge(self, case: Case, scene: Unit, names: frozenset[str]) -> Proposal | None:
        """The case with its points; None when they are too few."""
        place, shared = self._place(scene), self._people(names)
        if not shared and (place is None or place.points <= BUREAU):
            return None
        parts = (place, self._time(case), shared, self._kind(case), self._words(case))
        reasons = tuple(part for part in parts if part is not None)
        score = sum(reason.points for reason in reasons)
        return Proposal(case, scene.name, score, reasons) if score >= LEAST else None

    def _place(self, scene: Unit) -> Reason | None:
        if scene.id == self.unit.id:
            return _reason(SAME_PLACE, PLACE, unit=scene.name)
        if self.home.kind not in ABOVE_SCHOOLS and scene.path.startswith(self.home.path):
            return _reason(SAME_SCHOOL, SCHOOL, unit=self.home.name)
        return _reason(SAME_BUREAU, BUREAU) if scene.path.startswith(self.bureau.path) else None

    def _time(self, case: Case) -> Reason | None:
        apart = min(abs(self.at - one) for one in _instants(case))
        for days, points in DAYS:
            if apart <= timedelta(days=days):
                return _reason(SAME_DAY if days == 1 else FEW_DAYS, points, days=apart.days)
        return None

    def _people(self, names: frozenset[str]) -> Reason | None:
        # A name in the words of the signal counts like one that was entered as such.
        shared = {name for name in names if name in self.names or _told(name, self.whole)}
        if not shared:
            return None
        points = ONE_NAME if len(shared) == 1 else MORE_NAMES
        return _reason(SAME_PEOPLE, points, names="、".join(sorted(shared)))

    def _kind(self, case: Case) -> Reason | None:
        return _reason(SAME_KIND, KIND) if case.case_type in self.types else None

    def _words(self, case: Case) -> Reason | None:
        other = pairs(f"{case.title}\n{case.narrative}")
        shared = self.words & other
        if len(shared) < ALONE:
            return None
        shown = "、".join(sorted(shared)[:SHOWN_WORDS])
        return _reason(SAME_WORDS, min(WORDS, EACH * len(shared)), words=shown)


def pairs(text: str) -> frozenset[str]:
    """The words of a text: for Chinese, which has no gaps, each two letters that follow another."""
    found: set[str] = set()
    for run in _runs(unicodedata.normalize("NFKC", text).lower()):
        found |= {run} if run.isascii() else {run[n : n + 2] for n in range(len(run) - 1)}
    return frozenset(found - COMMON)


COMMON = frozenset(
    {"学生", "同学", "我们", "他们", "今天", "昨天", "学校", "老师", "the", "a", "of"}
)
"""Pairs that are in every report and say nothing."""


def _runs(text: str) -> Iterable[str]:
    """Runs of letters of one script."""
    run = ""
    for letter in text:
        if run and (not letter.isalnum() or letter.isascii() != run[-1].isascii()):
            yield run
            run = ""
        if letter.isalnum():
            run += letter
    if run:
        yield run


def _told(name: str, words: str) -> bool:
    return len(name) > 1 and name in words


def _reason(sentence: str, points: int, **values: object) -> Reason:
    return Reason(Text(sentence, {**values, "points": points}), points)


def _instants(case: Case) -> tuple[datetime, ...]:
    return tuple(at for at in (case.occurred_at, case.known_at) if at is not None)


def _near(session: Session, actor: Actor, signal: Signal, bureau: Unit) -> list[Case]:
    """The cases around the time of the signal, the newest first, no more than can be compared."""
    at = signal.occurred_at or signal.received_at
    window = Case.known_at.between(at - BACK, max(at, signal.received_at) + AFTER)
    query = (
        select(Case)
        .join(Case.unit)
        .options(joinedload(Case.unit))
        .where(Unit.path.startswith(bureau.path, autoescape=True), window, visible(actor))
        .order_by(Case.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    return list(session.scalars(query))


def _people(session: Session, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    query = select(Person.case_id, Person.name).where(Person.case_id.in_(ids))
    for case_id, name in session.execute(query):
        found.setdefault(case_id, set()).add(name)
    return {case_id: frozenset(names) for case_id, names in found.items()}


def _scenes(session: Session, ids: Sequence[int]) -> Mapping[int, Unit]:
    """Where it happened, for the cases that another unit handles."""
    query = select(Party.case_id, Unit).join(Unit, Party.unit_id == Unit.id)
    rows = session.execute(query.where(Party.case_id.in_(ids), Party.kind == SCENE))
    return {row[0]: row[1] for row in rows}
