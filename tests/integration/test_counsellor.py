"""A counsellor sees its part: in the services, over the API and on pages, never a word more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Case, Membership, Person
from casework.permissions import Actor, Role
from casework.services import filing, part_data, parts, reported
from casework.services.actors import load_actor
from casework.services.cases import perform_action
from casework.services.pages.case_filters import Filters
from casework.services.pages.queue import how_many, queue_page
from casework.services.parts import load_seen
from casework.services.scope import load_case
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying, report

pytestmark = pytest.mark.one_database

TITLE, NARRATIVE, NOTE, ANSWER = (
    "楼道里的秘密标题",
    "不可外传的经过",
    "班主任的私人备注",
    "监控室的柜子",
)
WITNESS = "目击者甲"
WITHHELD = (TITLE, NARRATIVE, NOTE, ANSWER, WITNESS)
DONE = {"kind": "counselling", "side": "victim", "status": "done"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def told(county: County) -> filing.NewCase:
    """A report full of what a counsellor must not read."""
    plain = bullying(county)
    witness = reported.NewPerson(WITNESS, "witness")
    return replace(plain, title=TITLE, narrative=NARRATIVE, people=(*plain.people, witness))


def grown(session: Session, county: County) -> Case:
    """Such a case with others' notes, tasks and evidence."""
    case = filing.file_case(session, county["teacher1"], told(county))
    act(session, county["teacher1"], case, "add_note", text=NOTE)
    saved = {"kind": "video", "lost": False, "saved_at": clock.now().isoformat()}
    act(session, county["lead1"], case, "secure_evidence", **saved, kept_by=ANSWER)
    due = (clock.today() + timedelta(days=3)).isoformat()
    act(
        session,
        county["lead1"],
        case,
        "record_task",
        kind="apology",
        side="actor",
        status="open",
        due_on=due,
    )
    act(
        session,
        county["lead1"],
        case,
        "record_task",
        kind="counselling",
        side="victim",
        status="open",
        due_on=due,
    )
    return case


def test_only_the_part_is_told_and_the_rest_is_null(session: Session, county: County) -> None:
    case, actor = grown(session, county), county["counsellor1"]
    seen = load_seen(session, actor, case.number)
    found = part_data.seen_data(session, actor, seen)

    whole = load_seen(session, county["lead1"], case.number)
    assert found["part"] is True
    assert set(found) == set(part_data.seen_data(session, county["lead1"], whole))
    for name in ("title", "narrative", "level", "flags", "links", "known_at", "unit_id", "source"):
        assert found[name] is None, name
    assert [p["part"] for p in found["people"]] == ["victim", "actor"]
    assert {c["rule"] for c in found["clocks"]} == {"bullying.support"}
    assert not [word for word in WITHHELD if word in str(found)]


def test_the_timeline_holds_own_and_psychological_events(session: Session, county: County) -> None:
    case, actor = grown(session, county), county["counsellor1"]
    act(session, actor, case, "add_note", text="学生愿意再谈")
    found = part_data.events(session, actor, load_seen(session, actor, case.number))

    assert [event["action"] for event in found] == ["record_task", "add_note"]
    assert found[0]["data"]["fields"]["kind"] == "counselling"
    assert found[1]["texts"] == {"text": "学生愿意再谈"}
    assert {event["hash"] for event in found} == {None}
    assert not [word for word in WITHHELD if word in str(found)]


def test_a_counsellor_does_its_own_steps_and_no_other(
    session: Session, county: County, frozen: Frozen
) -> None:
    case, actor = grown(session, county), county["counsellor1"]
    frozen.forward(hours=1)
    act(session, actor, case, "record_task", **DONE, done_at=clock.now().isoformat())
    act(session, actor, case, "raise_level", reason="学生状况不好")

    with pytest.raises(Invalid) as caught:
        act(session, actor, case, "record_task", kind="apology", side="victim", status="open")
    assert "kind" in caught.value.errors
    witness = session.scalar(select(Person.id).where(Person.part == "witness"))
    given = {"kind": "counselling", "status": "done", "done_at": clock.now().isoformat()}
    with pytest.raises(Invalid) as caught:
        act(session, actor, case, "record_task", **given, person_id=witness)
    assert set(caught.value.errors) == {"person_id"}
    for action in ("secure_evidence", "record_report", "accept", "notify_guardians"):
        with pytest.raises(NotAllowed):
            perform_action(session, actor, case.number, action, version=case.version, fields={})


