"""The funnel as a drawing: plain coordinates, so that a template needs no arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from casework.services.reconciliation.funnel import (
    LOW,
    VERY_LOW,
    Funnel,
    Judgement,
    limit,
)

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 320, 48, 40, 12
STEPS, MOST_TICKS = 60, 10
TALLEST = 3.0
"""Ratios above this are drawn at the upper edge: the question is who lies below."""
JUDGED = (Judgement.WITHIN, Judgement.FEW, Judgement.SILENT)


@dataclass(frozen=True, slots=True)
class Dot:
    """One school in the drawing."""

    x: float
    y: float
    name: str
    judgement: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines as lists of points; ``outer`` are the limits of 99.8 %, ``inner`` those of 95 %."""

    outer: tuple[str, str]
    inner: tuple[str, str]
    level: float
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def chart_of(funnel: Funnel, names: Mapping[int, str]) -> Chart | None:
    """The drawing of every school that can be judged; None when there is none."""
    found = [one for one in funnel.verdicts if one.judgement in JUDGED and one.expected]
    if not found:
        return None
    widest = max(one.expected or 0.0 for one in found) * 1.05
    tallest = min(max(2.0, *(one.ratio or 0.0 for one in found)), TALLEST)

    def across(expected: float) -> float:
        return round(LEFT + (WIDTH - LEFT - 8) * expected / widest, 1)

    def up(ratio: float) -> float:
        share = min(ratio, tallest) / tallest
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share, 1)

    def line(tail: float) -> str:
        points = (widest * n / STEPS for n in range(1, STEPS + 1))
        return " ".join(f"{across(e)},{up(limit(e, tail, funnel.dispersion) / e)}" for e in points)

    return Chart(
        outer=(line(VERY_LOW), line(1 - VERY_LOW)),
        inner=(line(LOW), line(1 - LOW)),
        level=up(1.0),
        dots=tuple(
            Dot(
                across(one.expected or 0.0),
                up(one.ratio or 0.0),
                names[one.school.id],
                one.judgement.value,
            )
            for one in found
        ),
        across=tuple(Tick(across(n), f"{n:g}") for n in _rounded(widest)),
        up=tuple(Tick(up(n / 2), f"{n / 2:g}") for n in range(int(tallest * 2) + 1)),
    )


def _rounded(widest: float) -> list[float]:
    """Four to ten round numbers up to the widest."""
    scale = 10 ** math.floor(math.log10(widest))
    step = next(one for one in (scale / 5, scale / 2, scale) if widest / one <= MOST_TICKS)
    return [step * n for n in range(int(widest / step) + 1)]
