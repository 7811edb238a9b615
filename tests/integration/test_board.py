"""The services behind the boards and the audit, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import NotAllowed, NotFound
from casework.jobs.tasks import sweep
from casework.models import Case, Event
from casework.permissions import SYSTEM
from casework.services import school_days
from casework.services.filing import file_case
from casework.services.pages.audit import audit_page
from casework.services.pages.board.counting import Figure
from casework.services.pages.board.measures import school_year
from casework.services.pages.case_filters import KINDS, Filters, as_args, from_args
from casework.services.pages.city import city_page
from casework.services.pages.county import Wanted, county_page
from casework.services.pages.flags import flags_page
from casework.services.pages.queue import queue_page
from casework.services.pages.school import school_page
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, act, bullying, report


@pytest.fixture
def full(database: Database, county: County, frozen: Frozen) -> County:
    """Cases at two schools of one county, at the other county and at a bureau, some late."""
    places = (("teacher1", "K1"), ("teacher2", "K3"), ("officer2", "S3"), ("officer1", "B1"))
    for n, (who, place) in enumerate(places):
        for made in (bullying(county), report(county, "emergency")):
            with database.transaction() as session:
                moved = replace(made, unit_id=county.units[place], people=())
                file_case(session, county[who], moved).level = n
    with database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id)).first()
        assert case is not None
        act(session, county["lead1"], case, "add_note", text="已到现场")
    frozen.forward(hours=7)
    sweep(database, timedelta(minutes=2))
    return county


def length(session: Session, county: County, who: str, one: Figure) -> int:
    """How many cases or flags the list behind a figure has."""
    if one.flags:
        page = flags_page(session, county[who], from_args(one.args))
        assert page.pages < 2
        return len(page.flags.rows)
    queue = queue_page(session, county[who], from_args(one.args))
    assert queue.next_cursor is None
    return len(queue.rows)


def test_figures_are_the_lengths_of_their_lists(database: Database, full: County) -> None:
    with database.reading() as session:
        board = county_page(session, full["officer1"])
        city = city_page(session, full["city1"])
        school = school_page(session, full["officer1"], full.units["S1"])
        assert board.own is not None
        lines = (*board.lines, board.own)
        of_officer: list[Figure] = [*board.figures, *school.figures]
        of_officer += [one for line in lines for one in line.figures]
        of_officer += [line.at_level for line in lines if line.at_level is not None]
        of_officer += [one for month in school.months for one in month.figures]
        of_city = [*city.figures, *city.own.figures]
        of_city += [one for line in city.lines for one in line.figures]
        for who, figures in (("officer1", of_officer), ("city1", of_city)):
            assert sum(one.value for one in figures) > 10
            for one in figures:
                assert length(session, full, who, one) == one.value, one


def test_an_untrue_nothing_counts_for_its_school_on_every_board(
    database: Database, county: County, frozen: Frozen
) -> None:
    """The flag hangs on the attestation and on no case; each figure opens exactly this flag."""
    known, school = clock.now() - timedelta(hours=1), county.units["S1"]
    with database.transaction() as session:
        day = clock.today()
        school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", day, day)
        attest(session, county["lead1"], school, on=day, nothing=True)
    frozen.forward(minutes=13)
    with database.transaction() as session:
        new = replace(bullying(county), known_at=known, occurred_at=None)
        number = file_case(session, county["teacher1"], new).number
    with database.reading() as session:
        board = county_page(session, county["officer1"])
        line = next(one for one in board.lines if one.id == school)
        page, city = (
            school_page(session, county["officer1"], school),
            city_page(session, county["city1"]),
        )
        assert [line.value(name) for name in ("flagged", "open")] == [1, 1]
        assert city.lines[0].value("flagged") + city.lines[1].value("flagged") == 1
        for who, figures in (
            ("officer1", board.figures),
            ("officer1", page.figures),
            ("city1", city.figures),
        ):
            one = next(figure for figure in figures if figure.name == "suspected")
            assert one.value == length(session, county, who, one) == 1
        other = county_page(session, county["officer2"])
        assert {one.value for one in other.figures} == {0}
        [flag] = page.flags.rows
        assert (flag.number, flag.school_id, flag.on, page.flags.total) == ("", school, day, 1)
        assert number not in flag.unit
        kind = flags_page(session, county["officer1"], Filters(flag="any", case_type="bullying"))
        assert kind.flags.total == 0, "of no case, so of no kind"
        assert board.today is not None
        assert (board.today.figures.zero_signed, len(board.today.figures.zero)) == (1, 2)
        with pytest.raises(NotFound):
            flags_page(session, county["officer2"], Filters(unit_id=school))


def test_the_last_handling_is_found_by_the_number_of_its_case(
    database: Database, full: County
) -> None:
    with database.reading() as session:
        lines = {line.id: line for line in county_page(session, full["officer1"]).lines}
        first = session.scalars(select(Case).order_by(Case.id)).first()
        assert first is not None
        last = lines[full.units["S1"]].last
        assert last is not None
        assert (last.number, last.label) == (first.number, "Add a note")
        event = select(Event.at).where(Event.case_key == first.number, Event.action == "add_note")
        assert last.at == session.scalar(event)


def test_boards_keep_to_their_scope(database: Database, full: County) -> None:
    with database.reading() as session:
        for unit in ("B2", "C", "S1"):
            with pytest.raises(NotFound):
                county_page(session, full["officer1"], Wanted(unit_id=full.units[unit]))
        with pytest.raises(NotFound):
            school_page(session, full["officer1"], full.units["S3"])
        for who in ("officer1", "lead1", "admin1"):
            with pytest.raises(NotAllowed):
                city_page(session, full[who])


def test_an_audit_reads_everything_on_both_databases(database: Database, full: County) -> None:
    with database.reading() as session:
        for case in session.scalars(select(Case)).all():
            who = "officer2" if case.unit_id == full.units["S3"] else "leader1"
            if case.filed_by == full[who].user_id:
                who = "city1"
            page = audit_page(session, full[who], case.number)
            assert page.fault is None
            assert page.counts["events"] == case.head_seq
            assert [one.seq for one in page.events] == sorted(
                (one.seq for one in page.events), reverse=True
            )
            assert page.clocks


DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
WORDS = st.text("abcdefgh_", max_size=12)
NUMBERS = st.none() | st.integers(0, 10**12 - 1)
BY_KIND = {"str": WORDS, "int": NUMBERS, "bool": st.booleans(), "date": DAYS}


@given(st.fixed_dictionaries({name: BY_KIND[kind] for name, kind in KINDS.items()}))
def test_filters_survive_their_address(values: Mapping[str, object]) -> None:
    filters = Filters(**values)  # type: ignore[arg-type]

    assert from_args(as_args(filters)) == filters


@given(st.dictionaries(st.sampled_from(sorted(KINDS)), st.text(max_size=20)))
def test_no_address_breaks_the_filters(args: Mapping[str, str]) -> None:
    from_args(args)


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)))
def test_a_school_year_begins_in_september(day: date) -> None:
    first = school_year(day)

    assert (first.month, first.day) == (9, 1)
    assert first <= day < first.replace(year=first.year + 1)
