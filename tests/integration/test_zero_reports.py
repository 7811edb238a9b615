"""零报告: expected once a day, signed once and for all, contradicted by what was known before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Contradiction, Flag, Message, ZeroReport
from casework.permissions import SYSTEM
from casework.services import filing, school_days, timeline
from casework.services.zero_reports import expecting, listing
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, act, bullying, report
from tests.integration.storytelling import NEVER_LATE

MON = date(2026, 9, 21)
TERM = (date(2026, 9, 1), date(2027, 1, 20))
SCHOOLS = ("S1", "S2")


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test, in a term of the first county."""
    with database.transaction() as found:
        school_days.add_term(found, SYSTEM, county.units["B1"], "2026秋", *TERM)
        yield found


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LOCAL)


def sign(
    session: Session, county: County, who: str = "lead1", code: str = "S1", **more: object
) -> ZeroReport:
    """Attest today, by default nothing."""
    given = {"on": clock.today(), "nothing": True, **more}
    return attest(session, county[who], county.units[code], **given)  # type: ignore[arg-type]


def expected(session: Session, on: date) -> list[tuple[int, str]]:
    query = select(ZeroReport.unit_id, ZeroReport.slot).where(ZeroReport.on == on)
    return sorted((row[0], row[1]) for row in session.execute(query))


def test_each_school_owes_each_school_day_once(
    session: Session, county: County, frozen: Frozen
) -> None:
    owed = sorted((county.units[code], "day") for code in SCHOOLS)
    assert expected(session, MON) == owed  # county 2 has no term
    assert expecting.ensure(session) == 0
    frozen.move_to(at(date(2026, 9, 26), 6))  # a Saturday
    expecting.ensure(session)
    assert expected(session, date(2026, 9, 24)) == owed  # the days of the outage, too
    assert expected(session, date(2026, 9, 26)) == []
    frozen.move_to(at(date(2026, 10, 10), 6))  # a make-up Saturday
    expecting.ensure(session)
    assert expected(session, date(2026, 10, 10)) == owed
    assert expected(session, date(2026, 10, 1)) == []


def test_only_the_bureau_gives_a_school_its_own_term(
    session: Session, county: County, frozen: Frozen
) -> None:
    later = (date(2026, 9, 28), date(2027, 1, 20))
    with pytest.raises(NotAllowed):
        school_days.add_term(session, county["principal1"], county.units["S1"], "2026秋", *later)
    school_days.add_term(session, county["officer1"], county.units["S2"], "2026秋", *later)
    frozen.move_to(at(date(2026, 9, 22), 6))
    expecting.ensure(session)
    assert expected(session, date(2026, 9, 22)) == [(county.units["S1"], "day")]


def test_special_periods_ask_twice_and_on_days_off(
    session: Session, county: County, frozen: Frozen
) -> None:
    days = (date(2026, 9, 26), date(2026, 9, 27))
    school_days.add_special(
        session, county["officer1"], county.units["B1"], "sensitive", "敏感时段", *days, 2
    )
    frozen.move_to(at(days[0], 0, 5))
    expecting.ensure(session)
    slots = [slot for _, slot in expected(session, days[0])]
    assert sorted(slots) == ["am", "am", "pm", "pm"]
    clocks = session.scalars(select(Clock).where(Clock.subject_kind == "zero_report")).all()
    dues = {c.limit_at for c in clocks if c.started_at == at(days[0], 0)}
    assert dues == {at(days[0], 10), at(days[0], 17)}


def test_a_missing_one_is_flagged_and_climbs(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *TERM)
    frozen.move_to(at(MON, 17))
    sweep(database, NEVER_LATE)
    with database.reading() as session:
        flags = session.scalars(select(Flag)).all()
        assert {flag.unit_id for flag in flags} == {county.units[code] for code in SCHOOLS}
        assert {flag.kind for flag in flags} == {"zero_report_missing"}
        told = set(session.scalars(select(Message.user_id).where(Message.level == 2)))
        assert county["officer1"].user_id in told
    frozen.forward(hours=1)
    with database.transaction() as session:
        row = sign(session, county)
        assert row.attested_at == clock.now()
        [mine] = listing.of_day(session, county["lead1"], MON)
        assert (mine["late"], mine["attested_by"]) == (True, "教师lead1")