@pytest.mark.parametrize(
    ("case_type", "fields", "sees"),
    [
        ("emergency", {"injured": 1}, True),
        ("emergency", {"injured": 0, "category": "self_harm"}, True),
        ("emergency", {"injured": 0, "category": "fire"}, False),
        ("opinion", {}, False),
    ],
)
def test_which_cases_have_a_part(
    session: Session, county: County, case_type: str, fields: dict[str, Any], sees: bool
) -> None:
    case = filing.file_case(session, county["teacher1"], report(county, case_type, **fields))
    if sees:
        assert load_seen(session, county["counsellor1"], case.number).part is not None
    else:
        with pytest.raises(NotFound):
            load_seen(session, county["counsellor1"], case.number)
    page = queue_page(session, county["counsellor1"], Filters())
    assert [row.number for row in page.rows] == ([case.number] if sees else [])


def test_words_of_self_harm_open_an_absence(session: Session, county: County) -> None:
    one, two = (county.pupils[code] for code in ("2026001", "2026003"))
    found = []
    for student_id, reasons in ((one, ["note"]), (two, ["note", "self_harm"])):
        given = report_absence(county, student_id, reasons)
        found.append(filing.file_case(session, county["teacher1"], given).number)

    page = queue_page(session, county["counsellor1"], Filters())
    assert [row.number for row in page.rows] == found[1:]


def report_absence(county: County, student_id: int, reasons: list[str]) -> filing.NewCase:
    """An absence that must be searched for at once."""
    bell = (clock.now() - timedelta(minutes=30)).isoformat()
    fields = {"student_id": student_id, "period": "morning", "bell_at": bell}
    fields |= {"strict": True, "strict_reasons": reasons}
    return filing.NewCase(
        case_type="absence",
        unit_id=county.units["K1"],
        title="缺课",
        known_at=clock.now(),
        people=(reported.NewPerson("", "absent", student_id=student_id),),
        fields=fields,
    )


def test_nobody_elsewhere_and_nobody_named_sees_it(session: Session, county: County) -> None:
    case = grown(session, county)
    session.add(
        Person(case_id=case.id, name="某", part="staff", user_id=county["counsellor1"].user_id)
    )
    session.flush()

    for who in ("counsellor1", "teacher2", "lead2", "admin1"):
        with pytest.raises(NotFound):
            load_seen(session, county[who], case.number)


def test_who_is_teacher_too_sees_the_whole_of_the_own_class(
    session: Session, county: County
) -> None:
    user_id = county["counsellor1"].user_id or 0
    own = grown(session, county)
    there = replace(told(county), unit_id=county.units["K2"])
    other = filing.file_case(session, county["teacher1b"], there)
    post = {"role": "teacher", "unit_id": county.units["K1"], "from_on": clock.today()}
    session.add(Membership(user_id=user_id, **post))
    session.flush()
    both = load_actor(session, user_id, clock.now())

    assert load_seen(session, both, own.number).part is None
    assert load_seen(session, both, other.number).part is not None
    rows = {row.number: row.title for row in queue_page(session, both, Filters()).rows}
    assert rows[own.number]
    assert rows[other.number] == ""


def test_who_stands_in_for_the_counsellor_sees_the_part(session: Session, county: County) -> None:
    case = grown(session, county)
    post = county["counsellor1"].posts[0]
    staff = county["staff1"]
    stand_in = Actor(staff.user_id, "staff1", "", (*staff.posts, replace(post, held_as=Role.STAFF)))

    assert load_seen(session, stand_in, case.number).part is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filters(), 1),
        (Filters(case_type="bullying"), 1),
        (Filters(state="reported"), 1),
        (Filters(part=True), 1),
        (Filters(q="{number}"), 1),
        (Filters(q="{id}"), 1),
        (Filters(q=TITLE), 0),
        (Filters(q=TITLE[:2]), 0),
        (Filters(level=1), 0),
        (Filters(level_is=0), 0),
        (Filters(flag="any"), 0),
        (Filters(unacknowledged=True), 0),
        (Filters(overdue=True), 0),
    ],
)
def test_no_filter_tells_what_is_withheld(
    session: Session, county: County, frozen: Frozen, wanted: Filters, found: int
) -> None:
    case = grown(session, county)
    words = {"{number}": case.number, "{id}": str(case.id)}
    wanted = replace(wanted, q=words.get(wanted.q, wanted.q))
    frozen.forward(hours=8)
    actor = county["counsellor1"]

    rows = queue_page(session, actor, wanted).rows
    assert len(rows) == how_many(session, actor, wanted) == found
    for row in rows:
        assert (row.title, row.unit, row.level, row.flags) == ("", "", 0, ())
        assert row.clock is not None
        assert row.clock.rule_id == "bullying.support"


