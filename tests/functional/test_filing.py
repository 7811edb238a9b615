"""Filing on a phone: the right form, nothing typed is ever lost, what happens next is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]


@pytest.fixture
def typed(app_county: County) -> dict[str, Any]:
    """What a teacher types about a push in the corridor."""
    questions = ("weapon", "sexual_harm", "self_harm", "extortion", "video_spread")
    return {
        "title": "走廊里推搡",
        "narrative": "课间发生冲突",
        "unit_id": str(app_county.units["K1"]),
        "known_at": "2026-09-21T10:50",
        "occurred_at": "2026-09-21T10:40",
        "pupil": [str(app_county.pupils["2026001"]), str(app_county.pupils["2026002"])],
        f"part.{app_county.pupils['2026001']}": "victim",
        f"part.{app_county.pupils['2026002']}": "actor",
        "fields.injury": "none",
        **{f"fields.{name}": "false" for name in questions},
    }


def test_four_kinds_stand_to_choose(login: Login) -> None:
    page = read(login("teacher1").get("/report"))

    assert page.links("/report/") == [
        f"/report/{kind}" for kind in ("bullying", "absence", "emergency", "opinion")
    ]


def test_there_is_no_form_for_an_unknown_kind(login: Login) -> None:
    read(login("teacher1").get("/report/weather"), 404)


def test_the_own_class_is_chosen_and_now_is_filled_in(login: Login, app_county: County) -> None:
    page = read(login("teacher1").get("/report/bullying"))

    chosen = [o for o in page.all("option") if "selected" in o.attrs]
    assert [o.attrs["value"] for o in chosen] == [str(app_county.units["K1"])]
    assert page.value("known_at") == "2026-09-21T11:00"
    pupils = {e.attrs["value"] for e in page.all("input", name="pupil")}
    assert pupils == {str(app_county.pupils[code]) for code in ("2026001", "2026002")}


def test_a_report_is_filed_and_its_next_steps_are_told(login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")

    answer = browser.post("/report/bullying", data=typed)
    page = read(browser.get(answer.headers["Location"]))

    assert answer.status_code == 303
    assert page.all("p", class_="number")[0].text.startswith("2026-QL-")
    assert "教师lead1" in page.all("section", class_="result")[0].text
    assert len(page.all("code", class_="hash")[0].text) == 64
    assert page.all("aside", class_="emergency") == []


def test_what_was_filed_stands_on_the_case(login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")

    location = browser.post("/report/bullying", data=typed).headers["Location"]
    page = read(browser.get(location.replace("/report/filed", "/cases")))

    people = [e.text for e in page.all("ul", class_="people")]
    assert "学生1" in people[0]
    assert "学生2" in people[0]
    assert "课间发生冲突" in page.all("p", class_="narrative")[0].text


@pytest.mark.parametrize("word", ["学生拿刀", "有人受伤了", "说要自杀", "孩子失联"])
def test_words_of_danger_bring_the_numbers_first(
    login: Login, typed: dict[str, Any], word: str
) -> None:
    browser = login("teacher1")

    answer = browser.post("/report/bullying", data=typed | {"narrative": word})
    page = read(browser.get(answer.headers["Location"]))

    assert page.all("aside", class_="emergency")
    assert {"tel:110", "tel:119", "tel:120"} <= set(page.links("tel:"))
    assert page.html.index("tel:110") < page.html.index("<h1>")


def test_an_error_keeps_everything_and_leads_to_the_field(
    login: Login, typed: dict[str, Any]
) -> None:
    del typed["fields.weapon"]

    page = read(login("teacher1").post("/report/bullying", data=typed | {"title": ""}), 422)

    assert page.links("#f-") == ["#f-title", "#f-fields.weapon"]
    assert page.all("fieldset", id="f-fields.weapon")[0].attrs["aria-invalid"] == "true"
    assert page.value("narrative") == "课间发生冲突"
    assert page.value("fields.extortion") == "false"
    assert page.value("occurred_at") == "2026-09-21T10:40"
    ticked = [e for e in page.all("input", name="pupil") if "checked" in e.attrs]
    assert [e.attrs["value"] for e in ticked] == typed["pupil"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"known_at": "2026-09-22T10:50"}, "known_at"),
        ({"known_at": "yesterday"}, "known_at"),
        ({"unit_id": "999"}, "unit_id"),
        ({"title": "a\x00b"}, "title"),
        ({"fields.injury": "much"}, "fields.injury"),
    ],
)
def test_bad_entries_are_told_at_their_field(
    login: Login, typed: dict[str, Any], change: dict[str, str], field: str
) -> None:
    page = read(login("teacher1").post("/report/bullying", data=typed | change), 422)

    assert page.links("#f-") == [f"#f-{field}"]
    assert page.all("span", id=f"e-{field}")


def test_unknown_is_an_answer(login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")
    unknown = {"occurred_at.unknown": "unknown", "fields.weapon": "unknown"}

    answer = browser.post("/report/bullying", data=typed | unknown)

    assert answer.status_code == 303


def test_another_class_is_shown_without_losing_what_was_typed(
    login: Login, typed: dict[str, Any], app_county: County
) -> None:
    other = {"unit_id": str(app_county.units["K2"]), "refresh": "1"}

    page = read(login("teacher1").post("/report/bullying", data=typed | other))

    pupils = [e.attrs["value"] for e in page.all("input", name="pupil")]
    assert pupils == [str(app_county.pupils["2026003"])]
    assert page.value("title") == "走廊里推搡"
    assert page.all("div", id="problem") == []


def test_somebody_who_is_on_no_list_can_be_named(login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")
    other = {"other.0.name": "校外人员", "other.0.part": "actor"}

    location = browser.post("/report/bullying", data=typed | other).headers["Location"]
    page = read(browser.get(location.replace("/report/filed", "/cases")))

    assert "校外人员" in page.all("ul", class_="people")[0].text


def test_an_emergency_takes_figures_and_unknown_figures(login: Login, app_county: County) -> None:
    data = {
        "title": "楼梯摔倒",
        "unit_id": str(app_county.units["K1"]),
        "known_at": "2026-09-21T10:58",
        "fields.category": "injury",
        "fields.dead": "0",
        "fields.injured": "1",
        "fields.missing.unknown": "unknown",
        "fields.weapon": "false",
    }

    assert login("staff1").post("/report/emergency", data=data).status_code == 303