def test_signed_once_and_for_all(session: Session, county: County, frozen: Frozen) -> None:
    frozen.move_to(at(MON, 16))
    row = sign(session, county)
    [body] = [b for b in timeline.bodies(session, "U-S1") if b["action"] == "zero_report_attested"]
    assert body["actor"] == {"id": county["lead1"].user_id, "role": "safety_lead"}
    assert body["data"] == {"on": "2026-09-21", "slot": "day", "nothing": True, "cases": []}
    running = (Clock.subject_kind == "zero_report", Clock.subject_id == row.id)
    assert session.scalars(select(Clock).where(*running)).one().stopped_by == "attested"
    with pytest.raises(Conflict):
        sign(session, county, "principal1")
    timeline.verify(session)


def test_two_who_sign_at_once_sign_once(database: Database, county: County, frozen: Frozen) -> None:
    with database.transaction() as session:
        school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *TERM)
    gate, found = threading.Barrier(2), []

    def signs(who: str) -> None:
        with clock.at(at(MON, 16)):
            gate.wait()
            try:
                with database.transaction() as session:
                    found.append(sign(session, county, who).attested_by)
            except Conflict:
                found.append(None)

    works = [threading.Thread(target=signs, args=(who,)) for who in ("lead1", "principal1")]
    for one in works:
        one.start()
    for one in works:
        one.join()
    [winner] = [one for one in found if one is not None]
    with database.reading() as session:
        mine = ZeroReport.unit_id == county.units["S1"]
        assert session.scalars(select(ZeroReport.attested_by).where(mine)).all() == [winner]
        timeline.verify(session)


def test_who_signs_and_what(session: Session, county: County, frozen: Frozen) -> None:
    for who in ("staff1", "counsellor1", "officer1"):
        with pytest.raises(NotAllowed):
            sign(session, county, who)
    for who in ("teacher1", "lead2", "officer2"):
        with pytest.raises(NotFound):
            sign(session, county, who)
    for wrong, field in (
        ({"on": clock.today() + timedelta(days=1)}, "on"),
        ({"on": clock.today() - timedelta(days=40)}, "on"),
        ({"slot": "noon"}, "slot"),
        ({"nothing": False}, "cases"),
        ({"nothing": False, "cases": ["2026-QL-999999"]}, "cases"),
    ):
        with pytest.raises(Invalid) as refused:
            sign(session, county, **wrong)
        assert set(refused.value.errors) == {field}
    assert sign(session, county, "deputy1").nothing is True


def test_nothing_beside_filed_cases_is_refused(session: Session, county: County) -> None:
    case = filing.file_case(session, county["teacher1"], bullying(county))
    with pytest.raises(Invalid) as refused:
        sign(session, county)
    assert set(refused.value.errors) == {"nothing"}
    second = filing.file_case(session, county["teacher1"], report(county, "emergency"))
    with pytest.raises(Invalid):
        sign(session, county, nothing=False, cases=[case.number])
    row = sign(session, county, nothing=False, cases=[case.number, second.number])
    assert row.cases == [case.number, second.number]


def test_who_signs_another_day_first_still_owes_the_cases_of_this_one(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 16))
    sign(session, county)
    tuesday, wednesday = (MON + timedelta(days=n) for n in (1, 2))
    frozen.move_to(at(tuesday, 11))
    number = filing.file_case(session, county["teacher1"], bullying(county)).number
    frozen.move_to(at(wednesday, 16))
    sign(session, county, nothing=False, cases=[number])
    with pytest.raises(Invalid) as refused:
        sign(session, county, on=tuesday)  # the day on which it was filed was not "nothing"
    assert str(number) in str(refused.value.errors["nothing"][0].params)
    row = sign(session, county, on=tuesday, nothing=False, cases=[number])
    assert row.cases == [number]


