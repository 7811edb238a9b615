"""The reconciliation board: figures as long as their lists, and as many questions for any size."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import NotFound
from casework.jobs.tasks import sweep
from casework.models import Case, Flag, Message, Period, Unit
from casework.services import timeline, units
from casework.services.filing import file_case
from casework.services.pages.reconciliation import Line, ReconciliationPage, reconciliation_page
from casework.services.pages.reconciliation_school import school_day_page
from casework.services.reconciliation.asking import ASKED, record_asked
from casework.services.reconciliation.funnel import Judgement
from casework.services.reconciliation.listing import of_bureau
from casework.services.reconciliation.months import Mark
from casework.services.rolls import periods
from casework.services.rolls.shapes import NewPeriod
from casework.services.signals.receiving import NewSignal, receive
from casework.services.zero_reports import expecting
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, bullying, make_student
from tests.integration import rolling


def line(page: ReconciliationPage, county: County, code: str) -> Line:
    return next(one for one in page.lines if one.id == county.units[code])


@pytest.fixture
def monday(database: Database, county: County, frozen: Frozen) -> County:
    """The first school calls one of its rolls and attests nothing, although it knew of bullying at
    16:00; a hotline call tells the bureau of it in the evening. The second school does nothing.
    """
    rolling.opened(database, county, frozen, "S1", "S2")
    frozen.move_to(rolling.at(8, 5))
    with database.transaction() as session:
        rolling.save(session, county)
    frozen.move_to(rolling.at(16, 5))
    with database.transaction() as session:
        attest(session, county["lead1"], county.units["S1"], on=rolling.MON, nothing=True)
    frozen.move_to(rolling.at(18))
    with database.transaction() as session:
        call = NewSignal(kind="hotline", unit_id=county.units["S1"], text="有学生被打")
        receive(session, county["officer1"], call)
        known, happened = rolling.at(16), rolling.at(15, 30)
        report = replace(bullying(county), known_at=known, occurred_at=happened)
        file_case(session, county["teacher1"], report)
    sweep(database, timedelta(minutes=2))
    return county


def test_each_figure_is_the_length_of_the_list_that_proves_it(
    database: Database, monday: County
) -> None:
    with database.transaction() as session:
        page = reconciliation_page(session, monday["officer1"])
        assert [one.name for one in page.lines] == ["东山县第一中学", "东山县第二小学"]
        first, second = (one.figures for one in page.lines)
        assert (first.rolls_saved, first.rolls_expected) == (1, 4)
        assert (second.rolls_saved, second.rolls_expected) == (0, 2)
        assert (first.zero[0].nothing, second.zero[0].nothing) == (True, None)
        assert (first.cases, first.signals, first.contradictions) == (1, 1, 1)
        assert (second.cases, second.signals, second.contradictions) == (0, 0, 0)
        assert (first.zero_missing, second.zero_missing) == (0, 1)
        for one in page.lines:
            shown = school_day_page(session, monday["officer1"], one.id, None)
            assert len(shown.missing) == one.figures.rolls_missing
            assert shown.saved == one.figures.rolls_saved
            assert len(shown.zero) == len(one.figures.zero)
            assert shown.contradictions == one.figures.contradictions
            assert shown.cases.total == len(shown.cases.rows) == one.figures.cases
            assert shown.signals.total == len(shown.signals.rows) == one.figures.signals
            assert shown.flags.total == len(shown.flags.rows) == one.figures.flags > 0
            assert shown.strip == one.strip
            assert one.strip.days[20].mark == Mark.TROUBLE
            assert {day.mark for day in one.strip.days[21:]} == {Mark.AHEAD}
        day_before = reconciliation_page(session, monday["officer1"], rolling.MON - timedelta(1))
        assert {one.figures for one in day_before.lines} == {type(first)()}
        data = of_bureau(session, monday["officer1"], rolling.MON)
        assert [one["contradictions"] for one in data] == [1, 0]
        assert data[1]["zero_reports"] == [{"slot": "day", "state": "missing"}]
        clear_one_flag(session, monday)
        after = line(reconciliation_page(session, monday["officer1"]), monday, "S2").figures
        assert after.flags == second.flags - 1
        nobody_reconciles_beyond_the_own_reach(session, monday)


def test_nothing_expected_is_seen_and_told(
    database: Database, monday: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(Period).where(Period.unit_id == monday.units["S1"])):
            days = {"until_on": rolling.MON, "reason": "调整"}
            periods.end_period(session, monday["principal1"], one.id, **days)
        new = NewPeriod("dusk", "放学点名", "class", time(17), "school", "7")
        periods.set_period(session, monday["principal1"], monday.units["S1"], new)
        changed = replace(new, bell=time(18))
        periods.set_period(
            session, monday["principal1"], monday.units["S1"], changed, reason="调整"
        )
        told = select(Message.template).where(Message.user_id == monday["officer1"].user_id)
        assert set(session.scalars(told)) >= {"roll_ended", "roll_changed"}
        units.add_unit(session, "K9", "class", "空班", "S2")  # nobody is in it
    frozen.forward(days=1)
    with database.transaction() as session:
        expecting.ensure(session)
        page = reconciliation_page(session, monday["officer1"])
        first, second = (line(page, monday, code).figures for code in ("S1", "S2"))
        assert (first.unexpected, second.unexpected) == (1, 0)
        assert second.rolls_expected == len(
            school_day_page(session, monday["officer1"], monday.units["S2"], None).missing
        )
        assert second.rolls_expected == 2, "as many as without the empty class"


def clear_one_flag(session: Session, county: County) -> None:
    flag = session.scalars(select(Flag).where(Flag.unit_id == county.units["S2"])).first()
    assert flag is not None
    flag.cleared_at, flag.cleared_by, flag.reason = clock.now(), county["officer1"].user_id, "停电"
    session.flush()


def nobody_reconciles_beyond_the_own_reach(session: Session, county: County) -> None:
    city = reconciliation_page(session, county["city1"])
    assert city.lines == (), "every school has a nearer bureau"
    assert [name for _, name in city.others] == ["东山县教育局", "西河县教育局"]
    for who, code in (("officer1", "B2"), ("officer2", "B1"), ("officer1", "S1")):
        with pytest.raises(NotFound):
            reconciliation_page(session, county[who], unit_id=county.units[code])
    with pytest.raises(NotFound):
        school_day_page(session, county["officer2"], county.units["S1"], None)


def grown(session: Session, county: County, schools: int) -> list[Unit]:
    """Like schools that have each filed twelve cases within the year, but the first of them."""
    made = []
    for n in range(schools):
        school = units.add_unit(session, f"X{n}", "school", f"新校{n}", "B1", stage="primary")
        klass = units.add_unit(session, f"X{n}-1", "class", "一班", school.code)
        for pupil in range(3):
            make_student(session, f"x{n}-{pupil}", klass.id)
        at = clock.now() - timedelta(days=30)
        session.add_all(
            Case(
                **{"case_type": "bullying", "prefix": "QL", "title": "t", "narrative": ""},
                **{"state": "closed", "phase": "closure", "final": True},
                unit=klass,
                known_at=at,
                filed_at=at,
            )
            for _ in range(12 if n else 0)
        )
        made.append(school)
    session.flush()
    return made


def test_a_silent_school_is_a_question_that_the_bureau_can_keep(
    database: Database, monday: County
) -> None:
    with database.transaction() as session:
        quiet, *_ = grown(session, monday, 7)
        page = reconciliation_page(session, monday["officer1"])
        assert [one.name for one in page.silent] == [quiet.name]
        verdict = page.silent[0].verdict
        assert (verdict.peers, verdict.expected, page.silent[0].asked) == (6, 12.0, None)
        assert page.chart is not None
        assert [dot.judgement for dot in page.chart.dots].count("silent") == 1
        assert page.counts[Judgement.NO_PUPILS] == 2, "of the others no stage is entered"
        record_asked(session, monday["officer1"], quiet.id, rolling.MON, "学校称本年确无事件")
        asked = reconciliation_page(session, monday["officer1"]).silent[0].asked
        assert asked is not None
        assert (asked.by, asked.answer) == ("教师officer1", "学校称本年确无事件")
        last = timeline.bodies(session, quiet.chain)[-1]
        assert (last["action"], last["data"]["until"]) == (ASKED, "2026-09-21")
        assert "学校称" not in str(last), "words are kept apart from the chain"
        with pytest.raises(NotFound):
            record_asked(session, monday["officer2"], quiet.id, rolling.MON, "?")


def test_more_schools_cost_no_more_questions(database: Database, monday: County) -> None:
    def questions() -> int:
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        with database.reading() as session:
            bind = session.get_bind()
            event.listen(bind, "before_cursor_execute", note)
            reconciliation_page(session, monday["officer1"])
            event.remove(bind, "before_cursor_execute", note)
        return len(asked)

    few = questions()
    with database.transaction() as session:
        grown(session, monday, 12)
    assert questions() <= few + 1, "one more looks up who was asked, if anybody is quiet"
