"""What is refused: each fault has its own error at its own field, and changes not one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask

from casework import clock
from casework.db import Database
from casework.errors import (
    CaseworkError,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    Stale,
    WrongState,
)
from casework.models import Case
from casework.services import cases, filing
from casework.services.filing import NewCase
from casework.services.reported import NewPerson
from tests.factories import County, bullying, file_bullying
from tests.integration.doors import HttpDoor, dump
from tests.integration.test_crossings import ACCEPT, SCREEN

pytestmark = pytest.mark.one_database

REPORT = {"recipient": "police", "called_at": "2026-09-21T10:55:00+08:00", "contact": "值班"}
REPORT |= {"phone": "110"}
FAR = 2**40
"""An id that fits every column and leads nowhere."""


class Bad(NamedTuple):
    """An attempt at an action that must fail: who, what, with what, and how."""

    why: str
    login: str
    action: str
    fields: Mapping[str, Any]
    error: type[CaseworkError]
    field: str | None = None
    version: int = 1


def without(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The fields without one of them."""
    return {key: value for key, value in fields.items() if key != name}


ACTS = (
    Bad("unknown action", "lead1", "abolish", {}, WrongState),
    Bad("common name of another type", "lead1", "declare_missing", {}, WrongState),
    Bad("stale version", "lead1", "accept", ACCEPT, Stale, version=2),
    Bad("version of the past", "lead1", "accept", ACCEPT, Stale, version=0),
    Bad("wrong state", "lead1", "close", {}, WrongState),
    Bad("wrong role", "teacher1", "accept", ACCEPT, NotAllowed),
    Bad("counsellor is no lead", "counsellor1", "accept", ACCEPT, NotAllowed),
    Bad("missing field", "lead1", "accept", without(ACCEPT, "protection"), Invalid, "protection"),
    Bad("blank", "lead1", "accept", {**ACCEPT, "protection": " "}, Invalid, "protection"),
    Bad("null", "lead1", "accept", {**ACCEPT, "protection": None}, Invalid, "protection"),
    Bad("entry too many", "lead1", "accept", {**ACCEPT, "colour": "red"}, Invalid, "colour"),
    Bad("number for words", "lead1", "accept", {**ACCEPT, "protection": 7}, Invalid, "protection"),
    Bad("list for words", "lead1", "accept", {**ACCEPT, "protection": []}, Invalid, "protection"),
    Bad("endless words", "lead1", "add_note", {"text": "字" * 20_001}, Invalid, "text"),
    Bad("NUL", "lead1", "add_note", {"text": "字\x00"}, Invalid, "text"),
    Bad("escape", "lead1", "add_note", {"text": "\x1b[31m"}, Invalid, "text"),
    Bad("half a character", "lead1", "add_note", {"text": "\ud800"}, Invalid, "text"),
    Bad("no choice", "lead1", "screen", {**SCREEN, "severity": "huge"}, Invalid, "severity"),
    Bad("text for yes", "lead1", "screen", {**SCREEN, "sexual_harm": "no"}, Invalid, "sexual_harm"),
    Bad("no list", "lead1", "screen", {**SCREEN, "mandatory_items": 4}, Invalid, "mandatory_items"),
    Bad("not on the list", "lead1", "screen", {**SCREEN, "mandatory_items": [10]}, Invalid,
        "mandatory_items"),
    Bad("future", "lead1", "record_report", {**REPORT, "called_at": "2026-09-21T11:03:00+08:00"},
        Invalid, "called_at"),
    Bad("no offset", "lead1", "record_report", {**REPORT, "called_at": "2026-09-21T10:55:00"},
        Invalid, "called_at"),
    Bad("no such day", "lead1", "record_report", {**REPORT, "called_at": "2026-02-30T10:00:00Z"},
        Invalid, "called_at"),
    Bad("unknown person", "lead1", "notify_guardians",
        {"person_id": FAR, "outcome": "reached", "told_at": REPORT["called_at"]},
        Invalid, "person_id"),
    Bad("unknown case", "lead1", "merge_duplicate",
        {"other_case": "2026-QL-999999", "same_event": "同"}, Invalid, "other_case"),
    Bad("no case number", "lead1", "merge_duplicate", {"other_case": "QL-1", "same_event": "同"},
        Invalid, "other_case"),
    Bad("guard: into itself", "lead1", "merge_duplicate",
        {"other_case": "2026-QL-000001", "same_event": "同"}, Refused),
    Bad("guard: no side", "lead1", "notify_guardians",
        {"outcome": "reached", "told_at": REPORT["called_at"]}, Refused),
    Bad("another county", "officer2", "accept", ACCEPT, NotFound),
    Bad("another school", "lead2", "accept", ACCEPT, NotFound),
    Bad("another class", "teacher1b", "add_note", {"text": "字"}, NotFound),
    Bad("no case content for administrators", "admin1", "add_note", {"text": "字"}, NotFound),
    Bad("named in the case", "staff1", "add_note", {"text": "字"}, NotFound),
)  # fmt: skip


