"""The administrator's pages, without scripts: accounts, vacancies, import; inside the own reach."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework.models import Student, User
from casework.services import timeline
from casework.services.importing.pending import FOLDER
from tests.conftest import Frozen
from tests.factories import PASSWORD, County, make_user
from tests.functional.pages import Page, read
from tests.unit.test_import_sheets import book, text

Login = Callable[[str], FlaskClient]
HEAD = ("学号", "姓名", "学校", "班级")


@pytest.fixture
def admin(app: Flask, app_county: County, login: Login) -> FlaskClient:
    """A browser of the administrator of the first county."""
    with app.extensions["casework"].db.transaction() as session:
        make_user(session, "admin2", ("admin", app_county.units["B1"]), name="县管理员")
    return login("admin2")


def events(app: Flask, chain: str) -> list[dict[str, Any]]:
    with app.extensions["casework"].db.reading() as session:
        timeline.verify(session)
        return timeline.bodies(session, chain)


def enters(app: Flask, who: str, password: str) -> bool:
    answer = app.test_client().post("/login", data={"login": who, "password": password})
    return answer.status_code == 303


def password_on(html: str) -> str:
    return next(e.text for e in Page(html).all("code", class_="password"))


def send(browser: FlaskClient, data: bytes, kind: str = "students", **more: str) -> Any:
    fields = {"kind": kind, "file": (io.BytesIO(data), "名册.xlsx"), **more}
    return browser.post("/admin/import", data=fields, content_type="multipart/form-data")


def hidden(html: str) -> dict[str, str]:
    """The hidden entries of the form that confirms an import."""
    page = Page(html)
    wanted = ("token", "kind", "unit")
    return {
        e.attrs["name"]: e.attrs.get("value", "")
        for e in page.all("input", type="hidden")
        if e.attrs["name"] in wanted
    }


def confirm(browser: FlaskClient, seen: str) -> TestResponse:
    """Take over what was looked at; the page is complete when the work is done."""
    return browser.post("/admin/import/confirm", data=hidden(seen), buffered=True)


def test_the_bar_of_an_administrator_has_four_entries(admin: FlaskClient) -> None:
    page = read(admin.get("/admin/accounts"))

    words = [e.attrs["href"] for e in page.all("a") if "href" in e.attrs][1:]
    assert "/admin/accounts" in words
    assert "/cases" not in words


def test_only_accounts_in_reach_are_listed_and_opened(admin: FlaskClient) -> None:
    shown = admin.get("/admin/accounts?q=officer").text

    assert "officer1b" in shown
    assert "officer2" not in shown
    assert admin.get("/admin/accounts/officer2").status_code == 404
    assert admin.post("/admin/accounts/city1/password").status_code == 404
    assert "principal1" in admin.get("/admin/accounts?q=教师principal").text


def test_the_list_goes_on_and_filters(app: Flask, app_county: County, admin: FlaskClient) -> None:
    with app.extensions["casework"].db.transaction() as session:
        for n in range(60):
            make_user(session, f"zz{n:02}", ("staff", app_county.units["S1"]))
    first = read(admin.get("/admin/accounts?q=zz"))
    onward = first.all("a", rel="next")[0].attrs["href"]

    assert "zz49" in first.html
    assert "zz50" not in first.html
    assert "zz59" in admin.get(onward).text
    assert "zz01" not in admin.get("/admin/accounts?state=without").text


def test_a_new_account_shows_its_password_once_and_it_works(app: Flask, admin: FlaskClient) -> None:
    wish = {"login": "Wang1", "name": "王芳", "role": "teacher", "unit": "东山县第一中学/七(1)班"}
    refused = admin.post("/admin/accounts/new", data=wish)
    assert read(refused, 422).all("input", name="name")[0].attrs["value"] == "王芳"

    made = admin.post("/admin/accounts/new", data=wish | {"unit": "东山县第一中学/七年级1班"})

    assert enters(app, "wang1", password_on(made.text))
    assert password_on(made.text) not in admin.get("/admin/accounts/wang1").text
    assert [e["action"] for e in events(app, "U-K1")] == ["account_created"]


@pytest.mark.parametrize(
    ("role", "unit", "field"),
    [
        ("bureau_officer", "B2", "unit"),
        ("city_officer", "C", "unit"),
        ("bureau_leader", "S1", "role"),
        ("king", "S1", "role"),
        ("teacher", "", "unit"),
    ],
)
def test_nobody_grants_beyond_the_own_reach(
    app: Flask, admin: FlaskClient, role: str, unit: str, field: str
) -> None:
    wish = {"login": "wang1", "name": "王芳", "role": role, "unit": unit}
    answers = [
        admin.post("/admin/accounts/new", data=wish),
        admin.post("/admin/accounts/teacher1/posts", data=wish),
    ]

    for answer in answers:
        assert read(answer, 422).all("span", id=f"e-{field}")
    with app.extensions["casework"].db.reading() as session:
        assert session.scalar(select(User.id).where(User.login == "wang1")) is None


def test_the_own_account_is_not_to_be_touched(admin: FlaskClient) -> None:
    post = {"role": "principal", "unit": "S1"}

    assert admin.post("/admin/accounts/admin2/disable").status_code == 422
    assert admin.post("/admin/accounts/admin2/password").status_code == 422
    assert admin.post("/admin/accounts/admin2/posts", data=post).status_code == 422
    assert admin.get("/admin/accounts").status_code == 200


def test_an_account_that_reaches_further_keeps_its_password(
    app: Flask, app_county: County, admin: FlaskClient
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        both = (("staff", app_county.units["S1"]), ("city_officer", app_county.units["C"]))
        make_user(session, "both", *both)

    assert admin.post("/admin/accounts/both/password").status_code == 422
    assert admin.post("/admin/accounts/both/disable").status_code == 422
    assert enters(app, "both", PASSWORD)


def test_disabling_ends_the_session_and_enabling_lets_in_again(
    app: Flask, admin: FlaskClient, login: Login
) -> None:
    teacher = login("teacher1")
    assert admin.post("/admin/accounts/teacher1/disable").status_code == 303
    assert teacher.get("/").status_code == 303
    assert not enters(app, "teacher1", PASSWORD)

    assert admin.post("/admin/accounts/teacher1/enable").status_code == 303
    assert enters(app, "teacher1", PASSWORD)

    reset = admin.post("/admin/accounts/teacher1/password")
    assert not enters(app, "teacher1", PASSWORD)
    assert enters(app, "teacher1", password_on(reset.text))
    assert [e["action"] for e in events(app, "U-K1")] == [
        *("account_disabled", "account_enabled", "password_reset"),
    ]


def test_posts_are_given_and_end(
    app: Flask, admin: FlaskClient, login: Login, frozen: Frozen
) -> None:
    given = {"role": "safety_lead", "unit": "东山县第二小学", "from_on": "2026-09-22"}
    assert admin.post("/admin/accounts/teacher1/posts", data=given).status_code == 303
    again = admin.post("/admin/accounts/teacher1/posts", data=given)
    assert again.status_code == 422

    page = read(admin.get("/admin/accounts/teacher1"))
    ends = [f.attrs["action"] for f in page.all("form") if f.attrs["action"].endswith("/end")]
    field = "until_on." + ends[0].split("/")[-2]
    too_early = admin.post(ends[0], data={field: "2026-01-01"})
    assert too_early.status_code == 422
    assert admin.post(ends[0], data={field: "2026-09-21"}).status_code == 303

    frozen.forward(days=1)
    page = read(login("admin2").get("/admin/accounts/teacher1"))
    assert [e.text for e in page.all("summary")] == ["过去的岗位（1）"]
    assert "安全" in login("teacher1").get("/me").text


def test_posts_without_anybody_are_told(admin: FlaskClient, frozen: Frozen) -> None:
    page = read(admin.get("/admin/vacancies"))
    links = {
        (e.attrs["href"].partition("unit=")[2].partition("&")[0], e.text.split()[0])
        for e in page.all("a", class_="button")
    }

    assert ("S2", "分管副校长") in links
    assert ("S1", "校长") not in links
    assert not any(code == "S3" for code, _ in links), "beyond the reach"

    admin.post("/admin/accounts/principal1/disable")
    page = read(admin.get("/admin/vacancies"))
    assert any("unit=S1" in e.attrs["href"] for e in page.all("a", class_="button"))


def test_an_import_is_looked_at_and_then_confirmed(
    app: Flask, admin: FlaskClient, installation: Path
) -> None:
    data = book([["名册"], HEAD, ("n1", "张三", "东山县第一中学", "七年级1班")])
    seen = send(admin, data)
    assert seen.status_code == 200
    with app.extensions["casework"].db.reading() as session:
        assert session.scalar(select(Student.id).where(Student.code == "N1")) is None

    done = confirm(admin, seen.text)

    assert done.status_code == 200
    with app.extensions["casework"].db.reading() as session:
        assert session.scalar(select(Student.name).where(Student.code == "N1")) == "张三"
    assert [e["action"] for e in events(app, "U-K1")] == ["records_imported"]
    assert list((installation / FOLDER).iterdir()) == [], "no roster stays behind"
    assert confirm(admin, seen.text).status_code == 409


def test_faults_are_listed_with_their_places(admin: FlaskClient, installation: Path) -> None:
    wrong = [("n1", "", "东山县第一中学", "七年级9班"), ("n2", "李四", "西河县实验学校", "一班")]
    page = read(send(admin, book([HEAD, *wrong, *[("n3", "", "x", "y")] * 150])))

    cells = [e.text for e in page.all("td")]
    assert cells[0] == "第 2 行"
    assert "姓名" in cells[1]
    assert len(page.all("td")) == 300
    assert not page.all("input", name="token")
    assert not (installation / FOLDER).exists()


def test_the_page_tells_how_far_an_import_has_come(admin: FlaskClient) -> None:
    """It is sent while the work goes on: each step is a bar of its own, the last one is seen."""
    pupils = [(f"n{n}", "张三", "东山县第一中学", "七年级1班") for n in range(1200)]
    seen = send(admin, text([HEAD, *pupils], "utf-8"))
    done = confirm(admin, seen.text)
    assert done.headers["X-Accel-Buffering"] == "no"
    page = read(done)
    bars = [(bar.attrs.get("value"), bar.attrs.get("max")) for bar in page.all("progress")]
    assert bars == [
        *((None, None), (None, None)),
        *((str(n), "1200") for n in (0, 500, 1000, 1200)),
    ]
    assert "1200 新增" in " ".join(page.all("ul", class_="figures")[0].text.split())


def test_what_has_changed_since_the_preview_stops_an_import(
    app: Flask, app_county: County, admin: FlaskClient
) -> None:
    seen = send(admin, text([HEAD, ("n1", "张三", "东山县第一中学", "七年级1班")], "utf-8"))
    with app.extensions["casework"].db.transaction() as session:
        session.add(Student(code="N1", name="外县", unit_id=app_county.units["S3"]))
    page = read(confirm(admin, seen.text))
    assert [e.text for e in page.all("td")][:2] == ["第 2 行", "学号"]
    with app.extensions["casework"].db.reading() as session:
        assert session.scalar(select(Student.name).where(Student.code == "N1")) == "外县"


def test_who_leaves_before_the_end_changes_nothing(app: Flask, admin: FlaskClient) -> None:
    pupils = [(f"n{n}", "张三", "东山县第一中学", "七年级1班") for n in range(1200)]
    seen = send(admin, text([HEAD, *pupils], "utf-8"))
    going = admin.post("/admin/import/confirm", data=hidden(seen.text))
    shown = b""
    for piece in going.iter_encoded():
        shown += piece
        if b'value="500"' in shown:
            break
    assert b'value="1200"' not in shown
    going.close()
    with app.extensions["casework"].db.reading() as session:
        assert session.scalar(select(Student.id).where(Student.code == "N1")) is None
    with app.extensions["casework"].db.transaction():
        pass  # nobody holds the lock any more


def test_another_person_cannot_confirm_my_upload(admin: FlaskClient, login: Login) -> None:
    seen = send(admin, book([HEAD, ("n1", "张三", "东山县第一中学", "七年级1班")]))

    assert confirm(login("admin1"), seen.text).status_code == 409
    assert confirm(admin, seen.text).status_code == 200


def test_a_discarded_upload_is_gone(admin: FlaskClient, installation: Path) -> None:
    seen = send(admin, book([HEAD, ("n1", "张三", "东山县第一中学", "七年级1班")]))

    assert admin.post("/admin/import/discard", data=hidden(seen.text)).status_code == 303
    assert list((installation / FOLDER).iterdir()) == []


def test_passwords_of_new_accounts_are_shown_and_downloaded(app: Flask, admin: FlaskClient) -> None:
    lines = [("登录名", "姓名", "职务", "单位"), ("wang1", "王芳", "校长", "东山县第二小学")]
    seen = send(admin, text(lines, "gb18030"), "users")
    done = read(confirm(admin, seen.text))
    (shown,) = done.all("textarea")

    file = admin.post("/admin/import/passwords", data={"list": f"{shown.text}\n=1+1,x,y"})

    assert "attachment" in file.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["wang1", "王芳"]
    assert rows[1][0] == "'=1+1", "Excel must not carry it out"
    assert enters(app, "wang1", rows[0][2])


@pytest.mark.parametrize("kind", ["units", "users", "students"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_templates_are_offered_and_downloaded(admin: FlaskClient, kind: str, ending: str) -> None:
    address = f"/admin/import/template/{kind}.{ending}"

    assert address in admin.get("/admin/import").text
    assert "attachment" in admin.get(address).headers["Content-Disposition"]
    assert admin.get(f"/admin/import/template/{kind}.exe").status_code == 404


def test_a_file_that_is_none_is_said_at_the_file(admin: FlaskClient) -> None:
    for data in (b"", b"\x89PNG\r\n\x1a\n\x00"):
        answer = send(admin, data)
        assert read(answer, 422).all("span", id="e-file")
