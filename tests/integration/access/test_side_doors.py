"""The ways around a case's own address: searches, lists, boards, messages, foreign ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from tests.integration.access.asking import ask, through
from tests.integration.access.table import CASE_DOORS, SEES, Row, people
from tests.integration.access.world import LOGINS, NAMED_AT, TITLE, WORDS, World

PAGES = ("/", "/approvals", "/messages", "/county", "/city", "/roster", "/admin/accounts")
LISTS = ("/api/v1/approvals", "/api/v1/escalations", "/api/v1/reports")


def known(world: World, login: str) -> set[str]:
    """The numbers this person may read anywhere."""
    return {
        world.cases[name].number for name in ("home", "far", "past", "joint") if login in SEES[name]
    } | {
        subject.number
        for name, subject in world.cases.items()
        if login in BESIDE.get(name, ()) and login not in NAMED_AT[name]
    }


BESIDE: Mapping[str, frozenset[str]] = {
    # A case that names other people is one of their units like any other.
    "named": frozenset(),
    "named2": people("officer1 officer1b leader1 city1"),
    "named3": frozenset({"city1"}),
}


def searches(world: World) -> Iterator[str]:
    """Every way of asking a list for a case that is not one's own."""
    for name in world.cases:
        number = world.cases[name].number
        for q in (number, number.lower()):
            yield f"/cases?q={q}&closed=1"
            yield f"/api/v1/cases?q={q}"
    for q in (TITLE, WORDS):
        yield f"/cases?q={q}&closed=1"
        yield f"/api/v1/cases?q={q}"
    for code in ("C", "B1", "B2", "S1", "S3", "K1"):
        yield f"/cases?unit_id={world.county.units[code]}&closed=1"
        yield f"/api/v1/cases?unit_id={world.county.units[code]}"
        yield f"/county/schools/{world.county.units[code]}"
        yield f"/county/flags?unit_id={world.county.units[code]}"
        yield f"/county?unit_id={world.county.units[code]}&level=0"
    yield "/cases?cursor=20200101T000000.000000-0-20200101T000000.000000-0&closed=1"
    yield "/api/v1/cases?cursor=999999"
    yield "/approvals?done=1"
    yield from PAGES
    yield from LISTS


@pytest.mark.parametrize("login", LOGINS)
def test_no_list_search_board_or_message_tells_of_another_case(world: World, login: str) -> None:
    mine = known(world, login)
    numbers = {subject.number for subject in world.cases.values()}
    seen: set[str] = set()
    for url in searches(world):
        answer = world.door(login, api=url.startswith("/api/")).get(url)
        # The search itself stands in its own field again.
        text = answer.text.replace(url.partition("?q=")[2].partition("&")[0], "", 2)
        found = {n for n in numbers if n in answer.text and f"?q={n}" not in url}
        found |= {n for n in numbers if f"/cases/{n}" in text or f'"number":"{n}"' in text}
        assert found <= mine, url
        seen |= found

    # What the lists do tell is not nothing: whoever sees cases finds them.
    assert bool(seen) == bool(mine)


FOREIGN = tuple(
    row
    for row in CASE_DOORS
    if row.endpoint
    in {
        *("evidence.show", "evidence.progress", "evidence.piece", "evidence.finish"),
        *("api_evidence.read_evidence", "api_evidence.read_upload", "api_evidence.write_upload"),
        *("api_evidence.finish_upload", "approvals.decision", "reports.show"),
    }
)


@pytest.mark.parametrize("row", FOREIGN, ids=str)
def test_an_own_number_opens_nothing_of_another_case(world: World, row: Row) -> None:
    """The number of a case one may see, with the ids of one of the other county."""
    own, far = world.cases["home"], world.cases["far"]
    mixed = replace(
        own,
        evidence_id=far.evidence_id,
        approval_id=far.approval_id,
        key=far.key,
        seq=99,
    )
    for login in ("lead1", "principal1", "officer1"):
        assert ask(world, row, login, mixed).status_code == 404, login


ADMIN_ROUTES = (
    *(("GET", ""), ("POST", "/password"), ("POST", "/disable"), ("POST", "/enable")),
    *(("POST", "/posts"), ("POST", "/posts/1/end")),
)


@pytest.mark.parametrize(("method", "rest"), ADMIN_ROUTES)
def test_an_administrator_reaches_only_the_own_people(world: World, method: str, rest: str) -> None:
    for login in ("teacher1", "officer1", "city1", "admin1", "nobody"):
        answer = world.door("admin2", api=False).open(
            f"/admin/accounts/{login}{rest}", method=method
        )
        assert answer.status_code == 404, login
    listed = world.door("admin2", api=False).get("/admin/accounts").text
    assert "officer2" in listed
    assert not [login for login in LOGINS if f"/accounts/{login}" in listed and login not in FAR]


FAR = frozenset({"officer2", "teacher3", "admin2"})


def test_units_end_where_the_own_reach_ends(world: World) -> None:
    codes = {
        who: {one["code"] for one in world.door(who, api=True).get("/api/v1/units").json or ()}
        for who in ("teacher1", "lead2", "officer1", "officer2")
    }
    assert codes == {
        "teacher1": {"S1", "G1", "K1", "K2"},
        "lead2": {"S2", "K3"},
        "officer1": {"B1", "S1", "S2", "G1", "K1", "K2", "K3"},
        "officer2": {"B2", "S3", "K4"},
    }


def test_a_report_about_a_place_out_of_reach_is_refused(world: World) -> None:
    units = world.county.units
    for who, code in (("teacher1", "K3"), ("officer1", "K4"), ("officer2", "K1")):
        body = {"case_type": "opinion", "unit_id": units[code], "title": "不可", "known_at": None}
        answer = world.door(who, api=True).post("/api/v1/cases", json=body)
        assert answer.status_code == 422
        assert not through(world.door(who, api=True).get(f"/api/v1/classes/{units[code]}/students"))


def test_the_form_of_a_report_offers_no_pupils_of_another_school(world: World) -> None:
    page = world.door("lead2", api=False).get(
        f"/report/bullying?unit_id={world.county.units['K1']}"
    )
    assert page.status_code == 200
    assert "学生1" not in page.text
    assert "学生4" in page.text or "七年级" not in page.text
