"""When similar illnesses become a cluster: thresholds and groups as data, and the counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

UNTOLD = "unknown"
"""Stands for the symptoms of an illness of which nobody has told any."""
OTHER = "other"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Threshold:
    """So many pupils with similar illnesses within so many days in a row."""

    pupils: int
    days: int

    def covers(self, other: Threshold) -> bool:
        """True when whatever meets the other meets this one, too."""
        return self.pupils <= other.pupils and self.days >= other.days


@dataclass(frozen=True, slots=True)
class Group:
    """Symptoms that are similar to each other."""

    name: str
    title: str
    symptoms: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClusterRules:
    """What is similar, how many are a cluster, and where fewer are enough."""

    groups: tuple[Group, ...]
    thresholds: tuple[Threshold, ...]
    rest_days: int
    regions: Mapping[str, tuple[Threshold, ...]]
    basis: str
    quote: str

    @property
    def widest(self) -> int:
        """The days of the longest window, of any region."""
        every = (self.thresholds, *self.regions.values())
        return max(threshold.days for thresholds in every for threshold in thresholds)

    @property
    def unspecified(self) -> Group:
        """The group of illnesses of which no symptoms were told."""
        return next(group for group in self.groups if UNTOLD in group.symptoms)

    def group(self, name: str) -> Group | None:
        """The group of this name; None when the configuration knows it no longer."""
        return next((group for group in self.groups if group.name == name), None)

    def of(self, symptoms: Iterable[str]) -> frozenset[str]:
        """The names of the groups that these symptoms belong to; always at least one."""
        listed = frozenset().union(*(group.symptoms for group in self.groups))
        told = {one if one in listed else OTHER for one in symptoms} or {UNTOLD}
        return frozenset(group.name for group in self.groups if group.symptoms & told)

    def thresholds_for(self, region: str) -> tuple[Threshold, ...]:
        """The thresholds of the nearest region that has its own, else those of the nation."""
        ways = [region[:length] for length in (6, 4, 2) if len(region) >= length]
        return next((self.regions[one] for one in ways if one in self.regions), self.thresholds)


@dataclass(frozen=True, slots=True)
class Spell:
    """One pupil ill on these days, both included; ``source`` finds the mark again."""

    pupil: int
    from_on: date
    until_on: date
    groups: frozenset[str]
    source: int | None = None
    untold: bool = False
    """Of which nobody has told any symptoms: it may be like any other."""

    def within(self, first: date, last: date) -> bool:
        """True when the pupil was ill on one of these days."""
        return self.from_on <= last and self.until_on >= first


@dataclass(frozen=True, slots=True)
class Met:
    """A threshold that was met: on which last day, and by whose illnesses."""

    threshold: Threshold
    last_on: date
    spells: tuple[Spell, ...]

    @property
    def first_on(self) -> date:
        """The first day of the window."""
        return self.last_on - (self.threshold.days - 1) * DAY

    @property
    def pupils(self) -> frozenset[int]:
        """Who counts, each once."""
        return frozenset(spell.pupil for spell in self.spells)


def first_met(
    spells: Sequence[Spell],
    thresholds: Sequence[Threshold],
    since: date,
    until: date,
    group: str = "",
) -> Met | None:
    """The first day of these on which similar illnesses have met a threshold, or None.

    ``group``: one of those that meet it must belong to this group, whatever the others are.
    """
    day = since
    while day <= until:
        for threshold in thresholds:
            first = day - (threshold.days - 1) * DAY
            found = tuple(spell for spell in spells if spell.within(first, day))
            alike = not group or any(group in spell.groups for spell in found)
            if alike and len({spell.pupil for spell in found}) >= threshold.pupils:
                return Met(threshold, day, found)
        day += DAY
    return None
