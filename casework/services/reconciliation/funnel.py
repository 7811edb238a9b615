"""Funnel limits: how few reports are too few to be chance, for a school of its size.

D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine
24 (2005) 1185-1202: exact Poisson limits with its interpolation, and over-dispersion as a factor
estimated from winsorised z-scores. Pure; standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

LOW, VERY_LOW = 0.025, 0.001
"""The lower tails of the limits of 95 % and 99.8 %."""
FEWEST_PEERS = 5
LARGER = 2
"""Comparable is who has between half and double the pupils."""
HALF = 0.5
WINSOR = 0.1


class Judgement(StrEnum):
    """What the figures allow to say; none of it is a finding."""

    WITHIN = "within"
    FEW = "few"
    SILENT = "silent"
    NO_PUPILS = "no_pupils"
    NO_PEERS = "no_peers"
    TOO_SMALL = "too_small"


@dataclass(frozen=True, slots=True)
class School:
    """One school: its pupils and what it has reported."""

    id: int
    stage: str
    pupils: int
    reports: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A school against comparable ones; where it cannot be judged, ``expected`` may be None.

    ``low`` and ``very_low`` are numbers of reports: fewer than these is few, or silent.
    """

    school: School
    judgement: Judgement
    peers: int
    expected: float | None = None
    low: float = 0.0
    very_low: float = 0.0

    @property
    def ratio(self) -> float | None:
        """Reported to expected."""
        return self.school.reports / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Every school judged; ``dispersion`` is 1 when the schools differ no more than by chance."""

    verdicts: tuple[Verdict, ...]
    dispersion: float


def judge(schools: Sequence[School]) -> Funnel:
    """Hold each school against the comparable others, never against itself."""
    expected = {one.id: _expected(one, schools) for one in schools}
    known = [(one.reports, e) for one in schools if (e := expected[one.id][1]) is not None]
    spread = dispersion(known)
    return Funnel(tuple(_verdict(one, *expected[one.id], spread) for one in schools), spread)


def comparable(one: School, other: School) -> bool:
    """True for two different schools of the same stage and of similar size."""
    same = one.id != other.id and one.stage == other.stage
    return same and one.pupils <= LARGER * other.pupils and other.pupils <= LARGER * one.pupils


def _expected(one: School, schools: Sequence[School]) -> tuple[int, float | None]:
    """How many comparable schools there are, and what their pooled rate makes of its pupils."""
    peers = [other for other in schools if one.pupils and comparable(one, other)]
    pupils = sum(other.pupils for other in peers)
    if len(peers) < FEWEST_PEERS or not pupils:
        return len(peers), None
    return len(peers), one.pupils * sum(other.reports for other in peers) / pupils


def _verdict(one: School, peers: int, expected: float | None, spread: float) -> Verdict:
    if not one.pupils or not one.stage:
        return Verdict(one, Judgement.NO_PUPILS, peers)
    if expected is None:
        return Verdict(one, Judgement.NO_PEERS, peers)
    low, very_low = limit(expected, LOW, spread), limit(expected, VERY_LOW, spread)
    if not low:
        judgement = Judgement.TOO_SMALL
    elif one.reports < very_low:
        judgement = Judgement.SILENT
    else:
        judgement = Judgement.FEW if one.reports < low else Judgement.WITHIN
    return Verdict(one, judgement, peers, expected, low, very_low)


def limit(expected: float, tail: float, spread: float = 1.0) -> float:
    """The number of reports below which a share ``tail`` of like schools falls by chance.

    With over-dispersion the normal limits on the scale of square roots count where they are wider.
    """
    if expected <= 0:
        return 0.0
    exact = _interpolated(expected, tail)
    if spread <= 1:
        return exact
    root = math.sqrt(expected) + NormalDist().inv_cdf(tail) * math.sqrt(spread) / 2
    wide = max(root, 0.0) ** 2
    return min(exact, wide) if tail < HALF else max(exact, wide)


def quantile(mean: float, share: float) -> int:
    """The smallest number of events that a Poisson count does not exceed with this probability."""
    return _reach(mean, share)[0]


def _reach(mean: float, share: float) -> tuple[int, float, float]:
    """The quantile, with the probabilities of at most it and of exactly it."""
    count, logarithm = 0, -mean
    chance = total = math.exp(logarithm)
    while total < share:
        count += 1
        logarithm += math.log(mean / count)  # by logarithms: e^-mean alone may be nothing
        chance = math.exp(logarithm)
        total += chance
        if count > mean and chance < 1e-18:
            break
    return count, total, chance


def _interpolated(mean: float, tail: float) -> float:
    count, total, chance = _reach(mean, tail)
    return max(count - (total - tail) / chance, 0.0)


def dispersion(observed: Sequence[tuple[int, float]]) -> float:
    """How much more the schools differ than by chance; 1 unless clearly more.

    ``observed`` are reports and expected numbers. z-scores are those of square roots, for which
    the spread does not hang on the size; the outermost tenth on either side is drawn in.
    """
    scores = sorted(2 * (math.sqrt(o) - math.sqrt(e)) for o, e in observed if e > 0)
    if len(scores) < FEWEST_PEERS:
        return 1.0
    cut = math.ceil(WINSOR * len(scores))  # at least one: who is silent must not excuse itself
    kept = [min(max(one, scores[cut]), scores[-1 - cut]) for one in scores]
    found = sum(one * one for one in kept) / len(kept)
    return found if found > 1 + 2 * math.sqrt(2 / len(kept)) else 1.0
