"""The pages of documents, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import County, file_bullying
from tests.integration.documents import arranging as d

Login = Callable[[str], FlaskClient]


@pytest.fixture
def number(app: Flask, app_county: County) -> str:
    with app.extensions["casework"].db.transaction() as session:
        return file_bullying(session, app_county).number


def begun(browser: FlaskClient, number: str, name: str, **more: Any) -> str:
    """A document begun on the page of the case; its address."""
    answer = browser.post(f"/cases/{number}/documents/{name}", data=more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_document_is_begun_completed_and_issued(login: Login, number: str) -> None:
    teacher, lead = login("teacher1"), login("lead1")
    page = teacher.get(f"/cases/{number}")
    assert f'action="/cases/{number}/documents/guardian_notice"' in page.text
    at = begun(teacher, number, "guardian_notice")
    form = teacher.get(at)
    assert "还缺" in form.text
    known = dict.fromkeys(("meeting_at.unknown", "meeting_place.unknown"), "unknown")
    entries = {**d.NOTICE, **known, "entries": "1", "version": "1", "then": "submit"}
    refused = teacher.post(at, data={**entries, "guidance": ""})
    assert refused.status_code == 422
    assert "请多与孩子沟通" not in refused.text
    assert "德育处" in refused.text  # what was typed is kept
    done = teacher.post(at, data={**entries, "version": "2"})
    assert done.status_code == 303, done.text
    waiting = lead.get("/documents")
    assert at in waiting.text
    shown = lead.get(at)
    assert "家长告知书" in shown.text
    issued = lead.post(f"{at}/issue", data={"version": "4"})
    assert issued.status_code == 303, issued.text
    assert "SHA-256" in lead.get(at).text
