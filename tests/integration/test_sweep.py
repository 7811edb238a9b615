"""The sweep: broken clocks set aside, big batches, the dry run, signs of life, what SYSTEM does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select

from casework.db import Database
from casework.models import Case, Clock, Heartbeat
from casework.services import filing, sweep, timeline
from tests.conftest import Frozen
from tests.factories import MONDAY, County, bullying, file_bullying, report
from tests.integration.sweeping import MINUTE, clock_of, dump, filed, pass_at

BREAKS: Mapping[str, Mapping[str, Any]] = {
    "rule gone from the pack": {"rule_id": "bullying.gone"},
    "terms without a ladder": {"terms": {}},
    "unknown ladder": {"terms": {"ladder": "stairs", "flag": "overdue", "title": "?"}},
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS.keys())
def test_a_failing_clock_holds_up_no_other_and_recovers(
    database: Database, county: County, frozen: Frozen, broken: Mapping[str, Any]
) -> None:
    case_id = filed(database, county)
    culprit = clock_of(database, case_id, "bullying.screen")
    whole = {name: getattr(culprit, name) for name in broken}
    change(database, culprit.id, broken)
    first = pass_at(database, frozen, MONDAY + timedelta(hours=3))
    assert first.failed == [culprit.id]
    assert {one.clock for one in first.fired} == {clock_of(database, case_id, "bullying.accept").id}
    now = clock_of(database, case_id, str(broken.get("rule_id", "bullying.screen")))
    assert (now.failures, now.failed_at) == (1, MONDAY + timedelta(hours=3))
    assert now.next_rung_at == MONDAY + timedelta(hours=3, minutes=2)
    assert pass_at(database, frozen, MONDAY + timedelta(hours=3, minutes=1)).failed == []
    assert pass_at(database, frozen, MONDAY + timedelta(hours=3, minutes=2)).failed == [culprit.id]
    later = clock_of(database, case_id, now.rule_id)
    assert (later.failures, later.next_rung_at) == (2, MONDAY + timedelta(hours=3, minutes=6))
    change(database, culprit.id, whole)
    mended = pass_at(database, frozen, MONDAY + timedelta(hours=3, minutes=6))
    assert [(one.clock, one.rung) for one in mended.fired] == [
        (culprit.id, "remind_half"),
        (culprit.id, "remind_late"),
        (culprit.id, "level_1"),
    ]
    healed = clock_of(database, case_id, "bullying.screen")
    assert (healed.failures, healed.failed_at) == (0, None)


def change(database: Database, clock_id: int, values: Mapping[str, Any]) -> None:
    with database.transaction() as session:
        row = session.get_one(Clock, clock_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_the_wait_of_a_failing_clock_grows_to_an_hour(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = filed(database, county)
    culprit = clock_of(database, case_id, "bullying.screen")
    change(database, culprit.id, {"terms": {}})
    waits, at = [], MONDAY + timedelta(hours=3)
    for _ in range(8):
        assert pass_at(database, frozen, at).failed == [culprit.id]
        following = clock_of(database, case_id, "bullying.screen").next_rung_at
        assert following is not None
        waits.append((following - at) // MINUTE)
        at = following
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


def test_more_clocks_than_a_batch_holds(database: Database, county: County, frozen: Frozen) -> None:
    case_id = filed(database, county)
    model = clock_of(database, case_id, "evidence.video")
    columns = {a.key: getattr(model, a.key) for a in inspect(Clock).column_attrs if a.key != "id"}
    copies = [columns | {"recipient": f"r{number}"} for number in range(505)]
    due_at = model.next_rung_at
    assert due_at is not None
    with database.transaction() as session:
        session.execute(insert(Clock), copies)
    done = pass_at(database, frozen, due_at)
    halves = Counter(one.clock for one in done.fired if one.rule == "evidence.video")
    assert (len(halves), set(halves.values())) == (506, {1})
    assert [one.due_at for one in done.fired] == sorted(one.due_at for one in done.fired)
    with database.reading() as session:
        timeline.verify(session)


@pytest.mark.parametrize("hours", [1, 5, 30])
def test_the_dry_run_changes_nothing_and_tells_the_truth(
    database: Database, county: County, frozen: Frozen, hours: int
) -> None:
    with database.transaction() as session:
        for weapon in (False, True):
            file_bullying(session, county, weapon=weapon)
        for category in ("violence", "food"):
            made = report(county, "emergency", category=category)
            filing.file_case(session, county["teacher1"], made)
    before, by = dump(database), MONDAY + timedelta(hours=hours)
    with database.rehearsal() as session:
        foretold = sweep.forecast(session, by)
    assert dump(database) == before
    fired = pass_at(database, frozen, by).fired
    assert len(fired) == len(foretold) > 0

    def plain(one: sweep.Fired) -> sweep.Fired:
        return replace(one, system_late=False)

    assert list(map(plain, fired)) == foretold


def test_the_dry_run_survives_a_broken_clock(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = filed(database, county)
    culprit = clock_of(database, case_id, "bullying.screen")
    change(database, culprit.id, {"rule_id": "bullying.gone"})
    with database.rehearsal() as session:
        foretold = sweep.forecast(session, MONDAY + timedelta(hours=3))
    assert {one.rule for one in foretold} == {"bullying.accept"}


def test_each_pass_leaves_a_sign_of_life(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = filed(database, county)
    pass_at(database, frozen, MONDAY)
    done = pass_at(database, frozen, MONDAY + timedelta(minutes=36))
    with database.reading() as session:
        beat = session.scalars(select(Heartbeat)).one()
    assert (beat.name, beat.since, beat.at) == ("sweep", MONDAY, MONDAY + timedelta(minutes=36))
    assert (beat.fired, beat.failed) == (len(done.fired), 0)
    assert [(one.rung, one.system_late) for one in done.fired] == [("remind_half", True)]
    # It has been awake since: what falls due between two passes is not its fault.
    late = pass_at(database, frozen, MONDAY + timedelta(minutes=38))
    change(database, clock_of(database, case_id, "bullying.screen").id, {"terms": {}})
    failed = pass_at(database, frozen, MONDAY + timedelta(minutes=60))
    with database.reading() as session:
        beat = session.scalars(select(Heartbeat)).one()
    assert (late.fired, beat.failed, len(failed.failed)) == ([], 1, 1)


def test_rungs_between_two_passes_in_time_are_not_late(
    database: Database, county: County, frozen: Frozen
) -> None:
    filed(database, county)
    pass_at(database, frozen, MONDAY + timedelta(minutes=28))
    done = pass_at(database, frozen, MONDAY + timedelta(minutes=30))
    assert [(one.rung, one.system_late) for one in done.fired] == [("remind_half", False)]


def test_what_was_filed_after_the_outage_is_not_late_by_the_system(
    database: Database, county: County, frozen: Frozen
) -> None:
    """Down from 08:00 to 11:01: the case of 08:00 suffered from it, that of 11:00 came late."""
    frozen.move_to(MONDAY - timedelta(hours=3))
    before = filed(database, county)
    pass_at(database, frozen, MONDAY - timedelta(hours=3))
    frozen.move_to(MONDAY)
    with database.transaction() as session:
        made = replace(bullying(county, weapon=True), known_at=MONDAY - timedelta(hours=3))
        late = filing.file_case(session, county["teacher1"], made).number
    done = pass_at(database, frozen, MONDAY + MINUTE)
    with database.reading() as session:
        suffered = session.get_one(Case, before).number
    urgent = [(one.rung, one.system_late) for one in done.fired if one.case == late]
    assert urgent == [
        ("level_2", False),
        ("flag", False),
        ("level_3", False),
        ("level_3.offer", False),
    ]
    assert {one.system_late for one in done.fired if one.case == suffered} == {True}
