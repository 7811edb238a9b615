"""The casualty figures of an emergency over time: who stated which, and which of them counts.

A figure that rises counts at once. One that falls is only a claim: it counts when an officer of
the bureau has confirmed it. Pure functions, none ever raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from casework.workflows.case import FILE, CaseView, Record
from casework.workflows.definitions.emergency.knowing import KNOWN_AT
from casework.workflows.definitions.shared_facts import BUREAU, as_instant
from casework.workflows.figures import FigureChange, Verdict

FIGURES = ("dead", "injured", "missing")
REVIEW = "review_figures"
AMEND = "amend_fact"
CONFIRMED, REJECTED = "confirmed", "rejected"


@dataclass(slots=True)
class Tally:
    """The figures while the history is read: as stated, as they count, and what waits."""

    known_at: datetime
    stated: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    changes: list[FigureChange] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    told: bool = False

    def read(self, record: Record) -> None:
        """Take in the next record of the history."""
        if record.action == REVIEW:
            self._review(record)
        for name, value in given_figures(record).items():
            if value != self.stated.get(name):
                self._state(record, name, value)
            elif record.action == AMEND:
                self._known_earlier(record, name)
        self.told = self.told or BUREAU in record.tells

    def _state(self, record: Record, name: str, value: int) -> None:
        falls = value < self.counted.get(name, 0)
        if name in self.waiting:
            place = self.waiting.pop(name)
            self.changes[place] = replace(self.changes[place], verdict=Verdict.WITHDRAWN)
        if falls:
            self.waiting[name] = len(self.changes)
        else:
            self.counted[name] = value
        self.changes.append(
            FigureChange(
                name=name,
                value=value,
                before=self.stated.get(name),
                at=record.at,
                known_at=self._known(record),
                action=record.action,
                seq=record.seq,
                actor_id=record.actor_id,
                after_report=self.told,
                verdict=Verdict.WAITS if falls else Verdict.COUNTS,
            )
        )
        self.stated[name] = value

    def _known_earlier(self, record: Record, name: str) -> None:
        """The same figure, corrected only in since when it was known: that moves back, never on."""
        known = as_instant(record.fields.get(KNOWN_AT))
        places = [n for n, change in enumerate(self.changes) if change.name == name]
        change = self.changes[places[-1]]
        same = change.value == self.stated[name] and change.action != FILE
        if known is not None and same and known < change.known_at:
            first = change.said_at_first or change.known_at
            self.changes[places[-1]] = replace(change, known_at=known, said_at_first=first)

    def _known(self, record: Record) -> datetime:
        if record.action == FILE:
            return min(self.known_at, record.at)
        return as_instant(record.fields.get(KNOWN_AT)) or record.at

    def _review(self, record: Record) -> None:
        confirmed = record.fields.get("verdict") == CONFIRMED
        for name, place in self.waiting.items():
            claim = self.changes[place]
            if confirmed:
                self.counted[name] = claim.value
            self.stated[name] = self.counted[name]
            self.changes[place] = replace(
                claim,
                verdict=Verdict.CONFIRMED if confirmed else Verdict.REJECTED,
                reviewed_by=record.actor_id,
                reviewed_at=record.at,
            )
        self.waiting.clear()


def given_figures(record: Record) -> dict[str, int]:
    """The casualty figures that a record states, corrections included, 未知 left out."""
    stated: dict[str, object] = {name: record.fields.get(name) for name in FIGURES}
    if record.action == AMEND and record.fields.get("field") in FIGURES:
        stated = {str(record.fields["field"]): record.fields.get("new_figure")}
    return {
        name: value
        for name, value in stated.items()
        if isinstance(value, int) and not isinstance(value, bool)
    }


def tally(case: CaseView) -> Tally:
    """The figures after the whole history."""
    found = Tally(case.known_at)
    for record in case.history:
        found.read(record)
    return found


def standings(case: CaseView) -> Iterator[tuple[Record, dict[str, int]]]:
    """Every record with the figures as stated after it."""
    found = Tally(case.known_at)
    for record in case.history:
        found.read(record)
        yield record, dict(found.stated)


def series(case: CaseView) -> tuple[FigureChange, ...]:
    """Every change of a figure, oldest first."""
    return tuple(tally(case).changes)


def figures(case: CaseView) -> dict[str, int]:
    """The figures as stated last; a lower one may still wait for the bureau."""
    return tally(case).stated


def counted(case: CaseView) -> dict[str, int]:
    """The figures that count: a lower one only once the bureau has confirmed it."""
    return tally(case).counted


def claims(case: CaseView) -> tuple[FigureChange, ...]:
    """The lower figures that wait for the bureau's review."""
    found = tally(case)
    return tuple(found.changes[place] for place in found.waiting.values())


def figure_waits(case: CaseView) -> str | None:
    """The lower figures that wait, such as ``injured=2``; None when none does."""
    return " ".join(f"{claim.name}={claim.value}" for claim in claims(case)) or None


def figures_settled(case: CaseView) -> bool:
    """True when no lower figure waits for the bureau's review."""
    return not claims(case)


def ever(case: CaseView, name: str, least: int) -> bool:
    """True when the figure was ever stated as at least so much."""
    return any(given_figures(record).get(name, 0) >= least for record in case.history)


def missing(case: CaseView) -> bool:
    """True when anybody was ever recorded as missing."""
    return ever(case, "missing", 1)


def figures_known(case: CaseView) -> bool:
    """True when each of the three figures has been stated as a number at least once."""
    return set(figures(case)) == set(FIGURES)
