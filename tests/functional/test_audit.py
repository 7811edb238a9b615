"""The audit of a case: complete, bounded, recorded, and only for those who may judge it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as events
from sqlalchemy import select, text

import casework
from casework import clock
from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Access, Case, Event, Person
from casework.permissions import SYSTEM
from casework.services import timeline
from casework.services.pages import audit_people
from casework.services.scope import load_case
from casework.timeline.verifier import verify_lines
from tests.conftest import Frozen
from tests.factories import County, act, make_user
from tests.functional.pages import Page, read

Login = Callable[[str], FlaskClient]
Do = Callable[..., None]
Once = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def db(app: Flask) -> Database:
    found: Database = app.extensions["casework"].db
    return found


@pytest.fixture
def lived(file: Callable[..., str], do: Do, frozen: Frozen, db: Database, once: Once) -> str:
    """A case with late entries, earlier knowledge, rungs that fired and a flag."""

    def told() -> str:
        return _live(file(), do, frozen, db)

    return str(once(told))


def _live(number: str, do: Do, frozen: Frozen, db: Database) -> str:
    frozen.forward(minutes=5)
    learned = (clock.now() - timedelta(hours=5)).isoformat()
    do(
        "lead1",
        number,
        "record_knowledge",
        knower="张老师",
        post="班主任",
        learned_at=learned,
        evidence="通话记录",
    )
    do("lead1", number, "amend_fact", field="place", old="操场", new="走廊", reason="核对录像")
    called = (clock.now() - timedelta(hours=2)).isoformat()
    report = {"recipient": "bureau", "called_at": called, "contact": "值班室", "phone": "110"}
    do("lead1", number, "record_report", **report)
    frozen.forward(hours=6)
    sweep(db, timedelta(minutes=2))
    do("officer1", number, "acknowledge")
    return number


def audit(browser: FlaskClient, number: str, query: str = "") -> Page:
    """The audit of a case."""
    return read(browser.get(f"/cases/{number}/audit{query}"))


def words(page: Page) -> str:
    """The text of the page."""
    return page.all("main")[0].text


def test_the_audit_tells_the_whole_story(login: Login, lived: str) -> None:
    shown = words(audit(login("officer1b"), lived))

    assert "链完整 ✓" in shown
    for said in ("张老师", "通话记录", "走廊", "核对录像", "操场", "补录", "已过时限", "bullying"):
        assert said in shown, said
    for heading in ("四个时间", "谁在何时知道什么", "已触发的提醒与升级", "谁看过本案"):
        assert heading in shown, heading


def test_the_acknowledgement_was_late_and_says_by_how_much(login: Login, lived: str) -> None:
    stamps = audit(login("officer1b"), lived).all("ol", class_="stamps")[0].text

    assert "已过时限" in stamps
    assert "小时" in stamps


def test_every_reading_is_recorded_and_shown(login: Login, lived: str, db: Database) -> None:
    browser = login("officer1b")
    audit(browser, lived)
    exported = browser.get(f"/cases/{lived}/audit/export")

    with db.reading() as session:
        found = set(session.scalars(select(Access.what).where(Access.case_key == lived)))
    assert {"audit", "export"} <= found
    with db.transaction() as session:
        reader = session.scalars(select(Access.user_id)).first()
        seen = {"case_key": lived, "what": "evidence:7", "door": "web"}
        session.add(Access(at=clock.now(), user_id=reader, **seen))
    assert verify_lines(exported.text.splitlines()).events > 4
    assert exported.headers["Content-Type"].startswith("application/jsonl")
    shown = words(audit(browser, lived))
    assert "教师officer1b" in shown
    assert "链导出" in shown
    assert "evidence:" not in shown
    assert "文件 7 号" in shown


def test_everything_that_is_noted_as_read_has_words() -> None:
    noted = {
        name
        for file in Path(casework.__file__).parent.rglob("*.py")
        for name in re.findall(r'record_reading\(.*, f?"([a-z.]+)', file.read_text("utf-8"))
    }

    of_signals = {"conversation", "picture"}
    assert len(noted) > 10
    assert noted - of_signals <= {*audit_people.WHAT, *audit_people.OF_ONE}


def test_a_changed_text_is_named_with_its_place(login: Login, lived: str, db: Database) -> None:
    with db.transaction() as session:
        session.execute(text("DROP TRIGGER IF EXISTS event_no_update"))
        row = session.scalar(select(Event).where(Event.case_key == lived, Event.seq == 2))
        assert row is not None
        row.body = row.body.replace("record_knowledge", "record_knowledgX")

    shown = words(audit(login("officer1b"), lived))

    assert "链完整" not in shown
    assert "第 2 条" in shown


@pytest.mark.parametrize("body", ["not json", "[]", "{}", '{"data":1}'])
def test_the_audit_survives_an_unreadable_entry(
    login: Login, lived: str, db: Database, body: str
) -> None:
    with db.transaction() as session:
        row = session.scalar(select(Event).where(Event.case_key == lived, Event.seq == 2))
        assert row is not None
        row.body = body

    assert "链完整" not in words(audit(login("officer1b"), lived))


def test_a_changed_private_text_and_a_changed_state_are_named(
    login: Login, lived: str, db: Database
) -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE private_value SET value = '改过' WHERE name = 'knower'"))
    assert "knower" in words(audit(login("officer1b"), lived))
    with db.transaction() as session:
        session.execute(text("DELETE FROM private_value WHERE name = 'knower'"))
        session.execute(text("UPDATE \"case\" SET state = 'closed'"))
    assert "closed" in words(audit(login("officer1b"), lived))


def test_who_acted_for_the_school_may_not_audit(
    app: Flask, login: Login, lived: str, db: Database, app_county: County
) -> None:
    with db.transaction() as session:
        case = load_case(session, app_county["officer1"], lived)
        act(
            session,
            app_county["officer1"],
            case,
            "accept",
            discovered_by="甲",
            stopped_by="乙",
            stopped_at=clock.now().isoformat(),
            protection="已安置",
        )

    assert login("officer1").get(f"/cases/{lived}/audit").status_code == 403
    assert login("officer1").get(f"/cases/{lived}/audit/export").status_code == 403
    assert "另一位" in login("officer1").get(f"/cases/{lived}/audit").text
    assert login("officer1b").get(f"/cases/{lived}/audit").status_code == 200


def test_a_person_named_in_the_case_finds_nothing(
    login: Login, lived: str, db: Database, app_county: County
) -> None:
    with db.transaction() as session:
        case = load_case(session, app_county["officer1"], lived)
        user_id = app_county["officer1b"].user_id
        session.add(Person(case_id=case.id, name="干部", part="staff", user_id=user_id))

    for address in (f"/cases/{lived}/audit", f"/cases/{lived}/audit/export"):
        assert login("officer1b").get(address).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teacher1", 403),
        ("lead1", 403),
        ("principal1", 403),
        ("admin1", 403),
        ("officer2", 404),
        ("leader1", 200),
        ("city1", 200),
    ],
)
def test_only_the_bureau_above_audits(login: Login, lived: str, who: str, status: int) -> None:
    for address in (f"/cases/{lived}/audit", f"/cases/{lived}/audit/export"):
        assert login(who).get(address).status_code == status


def test_the_case_leads_to_its_audit_for_those_who_may(login: Login, lived: str) -> None:
    address = f"/cases/{lived}/audit"

    assert read(login("officer1b").get(f"/cases/{lived}")).links(address) == [address]
    assert read(login("lead1").get(f"/cases/{lived}")).links(address) == []


def _grow(db: Database, county: County, number: str, notes: int, readers: int) -> None:
    """Notes as a step would write them, without reading the whole case again for each."""
    lead = county["lead1"]
    with db.transaction() as session:
        case = load_case(session, lead, number)
        state, data = case.state, {"round": case.round, "level": case.level, "fields": {}}
        for n in range(notes):
            texts = {"text": f"第{n}次联系家长,情况稳定"}
            entry = timeline.Entry(
                clock.now(), "add_note", lead.user_id, "safety_lead", state, state, data, texts
            )
            timeline.append(session, case, entry)
        for n in range(readers):
            user = make_user(session, f"reader{number}{n}", name=f"查阅{n}")
            session.add(
                Access(at=clock.now(), user_id=user.id, case_key=number, what="case", door="web")
            )


def test_a_big_case_needs_no_more_queries_and_stays_small(
    login: Login, lived: str, db: Database, app_county: County, frozen: Frozen
) -> None:
    browser = login("officer1b")
    audit(browser, lived)
    counts = []
    for notes in (2, 200):
        _grow(db, app_county, lived, notes, notes // 4)
        frozen.forward(hours=1)
        sweep(db, timedelta(minutes=2))
        counts.append(_queries(db, lambda: browser.get(f"/cases/{lived}/audit")))

    assert counts[0] == counts[1] < 60
    answer = browser.get(f"/cases/{lived}/audit")
    assert len(answer.data) < 100_000
    for part in ("events", "rungs", "messages", "readings"):
        page = browser.get(f"/cases/{lived}/audit?part={part}")
        assert page.status_code == 200
        assert len(page.data) < 100_000, part


def test_every_entry_can_be_reached(
    login: Login, lived: str, db: Database, app_county: County
) -> None:
    _grow(db, app_county, lived, 200, 0)
    browser, found = login("officer1b"), set()
    with db.reading() as session:
        head = session.scalars(select(Case.head_seq)).one()

    for page in (1, 2, 3):
        rows = audit(browser, lived, f"?part=events&page={page}").all("th", scope="row")
        found |= {int(row.text) for row in rows}

    assert found == set(range(1, head + 1))


def test_paper_is_whole_or_says_what_it_leaves_out(
    login: Login, lived: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.services.pages.audit.FIRST", 2)
    monkeypatch.setattr("casework.web.cases.NEWEST", 2)
    with db.reading() as session:
        head = load_case(session, SYSTEM, lived).head_seq
    browser = login("officer1b")

    cut = [e.text for e in audit(browser, lived).all("p", class_="on-paper")]
    assert any(f"最新的 2 条，共 {head} 条" in one for one in cut)
    assert audit(browser, lived).links(f"/cases/{lived}/audit?all=1")
    whole = audit(browser, lived, "?all=1")
    assert not whole.all("p", class_="on-paper")
    rows = {row.text for row in whole.all("th", scope="row")}
    assert {str(n + 1) for n in range(head)} <= rows

    case = read(browser.get(f"/cases/{lived}"))
    told = len(read(browser.get(f"/cases/{lived}?all=1")).all("span", class_="told-words"))
    cut = [e.text for e in case.all("p", class_="on-paper")]
    assert any(f"最新的 2 条，共 {head} 条" in one for one in cut)
    assert any(f"最新的 3 条，共 {told} 条" in one for one in cut)
    assert not read(browser.get(f"/cases/{lived}?all=1")).all("p", class_="on-paper")


def test_strange_parts_and_pages_are_harmless(login: Login, lived: str) -> None:
    for query in ("?part=nonsense", "?part=events&page=0", "?part=rungs&page=999", "?page=x"):
        assert "链完整" in words(audit(login("officer1b"), lived, query))


def test_a_fresh_case_says_what_is_missing(login: Login, number: str) -> None:
    empty = [e.text for e in audit(login("officer1"), number).all("p", class_="empty")]

    assert len(empty) >= 4
    assert all(empty)


def _queries(db: Database, call: Callable[[], object]) -> int:
    seen: list[str] = []
    engines = [db.__dict__[name] for name in db.__dict__ if "engine" in name]

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in engines:
        events.listen(engine, "before_cursor_execute", note)
    call()
    for engine in engines:
        events.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)


def test_the_export_is_the_stored_chain(login: Login, lived: str, db: Database) -> None:
    lines = login("officer1b").get(f"/cases/{lived}/audit/export").text.splitlines()

    with db.reading() as session:
        stored = list(
            session.scalars(select(Event.hash).where(Event.case_key == lived).order_by(Event.seq))
        )
    assert [json.loads(one)["hash"] for one in lines] == stored
