"""Reports without a name as people see them: the form, the numbers first, the code, the answers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.services.intake import boxes, codes
from tests import evidence_files
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.pages import Page, read

Login = Callable[[str], FlaskClient]
CODE = re.compile(r'<p class="code">([0-9A-Z-]+)</p>')
TEXT = "三年级的张某每天在厕所里被几个大孩子围住要钱。"


@pytest.fixture(autouse=True)
def cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow hash, quickly."""
    monkeypatch.setattr(codes, "COST", 2)


@pytest.fixture
def box(app: Flask, app_county: County) -> str:
    """The letter box of the first school."""
    with app.extensions["casework"].db.transaction() as session:
        return boxes.open_box(session, app_county["lead1"], app_county.units["S1"]).code


def form_of(browser: FlaskClient, box: str) -> dict[str, Any]:
    """The hidden entries of the form, as a browser would send them back."""
    return hidden(read(browser.get(f"/tell/{box}")))


def hidden(page: Page) -> dict[str, Any]:
    """The hidden entries of a page."""
    return {e.attrs["name"]: e.attrs["value"] for e in page.all("input", type="hidden")}


def sent(browser: FlaskClient, box: str, **more: Any) -> str:
    """Send a report; its code."""
    answer = browser.post(f"/tell/{box}", data={**form_of(browser, box), "text": TEXT, **more})
    assert answer.status_code == 200, answer.text
    found = CODE.search(answer.text)
    assert found, answer.text
    return found[1]


def test_a_report_its_code_a_question_and_the_answer(
    client: FlaskClient, login: Login, box: str, frozen: Frozen
) -> None:
    code = sent(client, box, where="二楼厕所", staff="no")

    office = login("officer1")
    assert read(office.get("/messages")).links("/signals/1/conversation")
    assert read(office.get("/signals/1")).links("/signals/1/conversation")
    talk = read(office.get("/signals/1/conversation"))
    assert talk.links("/signals/1")
    office.post("/signals/1/conversation", data={"text": "请问是哪一层的厕所?"})
    frozen.forward(minutes=5)
    opened = read(client.post("/tell/answers", data={"code": code.lower().replace("-", " ")}))
    picture = (io.BytesIO(evidence_files.photo()), "IMG_2217.jpg")
    added = read(
        client.post("/tell/answers", data={**hidden(opened), "text": "二楼。", "files": picture})
    )
    again = client.post("/tell/answers", data={**hidden(opened), "text": "二楼。"})

    assert TEXT in talk.html
    assert "二楼厕所" in talk.html
    assert "请问是哪一层的厕所?" in opened.html
    assert "2026-09-22" in opened.html  # a day after it came in, the bureau must have decided
    assert "二楼。" in added.html
    assert again.text.count("二楼。") == 1  # sent twice, it stands there once
    news = read(office.get("/messages"))
    assert "匿名举报人又补充了内容" in news.html
    assert news.links("/signals/1/conversation")
    seen = read(office.get("/signals/1/conversation"))
    shown = office.get(seen.all("img")[0].attrs["src"], buffered=True)
    assert shown.status_code == 200
    assert evidence_files.SECRET.encode() not in shown.data


def test_the_same_form_sent_twice_shows_the_same_code(
    client: FlaskClient, login: Login, box: str
) -> None:
    entries = {**form_of(client, box), "text": TEXT}

    first, second = (client.post(f"/tell/{box}", data=entries) for _ in range(2))
    third = client.post(f"/tell/{box}", data={**entries, "text": "还有一件事。"})

    codes_shown = {CODE.search(one.text)[1] for one in (first, second, third)}  # type: ignore[index]
    assert len(codes_shown) == 1
    office = login("officer1")
    assert "还有一件事。" in read(office.get("/signals/1/conversation")).html
    assert office.get("/signals/2/conversation").status_code == 404