def test_a_support_that_is_late_is_found_as_overdue(
    session: Session, county: County, frozen: Frozen
) -> None:
    grown(session, county)
    frozen.forward(days=4)

    assert how_many(session, county["counsellor1"], Filters(overdue=True)) == 1


@pytest.fixture
def number(app: Flask, app_county: County) -> str:
    with app.extensions["casework"].db.transaction() as session:
        return grown(session, app_county).number


def addresses(app: Flask, county: County, number: str, case_id: int) -> Iterator[str]:
    """Every address that can be read, with this case and every action of it where one is asked."""
    samples = {"number": number, "case_type": "bullying", "class_id": county.units["K1"]}
    samples |= {"school_id": county.units["S1"], "login": "teacher1", "kind": "students"}
    samples |= {"ending": "csv", "evidence_id": 1, "approval_id": 1, "key": "x", "seq": 1}
    adapter = app.url_map.bind("localhost")
    actions = [a.name for a in parts.WORKFLOWS["bullying"].actions]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for action in actions if "action" in rule.arguments else ("",):
            values = {name: samples.get(name, 1) for name in rule.arguments} | (
                {"action": action} if action else {}
            )
            yield adapter.build(rule.endpoint, values, method="GET")
    for query in (f"?q={number}", f"?q={case_id}", f"?q={TITLE}", "?closed=1", "?level=0"):
        yield f"/cases{query}"
        yield f"/api/v1/cases{query}"
    yield f"/cases/{number}?done=2&all=1"


def test_no_withheld_word_in_any_answer(
    app: Flask,
    app_county: County,
    number: str,
    login: Callable[[str], FlaskClient],
    program: Callable[[str], FlaskClient],
) -> None:
    browser, caller = login("counsellor1"), program("counsellor1")
    reader = login("lead1")
    assert TITLE in reader.get(f"/cases/{number}").text  # the words are there to be withheld

    answered = 0
    for address in addresses(app, app_county, number, int(number[-6:])):
        answer = (caller if address.startswith("/api/") else browser).get(address)
        answered += answer.status_code == 200
        text = answer.get_data(as_text=True)
        said = [word for word in WITHHELD if word in text]
        searched = [TITLE] if f"q={TITLE}" in address else []  # the box repeats what was typed
        assert [word for word in said if word not in searched] == [], address
        assert answer.status_code != 500, address
    assert answered > 15


def test_evidence_reports_and_audit_are_shut(
    app: Flask,
    app_county: County,
    number: str,
    login: Callable[[str], FlaskClient],
    program: Callable[[str], FlaskClient],
) -> None:
    caller, browser = program("counsellor1"), login("counsellor1")
    api = f"/api/v1/cases/{number}"

    assert caller.get(api).status_code == 200
    for tail in ("/reports", "/evidence"):
        assert caller.get(api + tail).status_code == 404, tail
    assert browser.get(f"/cases/{number}").status_code == 200
    assert browser.get(f"/cases/{number}/actions/secure_evidence").status_code == 403
    assert [o["action"] for o in caller.get(f"{api}/actions").json] == [
        "record_task",
        "add_note",
        "raise_level",
    ]
    kinds = next(
        field["choices"]
        for field in caller.get(f"{api}/actions").json[0]["fields"]
        if field["name"] == "kind"
    )
    assert len(kinds) == 2


def test_an_act_over_the_api_answers_with_the_part(
    app_county: County, number: str, program: Callable[[str], FlaskClient]
) -> None:
    caller = program("counsellor1")
    version = caller.get(f"/api/v1/cases/{number}").json["version"]
    sent = {"version": version, "fields": {"text": "约定周三再谈"}}
    answer = caller.post(f"/api/v1/cases/{number}/actions/add_note", json=sent)

    assert answer.status_code == 200
    assert answer.json["part"] is True
    assert answer.json["narrative"] is None


def test_whole_and_part_need_the_whole_to_be_loaded(session: Session, county: County) -> None:
    """What asks for the whole stays shut: default deny for whatever is built later."""
    case = file_bullying(session, county)

    with pytest.raises(NotFound):
        load_case(session, county["counsellor1"], case.number)