def prepared(session: Any, county: County) -> Case:
    """A reported case that names a member of staff, who filed it."""
    named = NewPerson("某职工", "staff", user_id=county["staff1"].user_id)
    report = replace(bullying(county), people=(*bullying(county).people, named))
    return filing.file_case(session, county["staff1"], report)


def check(fault: CaseworkError, error: type[CaseworkError], field: str | None) -> None:
    """Exactly this error, at exactly this field, with words for a person."""
    assert type(fault) is error
    if isinstance(fault, Invalid):
        assert list(fault.errors) == [field]
        assert all(str(text.msgid) for texts in fault.errors.values() for text in texts)
    if isinstance(fault, Refused):
        assert fault.refusals


@pytest.mark.parametrize("bad", ACTS, ids=lambda bad: bad.why)
def test_a_bad_step_changes_nothing(database: Database, county: County, bad: Bad) -> None:
    with database.transaction() as session:
        number = prepared(session, county).number
    with database.reading() as session:
        before = dump(session)
    with pytest.raises(CaseworkError) as caught, database.transaction() as session:
        cases.perform_action(
            session,
            county[bad.login],
            number,
            bad.action,
            version=bad.version,
            fields=bad.fields,
        )
    check(caught.value, bad.error, bad.field)
    with database.reading() as session:
        assert dump(session) == before


@pytest.mark.parametrize("number", ["2026-QL-000099", "2025-QL-000001", "2026-TF-000001", "", "x"])
def test_a_number_that_leads_nowhere(database: Database, county: County, number: str) -> None:
    with database.transaction() as session:
        assert file_bullying(session, county).number == "2026-QL-000001"
    with pytest.raises(NotFound), database.transaction() as session:
        cases.perform_action(session, county["lead1"], number, "accept", version=1, fields=ACCEPT)


Change = Callable[[NewCase, County], NewCase]


def given(**fields: Any) -> Change:
    """Other entries in the form of the report."""
    return lambda report, county: replace(report, fields={**report.fields, **fields})


def named(**person: Any) -> Change:
    """Somebody else in the report."""
    return lambda report, county: replace(report, people=(NewPerson(**person),))


def dated(name: str, at: datetime | timedelta) -> Change:
    """Another instant, or one so far from now."""
    return lambda report, county: replace(
        report, **{name: at if isinstance(at, datetime) else clock.now() + at}
    )


