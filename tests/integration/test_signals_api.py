"""Signals for programs: enter, list, match, dispose; and the signed webhook, each delivery once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from casework import clock
from casework.models import Signal, SignalDelivery
from casework.services.signals import hooks, sources
from tests.conftest import Frozen
from tests.factories import FIELDS, MONDAY, County

Program = Callable[[str], FlaskClient]
BODY = {"text": "二号楼三层烟感报警", "unit": "S1", "external_id": "XF-7"}


class Sender:
    """A fire panel that signs what it sends."""

    def __init__(self, app: Flask, name: str = "panel") -> None:
        self.app, self.name = app, name
        with app.extensions["casework"].db.transaction() as session:
            made = sources.create(session, name, "smoke_alarm", "B1")
            self.secret = sources.secret_of(made, app.extensions["casework"].settings.secret_key)

    def send(self, delivery: str, body: Any = None, /, **but: str) -> TestResponse:
        """One delivery; ``but`` replaces what was signed."""
        sent = body if isinstance(body, bytes) else json.dumps(body or BODY).encode()
        at = str(int(clock.now().timestamp()))
        signature = hooks.sign(but.get("secret", self.secret), at, delivery, sent)
        headers = {
            hooks.TIME_HEADER: but.get("at", at),
            hooks.ID_HEADER: but.get("delivery", delivery),
            hooks.SIGNATURE_HEADER: but.get("signature", signature),
        }
        address = f"/api/v1/hooks/{but.get('name', self.name)}"
        given = but.get("body", "").encode() or sent
        return self.app.test_client().post(address, data=given, headers=headers)

    def kept(self) -> tuple[int, int]:
        """How many signals and deliveries there are."""
        with self.app.extensions["casework"].db.reading() as session:
            found = [session.scalar(select(func.count(t.id))) for t in (Signal, SignalDelivery)]
        return found[0] or 0, found[1] or 0


@pytest.fixture
def sender(app: Flask, app_county: County) -> Sender:
    return Sender(app)


def test_a_signal_from_the_call_to_the_case(
    program: Program, app_county: County, frozen: Frozen
) -> None:
    officer, school = program("officer1"), app_county.units["S1"]
    call = {
        "kind": "12345",
        "unit_id": school,
        "text": "家长反映孩子被打",
        "received_at": "2026-09-21T10:30:00+08:00",
        "contact": "139",
    }
    key = {"Idempotency-Key": "call-1"}
    made, again = (officer.post("/api/v1/signals", json=call, headers=key) for _ in range(2))
    assert again.json == made.json
    assert made.status_code == 201, made.text
    signal = made.json
    assert (signal["state"], signal["kind"], signal["number"]) == (
        "open",
        "12345",
        "2026-XS-000001",
    )
    assert [c["rule"] for c in signal["clocks"]] == ["signal.triage"]
    assert signal["clocks"][0]["started_at"] == "2026-09-21T02:30:00Z"
    one = f"/api/v1/signals/{signal['id']}"
    assert [s["id"] for s in officer.get("/api/v1/signals?state=open").json["items"]] == [1]
    assert program("principal1").get(one).status_code == 404
    assert officer.get(f"{one}/proposals").json == []
    wrong = {"outcome": "explained", "reason": "学校已处理", "school_knew_at": MONDAY.isoformat()}
    assert set(officer.post(f"{one}/disposition", json=wrong).json["errors"]) == {"school_knew_at"}
    opened = {
        "outcome": "opened",
        "case_type": "bullying",
        "unit_id": app_county.units["K1"],
        "title": "课间推搡",
        "fields": FIELDS["bullying"],
        "school_knew_at": "2026-09-21T08:00:00+08:00",
        "evidence": "值班记录",
    }
    bare = officer.post(f"{one}/disposition", json=opened | {"title": ""})
    assert (bare.status_code, set(bare.json["errors"])) == (422, {"title"})
    done = officer.post(f"{one}/disposition", json=opened)
    assert done.status_code == 200, done.text
    disposition = done.json["dispositions"][0]
    assert (done.json["state"], disposition["omitted"]) == ("opened", True)
    case = program("lead1").get(f"/api/v1/cases/{disposition['case']}").json
    assert (case["source"], case["known_at"]) == ("signal", "2026-09-21T00:00:00Z")
    assert "suspected_omission" in [flag["kind"] for flag in case["flags"]]
    assert officer.post(f"{one}/disposition", json=opened).status_code == 409
    assert officer.get("/api/v1/signals?state=pending").json["items"] == []
    again = officer.post(f"{one}/reopening", json={"reason": "又有来电"})
    assert again.json["state"] == "open"
    waits = officer.post(f"{one}/disposition", json={"outcome": "explained", "reason": "已并入"})
    assert (waits.status_code, waits.json["state"]) == (202, "waiting")
    assert officer.post(f"{one}/decision", json={"approve": True}).status_code == 403
    last = program("leader1").post(f"{one}/decision", json={"approve": True})
    assert (last.status_code, last.json["state"]) == (200, "explained")


def test_a_delivery_is_taken_once_however_often_it_comes(sender: Sender, frozen: Frozen) -> None:
    first = sender.send("d-1")
    assert first.status_code == 201, first.text
    frozen.forward(minutes=4)
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: sender.send("d-1"), range(4)))
    assert {(a.status_code, a.text) for a in again} == {(200, first.text)}
    with ThreadPoolExecutor(4) as pool:
        new = [a.status_code for a in pool.map(lambda _: sender.send("d-2"), range(4))]
    assert sorted(new) == [200, 200, 200, 201]
    assert sender.send("d-1", {"text": "别的"}).status_code == 409
    assert sender.kept() == (2, 2)


def test_what_is_not_signed_in_time_by_the_source_is_refused(
    sender: Sender, frozen: Frozen
) -> None:
    late = str(int(clock.now().timestamp()) - 301)
    signed_late = hooks.sign(sender.secret, late, "d", json.dumps(BODY).encode())
    for but in (
        {"secret": "guessed"},
        {"signature": ""},
        {"signature": "v1=\xe9"},
        {"name": "nobody"},
        {"delivery": "other"},
        {"body": '{"text": "changed"}'},
        {"at": late, "signature": signed_late},
        {"at": "soon"},
    ):
        assert sender.send("d", **but).status_code == 401, but
    for body, field in (
        ({"unit": "S1"}, "text"),
        ({**BODY, "unit": "S3"}, "unit"),
        ({**BODY, "unit": "B1"}, "unit"),
        ({**BODY, "unit": "\ud800"}, "unit"),
        ({**BODY, "colour": "red"}, "colour"),
        ({**BODY, "people": [""]}, "people.0.name"),
        ({**BODY, "received_at": "2027-01-01T00:00:00Z"}, "received_at"),
    ):
        answer = sender.send("d", body)
        assert (answer.status_code, set(answer.json["errors"])) == (422, {field}), answer.text
    assert sender.send("d", b"{").status_code == 400
    assert sender.send("d", b" " * (hooks.MOST_BYTES + 1)).status_code == 413
    assert sender.kept() == (0, 0)
    assert sender.send("d").status_code == 201  # what was wrong has used up no id


def test_a_secret_can_be_changed_and_is_never_shown_again(sender: Sender) -> None:
    runner = sender.app.test_cli_runner()
    new = runner.invoke(args=["signal-source", "rotate", "panel"]).output.strip()
    assert new.startswith("cws_")
    assert sender.send("d").status_code == 401
    assert sender.send("d", secret=new).status_code == 201
    listed = runner.invoke(args=["signal-source", "list", "--json"]).output
    assert json.loads(listed)["generation"] == 2
    assert new not in listed
    runner.invoke(args=["signal-source", "disable", "panel"])
    assert sender.send("e", secret=new).status_code == 401
    made = runner.invoke(args=["signal-source", "create", "p2", "--kind", "x", "--unit", "nowhere"])
    assert made.exit_code == 1
    assert "nowhere" in made.stderr
