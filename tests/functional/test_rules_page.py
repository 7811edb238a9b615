"""The page of the packs: every rule in words, what the region changed, and what is a default."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.i18n import render
from casework.models import Unit
from casework.services.pages.rules import rule_line
from casework.services.pages.rules_words import condition
from casework.services.policy import Policy
from tests.factories import County
from tests.functional.pages import Element, Page, read

Login = Callable[[str], FlaskClient]
File = Callable[..., str]


def rules_of(page: Page) -> dict[str, Element]:
    return {one.attrs["id"]: one for one in page.all("article", class_="rule")}


@pytest.fixture
def move(app: Flask, app_county: County) -> Callable[[str, str], None]:
    """Put a unit into a region."""

    def moved(code: str, region: str) -> None:
        with app.extensions["casework"].db.transaction() as session:
            unit = session.get(Unit, app_county.units[code])
            assert unit is not None
            unit.region = region

    return moved


def test_every_rule_stands_there_once_with_its_law(login: Login, policy: Policy) -> None:
    page = read(login("officer1").get("/rules"))

    shown = rules_of(page)
    national = policy.packs.for_region("")
    assert set(shown) == set(national)
    for rule_id, block in shown.items():
        assert national[rule_id].basis in block.text
        assert (national[rule_id].quote or "") in block.text
    assert "本系统默认值，非法定时限" in shown["bullying.verify"].text
    assert "本系统默认值" not in shown["bullying.investigate"].text
    assert "10日" in shown["bullying.investigate"].text
    # Nothing that was not read in a text is shown as a fact: neither the number nor the law.
    assert shown["bullying.review"].text.count("依据待核实") == 2


def test_a_region_shows_what_it_changed_next_to_what_was(login: Login) -> None:
    page = read(login("officer1").get("/rules?region=410101&changed=1"))

    shown = rules_of(page)
    assert set(shown) == {"emergency.initial_report", "emergency.final_report"}
    was = [one.text for one in page.all("del")]
    assert any("1小时" in one for one in was)
    assert "30分钟" in shown["emergency.initial_report"].text
    assert "郑州市" in shown["emergency.final_report"].text


def test_the_own_region_is_shown_without_asking(
    login: Login, move: Callable[[str, str], None]
) -> None:
    move("C", "370000")
    move("B1", "370102")
    page = read(login("officer1").get("/rules"))

    chosen = [one for one in page.all("option") if "selected" in one.attrs]
    assert chosen[0].attrs["value"] == "37"
    assert page.all("option")[0].attrs["value"] == "37"
    assert "山东省学校安全条例第47条" in rules_of(page)["bullying.investigate"].text
    # The whole country can still be asked for.
    assert not read(login("officer1").get("/rules?region=")).all("del")


@pytest.mark.parametrize("case_type", ["opinion", "absence", "other"])
@pytest.mark.parametrize("more", ["", "&defaults=1"])
def test_filters_are_in_the_address(
    login: Login, policy: Policy, case_type: str, more: str
) -> None:
    page = read(login("lead1").get(f"/rules?case_type={case_type}{more}"))

    expected = {
        rule.id
        for rule in policy.packs.for_region("").values()
        if case_type in (rule.case_types or ("other",))
        and (not more or any(t.default for t in (*rule.target, *rule.limit)))
    }
    assert set(rules_of(page)) == expected
    chosen = [one.attrs["value"] for one in page.all("option") if "selected" in one.attrs]
    assert chosen == ["", case_type]


def test_a_choice_that_fits_nothing_says_so(login: Login) -> None:
    page = read(login("admin1").get("/rules?region=&changed=1"))
    assert not rules_of(page)
    assert page.all("p", class_="empty")


def test_the_reason_of_a_clock_leads_to_its_rule(login: Login, number: str) -> None:
    page = read(login("lead1").get(f"/cases/{number}"))
    links = [a.attrs["href"] for a in page.all("a", class_="to-rule")]
    assert "/rules?region=#bullying.accept" in links

    # A class teacher may not read the packs, and gets no dead link.
    teacher = login("teacher1")
    assert not read(teacher.get(f"/cases/{number}")).all("a", class_="to-rule")
    assert teacher.get("/rules").status_code == 403


def test_in_english_nothing_is_left_in_chinese_but_the_law(login: Login) -> None:
    client = login("officer1")
    client.post("/language", data={"locale": "en", "next": "/rules"})
    page = read(client.get("/rules?region=37"))
    assert "A default of this system, no legal time limit" in page.all("main")[0].text
    assert "Shandong Regulation on School Safety art. 47" in page.all("main")[0].text


def test_a_slot_of_the_day_is_no_region() -> None:
    words = render(condition({"slot": ("day", "pm")}), "zh_CN")

    assert words == "零报告时段：全天、下午"


def test_every_trigger_and_condition_of_every_pack_has_words(policy: Policy) -> None:
    for prefix in ("", *policy.packs.names):
        rules = policy.packs.for_region(prefix)
        titles = {rule.id: rule.title for rule in rules.values()}
        for rule in rules.values():
            line = rule_line(rule, titles)
            words = [one.on for one in line.opens] + list(line.closes) + list(line.resumes)
            for text in words:
                assert " " in text.msgid, f"{rule.id}: no words for {text.msgid!r}"
