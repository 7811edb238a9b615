"""Every address with what it demands; reading never writes, except who has read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.db import Database
from casework.http import OPEN_ENDPOINTS
from casework.models import Access
from casework.permissions import Permission as P
from tests.factories import County, file_bullying

READ = (P.CASE_READ, P.CASE_FILE)
OPEN, LOGIN = None, ()
ADMIN_ONLY = (
    *("admin.accounts", "admin.new", "admin.create", "admin.account", "admin.password"),
    *("admin.disable", "admin.enable", "admin.add_post", "admin.end_post", "admin.vacancies"),
    "admin.reach",
    *("admin_import.form", "admin_import.upload", "admin_import.confirm", "admin_import.discard"),
    *("admin_import.passwords", "admin_import.empty"),
)
ROSTER = (
    *("roster.show", "roster.away", "roster.end_away"),
    *("roster.shift", "roster.end_shift"),
)

NAMELESS = ("intake.choose", "intake.form", "intake.send", "intake.answers", "intake.unlock")
BOXES = (
    *("intake_boxes.index", "intake_boxes.open_box", "intake_boxes.change_box"),
    *("intake_boxes.poster", "intake_boxes.talk", "intake_boxes.answer", "intake_boxes.picture"),
)

CALLING = (
    *("rolls.call", "rolls.save", "rolls.correct", "rolls.corrected", "leaves.record"),
    *("leaves.revoke", "class_log.add", "api_rollcalls.save", "api_rollcalls.correct"),
    *("api_rollcalls.record_leave", "api_rollcalls.revoke_leave"),
    *("roll_door.worker", "roll_door.shell", "roll_door.door", "roll_door.send"),
)
CALLED = (
    *("rolls.saved", "rolls.index", "leaves.index", "class_log.day", "class_log.month"),
    *("class_log.export", "periods.show", "api_rollcalls.list_rollcalls"),
)
KEPT = (
    *("periods.save", "periods.defaults", "periods.end", "calendar.term", "calendar.special"),
    *("calendar.closure", "calendar.end", "calendar.take_back"),
)

PAPERS = (
    "documents.show",
    "documents.index",
    "papers.preview",
    "papers.picture",
    "papers.file",
    "papers.bundle",
)
PAPER_STEPS = (
    *("new", "begin_at", "begin", "save", "review", "send_back", "issue", "deliver", "sign"),
    *("replace", "drop"),
)
API_PAPERS = ("list_of_case", "list_documents", "read_document", "read_file", "read_bundle")
API_PAPER_STEPS = (
    *("begin", "begin_at", "change", "submit", "review", "send_back", "issue", "deliver", "sign"),
    *("replace", "drop"),
)

DISPOSING = ("match", "explain", "decide", "reopen", "opening", "open_case")

KEEPING = ("add", "change", "remove", "test", "again")
NOTIFYING = ("index", "choose", "add", "change", "remove", "test", "calendar")

MATRIX: dict[str, tuple[P, ...] | None] = {
    "static": OPEN,
    "health.healthz": OPEN,
    "health.metrics": OPEN,
    "api-docs.openapi_json": OPEN,
    "account.login": OPEN,
    "account.language": OPEN,
    "account.logout": LOGIN,
    "account.me": LOGIN,
    **dict.fromkeys(NAMELESS, OPEN),
    **dict.fromkeys(("acknowledge.show", "acknowledge.send", "calendar_feed.show"), OPEN),
    **dict.fromkeys(BOXES, (P.BOX_KEEP,)),
    **{f"signals.{name}": (P.SIGNAL_ENTER,) for name in ("new", "enter", "see")},
    **{f"signals.{name}": (P.SIGNAL_ENTER, P.SIGNAL_DISPOSE) for name in ("index", "show")},
    **{f"signals.{name}": (P.SIGNAL_DISPOSE,) for name in DISPOSING},
    **{f"api_signals.{name}": (P.SIGNAL_ENTER,) for name in ("enter", "see")},
    "api_signals.list_signals": (P.SIGNAL_ENTER, P.SIGNAL_DISPOSE),
    "api_signals.read": (P.SIGNAL_ENTER, P.SIGNAL_DISPOSE),
    "api_signals.read_proposals": (P.SIGNAL_DISPOSE,),
    **{f"api_signals.{name}": (P.SIGNAL_DISPOSE,) for name in ("dispose", "decide", "reopen")},
    "api_signals.deliver": OPEN,
    **dict.fromkeys(CALLING, (P.ROLL_CALL,)),
    **dict.fromkeys(CALLED, (P.ROLL_READ,)),
    **dict.fromkeys(KEPT, (P.CALENDAR_KEEP,)),
    "calendar.show": (P.ZERO_READ,),
    "zero_reports.form": (P.ZERO_SIGN,),
    "zero_reports.sign": (P.ZERO_SIGN,),
    "zero_reports.day": (P.ZERO_READ,),
    "api_zero_reports.attest": (P.ZERO_SIGN,),
    "api_zero_reports.list_zero_reports": (P.ZERO_READ,),
    **dict.fromkeys(("findings.index", "findings.show"), (P.FINDING_READ,)),
    **dict.fromkeys(("findings.form", "findings.send", "findings.withdraw"), (P.FINDING_PROPOSE,)),
    "findings.reply": (P.FINDING_REPLY,),
    "findings.decide": (P.FINDING_DECIDE,),
    **dict.fromkeys(("findings.clearing_form", "findings.clear"), (P.FLAG_CLEAR,)),
    **dict.fromkeys(("api_findings.list_findings", "api_findings.read_finding"), (P.FINDING_READ,)),
    **dict.fromkeys(("api_findings.propose", "api_findings.withdraw"), (P.FINDING_PROPOSE,)),
    "api_findings.reply": (P.FINDING_REPLY,),
    "api_findings.decide": (P.FINDING_DECIDE,),
    "api_findings.clear": (P.FLAG_CLEAR,),
    **dict.fromkeys(PAPERS, (P.DOCUMENT_READ,)),
    **{f"documents.{name}": (P.DOCUMENT_WRITE,) for name in PAPER_STEPS},
    **{f"api_documents.{name}": (P.DOCUMENT_READ,) for name in API_PAPERS},
    **{f"api_documents.{name}": (P.DOCUMENT_WRITE,) for name in API_PAPER_STEPS},
    "bulletins.show": (P.BOARD_READ,),
    **{
        f"wording.{name}": (P.WORDING_KEEP,)
        for name in ("show", "save", "add", "describe", "template")
    },
    "password.form": LOGIN,
    "password.change": LOGIN,
    "today.show": LOGIN,
    "cases.index": READ,
    "cases.show": READ,
    "reports.show": READ,
    "cases.form": (P.CASE_ACT,),
    "cases.act": (P.CASE_ACT,),
    "approvals.index": (P.CASE_ACT,),
    "approvals.decision": (P.CASE_ACT,),
    "county.show": (P.BOARD_READ,),
    "county.school": (P.BOARD_READ,),
    "county.flags": (P.BOARD_READ,),
    "reconciliation.show": (P.BOARD_READ,),
    "reconciliation.school": (P.BOARD_READ,),
    "reconciliation.ask": (P.BOARD_READ,),
    "api_reconciliation.reconcile": (P.BOARD_READ,),
    "city.show": (P.BOARD_READ,),
    "told.show": READ,
    "channels.index": (P.CHANNEL_READ,),
    **{f"channels.{name}": (P.CHANNEL_KEEP,) for name in KEEPING},
    **{f"notifications.{name}": (P.MESSAGE_READ,) for name in NOTIFYING},
    "audit.show": (P.CASE_AUDIT,),
    "audit.export": (P.CASE_AUDIT,),
    "evidence.show": READ,
    "evidence.start": (P.CASE_ACT,),
    "evidence.progress": (P.CASE_ACT,),
    "evidence.piece": (P.CASE_ACT,),
    "evidence.finish": (P.CASE_ACT,),
    "filing.choose": (P.CASE_FILE,),
    "filing.form": (P.CASE_FILE,),
    "filing.send": (P.CASE_FILE,),
    "filing.filed": (P.CASE_FILE,),
    "rules.show": (P.RULE_READ,),
    **dict.fromkeys(ROSTER, LOGIN),
    "help.index": LOGIN,
    "help.show": LOGIN,
    "messages.index": (P.MESSAGE_READ,),
    "messages.read": (P.MESSAGE_READ,),
    "messages.read_one": (P.MESSAGE_READ,),
    "messages.parcel": (P.MESSAGE_READ,),
    **{f"calls.{name}": (P.MESSAGE_READ,) for name in ("index", "acknowledge", "phone")},
    "calls.record_phone": (P.MESSAGE_READ,),
    **dict.fromkeys(ADMIN_ONLY, (P.ACCOUNT_MANAGE,)),
    "api_cases.file_case": (P.CASE_FILE,),
    "api_cases.list_cases": READ,
    "api_cases.read_case": READ,
    "api_cases.list_actions": (P.CASE_ACT,),
    "api_cases.act": (P.CASE_ACT,),
    "api_cases.read_timeline": READ,
    "api_cases.read_clocks": READ,
    "api_reports.read_reports": READ,
    "api_reports.list_waiting": (P.CASE_READ,),
    "api_evidence.add_evidence": (P.CASE_ACT,),
    "api_evidence.list_evidence": READ,
    "api_evidence.read_evidence": READ,
    "api_evidence.start_upload": (P.CASE_ACT,),
    "api_evidence.read_upload": (P.CASE_ACT,),
    "api_evidence.write_upload": (P.CASE_ACT,),
    "api_evidence.finish_upload": (P.CASE_ACT,),
    "api_places.list_units": (P.CASE_FILE, P.CASE_READ),
    "api_places.list_students": (P.CASE_FILE,),
    "api_clocks.extend": (P.CASE_ACT,),
    "api_approvals.list_approvals": (P.CASE_ACT,),
    "api_approvals.decide": (P.CASE_ACT,),
    "api_messages.list_escalations": (P.CASE_READ,),
    **{f"api_messages.{name}": (P.MESSAGE_READ,) for name in ("acknowledge", "list_messages")},
}
ASKED_BY_SCRIPTS = ("roll_door.worker", "roll_door.send", "roll_door.shell", "roll_door.door")
"""Under no address of the interface, but a script asks there, which no login page would help."""
BUREAU_ONLY = (
    *("bulletins.show", "wording.show", "wording.template"),
    *("findings.form", "findings.clearing_form"),
    *("signals.opening", "api_signals.read_proposals"),
    *("reconciliation.show", "reconciliation.school", "api_reconciliation.reconcile"),
    *("county.show", "county.school", "county.flags", "city.show", "audit.show", "audit.export"),
)
SAMPLES = {
    "action": "accept",
    "case_type": "bullying",
    "filename": "none",
    "approval_id": 1,
    "evidence_id": 1,
    "key": "none",
}
NOT_THERE = (
    "static",
    *("documents.show", "papers.preview", "papers.picture", "papers.file"),
    *("api_documents.read_document", "api_documents.read_file"),
    *("signals.show", "api_signals.read"),
    *("calls.phone", "acknowledge.show", "calendar_feed.show"),
    "messages.parcel",
    *("findings.show", "api_findings.read_finding", "rolls.correct", "rolls.saved"),
    *("intake.form", "intake_boxes.poster", "intake_boxes.talk", "intake_boxes.picture"),
    "evidence.show",
    "evidence.progress",
    "api_evidence.read_evidence",
    "api_evidence.read_upload",
)
"""Where the samples lead to nothing."""
SAMPLES |= {"seq": 1, "clock_id": 1, "document_id": 1, "delivery_id": 1, "template_id": 1}
SAMPLES |= {"place": 0, "unit_id": 1}
SAMPLES |= {"code": "none", "box_id": 1, "signal_id": 1, "file_id": 1}
SAMPLES |= {"name": "none", "about": "case", "ref": "none", "finding_id": 1, "flag_id": 1}
SAMPLES |= {
    "away_id": 1,
    "shift_id": 1,
    "rollcall_id": 1,
    "leave_id": 1,
    "period_id": 1,
    "row_id": 1,
    "escalation_id": 1,
    "message_id": 1,
    "endpoint_id": 1,
    "unit_id": 1,
    "parcel_id": 1,
    "token": "none",
    "uid": "none",
}
SAMPLES |= {"login": "teacher1", "post_id": 1, "kind": "students", "ending": "csv"}


def test_every_address_demands_what_the_matrix_says(app: Flask) -> None:
    found = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", OPEN)
        for rule in app.url_map.iter_rules()
    }

    assert found == MATRIX


def test_open_addresses_are_those_of_the_list(app: Flask) -> None:
    assert {name for name, demand in MATRIX.items() if demand is OPEN} == OPEN_ENDPOINTS


def urls(app: Flask, county: County, number: str, method: str) -> Iterator[tuple[str, str]]:
    """Every address that answers this method, with sample arguments, by endpoint."""
    samples = {**SAMPLES, "number": number, "class_id": county.units["K1"]}
    samples["school_id"] = county.units["S1"]
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = {name: samples[name] for name in rule.arguments}
            yield rule.endpoint, adapter.build(rule.endpoint, values, method=method)


@pytest.fixture
def number(app: Flask, app_county: County) -> str:
    with app.extensions["casework"].db.transaction() as session:
        return file_bullying(session, app_county).number


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_answers_a_stranger(
    app: Flask, client: FlaskClient, app_county: County, number: str, method: str
) -> None:
    for endpoint, url in urls(app, app_county, number, method):
        if endpoint not in OPEN_ENDPOINTS:
            asked = url.startswith("/api/") or endpoint in ASKED_BY_SCRIPTS
            expected = 401 if asked else 303
            assert client.open(url, method=method).status_code == expected, endpoint


def test_a_missing_permission_is_said(
    app: Flask,
    app_county: County,
    number: str,
    login: Callable[[str], FlaskClient],
    program: Callable[[str], FlaskClient],
) -> None:
    doors = {True: program("admin1"), False: login("admin1")}
    held = {P.ACCOUNT_MANAGE, P.RULE_READ, P.MESSAGE_READ, P.WORDING_KEEP}
    held |= {P.CHANNEL_READ, P.CHANNEL_KEEP}
    for endpoint, url in urls(app, app_county, number, "GET"):
        demand = MATRIX[endpoint]
        if demand and not held & set(demand):
            answer = doors[url.startswith("/api/")].get(url)
            assert answer.status_code == 403, endpoint


def test_reading_writes_nothing_but_who_has_read(
    app: Flask,
    app_county: County,
    number: str,
    login: Callable[[str], FlaskClient],
    program: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    doors = {True: program("lead1"), False: login("lead1")}
    db: Database = app.extensions["casework"].db
    before, writes = _accesses(db), []
    real = Database.transaction

    @contextmanager
    def counted(self: Database) -> Iterator[Session]:
        writes.append(self)
        with real(self) as session:
            yield session

    monkeypatch.setattr(Database, "transaction", counted)
    for endpoint, url in urls(app, app_county, number, "GET"):
        answer = doors[url.startswith("/api/")].get(url)
        expected = {
            **dict.fromkeys(NOT_THERE, {404}),
            **dict.fromkeys(BUREAU_ONLY, {403}),
            "health.healthz": {503},
        }
        expected |= dict.fromkeys(ADMIN_ONLY, {403})
        expected |= {"reports.show": {404}}  # the case is of a type without reports
        expected |= {"api_rollcalls.list_rollcalls": {422}}  # it wants a class
        assert answer.status_code in expected.get(endpoint, {200, 303}), (endpoint, answer.text)

    # Who asks for a calendar by a wrong address is counted.
    assert len(writes) - 1 == _accesses(db) - before > 0


def _accesses(db: Database) -> int:
    with db.reading() as session:
        found: Any = session.scalar(select(func.count()).select_from(Access))
    return int(found)
