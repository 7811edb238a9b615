"""Figures over time, and the grade they force: a fall never counts by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.errors import Refused
from casework.text import Text
from casework.workflows.case import UNKNOWN
from casework.workflows.definitions.emergency import casualties, facts, grades, guards
from casework.workflows.figures import Verdict
from tests.unit.workflows.emergency_cases import LEAD, OFFICER, REPORT, received, responding

BOUNDS = [
    (name, least, grade)
    for name, steps in grades.THRESHOLDS.items()
    for least, grade in zip(steps, grades.GRADE_ORDER[1:], strict=True)
]
VERDICTS = (casualties.CONFIRMED, casualties.REJECTED)
WHY = {"change_reason": "counted again", "knower": "the nurse", "figure_known_at": "unknown"}


@pytest.mark.parametrize(("name", "least", "grade"), BOUNDS)
def test_a_threshold_includes_its_number(name: str, least: int, grade: str) -> None:
    below = grades.GRADE_ORDER[grades.GRADE_ORDER.index(grade) - 1]
    assert grades.grade_of({name: least - 1}) == below
    assert grades.grade_of({name: least}) == grade
    assert grades.grade_of({name: least + 1}) == grade


@given(
    st.dictionaries(st.sampled_from(sorted(grades.THRESHOLDS)), st.integers(0, 20_000)),
    st.sampled_from(sorted(grades.THRESHOLDS)),
    st.integers(0, 20_000),
)
def test_a_worse_figure_never_lowers_the_floor(
    figures: dict[str, int], name: str, value: int
) -> None:
    before = grades.grade_of(figures)
    after = grades.grade_of({**figures, name: max(value, figures.get(name, 0))})
    ranks = [grades.GRADE_ORDER.index(one) if one else -1 for one in (before, after)]
    assert ranks == sorted(ranks)


def test_the_floor_counts_like_a_recorded_grade() -> None:
    assert facts.grade(received().case) is None
    assert facts.grade(received(dead=3).case) == "large"
    grave = responding().act(LEAD, "submit_update", **REPORT, gravely_injured=50)
    assert facts.grade(grave.case) == "major"
    assert facts.urgent(grave.case)


def test_a_regrade_down_takes_nothing_back() -> None:
    story = responding().act(OFFICER, "regrade", statutory_grade="major", school_grade="major")
    story.act("bureau_leader", "regrade", statutory_grade="general", school_grade="general")
    assert facts.grade(story.case) == "major"
    assert grades.standing_grade(story.case, "school_grade") == "general"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["", *VERDICTS])), max_size=10))
def test_what_counts_falls_only_when_the_bureau_confirms(
    steps: list[tuple[int, str]],
) -> None:
    story = responding()
    for injured, verdict in steps:
        before = casualties.counted(story.case)["injured"]
        story.wait(minutes=1).act(LEAD, "submit_update", **{**REPORT, "injured": injured}, **WHY)
        counts = casualties.counted(story.case)["injured"]
        assert counts == max(before, injured)
        claims = casualties.claims(story.case)
        assert bool(claims) == (injured < counts)
        if verdict and claims:
            story.act(OFFICER, "review_figures", verdict=verdict)
            expected = injured if verdict == "confirmed" else counts
            assert casualties.counted(story.case)["injured"] == expected
            assert casualties.figures(story.case)["injured"] == expected
    series = [change for change in casualties.series(story.case) if change.name == "injured"]
    assert [c.at for c in series] == sorted(c.at for c in series)
    waiting = [c for c in series if c.verdict is Verdict.WAITS]
    assert len(waiting) <= 1
    assert all(c.verdict is not Verdict.COUNTS for c in series if c.falls and c in waiting)


@pytest.mark.parametrize("before", [0, UNKNOWN])
@pytest.mark.parametrize("missing", ["knower", "figure_known_at"])
def test_a_rise_after_a_report_says_who_knew_it_and_since_when(
    before: int | str, missing: str
) -> None:
    """未知 is an answer to since when, but no answer is none; nor is a first death no rise."""
    story = responding(dead=before)
    died = {**REPORT, "dead": 1, **WHY}
    with pytest.raises(Refused) as refused:
        story.act(LEAD, "submit_update", **{k: v for k, v in died.items() if k != missing})
    assert refused.value.refusals == [Text(guards.RISE_EXPLAINED.refusal)]
    story.act(LEAD, "submit_update", **died)
    assert casualties.figures(story.case)["dead"] == 1