def test_danger_to_life_leads_to_the_telephone_first_and_loses_nothing(
    client: FlaskClient, login: Login, box: str
) -> None:
    entries = {**form_of(client, box), "text": "我真的不 想 活了", "who": "我"}

    first = read(client.post(f"/tell/{box}", data=entries))
    missing = login("officer1").get("/signals/1/conversation").status_code
    second = client.post(f"/tell/{box}", data=hidden(first))

    assert [e.attrs["href"] for e in first.all("a") if "tel:" in e.attrs["href"]][:4] == [
        *("tel:110", "tel:120", "tel:119"),
        "tel:12356",
    ]
    assert missing == 404  # nothing was sent behind their back
    assert CODE.search(second.text)
    officer = login("officer1")
    assert "我真的不 想 活了" in read(officer.get("/signals/1/conversation")).html
    assert "危及生命" in read(login("leader1").get("/messages")).html
    ticked = client.post(
        f"/tell/{box}", data={**form_of(client, box), "text": "快", "danger": "yes"}
    )
    assert not CODE.search(ticked.text)


def test_the_school_reads_only_while_nobody_of_its_staff_is_part_of_it(
    client: FlaskClient, login: Login, box: str
) -> None:
    def status(who: str, number: int) -> int:
        return login(who).get(f"/signals/{number}/conversation").status_code

    code = sent(client, box, staff="no")
    sent(client, box, staff="unknown")
    sent(client, box, staff="no", text="教师lead1打了我弟弟")  # named, whatever is ticked

    assert [status("lead1", number) for number in (1, 2, 3)] == [200, 404, 404]
    assert [status("lead2", number) for number in (1, 2, 3)] == [404, 404, 404]
    assert status("officer2", 1) == 404
    assert login("lead1").post("/signals/1/conversation", data={"text": "谁?"}).status_code == 403
    client.post("/tell/answers", data={"code": code, "text": "班主任也看见了,没有管。"})
    assert status("lead1", 1) == 404
    assert status("officer1", 1) == 200


def test_what_is_refused_keeps_what_was_typed_and_says_why(client: FlaskClient, box: str) -> None:
    def tried(data: bytes, name: str) -> Page:
        entries = {**form_of(client, box), "text": TEXT, "files": (io.BytesIO(data), name)}
        return read(client.post(f"/tell/{box}", data=entries), 422)

    for data, name in (
        (evidence_files.PDF, "a.pdf"),
        (evidence_files.MP3, "a.mp3"),
        (evidence_files.film(), "a.mp4"),
        (b"words", "a.txt"),
    ):
        page = tried(data, name)
        assert page.all("span", id="e-files")
        assert TEXT in page.all("textarea", id="f-text")[0].text
        assert name not in page.html
    empty = read(client.post(f"/tell/{box}", data=form_of(client, box)), 422)
    assert empty.all("span", id="e-text")


def test_boxes_are_opened_printed_given_anew_and_closed(
    client: FlaskClient, login: Login, app_county: County
) -> None:
    lead, officer = login("lead1"), login("officer1")

    lead.post("/boxes", data={"unit_id": app_county.units["S1"]})
    officer.post("/boxes", data={"all": "1"})
    twice = lead.post("/boxes", data={"unit_id": app_county.units["S1"]}).status_code
    foreign = lead.post("/boxes", data={"unit_id": app_county.units["S2"]}).status_code
    poster = read(lead.get("/boxes/1/poster"))
    old = re.search(r"tell/<wbr />([0-9a-z]{6})", poster.html)
    assert old
    other = lead.post("/boxes/2", data={"do": "close", "reason": "x"}).status_code
    assert lead.post("/boxes/1", data={"do": "anew"}).status_code == 422  # not without a reason
    messages = read(officer.get("/messages")).html
    assert "新地址" not in messages
    lead.post("/boxes/1", data={"do": "anew", "reason": "海报被撕"})
    assert "新地址" in read(officer.get("/messages")).html

    assert (twice, foreign, other) == (409, 404, 404)
    assert poster.all("svg", class_="qr")
    assert "style=" not in poster.html
    assert client.get(f"/tell/{old[1]}").status_code == 404
    chosen = read(client.get("/tell"))
    assert len(chosen.all("option")) == 4  # nothing chosen, the bureau, both schools of the county
    newest = chosen.all("option")[-1].attrs["value"]
    there = client.get(f"/tell?box={newest}")
    assert there.headers["Location"] == f"/tell/{newest}"


def test_every_page_speaks_english_too(client: FlaskClient, box: str) -> None:
    page = read(client.get(f"/tell/{box}?lang=en"))

    assert page.all("html")[0].attrs["lang"] == "en"
    assert page.all("form")[0].attrs["action"] == f"/tell/{box}?lang=en"
    assert "What happened?" in page.html
    assert not page.all("script")
