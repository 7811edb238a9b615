"""校历: terms, special periods and closures ask for nothing that was due before they were known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.jobs.tasks import sweep
from casework.models import Clock, Flag, Term, Unit, ZeroReport
from casework.permissions import SYSTEM
from casework.services import school_days, timeline, units
from casework.services import school_days_changed as changed
from casework.services.reconciliation.area import schools_of
from casework.services.reconciliation.counting import of_day
from casework.services.rolls import sheet
from casework.services.zero_reports import expecting
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, make_student
from tests.integration import rolling
from tests.integration.rolling import MON, TERM, clocks_of_rolls, flags
from tests.integration.storytelling import NEVER_LATE

TUE = MON + timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = MON) -> datetime:
    return datetime.combine(day, time(hour, minute), LOCAL)


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    with database.transaction() as found:
        yield found


def slots(session: Session, county: County, on: date, code: str = "S1") -> list[str]:
    """What a school is expected to sign on a day."""
    mine = (ZeroReport.unit_id == county.units[code], ZeroReport.on == on)
    return sorted(session.scalars(select(ZeroReport.slot).where(*mine)))


def twice(session: Session, county: County, *days: date) -> None:
    given = (county.units["B1"], "sensitive", "敏感时段", *days, 2)
    school_days.add_special(session, county["officer1"], *given)


def test_a_special_period_entered_at_noon_asks_for_no_morning(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(12))
    twice(session, county, MON, TUE)
    assert slots(session, county, MON) == ["pm"]
    with pytest.raises(Invalid) as refused:
        attest(session, county["lead1"], county.units["S1"], on=MON, slot="am", nothing=True)
    assert set(refused.value.errors) == {"slot"}
    frozen.move_to(at(0, 5, TUE))
    expecting.ensure(session)
    assert slots(session, county, TUE) == ["am", "pm"]


def test_a_day_that_was_to_be_signed_once_is_not_signed_three_times(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(6))
    school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *TERM)
    assert slots(session, county, MON) == ["day"]
    frozen.move_to(at(8))
    twice(session, county, MON, TUE)
    assert slots(session, county, MON) == ["am", "day"]  # the day itself is signed at its end
    with pytest.raises(Invalid):
        attest(session, county["lead1"], county.units["S1"], on=MON, slot="pm", nothing=True)
    for slot in ("am", "day"):
        attest(session, county["lead1"], county.units["S1"], on=MON, slot=slot, nothing=True)
    frozen.move_to(at(6, 0, TUE))
    expecting.ensure(session)
    assert slots(session, county, TUE) == ["am", "pm"]


def test_a_term_entered_in_the_evening_makes_nobody_late(
    database: Database, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(18))
    with database.transaction() as session:
        school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *TERM)
        assert slots(session, county, MON) == []
        for day in (MON, MON - timedelta(days=3)):  # nor can it be made so by signing
            with pytest.raises(Invalid):
                attest(session, county["lead1"], county.units["S1"], on=day, nothing=True)
    sweep(database, NEVER_LATE)
    assert flags(database) == []
    frozen.move_to(at(17, 0, TUE))
    sweep(database, NEVER_LATE)
    assert ("S1", "zero_report_missing") in flags(database)


def test_a_closed_school_owes_neither_rolls_nor_school_days(
    database: Database, county: County, frozen: Frozen
) -> None:
    """A typhoon, known at ten: the roll of eight stays owed, and what Monday was to attest."""
    rolling.opened(database, county, frozen, "S1", "S2")
    frozen.move_to(at(8, 40))
    sweep(database, NEVER_LATE)
    assert flags(database) == [(code, "roll_missing") for code in ("K1", "K2", "K3")]
    frozen.move_to(at(10))
    with database.transaction() as session:
        for who, error in (("principal1", NotAllowed), ("officer2", NotFound)):
            with pytest.raises(error):
                close(session, county, who, MON, TUE)
        close(session, county, "officer1", MON, TUE)
        with pytest.raises(Invalid) as refused:
            close(session, county, "officer1", TUE, TUE)
        assert set(refused.value.errors) == {"from_on"}
    frozen.move_to(at(14, 40))
    sweep(database, NEVER_LATE)
    assert [one for one in flags(database) if one[0] in {"K1", "K2"}] == [
        ("K1", "roll_missing"),
        ("K2", "roll_missing"),
    ]
    assert ("K3", None) in clocks_of_rolls(database)[3:]
    with database.transaction() as session:
        assert slots(session, county, MON) == ["day"]
        expected = [(due.bell_at, due.state) for due in sheet.to_call(session, county["teacher1"])]
        assert expected == [(at(8), "missing")]
    frozen.move_to(at(14, 40, TUE))
    sweep(database, NEVER_LATE)
    with database.transaction() as session:
        assert slots(session, county, TUE) == []
        assert slots(session, county, TUE, "S2") == ["day"]
        assert sheet.to_call(session, county["teacher1"]) == ()
        [school, *_] = schools_of(session, session.get_one(Unit, county.units["B1"]))
        figures = of_day(
            session,
            county["officer1"],
            session.get_one(Unit, county.units["B1"]),
            [school],
            TUE,
        )[school.id]
        assert (figures.rolls_expected, figures.zero, figures.closed) == (0, (), True)
        assert figures.unexpected == 0
        timeline.verify(session)
    wednesday = TUE + timedelta(days=1)
    frozen.move_to(at(8, 40, wednesday))
    sweep(database, NEVER_LATE)
    with database.transaction() as session:
        assert slots(session, county, wednesday) == ["day"]
        due = select(Clock.id).where(
            Clock.subject_kind == "roll", Clock.started_at == at(8, 0, wednesday)
        )
        assert len(session.scalars(due).all()) == 3


def close(session: Session, county: County, who: str, *days: date, code: str = "S1") -> None:
    school_days.add_closure(session, county[who], county.units[code], "台风停课", *days)


def test_one_class_stays_at_home_and_the_others_call_their_rolls(
    database: Database, county: County, frozen: Frozen
) -> None:
    rolling.opened(database, county, frozen)
    with database.transaction() as session:
        grade = units.add_unit(session, "G9", "grade", "九年级", "S1")
        for code in ("K8", "K9"):
            parent = "S1" if code == "K8" else grade.code
            unit = units.add_unit(session, code, "class", code, parent)
            make_student(session, f"9{code}", unit.id)
            county.units[code] = unit.id
        county.units["G9"] = grade.id
        close(session, county, "officer1", MON, MON, code="K1")
        close(session, county, "officer1", MON, MON, code="G9")
    frozen.move_to(at(8, 40))
    sweep(database, NEVER_LATE)
    assert flags(database) == [("K2", "roll_missing"), ("K8", "roll_missing")]
    with database.transaction() as session:
        bureau = session.get_one(Unit, county.units["B1"])
        school = session.get_one(Unit, county.units["S1"])
        figures = of_day(session, county["officer1"], bureau, [school], MON)[school.id]
        assert (figures.rolls_expected, figures.closed) == (2, False)
        assert slots(session, county, MON) == ["day"]
        rolling.save(session, county)  # called all the same: late for nothing
    assert ("K1", "roll_missing") not in flags(database)


def test_what_is_entered_ends_on_another_day_and_the_past_stays(
    session: Session, county: County, frozen: Frozen
) -> None:
    officer = county["officer1"]
    frozen.move_to(at(6))
    expecting.ensure(session)
    term = school_days.add_term(session, officer, county.units["B1"], "2026秋", *TERM)
    why = {"reason": "教育局通知"}
    for until_on, field in ((MON - timedelta(1), "until_on"), (date(2028, 1, 1), "until_on")):
        with pytest.raises(Invalid) as refused:
            changed.end(session, officer, "term", term.id, until_on=until_on, **why)
        assert set(refused.value.errors) == {field}
    with pytest.raises(Invalid) as refused:
        changed.end(session, officer, "term", term.id, until_on=TUE, reason=" ")
    assert set(refused.value.errors) == {"reason"}
    for who, error in (("principal1", NotFound), ("officer2", NotFound)):
        with pytest.raises(error):
            changed.end(session, county[who], "term", term.id, until_on=TUE, **why)
    with pytest.raises(Conflict):
        changed.take_back(session, officer, "term", term.id, **why)
    changed.end(session, officer, "term", term.id, until_on=TUE, **why)
    spring = (date(2027, 2, 20), date(2027, 7, 10))
    later = school_days.add_term(session, officer, county.units["B1"], "2027春", *spring)
    with pytest.raises(Invalid):
        changed.end(session, officer, "term", term.id, until_on=date(2027, 3, 1), **why)
    changed.take_back(session, officer, "term", later.id, **why)
    assert session.scalars(select(Term.until_on)).all() == [TUE]
    frozen.move_to(at(6, 0, TUE + timedelta(days=1)))
    expecting.ensure(session)
    assert slots(session, county, TUE) == ["day"]
    assert slots(session, county, clock.today()) == []
    with pytest.raises(Conflict):
        changed.end(session, officer, "term", term.id, until_on=clock.today(), **why)
    bodies = [b for b in timeline.bodies(session, "U-B1") if b["action"].startswith("term_")]
    told = [(b["action"], b["data"].get("new_until_on")) for b in bodies]
    assert told == [
        ("term_entered", None),
        ("term_changed", "2026-09-22"),
        ("term_entered", None),
        ("term_taken_back", None),
    ]
    assert session.scalars(select(Flag)).all() == []
    timeline.verify(session)


def test_words_that_do_not_fit_are_refused_on_either_database(
    session: Session, county: County
) -> None:
    for name in ("长" * 401, " "):
        with pytest.raises(Invalid) as refused:
            school_days.add_term(session, SYSTEM, county.units["B1"], name, *TERM)
        assert set(refused.value.errors) == {"name"}
