"""Strictest wins: random walks over the real services loosen nothing and trap nothing.

Each walk tells the beginning of a story and then goes astray: any action by anybody, fields valid
and not, approvals given and refused, time passing, the sweep coming by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from casework import clock
from casework.db import Database
from casework.services import timeline
from casework.services.policy import Policy
from casework.timeline.verifier import verify_chain
from tests.databases import in_info
from tests.factories import MONDAY, file_bullying, make_county
from tests.integration.walking import BEHIND, TALES, Stage, Walk, stages

STEPS = 12


@pytest.fixture(scope="module", params=TALES)
def told(
    request: pytest.FixtureRequest,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    policy: Policy,
) -> Iterator[list[Stage]]:
    """The story of a type in all its stages; every walk from one of them is rolled back."""
    folder = tmp_path_factory.mktemp("walks")
    path = folder / "casework.db"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}", in_info(policy))
    with clock.at(MONDAY), db.transaction() as session:
        county = make_county(session)
        assert file_bullying(session, county).number == BEHIND
    found = list(stages(db, county, TALES[request.param], folder, in_info(policy)))
    yield found
    for one in (db, *(stage.db for stage in found)):
        one.dispose()


def test_random_walks_loosen_nothing(told: list[Stage]) -> None:
    """Also: open cases have a running clock that ends, final ones none; chains verify."""

    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def walk(data: st.DataObject) -> None:
        stage = data.draw(st.sampled_from(told))
        with stage.db._write() as session:  # never committed
            walker = Walk(session, stage, data.draw)
            with walker.stack:
                for _ in range(STEPS):
                    walker.stray()
                chain = timeline.export(session, walker.case.chain)
                verify_chain(json.loads(line) for line in chain)

    walk()