def late_case(session: Session, county: County, known_at: datetime, **more: object) -> Case:
    """A report filed now about something known before."""
    new = replace(bullying(county), known_at=known_at, occurred_at=None, **more)  # type: ignore[arg-type]
    return filing.file_case(session, county["teacher1"], new)


def test_a_nothing_is_contradicted_by_what_was_known_before(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 17) - timedelta(minutes=30))
    row = sign(session, county)
    frozen.forward(days=1)
    case = late_case(session, county, at(MON, 11))
    [found] = session.scalars(select(Contradiction)).all()
    assert (found.zero_report_id, found.case_id) == (row.id, case.id)
    [flag] = session.scalars(select(Flag).where(Flag.kind == "suspected_omission")).all()
    assert (flag.unit_id, flag.at) == (county.units["S1"], row.attested_at)
    [body] = [
        b for b in timeline.bodies(session, "U-S1") if b["action"] == "zero_report_contradicted"
    ]
    assert body["data"]["case"] == case.number
    told = select(Message.user_id).where(Message.template == "contradicted")
    assert {county["principal1"].user_id, county["officer1"].user_id} <= set(session.scalars(told))
    [line] = [
        one
        for one in listing.of_day(session, county["officer1"], MON)
        if one["unit"] != "" and one["contradicted"]
    ]
    assert line["contradicted"] == [case.number]
    timeline.verify(session)


def test_a_fight_after_a_true_attestation_contradicts_nothing(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 17))
    sign(session, county)
    frozen.move_to(at(MON, 21))
    late_case(session, county, at(MON, 20))
    assert session.scalars(select(Contradiction)).all() == []


def test_the_next_nothing_is_contradicted_by_last_nights_fight(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 17))
    sign(session, county)
    frozen.move_to(at(MON + timedelta(days=1), 16))
    second = sign(session, county)
    frozen.forward(hours=2)
    late_case(session, county, at(MON, 20))
    assert [c.zero_report_id for c in session.scalars(select(Contradiction))] == [second.id]


def test_knowledge_found_later_contradicts_as_well(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 17))
    sign(session, county)
    frozen.move_to(at(MON, 21))
    case = late_case(session, county, at(MON, 20))
    knew = {"knower": "门卫", "post": "保安", "learned_at": at(MON, 11), "evidence": "值班记录"}
    act(session, county["officer1"], case, "record_knowledge", **knew)
    assert session.scalars(select(Contradiction)).all() == [], "nobody says whose guard it is"
    act(session, county["officer1"], case, "record_knowledge", **knew, of_school=True)
    assert len(session.scalars(select(Contradiction)).all()) == 1


def test_what_the_bureau_knew_is_not_what_the_school_knew(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 16))
    sign(session, county)
    frozen.forward(days=1)
    new = replace(bullying(county), known_at=at(MON, 10), occurred_at=None)
    filing.file_case(session, county["officer1"], new)
    assert session.scalars(select(Contradiction)).all() == []


def test_other_cases_between_do_not_excuse_a_nothing(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 9))
    old = filing.file_case(session, county["teacher1"], bullying(county)).number
    frozen.move_to(at(MON, 16))
    sign(session, county, nothing=False, cases=[old])
    for decoy, field in (({"slot": "pm"}, "slot"), ({"on": MON - timedelta(days=2)}, "slot")):
        with pytest.raises(Invalid) as refused:
            sign(session, county, nothing=False, cases=[old], **decoy)
        assert set(refused.value.errors) == {field}
    frozen.move_to(at(MON, 17))
    true = filing.file_case(session, county["teacher1"], bullying(county)).number
    frozen.move_to(at(MON + timedelta(days=1), 16))
    with pytest.raises(Invalid) as refused:
        sign(session, county, nothing=False, cases=[true, old])
    assert set(refused.value.errors) == {"cases"}, "the old one was told the day before"
    sign(session, county, nothing=False, cases=[true])
    frozen.move_to(at(MON + timedelta(days=2), 16))
    untrue = sign(session, county)
    frozen.forward(hours=2)
    late_case(session, county, at(MON, 20))
    assert [c.zero_report_id for c in session.scalars(select(Contradiction))] == [untrue.id]
