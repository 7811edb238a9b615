"""Reports without a name: nothing tells who wrote, codes give nothing away, the chain holds."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerHour
from PIL import ExifTags, Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import TestResponse

from casework import clock
from casework.db import Database
from casework.models import Event, IntakeReceipt, LoginSession, Message, PrivateValue, RateLimit
from casework.services import timeline
from casework.services.evidence import cleaning
from casework.services.evidence.store import Store
from casework.services.intake import (
    boxes,
    codes,
    conversation,
    files,
    pressure,
    prospects,
    receipts,
    sending,
    settings,
    talking,
)
from casework.services.signals import explaining
from tests.conftest import Frozen
from tests.evidence_files import picture
from tests.factories import County

TEXT = "三年级的张某每天在厕所里被几个大孩子围住要钱。"
CODE = re.compile(r'<p class="code">([0-9A-Z-]+)</p>')
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
ADDRESS, PROXY = "203.0.113.77", "198.51.100.23"
PLANTED = {
    "User-Agent": "PlantedBrowser/9.9 (PlantedTelephone)",
    "Referer": "https://planted-referer.example/from/here",
    "X-Forwarded-For": ADDRESS,
    "X-Real-IP": ADDRESS,
    "Forwarded": f"for={ADDRESS}",
    "Accept-Language": "tlh-PlantedLanguage",
    "X-Planted": "planted-header",
}
FORM = "application/x-www-form-urlencoded"
SERIAL, NAME = "PLANTEDSERIAL4711", "PLANTEDFILENAME"


@pytest.fixture(autouse=True)
def cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow hash, quickly."""
    monkeypatch.setattr(codes, "COST", 2)


@pytest.fixture
def box(app: Flask, app_county: County) -> str:
    """The letter box of the first school, at the application."""
    with app.extensions["casework"].db.transaction() as session:
        return boxes.open_box(session, app_county["lead1"], app_county.units["S1"]).code


def planted_photo() -> bytes:
    """A photo that tells where it was taken and with which camera."""
    found = Image.Exif()
    found[0x010F] = SERIAL
    found.get_ifd(0x8769).update({0xA431: SERIAL, 0x9286: SERIAL})
    found.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (34.0, 45.0, 12.0), 29: SERIAL})
    out = io.BytesIO()
    picture((640, 480)).save(out, "JPEG", exif=found, comment=SERIAL.encode(), quality=71)
    return out.getvalue()


def entries(browser: FlaskClient, box: str, **more: Any) -> dict[str, Any]:
    """A filled form."""
    nonce = NONCE.search(browser.get(f"/tell/{box}", headers=PLANTED).text)
    assert nonce
    return {"nonce": nonce[1], "text": TEXT, **more}


def code_in(answer: TestResponse) -> str:
    """The code on a receipt."""
    found = CODE.search(answer.text)
    assert found, answer.text
    return found[1]


