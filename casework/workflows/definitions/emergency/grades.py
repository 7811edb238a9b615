"""The two grades of an emergency, and the floor that the figures put under the statutory one.

A grade once recorded keeps counting (nothing loosens a clock); 未知 never calms.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.workflows.case import CaseView
from casework.workflows.definitions.emergency.casualties import counted, ever

GRADE_ORDER = ("general", "large", "major", "extraordinary")
SCALES = ("statutory_grade", "school_grade")
GRAVE = ("major", "extraordinary")
MANY_HURT = 3

THRESHOLDS: Mapping[str, tuple[int, int, int]] = {
    "dead": (3, 10, 30),
    "gravely_injured": (10, 50, 100),
    "loss": (1000, 5000, 10_000),
}
"""From how many on an event is large, major, extraordinary; losses in 10 000 yuan.

生产安全事故报告和调查处理条例 art. 3; 「以上」 includes the number itself.
"""


def grade_of(figures: Mapping[str, int]) -> str | None:
    """The least statutory grade that these figures allow; None when none of them is known."""
    ranks = [
        sum(figures[name] >= least for least in steps)
        for name, steps in THRESHOLDS.items()
        if name in figures
    ]
    return GRADE_ORDER[max(ranks)] if ranks else None


def _other_figures(case: CaseView) -> Mapping[str, list[int]]:
    """The grave injuries and losses ever stated, oldest first."""
    return {
        name: known
        for name in ("gravely_injured", "loss")
        if (known := [v for v in case.values(name) if type(v) is int])
    }


def floor(case: CaseView) -> str | None:
    """The least statutory grade by the figures that count now."""
    others = {name: known[-1] for name, known in _other_figures(case).items()}
    return grade_of(counted(case) | others)


def highest_floor(case: CaseView) -> str | None:
    """The least statutory grade by the worst figures ever stated, above “general”; else None."""
    dead = [n for n in THRESHOLDS["dead"] if ever(case, "dead", n)]
    others = {name: max(known) for name, known in _other_figures(case).items()}
    worst = grade_of({"dead": max(dead, default=0)} | others)
    return None if worst == GRADE_ORDER[0] else worst


def grade(case: CaseView) -> str | None:
    """The worst grade ever recorded on either scale or forced by a figure; None while unknown."""
    values = [value for scale in SCALES for value in case.values(scale)]
    ranks = [rank for value in (*values, highest_floor(case)) for rank in _rank(value)]
    return GRADE_ORDER[max(ranks)] if ranks else None


def _rank(value: object) -> list[int]:
    return [GRADE_ORDER.index(value)] if isinstance(value, str) and value in GRADE_ORDER else []


def standing_grades(case: CaseView, scale: str) -> set[str]:
    """The grades recorded on a scale since the bureau last set it: reports alone lower nothing."""
    grades: set[str] = set()
    for record in case.history:
        given = record.fields.get(scale)
        if given in GRADE_ORDER:
            grades = {str(given)} if record.action == "regrade" else {*grades, str(given)}
    return grades


def standing_grade(case: CaseView, scale: str) -> str | None:
    """The worst grade that stands on a scale, the floor of the figures included."""
    given = set(standing_grades(case, scale))
    least = floor(case) if scale == "statutory_grade" else None
    if least is not None and (given or least != GRADE_ORDER[0]):
        given.add(least)
    return max(given, key=GRADE_ORDER.index) if given else None
