"""The pages of signals: entered, matched, opened, explained; and what a school sees of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.models import Signal
from casework.permissions import SYSTEM
from casework.services.signals.receiving import NewSignal, receive
from tests.conftest import Frozen
from tests.factories import FIELDS, County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]
CALL = {
    "kind": "hotline",
    "text": "家长说孩子在走廊里被同学推搡",
    "received_at": "2026-09-21T10:30",
    "contact": "13900000000",
}


def form(fields: dict[str, Any]) -> dict[str, str]:
    """The answers of a filing form as a browser sends them."""
    return {f"fields.{name}": str(value).lower() for name, value in fields.items()}


def test_an_officer_enters_a_call_and_opens_it_as_a_case(
    login: Login, app_county: County, frozen: Frozen
) -> None:
    officer = login("officer1")
    assert read(officer.get("/")).links("/signals")
    page = read(officer.get("/signals/new"))
    assert page.all("select", name="kind")
    call = {**CALL, "unit_id": app_county.units["S1"]}
    blank = read(officer.post("/signals/new", data={**call, "text": ""}), 422)
    assert blank.links("#f-text")
    made = officer.post("/signals/new", data=call)
    assert made.status_code == 303, made.text
    where = made.headers["Location"]
    seen = read(officer.get(where))
    assert "被同学推搡" in seen.html
    assert "13900000000" in seen.html
    assert read(officer.get("/signals")).links(where)
    assert login("principal1").get(where).status_code == 404
    opening = read(officer.get(f"{where}/open/bullying"))
    assert "被同学推搡" in opening.html
    sent = {
        "title": "课间推搡",
        "narrative": "家长来电反映",
        "unit_id": app_county.units["S1"],
        "occurred_at.unknown": "unknown",
        "school_knew": "yes",
        "school_knew_at": "2026-09-21T08:00",
        **form(dict(FIELDS["bullying"])),
    }
    refused = read(officer.post(f"{where}/open/bullying", data=sent), 422)
    assert refused.links("#f-evidence")
    done = officer.post(f"{where}/open/bullying", data={**sent, "evidence": "值班记录"})
    assert done.headers["Location"] == where, done.text
    after = read(officer.get(where))
    number = next(a for a in after.all("a") if a.attrs["href"].startswith("/cases/"))
    case = read(officer.get(number.attrs["href"]))
    assert case.links(where)  # the head of the case leads back to the signal
    principal = login("principal1")
    told = read(principal.get(where))
    assert "被同学推搡" not in told.html
    assert "13900000000" not in told.html
    assert number.attrs["href"] in told.html
    again = officer.post(f"{where}/reopen", data={"reason": "又来电"})
    assert again.status_code == 303


def test_an_officer_matches_what_is_filed_already_and_two_explain_what_is_none(
    login: Login, app_county: County, file: Callable[..., str], frozen: Frozen
) -> None:
    number = file()
    officer = login("officer1")
    call = {**CALL, "received_at": "", "unit_id": app_county.units["K1"]}
    first, second = (officer.post("/signals/new", data=call).headers["Location"] for _ in range(2))
    page = read(officer.get(first))
    assert [e.attrs["value"] for e in page.all("input", name="case")] == [number]
    match = {"case": number, "school_knew": "no"}
    assert read(officer.post(f"{first}/match", data=match), 422).links("#f-reason")
    assert officer.post(f"{first}/match", data={**match, "reason": "同一起"}).status_code == 303
    assert officer.post(f"{second}/explain", data={"explanation": "重复来电"}).status_code == 303
    own = read(officer.get(second))
    assert own.all("button", name="decision") == []
    assert officer.post(f"{second}/decision", data={"decision": "approve"}).status_code == 403
    leader = login("leader1")
    assert read(leader.get(second)).all("button", name="decision")
    assert leader.post(f"{second}/decision", data={"decision": "approve"}).status_code == 303
    assert read(officer.get("/signals")).links(first) == []
    assert read(officer.get("/signals?state=disposed")).links(first)


def test_an_alarm_is_on_the_first_page_and_confirmed_with_one_tap(
    app: Flask, login: Login, app_county: County
) -> None:
    db = app.extensions["casework"].db
    with db.transaction() as session:
        place = NewSignal("smoke_alarm", app_county.units["S1"], "二号楼三层")
        where = f"/signals/{receive(session, SYSTEM, place).id}"
    staff = login("staff1")
    assert read(staff.get("/")).links(where)
    assert read(login("lead1").get("/messages")).links(where)
    assert staff.post(f"{where}/seen", data={}).status_code == 422
    assert staff.post(f"{where}/seen", data={"found": "nothing"}).status_code == 303
    assert read(staff.get("/")).links(where) == []
    with db.reading() as session:
        seen = session.scalars(select(Signal)).one()
        assert seen.seen_by == app_county["staff1"].user_id
        assert seen.seen_text
