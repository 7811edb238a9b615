"""Evidence on the pages: sent with the form, shown in the case, fetched without danger."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from casework.models import Access, Evidence
from casework.services import timeline
from casework.services.evidence.store import MOST
from tests import evidence_files as files
from tests.functional.pages import Page, read

Login = Callable[[str], FlaskClient]
STEP = "/cases/{}/actions/secure_evidence"
GIVEN = {"kind": "photo", "lost": "false", "saved_at": "2026-09-21T10:50", "kept_by": "校办"}


def send(browser: FlaskClient, number: str, content: bytes, name: str, **more: Any) -> TestResponse:
    """Fill in the form as a browser without scripts does."""
    page = read(browser.get(STEP.format(number)))
    entry = more.pop("entry", "file")
    data = GIVEN | {n: page.value(n) for n in ("version", "form_key")} | more
    data[entry] = FileStorage(io.BytesIO(content), name)
    # Encoded here: the test client would leave its own temporary file open for a large one.
    boundary, body = encode_multipart(data)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(STEP.format(number), data=body, content_type=kind)


@pytest.fixture
def photo(login: Login, number: str) -> str:
    """The address of a photo that the class teacher has added to the case."""
    assert send(login("teacher1"), number, files.photo(6), "张三 伤情.jpg").status_code == 303
    page = case_page(login("lead1"), number)
    return str(page.all("a", class_="thumb")[0].attrs["href"])


def fetch(browser: FlaskClient, address: str) -> TestResponse:
    """Fetch a file and let go of it."""
    return browser.get(address, buffered=True)


def case_page(browser: FlaskClient, number: str) -> Page:
    return read(browser.get(f"/cases/{number}"))


def test_the_form_has_a_camera_and_works_without_a_script(login: Login, number: str) -> None:
    page = read(login("teacher1").get(STEP.format(number)))

    camera = page.all("input", name="file.camera")[0].attrs
    assert (camera["accept"], camera["capture"]) == ("image/*", "environment")
    assert "capture" not in page.all("input", name="file")[0].attrs
    form = [e for e in page.all("form") if e.attrs.get("enctype")]
    assert [e.attrs["enctype"] for e in form] == ["multipart/form-data"]
    assert [e for e in page.all("script") if "upload.js" in e.attrs["src"]]
    [fold] = page.all("details", class_="asides")
    assert "数字指纹" in fold.text
    assert "SHA-256" not in "".join(e.text for e in page.all("form")).replace(fold.text, "")


def test_other_forms_load_nothing_more(login: Login, number: str) -> None:
    page = read(login("teacher1").get(f"/cases/{number}/actions/add_note"))

    assert not [e for e in page.all("script") if "upload.js" in e.attrs["src"]]
    assert not [e for e in page.all("form") if e.attrs.get("enctype")]


@pytest.mark.parametrize("entry", ["file", "file.camera"])
def test_a_photo_sent_with_the_form_stands_in_the_case(
    login: Login, number: str, entry: str
) -> None:
    sent = send(login("teacher1"), number, files.photo(6), "张三 伤情.jpg", entry=entry)
    assert sent.status_code == 303

    page = case_page(login("lead1"), number)

    item = page.all("ul", class_="evidence-list")[0]
    for words in ("张三 伤情.jpg", "教师teacher1", "JPG", "KB", "SHA-256", "原图哈希", "照片"):
        assert words in item.text, words
    assert page.links("#evidence-1")
    assert page.all("li", id="evidence-1")
    assert page.all("img", src=f"/cases/{number}/evidence/1?preview=1")


def test_a_case_without_files_says_so(login: Login, number: str) -> None:
    page = case_page(login("lead1"), number)

    assert page.all("h3", id="evidence")
    assert not page.all("ul", class_="evidence-list")


def test_a_picture_is_shown_and_can_do_nothing(login: Login, photo: str) -> None:
    for address in (photo, f"{photo}?preview=1"):
        answer = fetch(login("lead1"), address)

        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert not answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert files.SECRET.encode() not in answer.data


def test_a_download_has_its_name_in_every_browser(login: Login, photo: str) -> None:
    disposition = fetch(login("lead1"), f"{photo}?download=1").headers["Content-Disposition"]

    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''%E5%BC%A0%E4%B8%89%20%E4%BC%A4%E6%83%85.jpg" in disposition
    assert disposition.isascii()


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (files.PDF, "../../记录.html", ".pdf"),
        (files.moving(), "x.gif", ".gif"),
        (files.film(), "x.mp4", ".mp4"),
        ("你好".encode(), "x.txt", ".txt"),
    ],
)
def test_whatever_is_no_safe_picture_is_only_downloaded(
    login: Login, number: str, content: bytes, name: str, ending: str
) -> None:
    assert send(login("teacher1"), number, content, name).status_code == 303

    answer = fetch(login("lead1"), f"/cases/{number}/evidence/1")

    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert disposition.endswith(ending)
    assert ".." not in disposition
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    small = fetch(login("lead1"), f"/cases/{number}/evidence/1?preview=1")
    assert small.status_code == (200 if ending == ".gif" else 404)


def test_who_is_outside_gets_nothing(login: Login, number: str, photo: str) -> None:
    for who in ("teacher2", "officer2", "principal2"):
        assert login(who).get(photo).status_code == 404
    assert login("admin1").get(photo).status_code == 403


def test_every_reading_is_recorded(app: Flask, login: Login, number: str, photo: str) -> None:
    fetch(login("lead1"), photo)
    login("teacher2").get(photo)

    with app.extensions["casework"].db.reading() as session:
        query = select(Access).where(Access.what == "evidence:1")
        rows = session.scalars(query).all()
    assert [(row.case_key, row.door) for row in rows] == [(number, "web")]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.HTML, "photo.jpg"),
        (files.SVG, "photo.png"),
        (b"", "a.jpg"),
        (b"\xff\xd8\xff", "a.jpg"),
    ],
)
def test_a_file_that_is_not_taken_brings_the_form_back(
    login: Login, number: str, content: bytes, name: str
) -> None:
    answer = send(login("teacher1"), number, content, name)

    page = read(answer, 422)
    assert page.all("span", id="e-file")
    assert page.value("kept_by") == "校办"


def test_a_form_shown_again_keeps_its_file(app: Flask, login: Login, number: str) -> None:
    browser = login("teacher1")
    page = read(send(browser, number, files.photo(), "a.jpg", kind=""), 422)
    stored = page.all("input", name="file", type="hidden")[0].attrs["value"]

    data = GIVEN | {n: page.value(n) for n in ("version", "form_key")} | {"file": stored}
    assert browser.post(STEP.format(number), data=data).status_code == 303
    assert case_page(browser, number).all("li", id=f"evidence-{stored}")


def test_a_form_sent_twice_acts_once_and_another_photo_is_not_lost(
    app: Flask, login: Login, number: str
) -> None:
    browser = login("teacher1")
    key = {"form_key": "the same form"}
    first = send(browser, number, files.photo(), "a.jpg", **key)
    again = send(browser, number, files.photo(), "a.jpg", **key)
    other = send(browser, number, files.photo(6), "b.jpg", **key)

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 409)
    assert first.location == again.location
    assert read(other, 409).all("input", name="file", type="hidden")
    with app.extensions["casework"].db.reading() as session:
        used = session.scalars(select(Evidence).where(Evidence.seq.is_not(None))).all()
        timeline.verify(session)
    assert len(used) == 1


def test_what_is_too_large_is_refused_before_it_is_read(login: Login, number: str) -> None:
    browser = login("teacher1")

    just_too_large = send(browser, number, b"\xff" * (MOST + 1), "a.jpg")
    far_too_large = send(browser, number, b"\xff" * (MOST + 3 * 1024 * 1024), "a.jpg")
    note = browser.post(f"/cases/{number}/actions/add_note", data={"text": "x" * MOST})

    assert read(just_too_large, 422).all("span", id="e-file")
    assert far_too_large.status_code == 413
    assert note.status_code == 413


def test_a_stranger_may_not_send_even_a_small_film(client: FlaskClient, number: str) -> None:
    boundary, body = encode_multipart(
        {"file": FileStorage(io.BytesIO(b"\0" * 3 * 1024**2), "a.mp4")}
    )
    kind = f'multipart/form-data; boundary="{boundary}"'
    answer = client.post(STEP.format(number), data=body, content_type=kind)

    assert answer.status_code in {303, 413}


def test_a_file_missing_on_disk_is_told_as_missing(
    app: Flask, login: Login, number: str, photo: str
) -> None:
    folder = app.extensions["casework"].settings.data_dir / "evidence"
    for path in folder.glob("??/??/*"):
        path.unlink()

    assert login("lead1").get(photo).status_code == 404


def test_in_pieces_as_the_script_sends_it(login: Login, number: str) -> None:
    browser, content = login("teacher1"), files.photo()
    at = f"/cases/{number}/uploads"
    key = browser.post(at, data={"size": len(content), "name": "a.jpg"}).json["key"]
    assert browser.put(f"{at}/{key}?offset=0", data=content[:100]).json["received"] == 100
    lost = browser.put(f"{at}/{key}?offset=300", data=content[300:])
    assert (lost.status_code, "100" in lost.json["detail"]) == (409, True)
    assert browser.get(f"{at}/{key}").json["received"] == 100
    assert login("lead1").get(f"{at}/{key}").status_code == 404
    browser.put(f"{at}/{key}?offset=100", data=content[100:])
    wrong = browser.post(f"{at}/{key}/finish", data={"sha256": "0" * 64})
    assert wrong.status_code == 422

    browser.put(f"{at}/{key}?offset=0", data=content)
    done = browser.post(f"{at}/{key}/finish", data={"sha256": ""})

    page = read(browser.get(STEP.format(number)))
    data = GIVEN | {n: page.value(n) for n in ("version", "form_key")} | {"file": done.json["id"]}
    assert browser.post(STEP.format(number), data=data).status_code == 303
    assert browser.post(at, data={"size": "x"}).status_code == 422
