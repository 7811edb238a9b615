"""班级安全管理日志 and the times of a school's day: what is written, who reads it, what stays."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import time, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Unit
from casework.permissions import SYSTEM
from casework.services import timeline
from casework.services.rolls import class_log, correcting, owed, periods, sheet
from casework.services.rolls.plausible import ARRIVED, LIMITS, judge
from casework.services.rolls.shapes import NewMark, NewPeriod
from tests.conftest import Frozen
from tests.factories import County
from tests.integration import calling as rolls
from tests.integration.rolling import MON, TERM, at, missing, open_school, opened, save

pytestmark = pytest.mark.one_database


def test_the_log_of_a_day_and_its_workbook(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        first = save(session, county, missing(county))
        changes = [missing(county, "2026002", kind="late")]
        correcting.correct_roll(session, county["teacher1"], first.roll.id, changes, "刚到")
        unit = county.units["K1"]
        class_log.add_entry(session, county["teacher1"], unit, "lesson", "讲了防溺水")
        for who, error in (("officer1", NotAllowed), ("lead2", NotFound)):
            with pytest.raises(error):
                class_log.add_entry(session, county[who], unit, "lesson", "不该写")
        with pytest.raises(Invalid) as refused:
            class_log.add_entry(
                session, county["lead1"], unit, "gossip", " ", MON + timedelta(days=1)
            )
        assert set(refused.value.errors) == {"kind", "text", "on"}
    frozen.move_to(at(17))
    with database.reading() as session:
        log = class_log.day(session, county["lead1"], unit, MON)
        assert [(due.period, due.state) for due in log.expected] == [
            ("morning", "saved"),
            ("afternoon", "missing"),
        ]
        assert [line.number for line in log.absences] == list(first.opened)
        assert [(one.kind, one.text) for one in log.entries] == [("lesson", "讲了防溺水")]
        month = class_log.month(session, county["lead1"], unit, MON)
        days = {one.on: one for one in month.days}
        figures = days[MON]
        assert (figures.expected, figures.saved, figures.absent, figures.late_pupils) == (
            2,
            1,
            1,
            1,
        )
        assert max(days) == MON  # not beyond today
        assert days[MON - timedelta(days=1)].expected == 0
        sheets = openpyxl.load_workbook(
            io.BytesIO(class_log.workbook(session, county["lead1"], unit, MON, MON, str))
        )
        lines = [[cell.value or "" for cell in row] for sheet in sheets for row in sheet]
        text = "\n".join(",".join(line) for line in lines)
        for said in ("早点名", "刚到", "讲了防溺水", first.opened[0], "Not called", "学生1"):
            assert said in text
        with pytest.raises(NotFound):
            class_log.day(session, county["teacher1b"], unit, MON)
        timeline.verify(session)


def test_a_change_of_times_never_rewrites_the_past(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    school, tomorrow = county.units["S1"], MON + timedelta(days=1)
    later = NewPeriod("morning", "早点名", "class", time(8, 30))
    with database.transaction() as session:
        for wrong, field in (
            ({"from_on": MON, "reason": "换作息"}, "from_on"),
            ({"reason": ""}, "reason"),
        ):
            with pytest.raises(Invalid) as refused:
                periods.set_period(session, county["principal1"], school, later, **wrong)
            assert set(refused.value.errors) == {field}
        with pytest.raises(NotFound):
            periods.set_period(session, county["lead1"], school, later, reason="换作息")
        periods.set_period(session, county["principal1"], school, later, reason="换作息")
        klass = session.get_one(Unit, county.units["K1"])
        bells = [
            next(p.bell for p in periods.periods_of(session, klass, day) if p.code == "morning")
            for day in (MON, tomorrow)
        ]
        assert bells == [time(8), time(8, 30)]
        dues = owed.dues_over(session, [klass], MON, tomorrow)
        assert [dues[day][0].bell_at for day in (MON, tomorrow)] == [at(8), at(8, 30, tomorrow)]
        period = periods.periods_of(session, klass, tomorrow)[0]
        periods.end_period(
            session, county["principal1"], period.id, until_on=tomorrow, reason="并入晨读"
        )
        after = periods.periods_of(session, klass, tomorrow + timedelta(days=1))
        assert [one.code for one in after] == ["afternoon"]
        proposed = periods.propose_defaults(session, SYSTEM, county.units["S2"])
        assert [one.code for one in proposed] == ["morning", "afternoon"]
        assert periods.periods_of(session, session.get_one(Unit, county.units["K3"])) == ()
        timeline.verify(session)


def test_programs_save_rolls(
    app: Flask, app_county: County, program: Callable[[str], FlaskClient], frozen: Frozen
) -> None:
    frozen.move_to(at(6))
    with app.extensions["casework"].db.transaction() as session:
        open_school(session, app_county)
    frozen.move_to(at(8, 20))
    teacher, pupil = program("teacher1"), app_county.pupils["2026001"]
    body = {
        "class_id": app_county.units["K1"],
        "on": MON.isoformat(),
        "period": "morning",
        "present": 1,
        "absent": [
            {"student_id": pupil, "leave": "sick", "said_by": "母亲", "channel": "phone"},
        ],
        "taken_at": at(8, 6).isoformat(),
        "device_at": at(8, 20).isoformat(),
    }
    key = {"Idempotency-Key": "phone-1"}
    at_once = {**body, "present": 2, "device_at": body["taken_at"]}
    wrong = teacher.post("/api/v1/rollcalls", json=at_once, headers=key)
    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"present"})
    sent = [teacher.post("/api/v1/rollcalls", json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200]
    saved = sent[0].json["roll"]
    assert (saved["taken_at"], saved["judged_by"]) == ("2026-09-21T00:06:00Z", "taken")
    assert saved["marks"][0]["kind"] == "leave_sick"
    assert sent[1].json["roll"] == saved
    other = teacher.post("/api/v1/rollcalls", json={**body, "absent": [], "present": 2})
    assert other.status_code == 409
    fix = {"absent": [{"student_id": pupil, "kind": "present"}], "reason": "到了"}
    done = teacher.post(f"/api/v1/rollcalls/{saved['id']}/corrections", json=fix)
    assert (done.status_code, done.json["roll"]["present_now"]) == (201, 2)
    listed = teacher.get("/api/v1/rollcalls", query_string={"class_id": body["class_id"]})
    assert [one["id"] for one in listed.json] == [saved["id"]]
    assert program("teacher2").post("/api/v1/rollcalls", json=body).status_code == 404


MINUTES = st.integers(-60 * 26, 60 * 26)


@given(taken=MINUTES, device=MINUTES, arrived=st.integers(-20, 60 * 26))
def test_a_device_is_believed_only_when_all_it_says_is_possible(
    taken: int, device: int, arrived: int
) -> None:
    bell = at(8)
    took, says, came = (bell + timedelta(minutes=n) for n in (taken, device, arrived))
    found = judge(took, says, came, bell)
    possible = (
        abs(says - came) <= LIMITS.skew
        and bell - LIMITS.early <= took <= min(says, came + LIMITS.skew)
        and came - took <= LIMITS.oldest
    )
    assert (found.by == ARRIVED) is not possible
    assert found.at == (min(took, came) if possible else came)
    assert found.at <= came
    assert bool(found.doubt) is not possible


KINDS = st.sampled_from(["absent", "late", "present"])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from(["2026001", "2026002"]), KINDS), max_size=6))
def test_whatever_is_corrected_the_newest_mark_holds_and_the_first_roll_stays(
    database: Database, county: County, frozen: Frozen, steps: list[tuple[str, str]]
) -> None:
    frozen.move_to(at(6))
    with database.rehearsal() as session:
        open_school(session, county)
        frozen.move_to(at(8, 5))
        first = save(session, county, missing(county)).roll
        now = {"2026001": "absent", "2026002": "present"}
        for code, kind in steps:
            now = _corrected(session, county, first.id, now, code, kind)
        [roll] = class_log.day(session, county["lead1"], county.units["K1"], MON).rolls
        assert (roll.present, roll.enrolled) == (1, 2)
        assert roll.present_now == 2 - list(now.values()).count("absent")
        assert roll.marks[0].first == "absent"
        shown = {mark.student_id: mark.kind for mark in roll.marks}
        assert {shown.get(county.pupils[c], "present") for c in now} <= set(now.values())
        assert all(shown.get(county.pupils[c], "present") == kind for c, kind in now.items())
    assert clock.now() == at(8, 5)


def _corrected(
    session: Session, county: County, roll_id: int, now: dict[str, str], code: str, kind: str
) -> dict[str, str]:
    """Correct one pupil; what the roll says already is refused and changes nothing."""
    mark = NewMark(county.pupils[code], kind)
    if now[code] == kind:
        with pytest.raises(Invalid):
            correcting.correct_roll(session, county["teacher1"], roll_id, [mark], "更正")
        return now
    correcting.correct_roll(session, county["teacher1"], roll_id, [mark], "更正")
    return {**now, code: kind}


def test_a_simulated_school_gets_its_times_and_calls_its_rolls(
    app: Flask, app_county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(6))
    db, school = app.extensions["casework"].db, app_county.units["S1"]
    with db.transaction() as session:
        for _ in range(2):
            rolls.open_term(session, app_county.units["B1"], "2026秋", *TERM)
            rolls.set_times(session, [school])
    arguments = ["calendar", "roll", "S1", "evening", "晚点名", "19:00"]
    answer = app.test_cli_runner().invoke(args=arguments)
    assert answer.exit_code == 0, answer.output
    frozen.move_to(at(8, 4))
    with db.transaction() as session:
        gone = {app_county.units["K1"]: [missing(app_county)]}
        saved = rolls.call_all(session, school, "morning", gone)
        assert [len(one.opened) for one in saved] == [1, 0]
        dues = sheet.to_call(session, app_county["teacher1"])
        assert [due.period for due in dues] == ["morning", "afternoon", "evening"]
