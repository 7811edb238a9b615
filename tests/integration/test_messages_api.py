"""Escalations and messages for programs: in pages, in reach, acknowledged once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.models import Escalation, Message, Person
from casework.permissions import SYSTEM
from casework.services.signals.receiving import NewSignal, receive
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.escalating import TARGET, TEN, armed, db_of, level, passes

Program = Callable[[str], FlaskClient]
HERE = "/api/v1/escalations"


def test_escalations_come_in_pages(
    app: Flask, program: Program, app_county: County, frozen: Frozen
) -> None:
    numbers = [armed(app, app_county) for _ in range(3)]
    passes(app, frozen, TARGET)
    officer = program("officer1")
    whole = officer.get(f"{HERE}?limit=200").json
    assert whole["next_cursor"] is None
    ids = [one["id"] for one in whole["items"]]
    assert ids == sorted(ids)
    assert {one["case"] for one in whole["items"]} == set(numbers)

    seen, cursor = [], ""
    while cursor is not None:
        page = officer.get(f"{HERE}?limit=2{cursor and f'&cursor={cursor}'}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ids

    raised = officer.get(f"{HERE}?level=2").json["items"]
    assert {one["level"] for one in raised} == {2}
    assert [one["called"] for one in raised] == [app_county["officer1"].user_id] * 3
    assert {one["answer_by"] for one in raised} == {"2026-09-21T04:00:00Z"}
    later = (TARGET + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    assert officer.get(f"{HERE}?since={later}").json["items"] == []
    assert officer.get(f"{HERE}?since=yesterday").status_code == 422
    assert officer.get(f"{HERE}?page=2").status_code == 422
    assert program("officer2").get(HERE).json["items"] == []
    assert {one["case"] for one in program("lead1").get(HERE).json["items"]} == set(numbers)


def test_a_program_acknowledges_for_the_person_it_acts_for(
    app: Flask, program: Program, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET)
    called = level(app, number, 2)
    address = f"{HERE}/{called}/acknowledge"
    for who, status in (
        *(("principal1", 403), ("teacher1", 403), ("counsellor1", 404), ("admin1", 404)),
        *(("lead2", 404), ("officer2", 404)),
    ):
        refused = program(who).post(address)
        assert refused.status_code == status, who
        assert refused.content_type == "application/problem+json"
    frozen.forward(minutes=2)
    done = program("officer1").post(address)
    assert done.status_code == 200
    assert done.json["acknowledged_by"] == app_county["officer1"].user_id
    assert done.json["acknowledged_at"] == "2026-09-21T03:52:00Z"
    assert (done.json["called"], done.json["case"]) == (None, number)
    frozen.forward(minutes=2)
    again = program("officer1b").post(address)
    assert (again.status_code, again.json) == (200, done.json)
    with db_of(app).reading() as session:
        reminder = select(Escalation.id).where(Escalation.level.is_(None))
        found = session.scalars(reminder.order_by(Escalation.id)).first()
    assert program("officer1").post(f"{HERE}/{found}/acknowledge").status_code == 409
    assert program("officer1").post(f"{HERE}/999999/acknowledge").status_code == 404


def test_a_school_does_not_hear_of_a_signal_about_it_through_its_escalation(
    app: Flask, program: Program, app_county: County, frozen: Frozen
) -> None:
    with db_of(app).transaction() as session:
        told = NewSignal("police_notice", app_county.units["S1"], "派出所来电")
        receive(session, SYSTEM, told)
    passes(app, frozen, TARGET + timedelta(hours=30))
    of_bureau = program("officer1").get(f"{HERE}?limit=200").json["items"]
    [one, *_] = [one for one in of_bureau if one["rule"] == "signal.triage"]
    assert (one["case"], one["unit_id"]) == (None, app_county.units["B1"])
    for who in ("principal1", "lead1", "teacher1"):
        seen = program(who).get(f"{HERE}?limit=200").json["items"]
        assert not [other for other in seen if other["rule"] == "signal.triage"], who
        assert program(who).post(f"{HERE}/{one['id']}/acknowledge").status_code == 404, who


def test_messages_come_in_pages_and_reading_marks_nothing(
    app: Flask, program: Program, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET, TARGET + TEN)
    officer = program("officer1b")
    whole = officer.get("/api/v1/messages?limit=200").json
    ids = [one["id"] for one in whole["items"]]
    assert ids == sorted(ids, reverse=True)
    assert whole["next_cursor"] is None
    called = next(one for one in whole["items"] if one["template"] == "call")
    assert called["case"] == number
    assert called["escalation_id"] == level(app, number, 2)
    assert "现在轮到您" in called["text"]
    assert called["read_at"] is None
    assert officer.get("/api/v1/messages?unread=true&limit=200").json == whole

    seen, cursor = [], ""
    while cursor is not None:
        page = officer.get(f"/api/v1/messages?limit=1{cursor and f'&cursor={cursor}'}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ids

    assert officer.post(f"{HERE}/{called['escalation_id']}/acknowledge").status_code == 200
    left = officer.get("/api/v1/messages?unread=true&limit=200").json["items"]
    assert called["id"] not in {one["id"] for one in left}
    with db_of(app).transaction() as session:
        who = app_county["officer1b"].user_id
        session.add(Person(case_id=int(number[-6:]), part="staff", name="", user_id=who))
        count = len(session.scalars(select(Message.id).where(Message.user_id == who)).all())
    assert count == len(ids)
    assert officer.get("/api/v1/messages?limit=200").json["items"] == []
    assert officer.get("/api/v1/messages?limit=999").status_code == 422


def test_the_document_describes_escalations_and_messages(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    paths, shapes = document["paths"], document["components"]["schemas"]
    assert set(paths[HERE]["get"]["responses"]) >= {"200"}
    assert "/api/v1/escalations/{escalation_id}/acknowledge" in paths
    asked = {one["name"] for one in paths["/api/v1/messages"]["get"]["parameters"]}
    assert asked == {"unread", "cursor", "limit"}
    assert {"answer_by", "acknowledged_by"} <= set(shapes["EscalationAnswer"]["properties"])
    assert {"text", "read_at"} <= set(shapes["MessageAnswer"]["properties"])
