"""Findings on pages: proposed from a case, answered on a telephone, decided; flags cleared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import clock
from casework.permissions import SYSTEM
from casework.services import filing, school_days
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, act, bullying
from tests.functional.pages import read
from tests.integration.doors import HttpDoor

Login = Callable[[str], FlaskClient]
MON = date(2026, 9, 21)
ACCUSED = "贵校周一十一时已知悉，当日零报告为“无”。"
KEPT = "热线录音在信访科。"


@pytest.fixture
def number(app: Flask, app_county: County, frozen: Frozen) -> str:
    """A case of Monday that the bureau files on Tuesday, after the school attested “nothing”."""
    with app.extensions["casework"].db.transaction() as session:
        days = date(2026, 9, 1), date(2027, 1, 20)
        school_days.add_term(session, SYSTEM, app_county.units["B1"], "2026秋", *days)
        known = clock.now()
        frozen.forward(hours=5)
        attest(session, app_county["lead1"], app_county.units["S1"], on=MON, nothing=True)
        frozen.forward(hours=30)
        new = replace(bullying(app_county), known_at=known, occurred_at=known - timedelta(hours=1))
        case = filing.file_case(session, app_county["officer1"], new)
        knew = {"knower": "值班员", "post": "保卫科", "learned_at": known, "evidence": "值班记录"}
        act(session, app_county["officer1"], case, "record_knowledge", **knew, of_school=True)
        return case.number


def test_a_concealment_from_the_day_list_to_the_decision(
    login: Login, number: str, frozen: Frozen
) -> None:
    officer, principal, leader = login("officer1"), login("principal1"), login("leader1")
    day = read(officer.get(f"/zero-reports?on={MON}"))
    assert number in day.html
    assert len(day.all("span", class_="flag")) >= 1
    assert read(officer.get(f"/cases/{number}")).links("/findings/new")
    [proposing] = day.links("/findings/new")
    assert proposing.startswith("/findings/new/zero_report/")

    form = read(officer.get(f"/findings/new/case/{number}"))
    grounds = [one.attrs["value"] for one in form.all("input", name="grounds")]
    data = {"kind": "concealment", "evidence": KEPT}
    wrong = read(officer.post(f"/findings/new/case/{number}", data={**data, "accusation": ""}), 422)
    assert wrong.value("evidence") == KEPT
    sent = officer.post(
        f"/findings/new/case/{number}", data={**data, "accusation": ACCUSED, "grounds": grounds}
    )
    where = sent.headers["Location"].partition("?")[0]

    today = read(principal.get("/"))
    assert today.links(where)
    seen = read(principal.get(where))
    assert ACCUSED in seen.html
    assert KEPT not in seen.html
    assert seen.all("textarea", name="reply")
    assert not read(leader.get(where)).all("button", name="decision")
    assert read(principal.post(f"{where}/reply", data={"reply": " "}), 422).all("div", id="problem")
    answered = principal.post(f"{where}/reply", data={"reply": "值班教师以为是打闹。"})
    assert answered.status_code == 303
    assert where in read(leader.get("/")).links(where)

    decided = leader.post(f"{where}/decision", data={"decision": "uphold", "reasons": "监控相符。"})
    page = read(leader.get(decided.headers["Location"]))
    assert "参照瞒报认定" in page.html
    assert where in read(officer.get("/findings")).links(where)
    assert where in read(officer.get(f"/zero-reports?on={MON}")).links(where)
    case = read(principal.get(f"/cases/{number}"))
    assert case.links(where)
    assert KEPT not in case.html
    assert login("principal2").get(where).status_code == 404
    flag = next(one for one in grounds if one.startswith("flag:")).partition(":")[2]
    held = officer.post(f"/flags/{flag}/clear", data={"reason": "误报"})
    assert read(held, 422).all("div", id="problem")


def test_a_flag_is_cleared_from_the_audit_and_stays_there(login: Login, number: str) -> None:
    officer = login("officer1b")
    audit = read(officer.get(f"/cases/{number}/audit"))
    forms = [one for one in audit.links("/flags/") if one.endswith("/clear")]
    assert read(login("principal1").get(f"/cases/{number}")).links("/flags/") == []
    assert login("principal1").get(forms[0]).status_code == 403

    read(officer.post(forms[0], data={"reason": ""}), 422)
    cleared = officer.post(forms[0], data={"reason": "系统停机期间已电话报告。"})
    after = read(officer.get(cleared.headers["Location"]))

    assert forms[0] not in after.links("/flags/")
    assert "系统停机期间已电话报告。" in after.html
    assert re.search(r"<s>", read(officer.get(f"/cases/{number}")).html)


def test_programs_propose_answer_decide_and_clear(
    app: Flask, app_county: County, number: str
) -> None:
    door = HttpDoor(app, app_county)
    body = {
        "kind": "omission",
        "subject_kind": "case",
        "subject_ref": number,
        "accusation": ACCUSED,
        "evidence": KEPT,
    }
    assert door.call("principal1", "POST", "/findings", body).status_code == 403
    made = door.wanted("officer1", "POST", "/findings", 201, body=body)
    one = f"/findings/{made['id']}"
    assert made["evidence"] == KEPT
    assert door.wanted("principal1", "GET", one, 200)["evidence"] == ""
    assert door.call("officer2", "GET", one).status_code == 404
    ruling = {"uphold": False, "reasons": "不足"}
    assert door.call("leader1", "POST", f"{one}/decision", ruling).status_code == 422
    door.wanted("principal1", "POST", f"{one}/reply", 200, body={"reply": "已报。"})
    ended = door.wanted("leader1", "POST", f"{one}/decision", 200, body=ruling)
    assert (ended["state"], ended["decision"]["text"]) == ("rejected", "不足")
    listed = door.wanted("officer1", "GET", "/findings", 200)
    assert [found["id"] for found in listed] == [made["id"]]
    withdrawn = door.call("officer1", "POST", f"{one}/withdrawal", {"reasons": "x"})
    assert withdrawn.status_code == 409