FILINGS: tuple[tuple[str, Change, str], ...] = (
    ("no such type", lambda r, c: replace(r, case_type="theft"), "case_type"),
    ("no such unit", lambda r, c: replace(r, unit_id=FAR), "unit_id"),
    ("unit of another school", lambda r, c: replace(r, unit_id=c.units["K3"]), "unit_id"),
    ("no title", lambda r, c: replace(r, title="  "), "title"),
    ("long title", lambda r, c: replace(r, title="字" * 121), "title"),
    ("control character", lambda r, c: replace(r, narrative="字\x07"), "narrative"),
    ("known in the future", dated("known_at", timedelta(minutes=3)), "known_at"),
    ("known without offset", dated("known_at", datetime(2026, 9, 21, 10)), "known_at"),  # noqa: DTZ001
    ("occurred in the future", dated("occurred_at", timedelta(minutes=3)), "occurred_at"),
    ("missing entry", given(weapon=None), "fields.weapon"),
    ("mistyped entry", given(weapon="yes"), "fields.weapon"),
    ("no choice", given(injury="fatal"), "fields.injury"),
    ("entry too many", given(colour="red"), "fields.colour"),
    ("unknown pupil", named(name="", part="victim", student_id=FAR), "people.0.student_id"),
    ("unknown account", named(name="某", part="staff", user_id=FAR), "people.0.user_id"),
    ("unknown class", named(name="某", part="victim", class_id=FAR), "people.0.class_id"),
    ("no part", named(name="某", part="hero"), "people.0.part"),
    ("nobody's name", named(name="", part="victim"), "people.0.name"),
    ("name with NUL", named(name="某\x00", part="victim"), "people.0.name"),
)


@pytest.mark.parametrize(("change", "field"), [row[1:] for row in FILINGS],
                         ids=[row[0] for row in FILINGS])  # fmt: skip
def test_a_bad_report_changes_nothing(
    database: Database, county: County, change: Change, field: str
) -> None:
    with database.reading() as session:
        before = dump(session)
    report = change(bullying(county), county)
    with pytest.raises(Invalid) as caught, database.transaction() as session:
        filing.file_case(session, county["teacher1"], report)
    check(caught.value, Invalid, field)
    with database.reading() as session:
        assert dump(session) == before


def test_a_pupil_of_another_school_is_unknown_here(database: Database, county: County) -> None:
    report = replace(
        bullying(county), people=(NewPerson("", "victim", student_id=county.pupils["2026004"]),)
    )
    with pytest.raises(Invalid) as caught, database.transaction() as session:
        filing.file_case(session, county["teacher1"], report)
    check(caught.value, Invalid, "people.0.student_id")


def test_every_fault_is_told_at_once(database: Database, county: County) -> None:
    report = replace(
        bullying(county, injury="fatal", weapon=None),
        title="",
        known_at=clock.now() + timedelta(hours=1),
        people=(NewPerson("", "hero"),),
    )
    with pytest.raises(Invalid) as caught, database.transaction() as session:
        filing.file_case(session, county["teacher1"], report)
    wanted = {"title", "known_at", "people.0.part", "people.0.name"}
    assert set(caught.value.errors) == wanted | {"fields.injury", "fields.weapon"}


STATUS = {WrongState: 409, Stale: 409, NotAllowed: 403, NotFound: 404, Invalid: 422, Refused: 422}


def test_over_http(app: Flask, app_county: County) -> None:
    """The same table through the other door: status and field, and not one row of a case."""
    door = HttpDoor(app, app_county)
    with door.db.transaction() as session:
        number = prepared(session, app_county).number
    with door.db.reading() as session:
        before = dump(session)
    for bad in ACTS:
        if bad.version == 0:
            continue  # refused by the shape of the call before any case is looked at
        body = {"version": bad.version, "fields": dict(bad.fields)}
        answer = door.call(bad.login, "POST", f"/cases/{number}/actions/{bad.action}", body)
        wanted = 403 if bad.login == "admin1" else STATUS[bad.error]  # before any case is sought
        assert answer.status_code == wanted, (bad.why, answer.text)
        assert answer.content_type == "application/problem+json"
        if bad.field:
            assert list(answer.json["errors"]) == [bad.field], bad.why  # type: ignore[index]
    with door.db.reading() as session:
        assert dump(session) == before
