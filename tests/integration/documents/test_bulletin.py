"""The bulletin of a month: figures that agree with the records, and nobody named too early."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import Conflict, NotAllowed
from casework.jobs.tasks import sweep
from casework.models import Case, Document, Student, Unit, ZeroReport
from casework.services import approvals, filing, units
from casework.services.documents import drafting, issuing, reviewing
from casework.services.documents.drafting import Begun
from casework.services.documents.gathering.area import WITHHELD
from casework.services.documents.gathering.month import MOST_OVERDUE, ZERO_MISSING, month_of
from casework.services.documents.press import Press
from casework.services.findings.deciding import decide
from casework.services.findings.proposing import Proposal, propose
from casework.services.scope import load_case
from casework.services.zero_reports import expecting
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying, make_student
from tests.integration.documents import arranging as d

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
THIRD = datetime(2026, 10, 3, 9, tzinfo=LOCAL)
SCHOOL = "东山县第一中学"
WORDS = {"comment": "请各学校按时报送。", "demands": "补齐缺报的零报告。"}


def left_alone(database: Database, county: County, frozen: Frozen, cases: int = 1) -> list[str]:
    """Cases filed in September that nobody touched until October; their numbers."""
    with database.transaction() as session:
        found = [file_bullying(session, county, weapon=True).number for _ in range(cases)]
    frozen.move_to(THIRD)
    sweep(database, timedelta(minutes=1))
    return found


def accused(session: Session, county: County, number: str) -> int:
    """An open finding of concealment about a case."""
    told = "学校知悉后未按时报告。"
    given = Proposal("concealment", "case", number, told, told)
    return propose(session, county["officer1"], given).id


def begun(session: Session, press: Press, county: County, by: str = "officer1") -> Document:
    about = Begun(fields=WORDS)
    return drafting.begin_at(session, press, county[by], county.units["B1"], "bulletin", about)


def place(session: Session, county: County) -> dict[str, int]:
    """What happened in September at the first school."""
    found = month_of(session, session.get_one(Unit, county.units["B1"]), SEPTEMBER, lines=True)
    one = county.units["S1"]
    counted = ("cases", "closed", "due", "late", "overdue")
    return {name: getattr(found, name)[one] for name in counted} | {
        "withheld": found.overdue[WITHHELD],
        "lines": len(found.lines),
        "flags": sum(n for (school, _), (n, _) in found.flags.items() if school == one),
    }


def test_the_figures_are_those_of_the_month(
    database: Database, county: County, frozen: Frozen
) -> None:
    left_alone(database, county, frozen)
    with database.reading() as session:
        found = place(session, county)
        assert found["cases"] == 1
        assert found["closed"] == found["withheld"] == 0
        assert (found["due"], found["late"]) == (2, 1), "filed in time, never reported"
        assert found["lines"] == found["overdue"] >= found["late"]
        assert found["flags"] > 0
        after = month_of(session, session.get_one(Unit, county.units["B1"]), OCTOBER)
        assert not after.cases
        other = month_of(session, session.get_one(Unit, county.units["B2"]), SEPTEMBER)
        assert not other.cases
        assert not other.overdue


def test_a_duty_that_went_on_elsewhere_is_counted_once(
    database: Database, county: County, frozen: Frozen
) -> None:
    first, second = left_alone(database, county, frozen, cases=2)
    with database.transaction() as session:
        before = place(session, county)
        duplicate = load_case(session, county["lead1"], second)
        told = {"other_case": first, "same_event": "同一事件"}
        asked = act(session, county["lead1"], duplicate, "merge_duplicate", **told)
        assert asked.approval is not None
        approvals.decide(session, county["officer1"], asked.approval.id, approve=True)
        after = place(session, county)
    assert (before["cases"], after["cases"]) == (2, 2)
    assert (before["late"], after["late"]) == (2, 1)
    assert (before["due"], after["due"]) == (4, 3), "the duplicate was filed in time"
    assert after["overdue"] * 2 == before["overdue"]


def test_what_a_school_may_still_answer_stands_under_no_name(
    database: Database, county: County, frozen: Frozen, press: Press
) -> None:
    (number,) = left_alone(database, county, frozen)
    with database.transaction() as session:
        before = place(session, county)
        finding = accused(session, county, number)
        after = place(session, county)
        assert before["withheld"] == 0
        assert after["withheld"] == before["overdue"]
        assert {after[name] for name in ("cases", "due", "late", "overdue", "flags")} == {0}

        values = d.known(session, press, county["officer1"], begun(session, press, county))
        assert number not in str(values)
        for table in ("timeliness", "overdue", "flags", "findings"):
            assert SCHOOL not in str(values[table])
        assert {row["school"] for row in values["overdue"]} == {"某校"}
        assert values["findings"] == []

        frozen.forward(days=12)
        decide(session, county["leader1"], finding, uphold=True, reasons="证据充分")
        assert place(session, county)["withheld"] == 0


def test_no_child_is_named(
    database: Database, county: County, frozen: Frozen, press: Press
) -> None:
    left_alone(database, county, frozen)
    with database.transaction() as session:
        said = str(d.known(session, press, county["officer1"], begun(session, press, county)))
        for name in session.scalars(select(Student.name)):
            assert name not in said
        for title in session.scalars(select(Case.title)):
            assert title not in said


def test_the_month_before_stands_beside_it(
    database: Database, county: County, frozen: Frozen, press: Press
) -> None:
    left_alone(database, county, frozen, cases=2)
    with database.transaction() as session:
        filing.file_case(session, county["teacher1"], bullying(county))
        about = Begun(on=date(2026, 10, 9), fields=WORDS)
        officer, bureau = county["officer1"], county.units["B1"]
        draft = drafting.begin_at(session, press, officer, bureau, "bulletin", about)
        totals = d.known(session, press, officer, draft)["totals"]
    cases = next(row for row in totals if row["name"].startswith("新增案件"))
    assert cases == {"name": "新增案件（起）", "now": "1", "before": "2", "change": "-1"}


def test_a_report_that_came_late_is_the_same_figure_in_every_table(
    database: Database, county: County, frozen: Frozen, press: Press
) -> None:
    with database.transaction() as session:
        school = session.get_one(Unit, county.units["S1"])
        expecting.begin(session, school, clock.today(), "day")
    left_alone(database, county, frozen)
    with database.transaction() as session:
        for row in session.scalars(select(ZeroReport)):
            row.attested_at, row.attested_by = clock.now(), county["lead1"].user_id
            row.nothing = True
        session.flush()
        found = month_of(session, session.get_one(Unit, county.units["B1"]), SEPTEMBER)
        flagged = {s: n for (s, kind), (n, _) in found.flags.items() if kind == ZERO_MISSING}
        assert county.units["S1"] in flagged
        assert found.zero == flagged
        values = d.known(session, press, county["officer1"], begun(session, press, county))
    assert sum(int(row["zero"]) for row in values["annex"]) == sum(flagged.values())


def test_what_is_too_much_for_the_table_is_said(
    database: Database,
    county: County,
    frozen: Frozen,
    press: Press,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left_alone(database, county, frozen)
    monkeypatch.setattr("casework.services.documents.gathering.month.MOST_OVERDUE", 1)
    with database.transaction() as session:
        rows = d.known(session, press, county["officer1"], begun(session, press, county))["overdue"]
        rest = place(session, county)["overdue"] - 1
    assert len(rows) == 2
    assert rows[-1]["rule"] == f"另有{rest}项，未逐项列出"
    assert MOST_OVERDUE >= 100


def test_more_schools_cost_no_more_questions(
    database: Database, county: County, frozen: Frozen
) -> None:
    left_alone(database, county, frozen)
    with database.transaction() as session:
        bureau = session.get_one(Unit, county.units["B1"])

        def asked() -> int:
            session.expire_all()
            return d.statements(session, lambda: month_of(session, bureau, SEPTEMBER, lines=True))

        few = asked()
        for n in range(8):
            school = units.add_unit(session, f"X{n}", "school", f"新校{n}", "B1", stage="primary")
            group = units.add_unit(session, f"X{n}-1", "class", "一班", school.code)
            make_student(session, f"x{n}", group.id)
        session.flush()
        assert asked() == few


def test_a_bulletin_is_reviewed_and_signed_by_others_and_is_numbered(
    database: Database, county: County, frozen: Frozen, press: Press
) -> None:
    left_alone(database, county, frozen)
    officer, leader = county["officer1"], county["leader1"]
    with database.transaction() as session:
        for n in (1, 2):
            draft = begun(session, press, county)
            reviewing.submit(session, press, *d.step(officer, draft))
            with pytest.raises(NotAllowed):
                reviewing.review(session, *d.step(officer, draft))
            with pytest.raises(Conflict):
                issuing.issue(session, press, *d.step(leader, draft))
            reviewing.review(session, *d.step(county["officer1b"], draft))
            issuing.issue(session, press, *d.step(leader, draft))
            assert (draft.number, draft.symbol) == (n, f"第{n}期")
            assert draft.case_id is None


def test_one_officer_and_one_leader_are_enough_for_a_bulletin(
    database: Database, county: County, frozen: Frozen, press: Press
) -> None:
    left_alone(database, county, frozen)
    officer, leader = county["officer1"], county["leader1"]
    with database.transaction() as session:
        draft = begun(session, press, county)
        reviewing.submit(session, press, *d.step(leader, draft))
        reviewing.review(session, *d.step(officer, draft))
        issuing.issue(session, press, *d.step(leader, draft))
        assert draft.state == "issued"
