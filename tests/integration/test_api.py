"""The contract of the API: each call, each status, each field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import clock
from casework.jobs import tasks
from casework.models import Access, Case
from casework.services import people, receipts
from tests.conftest import Frozen
from tests.factories import FIELDS, County

Program = Callable[[str], FlaskClient]
CASES = "/api/v1/cases"
ACCEPT = {
    "discovered_by": "值日老师",
    "stopped_by": "值日老师",
    "stopped_at": "2026-09-21T10:50:00+08:00",
    "protection": "班主任陪同",
}


@pytest.fixture
def report(app_county: County) -> dict[str, Any]:
    victim, actor = list(app_county.pupils.values())[:2]
    return {
        "case_type": "bullying",
        "unit_id": app_county.units["K1"],
        "occurred_at": "2026-09-21T10:20:00+08:00",
        "known_at": "2026-09-21T10:40:00+08:00",
        "title": "课间推搡",
        "narrative": "两名学生在走廊发生冲突",
        "people": [
            {"name": "甲", "part": "victim", "student_id": victim},
            {"name": "乙", "part": "actor", "student_id": actor},
        ],
        "fields": dict(FIELDS["bullying"]),
    }


@pytest.fixture
def number(program: Program, report: dict[str, Any]) -> str:
    answer = program("teacher1").post(CASES, json=report)
    assert answer.status_code == 201, answer.text
    filed: str = answer.json["number"]
    return filed


def test_filing_answers_with_number_clocks_and_receipt(
    program: Program, report: dict[str, Any]
) -> None:
    answer = program("teacher1").post(CASES, json=report)

    assert answer.status_code == 201
    assert answer.json["number"] == "2026-QL-000001"
    assert (answer.json["state"], answer.json["version"]) == ("reported", 1)
    assert {"bullying.accept", "bullying.screen"} <= {c["rule"] for c in answer.json["clocks"]}
    assert answer.json["receipt"]["seq"] == 1
    assert len(answer.json["receipt"]["head"]) == 64
    assert answer.json["receipt"]["at"] == "2026-09-21T03:00:00Z"


def test_the_receipt_is_signed_once_there_is_a_key(
    app: Flask, program: Program, report: dict[str, Any]
) -> None:
    receipts.make_signing_key(app.extensions["casework"].settings.data_dir)
    receipt = program("teacher1").post(CASES, json=report).json["receipt"]
    signature, public = receipt.pop("signature"), receipt.pop("public_key")

    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    key.verify(bytes.fromhex(signature), receipts.statement_bytes(receipt))


def test_the_same_key_files_once(program: Program, report: dict[str, Any], app: Flask) -> None:
    teacher, key = program("teacher1"), {"Idempotency-Key": "a-1"}
    first = teacher.post(CASES, json=report, headers=key)
    again = teacher.post(CASES, json=report, headers=key)
    other = teacher.post(CASES, json={**report, "title": "另一件"}, headers=key)
    elsewhere = program("lead1").post(CASES, json=report, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert other.status_code == 409
    assert elsewhere.json["number"] != first.json["number"]
    with app.extensions["casework"].db.reading() as session:
        assert len(session.scalars(select(Case)).all()) == 2


def test_a_refused_report_does_not_use_up_its_key(program: Program, report: dict[str, Any]) -> None:
    teacher, key = program("teacher1"), {"Idempotency-Key": "a-1"}

    assert teacher.post(CASES, json={**report, "title": ""}, headers=key).status_code == 422
    assert teacher.post(CASES, json=report, headers=key).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_a_key_that_is_none_is_refused(program: Program, report: dict[str, Any], key: str) -> None:
    answer = program("teacher1").post(CASES, json=report, headers={"Idempotency-Key": key})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"case_type": "nonsense"}, "case_type"),
        ({"unit_id": 999999}, "unit_id"),
        ({"unit_id": "one"}, "unit_id"),
        ({"unit_id": 10**30}, "unit_id"),
        ({"title": " "}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"known_at": "2026-09-21T10:40:00"}, "known_at"),
        ({"known_at": "2026-09-22T10:40:00+08:00"}, "known_at"),
        ({"people": [{"name": "甲", "part": "hero"}]}, "people.0.part"),
        ({"people": [{"part": "victim", "student_id": 999}]}, "people.0.student_id"),
        ({"people": "nobody"}, "people"),
        ({"fields": {**FIELDS["bullying"], "injury": "huge"}}, "fields.injury"),
        ({"fields": {**FIELDS["bullying"], "weapon": "yes"}}, "fields.weapon"),
        ({"fields": {**FIELDS["bullying"], "extra": 1}}, "fields.extra"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_each_fault_is_told_at_its_field(
    program: Program, report: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = program("teacher1").post(CASES, json={**report, **change})

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "errors"}
    assert field in answer.json["errors"], answer.json


def test_a_broken_body_is_a_bad_request(program: Program) -> None:
    answer = program("teacher1").post(CASES, data="{", content_type="application/json")

    assert answer.status_code == 400
    assert answer.json["status"] == 400


def test_the_whole_case_is_read_and_the_reading_kept(
    app: Flask, program: Program, number: str, app_county: County
) -> None:
    answer = program("lead1").get(f"{CASES}/{number}")

    assert answer.status_code == 200
    wanted = "number case_type state phase level version title unit_id occurred_at known_at"
    wanted += " filed_at received_at flags people links clocks"
    assert set(wanted.split()) <= set(answer.json)
    assert answer.json["occurred_at"] == "2026-09-21T02:20:00Z"
    clock_fields = {"rule", "started_at", "target_at", "limit_at", "stopped_at", "rung"}
    assert all(clock_fields <= set(one) for one in answer.json["clocks"])
    with app.extensions["casework"].db.reading() as session:
        row = session.scalars(select(Access)).one()
        assert (row.user_id, row.case_key) == (app_county["lead1"].user_id, number)
        assert (row.what, row.door) == ("case", "api")


@pytest.mark.parametrize("who", ["teacher2", "lead2", "officer2", "admin1"])
@pytest.mark.parametrize("rest", ["", "/timeline", "/clocks", "/actions"])
def test_a_case_out_of_scope_does_not_exist(
    program: Program, number: str, who: str, rest: str
) -> None:
    expected = 403 if who == "admin1" else 404  # an administrator reads no cases at all

    assert program(who).get(f"{CASES}/{number}{rest}").status_code == expected
    assert program(who).get(f"{CASES}/2026-QL-999999{rest}").status_code == expected


def test_whom_a_case_names_cannot_see_it(
    program: Program, report: dict[str, Any], app_county: County
) -> None:
    named = {"name": "丙", "part": "staff", "user_id": app_county["lead1"].user_id}
    filed = program("teacher1").post(CASES, json={**report, "people": [*report["people"], named]})
    number = filed.json["number"]

    assert program("lead1").get(f"{CASES}/{number}").status_code == 404
    assert program("lead1").get(CASES).json["items"] == []
    assert program("principal1").get(f"{CASES}/{number}").status_code == 200


def test_who_filed_may_read_without_a_post_in_the_class(
    program: Program, report: dict[str, Any]
) -> None:
    number = program("staff1").post(CASES, json=report).json["number"]

    assert program("staff1").get(f"{CASES}/{number}").status_code == 200


def act(client: FlaskClient, number: str, action: str, version: int, **body: Any) -> Any:
    return client.post(f"{CASES}/{number}/actions/{action}", json={"version": version, **body})


def test_an_action_answers_with_the_case(program: Program, number: str) -> None:
    answer = act(program("lead1"), number, "accept", 1, fields=ACCEPT)

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["version"]) == ("verifying", 2)


def test_a_note_is_an_event_of_its_own(program: Program, number: str) -> None:
    lead = program("lead1")
    answer = act(lead, number, "accept", 1, fields=ACCEPT, note="已电话核实")
    events = lead.get(f"{CASES}/{number}/timeline").json

    assert answer.json["version"] == 3
    assert [event["action"] for event in events] == ["file", "add_note", "accept"]
    assert events[1]["texts"] == {"text": "已电话核实"}


def test_a_refused_action_leaves_no_note(program: Program, number: str) -> None:
    lead = program("lead1")
    act(lead, number, "accept", 1, note="白写了", fields={})

    assert len(lead.get(f"{CASES}/{number}/timeline").json) == 1


def test_a_faulty_note_is_told_as_note(program: Program, number: str) -> None:
    answer = act(program("lead1"), number, "accept", 1, fields=ACCEPT, note="a\x07b")

    assert list(answer.json["errors"]) == ["note"]


@pytest.mark.parametrize(
    ("who", "action", "version", "fields", "status"),
    [
        ("lead1", "accept", 7, ACCEPT, 409),
        ("lead1", "close", 1, {}, 409),
        ("lead1", "nonsense", 1, {}, 409),
        ("lead1", "accept", 1, {}, 422),
        ("lead1", "accept", "1", ACCEPT, 422),
        ("teacher1", "accept", 1, ACCEPT, 403),
        ("teacher2", "accept", 1, ACCEPT, 404),
    ],
)
def test_each_refusal_has_its_status(
    program: Program,
    number: str,
    who: str,
    action: str,
    version: Any,
    fields: dict[str, Any],
    status: int,
) -> None:
    answer = act(program(who), number, action, version, fields=fields)

    assert answer.status_code == status, answer.text
    assert answer.json["status"] == status
    assert answer.json["detail"]


def test_a_guard_refuses_with_its_sentences(program: Program, report: dict[str, Any]) -> None:
    report["fields"] = {**report["fields"], "weapon": True, "injury": "serious"}
    lead = program("lead1")
    number = lead.post(CASES, json=report).json["number"]
    act(lead, number, "accept", 1, fields=ACCEPT)
    options = lead.get(f"{CASES}/{number}/actions").json
    refused = [one for one in options if one["refusals"]]

    assert refused
    assert all(not one["allowed"] for one in refused)
    assert all(set(one) >= {"action", "label", "allowed", "refusals", "fields"} for one in options)


def test_options_are_those_of_the_state_and_the_role(program: Program, number: str) -> None:
    path = f"{CASES}/{number}/actions"
    lead = {one["action"]: one for one in program("lead1").get(path).json}
    teacher = {one["action"]: one for one in program("teacher1").get(path).json}

    assert lead["accept"]["allowed"]
    assert not teacher["accept"]["allowed"]
    assert "close" not in lead
    names = [field["name"] for field in lead["accept"]["fields"]]
    assert names == list(ACCEPT)


def test_the_list_pages_by_cursor_and_filters(
    program: Program, report: dict[str, Any], frozen: Frozen
) -> None:
    teacher = program("teacher1")
    numbers = [teacher.post(CASES, json=report).json["number"] for _ in range(3)]
    first = teacher.get(f"{CASES}?limit=2").json
    rest = teacher.get(f"{CASES}?limit=2&cursor={first['next_cursor']}").json

    assert [item["number"] for item in first["items"]] == [numbers[2], numbers[1]]
    assert [item["number"] for item in rest["items"]] == [numbers[0]]
    assert rest["next_cursor"] is None
    found = {
        query: len(teacher.get(f"{CASES}?{query}").json["items"])
        for query in (
            *("case_type=bullying", "case_type=absence", "state=reported", "phase=report"),
            *("level=0", "level=4", "overdue=false", "overdue=true", "q=推搡", "q=不存在"),
            *(f"q={numbers[0]}", f"unit_id={report['unit_id']}", "unit_id=1"),
        )
    }
    assert list(found.values()) == [3, 0, 3, 3, 3, 0, 3, 0, 3, 0, 1, 3, 3]
    frozen.forward(days=2)
    assert len(teacher.get(f"{CASES}?overdue=true").json["items"]) == 3


@pytest.mark.parametrize(
    "query", ["nonsense=1", "limit=0", "limit=201", "level=x", "cursor=a", "q=a%00b", "unit_id=0"]
)
def test_a_bad_query_is_told(program: Program, query: str) -> None:
    answer = program("teacher1").get(f"{CASES}?{query}")

    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json["errors"]


def test_the_timeline_carries_hashes_that_chain(program: Program, number: str) -> None:
    lead = program("lead1")
    act(lead, number, "accept", 1, fields=ACCEPT)
    first, second = lead.get(f"{CASES}/{number}/timeline").json

    assert second["prev"] == first["hash"]
    assert first["texts"]["title"] == "课间推搡"
    assert "课间推搡" not in str(first["data"])


def test_a_second_person_is_asked_and_decides(
    program: Program, report: dict[str, Any], app_county: County
) -> None:
    lead, principal = program("lead1"), program("principal1")
    number = lead.post(CASES, json=report).json["number"]
    other = lead.post(CASES, json=report).json["number"]
    version = act(lead, number, "accept", 1, fields=ACCEPT).json["version"]
    fields = {"other_case": other, "same_victim": True, "same_event": "同一时间同一地点"}
    asked = act(lead, number, "merge_duplicate", version, fields=fields)

    assert asked.status_code == 202, asked.text
    assert asked.json["decision"] is None
    assert [one["id"] for one in principal.get("/api/v1/approvals").json] == [asked.json["id"]]
    decision = f"/api/v1/approvals/{asked.json['id']}/decision"
    assert lead.post(decision, json={"approve": True}).status_code == 403
    assert program("teacher2").post(decision, json={"approve": True}).status_code == 404
    assert principal.post(decision, json={"approve": False}).status_code == 422
    decided = principal.post(decision, json={"approve": True})
    assert (decided.status_code, decided.json["decision"]) == (200, "approved")
    assert principal.post(decision, json={"approve": True}).status_code == 409
    assert lead.get(f"{CASES}/{number}").json["state"] == "merged"


def test_units_students_and_escalations_are_those_in_scope(
    program: Program, app_county: County, number: str
) -> None:
    teacher = program("teacher1")
    codes = {unit["code"] for unit in teacher.get("/api/v1/units").json}
    students = f"/api/v1/classes/{app_county.units['K1']}/students"

    assert codes == {"S1", "G1", "K1", "K2"}
    assert [one["code"] for one in teacher.get(students).json] == ["2026001", "2026002"]
    assert program("teacher2").get(students).status_code == 404
    assert teacher.get(f"/api/v1/classes/{10**30}/students").status_code == 404
    assert teacher.get("/api/v1/escalations?since=2026-09-01T00:00:00Z&level=2").json == {
        "items": [],
        "next_cursor": None,
    }


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic dGVhY2hlcjE6eA==", "Bearer"])
def test_without_a_good_token_nothing_opens(client: FlaskClient, header: str | None) -> None:
    answer = client.get(CASES, headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


def test_a_session_cookie_opens_no_api(login: Callable[[str], FlaskClient]) -> None:
    assert login("teacher1").get(CASES).status_code == 401


def test_a_token_dies_with_its_account(app: Flask, program: Program) -> None:
    teacher = program("teacher1")
    assert teacher.get(CASES).status_code == 200
    with app.extensions["casework"].db.transaction() as session:
        people.disable(session, "teacher1")

    assert teacher.get(CASES).status_code == 401


def test_the_document_describes_every_call(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]

    assert {"/api/v1/cases", "/api/v1/cases/{number}/actions/{action}"} <= set(paths)


def test_the_health_turns_red_when_two_intervals_pass(app: Flask, frozen: Frozen) -> None:
    client, db = app.test_client(), app.extensions["casework"].db
    assert client.get("/healthz").status_code == 503
    seconds = app.extensions["casework"].settings.sweep_seconds
    tasks.sweep(db, timedelta(seconds=seconds))
    assert client.get("/healthz").json["status"] == "ok"
    frozen.move_to(clock.now() + timedelta(seconds=2 * seconds + 1))
    assert client.get("/healthz").status_code == 200
    frozen.forward(seconds=1)

    assert client.get("/healthz").status_code == 503


def test_metrics_count_without_a_login(client: FlaskClient, number: str) -> None:
    assert "casework_cases_open 1.0" in client.get("/metrics").text
