"""Asks one door for one person, and says whether the person got through."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from tests.integration.access.table import OWN, Row
from tests.integration.access.world import Subject, World

CLOSED = frozenset({401, 403, 404})
BROKEN = 500


def through(answer: TestResponse) -> bool:
    """True when the door was open; that it failed behind it is nobody's right."""
    assert answer.status_code < BROKEN, answer.text
    return answer.status_code not in CLOSED


def ask(world: World, row: Row, login: str, subject: Subject | None = None) -> TestResponse:
    """Ask for a case, or for what belongs to none."""
    browser = world.door(login, api=row.api)
    if row.endpoint == "account.logout":
        browser = world.browser(login)
    values = {
        name: login if value == OWN else value
        for name, value in _values(world, row, subject).items()
    }
    adapter = world.app.url_map.bind("localhost")
    url = adapter.build(row.endpoint, values, method=row.method, append_unknown=False)
    return browser.open(url, method=row.method, buffered=True, **_body(row, subject))


def told(answer: TestResponse, subject: Subject) -> tuple[int, str]:
    """What an answer gives away besides the number that was asked for."""
    return answer.status_code, answer.text.replace(subject.number, "")


def _values(world: World, row: Row, subject: Subject | None) -> Mapping[str, Any]:
    units = world.county.units
    own = {name: units.get(value, value) for name, value in row.args.items()}
    if subject is None:
        return own
    names = ("number", "evidence_id", "approval_id", "clock_id", "key", "seq", "document_id")
    return own | {name: getattr(subject, name) for name in names}


def _body(row: Row, subject: Subject | None) -> dict[str, Any]:
    """What goes with the question: the present version, so that only the entries are at fault."""
    if row.method == "GET":
        return {}
    if row.endpoint == "api_evidence.add_evidence":
        return {"data": {"kind": "photo", "file": (io.BytesIO(b""), "empty.jpg")}}
    if row.endpoint in {"evidence.piece", "api_evidence.write_upload"}:
        return {"data": b"", "query_string": {"offset": 0}}
    version = {"version": subject.version} if subject and "action" in row.args else {}
    if row.api:
        return {"json": {**version, **row.body}}
    return {"data": {**version, **row.body}}
