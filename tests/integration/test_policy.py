"""The start: packs and definitions must fit together, or nothing starts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casework.errors import Misconfigured
from casework.services.policy import Policy, load_policy, unwatched
from casework.workflows.registry import WORKFLOWS
from config.settings import ROOT, Settings
from tests.conftest import settings_for

BARE = {
    "bullying.determine": "bullying.determining",
    "bullying.deliver": "bullying.disposing",
    "bullying.follow_up": "bullying.following_up",
    "bullying.review": "bullying.reviewing",
    "absence.aftercare": "absence.found",
    "absence.search": "absence.missing",
    "emergency.decide": "emergency.controlled",
    "report.acknowledge": "emergency.reported_up",
    "opinion.act": "opinion.released",
}
"""A rule without which a state would have no clock."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with packs of its own, the national one only."""
    folder = tmp_path / "rules"
    folder.mkdir()
    shutil.copy(ROOT / "config/rules/national.yaml", folder)
    return settings_for("sqlite:////nowhere", tmp_path, rules_dir=folder)


def test_every_open_state_is_watched(policy: Policy) -> None:
    assert [gap for w in WORKFLOWS.values() for gap in unwatched(w, policy.packs)] == []


@pytest.mark.parametrize(("rule", "state"), BARE.items())
def test_a_state_that_no_clock_watches_stops_the_start(
    settings: Settings, rule: str, state: str
) -> None:
    path = settings.rules_dir / "national.yaml"
    blocks = path.read_text().split("\n  - id: ")
    path.write_text("\n  - id: ".join(b for b in blocks if b.split("\n")[0] != rule))
    with pytest.raises(Misconfigured, match=state):
        load_policy(settings)