def test_nothing_tells_who_wrote(
    app: Flask,
    box: str,
    login: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Somebody who is even logged in writes, adds, mistypes and meets every error there is."""
    caplog.set_level(logging.DEBUG)
    db: Database = app.extensions["casework"].db
    data_dir: Path = app.extensions["casework"].settings.data_dir
    browser = login("teacher1")
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    browser.set_cookie("planted", "planted-cookie")
    browser.environ_base["REMOTE_ADDR"] = PROXY
    with db.reading() as session:
        logged_in = [_columns(row) for row in session.scalars(select(LoginSession))]
    answers: list[TestResponse] = []

    def ask(path: str, method: str = "POST", **more: Any) -> TestResponse:
        answer = browser.open(path, method=method, headers=PLANTED, **more)
        answers.append(answer)
        return answer

    photo = planted_photo()
    attached = {"files": (io.BytesIO(photo), f"{NAME}.jpg")}
    first = ask(f"/tell/{box}", data={**entries(browser, box), **attached})
    code = code_in(first)
    attached = {"files": (io.BytesIO(photo), f"{NAME}2.jpg")}
    ask("/tell/answers", data={"code": code, "text": "还有一件事", **attached})
    ask("/tell/answers", data={"code": codes.code_for("another", codes.new_nonce())})
    refused = {"files": (io.BytesIO(b"%PDF-1.4 " + SERIAL.encode()), f"{NAME}.pdf")}
    statuses = [
        ask(f"/tell/{box}", data={**entries(browser, box), **refused}).status_code,
        ask("/tell/planted-path?planted=query", "GET").status_code,
        ask(f"/tell/{box}/planted-path", "GET").status_code,
        ask(f"/tell/{box}?planted=query", "DELETE").status_code,
        ask("/tell/answers", data=b"planted" * 400_000, content_type=FORM).status_code,
    ]
    with monkeypatch.context() as broken:
        broken.setattr(sending, "receive", _fail)
        statuses.append(ask(f"/tell/{box}", data=entries(browser, box)).status_code)
        broken.setattr("casework.services.pages.intake.numbers", _fail)
        statuses.append(ask(f"/tell/{box}", data={"text": "planted-text"}).status_code)
    assert statuses[:5] == [422, 404, 404, 405, 413]
    assert statuses[5:] == [500, 500]

    with db.reading() as session:
        assert [_columns(row) for row in session.scalars(select(LoginSession))] == logged_in
        assert {row.key.split("/")[1] for row in session.scalars(select(RateLimit))} <= {
            *("login", "intake")
        }
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "planted" not in answer.text.lower()
    logs = caplog.text + "".join(capfd.readouterr())
    assert "a page without a name failed: RuntimeError" in logs
    secrets = _secrets(photo, browser, code)
    _assert_nowhere(secrets, [logs.encode(), *_everything(db, data_dir)])


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError(f"planted-error {TEXT} {ADDRESS}")


def _columns(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _secrets(photo: bytes, browser: FlaskClient, code: str) -> list[str]:
    cookie = browser.get_cookie("casework_session")
    assert cookie
    return [
        *(ADDRESS, PROXY, SERIAL, NAME, "planted", "tlh-", code, code.replace("-", "")),
        *(hashlib.sha256(photo).hexdigest(), hashlib.md5(photo).hexdigest(), cookie.value[:40]),  # noqa: S324
        *(hashlib.sha256(one.encode()).hexdigest()[:32] for one in (ADDRESS, PROXY)),
    ]


def _everything(db: Database, data_dir: Path) -> list[bytes]:
    """Every byte that is kept: the database before and after it is packed, and all files."""
    path = Path(db.url.database or "")
    found = [one.read_bytes() for one in path.parent.glob(f"{path.name}*")]
    packed = data_dir / "packed.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute(f"VACUUM INTO '{packed}'")
    found += [one.read_bytes() for one in data_dir.rglob("*") if one.is_file()]
    pictures = [one for one in (data_dir / "evidence").rglob("*") if one.is_file()]
    for one in pictures:
        if one.suffix != ".lock":
            with Image.open(one) as image:
                assert not image.getexif()
                assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert pictures
    return found


def _assert_nowhere(secrets: list[str], haystacks: list[bytes]) -> None:
    for secret in secrets:
        for form in {secret, secret.lower(), secret.upper()}:
            for hay in haystacks:
                assert form.encode() not in hay, secret


def test_a_wrong_code_looks_like_a_right_one_until_it_is_opened(
    app: Flask,
    app_county: County,
    box: str,
    frozen: Frozen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = app.test_client()
    right = code_in(browser.post(f"/tell/{box}", data=entries(browser, box)))
    wrongs = [codes.code_for("another", codes.new_nonce()) for _ in range(25)]
    hashed: list[str] = []
    real = codes.hashed

    def counted(code: str) -> str:
        hashed.append(code)
        return real(code)

    monkeypatch.setattr(codes, "hashed", counted)

    def ask(code: str, **more: Any) -> TestResponse:
        return browser.post("/tell/answers", data={"code": code, **more})

    def shape(answer: TestResponse, code: str) -> tuple[int, set[str], str]:
        bare = re.sub(r'value="(\d+|[0-9a-f]{64})"', "", answer.text.replace(code, ""))
        return answer.status_code, set(answer.headers.keys()), bare

    def hidden(answer: TestResponse) -> dict[str, str]:
        return dict(re.findall(r'name="(until|seal)" value="([^"]+)"', answer.text))

    opened, refused, slip = ask(right), ask(wrongs[0]), ask(right[:-1])
    assert TEXT in opened.text
    assert (opened.status_code, set(opened.headers.keys())) == shape(refused, wrongs[0])[:2]
    assert len(hashed) == 2  # the same work for both, none for a slip of the pen
    assert TEXT not in slip.text
    # A code that has run out is no different from one that never was.
    with monkeypatch.context() as later:
        later.setattr(receipts, "find", lambda *_: None)
        assert shape(ask(right), right) == shape(refused, wrongs[0])

    for wrong in wrongs[:19]:
        ask(wrong)
    hashed.clear()
    slowed, also = ask(right), ask(wrongs[20])
    assert shape(slowed, right) == shape(also, wrongs[20])
    assert hashed == []  # nothing was looked up for either
    assert TEXT not in ask(right, **hidden(slowed)).text  # too early
    frozen.forward(seconds=pressure.SECONDS)
    assert TEXT not in ask(right, **hidden(also)).text  # the wait of another code
    assert TEXT in ask(right, **hidden(slowed)).text  # never shut out
    ask(wrongs[20], **hidden(also))
    ask(wrongs[21])
    with app.extensions["casework"].db.reading() as session:
        alarms = session.scalars(select(Message).where(Message.template == "intake_guessing")).all()
    assert {one.user_id for one in alarms} == {
        app_county["admin1"].user_id,
        *(one.user_id for one in alarms),
    }
    assert len({one.user_id for one in alarms}) == len(alarms)


def test_a_flood_into_one_box_is_held_back_with_everything_typed(
    app: Flask, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressure, "REPORTS", RateLimitItemPerHour(2))
    browser = app.test_client()
    for _ in range(2):
        code_in(browser.post(f"/tell/{box}", data=entries(browser, box)))

    third = browser.post(f"/tell/{box}", data=entries(browser, box))

    assert third.status_code == 429
    assert TEXT in third.text


def sent(session: Session, county: County, name: str = "1", **more: Any) -> IntakeReceipt:
    """A report in the letter box of the first school."""
    found = [place.box for place in boxes.public(session)]
    box = found[0] or None if found else None
    box = box or boxes.open_box(session, county["lead1"], county.units["S1"])
    given = {"text": TEXT, "staff": "unknown", "urgent": False, **more}
    return sending.send(session, box.id, sending.Report(code_hash=name, seal=name, **given))


def test_the_conversation_stands_on_the_chain_without_its_words(
    database: Database, county: County, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    pictures = files.take(store, [io.BytesIO(planted_photo())])
    with database.transaction() as session:
        receipt = sent(session, county, pictures=pictures)
        conversation.reply(session, county["officer1"], receipt.signal_id, "请问在哪里?")
        talking.add(session, receipt, "在二楼", pictures, urgent=True)
        same = sent(session, county)
        assert same.id == receipt.id
    with database.reading() as session:
        timeline.verify(session)
        receipt = session.get_one(IntakeReceipt, receipt.id)
        said = talking.said(session, receipt)
        assert [(one.side, one.text, len(one.files)) for one in said] == [
            ("reporter", TEXT, 1),
            ("bureau", "请问在哪里?", 0),
            ("reporter", "在二楼", 1),
        ]
        assert receipt.urgent
        bodies = "".join(session.scalars(select(Event.body)))
        assert "二楼" not in bodies
        assert "请问" not in bodies
        kept = session.scalars(select(PrivateValue.value).where(PrivateValue.name == "text")).all()
        assert {"在二楼", "请问在哪里?"} <= set(kept)
    assert cleaning.clean(database, store) == 0
    assert store.path(pictures[0].sha256).exists()


def test_the_reporter_is_told_where_it_stands_until_the_code_runs_out(
    database: Database, county: County, frozen: Frozen
) -> None:
    def stands() -> prospects.Prospect:
        with database.reading() as session:
            found = receipts.find(session, "1", clock.now())
            assert found is not None
            signal = conversation.find(session, county["officer1"], found.signal_id)[0]
            return prospects.of_signal(session, signal, clock.now())

    with database.transaction() as session:
        signal_id = sent(session, county).signal_id
    came = clock.now()
    assert (stands().state, stands().by) == ("open", frozen.forward(hours=24))
    frozen.forward(minutes=1)
    assert stands().state == "late"
    with database.transaction() as session:
        explaining.explain(session, county["officer1"], signal_id, "到校核查,未见")
    assert stands().state == "late"  # the second person has not agreed yet
    with database.transaction() as session:
        explaining.decide(session, county["leader1"], signal_id, approve=True, reason="同意")
    assert stands().state == "explained"
    assert stands().until == clock.now() + settings.settings().readable
    assert clock.now() > came

    frozen.forward(days=settings.settings().readable.days, seconds=1)
    with database.transaction() as session:
        assert receipts.find(session, "1", clock.now()) is None
        sent(session, county, "2")
    with database.reading() as session:
        old = session.scalars(select(IntakeReceipt).order_by(IntakeReceipt.id)).first()
        assert old is not None
        assert old.code_hash is None


@given(st.binary(min_size=16, max_size=16), st.integers(0, 19), st.integers(1, 31))
def test_a_code_survives_the_pen_and_a_slip_is_found(noise: bytes, place: int, shift: int) -> None:
    nonce = noise.hex()[:22]
    shown = codes.code_for("secret", nonce)
    code = codes.cleaned(shown)

    assert code is not None
    assert shown == codes.code_for("secret", nonce)
    assert shown != codes.code_for("other secret", nonce)
    assert len(code) - 1 == 19  # 95 bits
    assert codes.cleaned(f" {shown.lower().replace('-', ' ').replace('0', 'o')} ") == code
    other = codes.ALPHABET[(codes.ALPHABET.index(code[place]) + shift) % 32]
    assert codes.cleaned(code[:place] + other + code[place + 1 :]) is None


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        *(("他说不想活了", True), ("不 想…活 了", True), ("身上带着刀", True), ("A GUN!", True)),
        *(("I want\nto die", True), ("中午排队打饭", False), ("we have begun a skit", False)),
    ],
)
def test_words_of_danger_are_found_whatever_stands_between(text: str, urgent: bool) -> None:
    assert settings.is_urgent(text) is urgent
