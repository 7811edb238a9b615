"""When similar illnesses are a cluster: the file of thresholds, and the counting against a sum."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.cluster_pack import load_clusters
from casework.deadlines.clusters import Spell, Threshold, first_met
from casework.errors import Misconfigured
from casework.services.policy import SICK_WORDS
from config.settings import ROOT

FILE = ROOT / "config" / "clusters.yaml"
RULES = load_clusters(FILE, SICK_WORDS)
START = date(2026, 9, 21)
THRESHOLDS = (Threshold(3, 1), Threshold(5, 3))


def load(tmp_path: Path, *changes: tuple[str, str]) -> None:
    """Read the project's own file with something changed in it."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "clusters.yaml"
    path.write_text(text, encoding="utf-8")
    load_clusters(path, SICK_WORDS)


def test_the_thresholds_are_those_of_the_norm() -> None:
    assert RULES.thresholds == THRESHOLDS
    assert RULES.thresholds_for("370102") == THRESHOLDS
    assert RULES.of(["fever", "vomiting"]) == {"respiratory", "gastro"}
    assert RULES.of([]) == RULES.of(["something new"]) == {"other"}


def test_a_region_may_be_stricter_and_the_nearest_counts(tmp_path: Path) -> None:
    path = tmp_path / "clusters.yaml"
    stricter = 'regions:\n  "37":\n    - {pupils: 2, days: 3}\n'
    path.write_text(FILE.read_text(encoding="utf-8").replace("regions: {}", stricter))
    rules = load_clusters(path, SICK_WORDS)
    assert rules.thresholds_for("370102") == (Threshold(2, 3),)
    assert rules.thresholds_for("410100") == THRESHOLDS


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    loose = 'regions:\n  "37":\n    - {pupils: 3, days: 1}\n    - {pupils: 6, days: 3}\n'
    with pytest.raises(Misconfigured) as refused:
        load(tmp_path, ("[rash]", "[spots]"), ("regions: {}", loose))
    words = str(refused.value)
    assert "the symptom 'rash' belongs to no group" in words
    assert "there is no symptom 'spots'" in words
    assert "looser than 5 pupils in 3 days" in words
    with pytest.raises(Misconfigured, match=r"clusters\.yaml:12: .*greater than or equal to 2"):
        load(tmp_path, ("pupils: 3", "pupils: 1"))


SPELLS = st.lists(
    st.builds(
        lambda pupil, first, length: Spell(
            pupil,
            START + timedelta(first),
            START + timedelta(first + length),
            frozenset({"rash"}),
        ),
        st.integers(1, 7),
        st.integers(0, 8),
        st.integers(0, 2),
    ),
    max_size=12,
)


@given(SPELLS)
def test_a_cluster_is_found_on_the_first_day_that_makes_one(spells: list[Spell]) -> None:
    """Told by counting heads on each day, without windows."""
    days = [START + timedelta(n) for n in range(14)]
    ill = {d: {s.pupil for s in spells if s.from_on <= d <= s.until_on} for d in days}
    expected = [
        day
        for n, day in enumerate(days)
        if len(ill[day]) >= 3
        or len(set().union(*(ill[one] for one in days[max(0, n - 2) : n + 1]))) >= 5
    ]

    met = first_met(spells, THRESHOLDS, days[0], days[-1])

    assert (met.last_on if met else None) == (expected[0] if expected else None)
    assert first_met(spells, THRESHOLDS, days[0], START - timedelta(1)) is None
