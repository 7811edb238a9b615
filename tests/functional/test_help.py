"""The help pages say what the definitions say: nothing is missing, nothing is made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.i18n import render
from casework.models import Unit
from casework.workflows.registry import WORKFLOWS
from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]


def zh(msgid: str) -> str:
    return render(msgid, "zh_CN")


@pytest.mark.parametrize("case_type", list(WORKFLOWS))
def test_the_page_tells_every_state_action_entry_and_refusal(login: Login, case_type: str) -> None:
    page = read(login("staff1").get(f"/help/{case_type}"))

    text = " ".join(page.all("main")[0].text.split())
    workflow = WORKFLOWS[case_type]
    links = {a.attrs["href"] for a in page.all("a")}
    for name in workflow.open_states:
        assert f"#state-{name}" in links
    shown = [one.text for one in page.all("details", class_="help-act")]
    for action in workflow.actions:
        mine = [one for one in shown if one.startswith(zh(action.label))]
        assert mine, action.name
        for entry in action.fields:
            if entry.required:
                assert any(zh(entry.label) in one for one in mine), (action.name, entry.name)
        for guard in action.guards:
            assert any(zh(guard.refusal) in one for one in mine), (action.name, guard.name)
    assert all(zh(state.label) in text for state in workflow.states)


@pytest.mark.parametrize("case_type", list(WORKFLOWS))
def test_every_anchor_leads_somewhere(login: Login, case_type: str) -> None:
    page = read(login("lead1").get(f"/help/{case_type}"))
    ids = {one.attrs["id"] for one in page.elements if "id" in one.attrs}
    for link in page.all("a"):
        if link.attrs["href"].startswith("#"):
            assert link.attrs["href"][1:] in ids


def test_the_numbers_are_those_of_the_readers_region(
    app: Flask, app_county: County, login: Login
) -> None:
    def clock_of(title: str) -> str:
        page = read(login("staff1").get("/help/emergency"))
        lines = [li.text for li in page.all("li") if li.text.startswith(title)]
        return next(line for line in lines if "目标" in line)

    assert "15日 （默认）" in clock_of("提交终报")
    with app.extensions["casework"].db.transaction() as session:
        unit = session.get(Unit, app_county.units["B1"])
        assert unit is not None
        unit.region = "410122"
    assert "默认" not in clock_of("提交终报")


def test_help_is_one_tap_from_the_case_and_from_the_report(login: Login, number: str) -> None:
    client = login("teacher1")
    for address in (f"/cases/{number}", "/report/bullying"):
        links = [a.attrs["href"] for a in read(client.get(address)).all("a")]
        assert "/help/bullying" in links
    assert "/help" in [a.attrs["href"] for a in read(client.get("/me")).all("a")]
    assert client.get("/help/nothing").status_code == 404


def test_who_needs_a_second_person_is_told(login: Login) -> None:
    page = read(login("staff1").get("/help/bullying"))
    play = next(one.text for one in page.all("details", class_="help-act") if "嬉闹" in one.text)
    assert "可能需他人审批" in play
