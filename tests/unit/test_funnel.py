"""The funnel against tables of the Poisson distribution, and what it must never do."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.services.reconciliation.funnel import (
    LOW,
    VERY_LOW,
    Judgement,
    School,
    dispersion,
    judge,
    limit,
    quantile,
)


def chance_of_at_most(count: int, mean: float) -> float:
    """By the definition, term by term."""
    return math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1)
    )


@pytest.mark.parametrize(
    ("mean", "share", "found"),
    [
        # As qpois() of R gives them.
        *((0.5, 0.025, 0), (3.6, 0.025, 0), (3.7, 0.025, 1), (5, 0.025, 1), (10, 0.025, 4)),
        *((10, 0.001, 2), (10, 0.5, 10), (10, 0.975, 17), (100, 0.025, 81), (100, 0.001, 71)),
        *((1000, 0.025, 938), (1000, 0.001, 904)),
    ],
)
def test_quantiles_are_those_of_the_tables(mean: float, share: float, found: int) -> None:
    assert quantile(mean, share) == found


@given(st.floats(0.01, 300), st.sampled_from((VERY_LOW, LOW, 0.5)))
def test_a_quantile_is_the_smallest_count_that_is_probable_enough(mean: float, tail: float) -> None:
    found = quantile(mean, tail)
    assert chance_of_at_most(found, mean) >= tail * (1 - 1e-9)
    assert found == 0 or chance_of_at_most(found - 1, mean) < tail * (1 + 1e-9)
    at = limit(mean, tail)
    assert found - 1 <= at <= found or at == 0


@given(st.floats(0.1, 100), st.floats(0.1, 100), st.floats(1, 20))
def test_limits_grow_with_what_is_expected_and_widen_with_spread(
    one: float, other: float, spread: float
) -> None:
    low, high = sorted((one, other))
    assert limit(low, LOW) <= limit(high, LOW) + 1e-9
    assert limit(one, VERY_LOW) <= limit(one, LOW) <= one
    assert limit(one, LOW, spread) <= limit(one, LOW)


def test_where_nothing_would_not_be_strange_nobody_is_judged() -> None:
    """None at all is within 95 % up to 3.69 expected reports, and within 99.8 % up to 6.91."""
    assert limit(3.68, LOW) == 0 < limit(3.70, LOW)
    assert limit(6.90, VERY_LOW) == 0 < limit(6.92, VERY_LOW)


def schools(*reports: int, pupils: int = 1000, stage: str = "primary") -> list[School]:
    return [School(n, stage, pupils, count) for n, count in enumerate(reports, 1)]


def judgements(found: list[School]) -> list[Judgement]:
    return [verdict.judgement for verdict in judge(found).verdicts]


def test_a_silent_school_stands_out_and_does_not_excuse_itself() -> None:
    found = judge(schools(0, 20, 19, 21, 20, 22, 18))
    silent, *others = found.verdicts
    assert (silent.judgement, silent.peers) == (Judgement.SILENT, 6)
    assert silent.expected == 20, "its own nothing is not among what it is held against"
    assert {one.judgement for one in others} == {Judgement.WITHIN}
    few = judge(schools(10, 20, 19, 21, 20, 22, 18)).verdicts[0]
    assert few.judgement is Judgement.FEW


def test_what_cannot_be_judged_is_said_to_be_so() -> None:
    assert judgements(schools(0, 20, 20, 20, 20)) == [Judgement.NO_PEERS] * 5
    assert judgements(schools(0, 1, 2, 1, 1, 1, 2)) == [Judgement.TOO_SMALL] * 7
    far = [*schools(20, 20, 20, 20, 20), School(6, "primary", 2001, 0), School(7, "junior", 900, 0)]
    assert judgements(far)[5:] == [Judgement.NO_PEERS] * 2, "another size, another stage"
    blank = [*schools(*[20] * 7), School(8, "primary", 0, 0), School(9, "", 1000, 0)]
    assert judgements(blank)[7:] == [Judgement.NO_PUPILS] * 2


def test_schools_that_differ_by_themselves_widen_the_limits() -> None:
    wild = schools(5, 60, 10, 45, 3, 70, 30, 8, 55, 20, 2, 40)
    found = judge(wild)
    assert found.dispersion > 5
    assert Judgement.SILENT not in judgements(wild)
    z = NormalDist().inv_cdf(LOW)
    expected = (math.sqrt(50) + z * math.sqrt(4) / 2) ** 2
    assert limit(50, LOW, 4) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0.1, 40)), max_size=30))
def test_dispersion_is_never_below_one(observed: list[tuple[int, float]]) -> None:
    assert dispersion(observed) >= 1
