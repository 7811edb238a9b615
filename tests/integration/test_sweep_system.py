"""What the sweep makes SYSTEM do in a case: little, at the right instant, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from casework.db import Database
from casework.models import Case, Escalation, Flag, Message
from casework.services import filing, timeline
from tests.conftest import Frozen
from tests.factories import MONDAY, County, file_bullying, report
from tests.integration.sweeping import (
    MINUTE,
    absent,
    clock_of,
    filed,
    pass_at,
    rungs_of,
    step,
    system_steps,
)

UNKNOWN = "unknown"
SYSTEM_MAY = {
    *("match_leave", "start_contact", "start_tracing", "lose_again", "miss_again", "mark_strict"),
    "mark_dropout_risk",
}
SYSTEM_NOTES = {
    *("rung_fired", "flag_raised", "clocks_started", "period_ended", "approval_void"),
    *("call_unanswered", "level_unanswered", "calls_exhausted"),
}


def test_an_absence_nobody_touches_is_contacted_traced_and_reported(
    database: Database, county: County, frozen: Frozen
) -> None:
    """Known 10:55, filed 11:00: contact at 11:02, tracing at 11:10, limit of declaring at 12:55."""
    case_id = absent(database, county)
    for minutes in range(0, 121):
        pass_at(database, frozen, MONDAY + timedelta(minutes=minutes))
    assert system_steps(database, case_id) == [
        ("start_contact", MONDAY + timedelta(minutes=2)),
        ("start_tracing", MONDAY + timedelta(minutes=10)),
    ]
    declare = clock_of(database, case_id, "absence.declare")
    to_tell = clock_of(database, case_id, "absence.report")
    assert declare.limit_at == to_tell.started_at == MONDAY + timedelta(minutes=115)
    assert (to_tell.stopped_at, declare.stopped_at) == (None, None)
    assert rungs_of(database, declare.id).count("flag") == 1
    with database.reading() as session:
        chain = session.get_one(Case, case_id).chain
        noted = [b for b in timeline.bodies(session, chain) if b["action"] == "clocks_started"]
    assert [body["data"]["trigger"] for body in noted] == ["limit:absence.declare"]


def test_after_an_outage_the_report_is_late_by_its_own_clock(
    database: Database, county: County, frozen: Frozen
) -> None:
    """One pass five hours later: the clock that a limit starts catches up in the same pass."""
    case_id = absent(database, county)
    pass_at(database, frozen, MONDAY + timedelta(minutes=1))
    done = pass_at(database, frozen, MONDAY + timedelta(hours=5))
    to_tell = clock_of(database, case_id, "absence.report")
    assert to_tell.started_at == MONDAY + timedelta(minutes=115)
    fired = [one.due_at for one in done.fired]
    assert fired == sorted(fired)
    assert set(rungs_of(database, to_tell.id)) >= {"level_2", "flag", "level_3"}
    assert {one.system_late for one in done.fired} == {True}


def test_the_window_for_a_review_ends_by_itself(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = filed(database, county)
    unknown = dict.fromkeys(("discovered_by", "stopped_by", "stopped_at", "protection"), UNKNOWN)
    step(database, county, case_id, "lead1", "accept", **unknown)
    calm = {"injury": "none", "psychological_harm": False, "severity": "minor"}
    rest = {"mandatory_items": [], "sexual_harm": False, "organised_crime": False}
    step(database, county, case_id, "lead1", "screen", **calm, **rest)
    for side in ("victim", "actor"):
        told = {"side": side, "outcome": "reached", "told_at": MONDAY.isoformat()}
        step(database, county, case_id, "teacher1", "notify_guardians", **told)
    no = dict.fromkeys(("bodily_harm", "mental_harm", "property_harm", "objection"), False)
    play = {"heard_alone": True, "earlier_case": False, "finding": "not_bullying", **no}
    step(database, county, case_id, "principal1", "dismiss_as_play", **play)
    signed = {"victim_delivery": "signed", "actor_delivery": "signed", "appeal_text": "可申请复查"}
    delivered = {"delivered_at": MONDAY.isoformat(), **signed}
    step(database, county, case_id, "lead1", "deliver_no_finding", **delivered)
    window = clock_of(database, case_id, "bullying.appeal_window")
    assert window.limit_at is not None
    pass_at(database, frozen, window.limit_at - MINUTE)
    assert clock_of(database, case_id, "bullying.appeal_window").stopped_at is None
    pass_at(database, frozen, window.limit_at)
    ended = clock_of(database, case_id, "bullying.appeal_window")
    assert (ended.stopped_at, ended.stopped_by) == (window.limit_at, "elapsed")
    with database.reading() as session:
        assert not session.scalars(select(Flag).where(Flag.clock_id == window.id)).all()
        fired = session.scalars(select(Escalation).where(Escalation.clock_id == window.id)).one()
        assert not session.scalars(select(Message).where(Message.escalation_id == fired.id)).all()
        bodies = timeline.bodies(session, session.get_one(Case, case_id).chain)
    assert [body["action"] for body in bodies].count("period_ended") == 1


def test_a_strict_absence_is_traced_at_once(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = absent(database, county, strict=True, strict_reasons=["note"])
    assert system_steps(database, case_id) == [("start_tracing", MONDAY)]
    pass_at(database, frozen, MONDAY + timedelta(minutes=30))
    assert len(system_steps(database, case_id)) == 1


def test_a_pupil_who_does_not_arrive_is_lost_again(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = absent(database, county)
    step(database, county, case_id, "teacher1", "start_contact")
    whereabouts = {"place": "家中", "seen_by": "祖母", "cause": "late"}
    assert step(database, county, case_id, "teacher1", "locate", **whereabouts).state == "located"
    pass_at(database, frozen, MONDAY + timedelta(hours=4) - MINUTE)
    assert system_steps(database, case_id) == []
    pass_at(database, frozen, MONDAY + timedelta(hours=4))
    assert system_steps(database, case_id) == [("lose_again", MONDAY + timedelta(hours=4))]
    declare = clock_of(database, case_id, "absence.declare")
    assert (declare.stopped_at, declare.previous_id) == (None, None)  # the same row goes on


def test_system_performs_nothing_but_what_it_may(
    database: Database, county: County, frozen: Frozen
) -> None:
    """Two weeks in which nobody does anything about one case of every kind."""
    with database.transaction() as session:
        file_bullying(session, county, weapon=True)
        for made in (
            report(county, "emergency", category="violence", weapon=True),
            report(county, "opinion"),
        ):
            filing.file_case(session, county["teacher1"], made)
    case_id = absent(database, county)
    for hours in (1, 2, 6, 30, 24 * 14):
        assert pass_at(database, frozen, MONDAY + timedelta(hours=hours)).failed == []
    with database.reading() as session:
        cases = session.scalars(select(Case)).all()
        found = [body for case in cases for body in timeline.bodies(session, case.chain)]
    by_system = [body for body in found if body["actor"]["role"] == "system"]
    assert {b["action"] for b in by_system if b["to"] is not None} <= SYSTEM_MAY
    assert {b["action"] for b in by_system if b["to"] is None} <= SYSTEM_NOTES
    assert {b["actor"]["id"] for b in by_system} == {None}
    moved = {case.case_type: case.state for case in cases if case.id != case_id}
    assert moved == {"bullying": "reported", "emergency": "received", "opinion": "detected"}
