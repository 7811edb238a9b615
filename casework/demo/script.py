"""The language stories are told in: who did what, how long after the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Ago:
    """An instant so long before the step itself."""

    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day so long after the step."""

    days: int


@dataclass(frozen=True, slots=True)
class Login:
    """The id of an account."""

    login: str


@dataclass(frozen=True, slots=True)
class UnitCode:
    """The id of a unit."""

    code: str


@dataclass(frozen=True, slots=True)
class Part:
    """The id of a person of the case, by part and place among those."""

    part: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """The number of the case another story has filed."""

    name: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A small file made on the spot and kept as evidence, by its name; left out without a store."""

    name: str


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a report: a pupil by class and seat, or only a name."""

    part: str
    klass: str | None = None
    seat: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Does:
    """One step: ``after`` the filing; ``approved_by`` when a second person decides at once.

    ``after`` below zero counts back from now: such a step has only just been done.
    """

    after: timedelta
    login: str
    action: str
    fields: Mapping[str, object] = field(default_factory=dict)
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One case: filed so long ``ago``, known ``known`` before that, and what was done about it.

    ``at``: filed at this time of day (``08:05``), ``ago`` counting whole days. ``past_school``:
    filed straight to the bureau.
    """

    name: str
    case_type: str
    unit: str
    login: str
    ago: timedelta
    title: str
    narrative: str
    fields: Mapping[str, object]
    people: tuple[Someone, ...] = ()
    known: timedelta = timedelta(minutes=20)
    occurred: timedelta | None = timedelta(minutes=40)
    does: tuple[Does, ...] = ()
    at: str = ""
    past_school: bool = False


def lately(*, minutes: int) -> timedelta:
    """A step done so many minutes before now, whenever the case was filed."""
    return timedelta(minutes=-minutes)


def after(*, days: int = 0, hours: int = 0, minutes: int = 0) -> timedelta:
    """How long after the filing a step happens."""
    return timedelta(days=days, hours=hours, minutes=minutes)
