"""What a digest contained: for whose address it was, and each line only as far as they may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.jobs.delivering import deliver
from casework.models import Parcel, Person
from casework.services.pages import parcel as pages
from tests.conftest import Frozen
from tests.factories import County, file_bullying
from tests.functional.escalating import db_of
from tests.functional.pages import Page, read
from tests.integration.channels.mail_servers import mail_server
from tests.integration.posting import mail, never_digest, office, robot, write

Login = Callable[[str], FlaskClient]
MANY = 12
"""More than go out one by one."""


@pytest.fixture
def cases(app: Flask, app_county: County) -> list[int]:
    with db_of(app).transaction() as session:
        return [file_bullying(session, app_county).id for _ in range(3)]


def sent(app: Flask, county: County, case_ids: list[int]) -> dict[str, str]:
    """Two digests: one to the first officer, one to the mail box of the bureau."""
    database = db_of(app)
    mail(database, county["officer1"])
    robot(database, county["leader1"], county.units["B1"], "email", address="duty@example.org")
    for n in range(MANY):
        write(database, [county["officer1"]], "told", 2, case_ids[n % len(case_ids)])
    with mail_server() as box:
        url = f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"
        deliver(database, office(url, never_digest()))
        assert len(box.mail) == 2
    with database.reading() as session:
        found = session.scalars(select(Parcel).order_by(Parcel.endpoint_id)).all()
        assert {one.size for one in found} >= {MANY}
        return {
            "own": f"/messages/parcels/{found[0].uid}",
            "unit": f"/messages/parcels/{found[1].uid}",
        }


def lines(page: Page) -> list[str]:
    return [e.attrs["href"] for e in page.all("a", class_="row")]


def test_the_reader_of_a_digest_finds_its_lines(
    app: Flask, login: Login, app_county: County, cases: list[int]
) -> None:
    where = sent(app, app_county, cases)
    page = read(login("officer1").get(where["own"]))
    assert len(lines(page)) >= MANY
    assert set(lines(page)) == {f"/cases/2026-QL-{one:06d}" for one in cases}
    assert "250 2.0.0 queued" in page.all("q", class_="server")[0].text
    for who in ("officer1b", "leader1", "admin1"):
        assert login(who).get(where["own"]).status_code == 404, who
    for who, status in (("officer1b", 200), ("admin1", 200), ("principal1", 404)):
        assert login(who).get(where["unit"]).status_code == status, who


def test_a_line_about_what_one_may_not_see_is_only_counted(
    app: Flask, login: Login, app_county: County, cases: list[int]
) -> None:
    where = sent(app, app_county, cases)
    hidden = f"2026-QL-{cases[0]:06d}"
    with db_of(app).transaction() as session:
        officer = app_county["officer1"].user_id
        session.add(Person(case_id=cases[0], part="staff", name="", user_id=officer))
    for address in where.values():
        page = read(login("officer1").get(address))
        assert hidden not in page.html
        assert f"另有{MANY // len(cases)}条您无权查看" in page.html
    # An administrator has no cases, and so sees that messages went out, and none of them.
    admin = read(login("admin1").get(where["unit"]))
    assert lines(admin) == []
    assert "2026-QL" not in admin.html
    assert f"另有{MANY}条您无权查看" in admin.html


def test_a_long_digest_is_leafed_through(
    app: Flask,
    login: Login,
    app_county: County,
    frozen: Frozen,
    cases: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = sent(app, app_county, cases)["unit"]
    browser = login("officer1")
    whole = lines(read(browser.get(address)))
    monkeypatch.setattr(pages, "PAGE", 5)
    seen, more = [], [address]
    while more:
        page = read(browser.get(more[0]))
        seen += lines(page)
        more = page.links(f"{address}?after=")
    assert seen == whole
    assert len(whole) == MANY
