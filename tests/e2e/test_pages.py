"""Every page on a phone and at a desk: reachable for everybody, light, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.common import Common
from tests.e2e.conftest import Installation
from tests.e2e.looking import faults, faults_without_scripts, inaccessible
from tests.e2e.pages import BY, IN_ENGLISH, of_bureau, of_cases, pages_of, site
from tests.e2e.people import People, Person
from tests.e2e.sizes import PHONE, misfits
from tests.evidence_files import picture
from tests.factories import MONDAY

STEP = "/actions/"
SENT_AS_IT_IS = """(form, entries) => {
    for (const [name, value] of Object.entries(entries)) form.elements[name].value = value;
    form.submit();
}"""
"""Past what the browser itself would ask for first."""
FEW_FORMS = 5


@pytest.fixture(scope="module")
def walkers(browser: Browser, installation: Installation) -> Iterator[People]:
    """Everybody with a browser window, logged in once for all pages."""
    found = People(browser, installation.url, PHONE)
    yield found
    found.leave()


@pytest.fixture(scope="module")
def linked(walkers: People, common: Common) -> tuple[str, ...]:
    """The pages of cases; the city may take every step that somebody below it may."""

    def find(path: Path) -> None:
        path.write_text("\n".join(of_cases(walkers["city1"])))

    return tuple(common.made("linked", find).read_text().split("\n"))


@pytest.fixture(scope="module")
def heard(walkers: People) -> tuple[str, ...]:
    """The pages of signals, findings and silence."""
    return tuple(of_bureau(walkers["officer1"]))


def walk(person: Person, paths: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with each of these pages."""
    for path in paths:
        answer = person.page.goto(f"{person.url}{path}")
        assert answer is not None
        assert answer.status < 500, path
        found = faults(person.page, answer.text())
        yield from (f"{person.login} {path} {one}" for one in found)


def test_what_is_wrong_with_a_page_is_seen(browser: Browser) -> None:
    """Each place again while its colours cannot be read, and no more once they can."""
    page = browser.new_page()
    good = "<html lang=zh><title>一页</title><main><h1>标题</h1><p>可读</p><p>可读</p>{}</main>"
    page.set_content(good.format(""))
    assert inaccessible(page).violations_count == 0
    for words in ("看不清", "仍看不清"):
        page.set_content(good.format(f"<p style='color:#bbb'>{words}</p>"))
        assert words in inaccessible(page).generate_report("color-contrast")
    page.set_content(good.format("<div style='background:#333'><p>深底黑字</p></div>"))
    assert "深底黑字" in inaccessible(page).generate_report("color-contrast")
    link = "<p>文字里的<a href=/ style='color:#005;text-decoration:{}'>链接</a>看不出</p>"
    for _ in range(2):
        page.set_content(good.format(link.format("none")))
        assert "链接" in inaccessible(page).generate_report("link-in-text-block")
    page.set_content(good.format(link.format("underline")))
    assert inaccessible(page).violations_count == 0
    cover = "<p style='position:absolute;inset:0;background:#fff'></p>"
    page.set_content(good.format(f"<p style='color:#111'>盖住了</p>{cover}"))
    assert "盖住了" in inaccessible(page).generate_report("color-contrast")
    page.set_content(good.format("<input>"))
    assert "label" in inaccessible(page).generate_snapshot()
    page.close()


def test_every_page_is_walked(
    tmp_path: Path, linked: tuple[str, ...], heard: tuple[str, ...]
) -> None:
    app = site(tmp_path)
    routes = app.url_map.bind("localhost")
    paths = [*linked, *heard, *(path for paths in BY.values() for path in paths), "/login"]
    found = {routes.match(path.partition("?")[0])[0] for path in paths}
    assert found == pages_of(app)


def test_what_fits_no_telephone_is_seen(browser: Browser) -> None:
    page = browser.new_page()
    for body, fault in (
        ("<p><a href=/>短</a></p>", "too small to tap"),
        ("<button style='height:20px'>小</button>", "too small to tap"),
        ("<p style='width:2000px'>宽</p>", "px too wide"),
        ("<details open><summary style='height:60px'>名单</summary>"
         "<p style='margin-top:-40px'>张三</p></details>", "beside what it unfolds"),
    ):  # fmt: skip
        page.set_content(f"<main>{body}</main>")
        assert any(fault in one for one in misfits(page, PHONE)), body
    page.set_content("<main><p>一句话里的<a href=/>链接</a></p></main>")
    assert not list(misfits(page, PHONE))
    page.close()


@pytest.mark.parametrize("login", BY)
def test_pages_can_be_used_by_everybody(walkers: People, login: str) -> None:
    assert not list(walk(walkers[login], BY[login]))


@pytest.mark.parametrize("kind", ["QL", "QK", "TF", "YQ", ""])
def test_pages_of_cases_can_be_used_by_everybody(
    walkers: People, linked: tuple[str, ...], kind: str
) -> None:
    kinds = ("QL", "QK", "TF", "YQ")
    mine = tuple(
        p for p in linked if (f"-{kind}-" in p if kind else not any(k in p for k in kinds))
    )
    assert mine
    assert not list(walk(walkers["city1"], mine))


def test_pages_of_the_bureau_can_be_used_by_everybody(
    walkers: People, heard: tuple[str, ...]
) -> None:
    assert not list(walk(walkers["officer1"], heard))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form sent in a way that is refused: by whom, where, with which entries, and how often."""

    status: int
    login: str
    path: str
    entries: Mapping[str, str] = field(default_factory=dict)
    times: int = 1


NOTE = "/actions/add_note"
REFUSED = (
    Wrong(422, "teacher1", "/report/emergency"),
    Wrong(422, "city1", NOTE),
    Wrong(409, "city1", NOTE, {"version": "1", "text": "同时有人处理"}),
    Wrong(400, "city1", NOTE, {"csrf_token": "expired", "text": "会话已过期"}),
    Wrong(422, "admin1", "/admin/accounts/new"),
    Wrong(422, "officer1", "/signals/new"),
    Wrong(429, "", "/login", {"login": "nobody", "password": "wrong password"}, times=6),
)


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda w: f"{w.status} {w.login}{w.path}")
def test_what_is_refused_can_be_read_by_everybody(
    browser: Browser, walkers: People, linked: tuple[str, ...], wrong: Wrong
) -> None:
    page = walkers[wrong.login].page if wrong.login else browser.new_page()
    path = next(p for p in linked if p.endswith(NOTE)) if wrong.path == NOTE else wrong.path
    for _ in range(wrong.times):
        page.goto(f"{walkers.url}{path}")
        with page.expect_navigation() as sent:
            page.locator("main form[method=post]").first.evaluate(
                SENT_AS_IT_IS, dict(wrong.entries)
            )
    assert sent.value.status == wrong.status
    assert not list(faults(page, sent.value.text()))
    if not wrong.login:
        page.close()


@pytest.mark.parametrize("login", IN_ENGLISH)
def test_pages_can_be_used_in_english(walkers: People, login: str) -> None:
    person = walkers[login]
    person.page.goto(f"{person.url}/me")
    person.page.locator("button[value=en]").click()
    assert person.page.locator("html").get_attribute("lang") == "en"
    assert not list(walk(person, IN_ENGLISH[login]))


@pytest.fixture(scope="module")
def plain(browser: Browser, installation: Installation) -> Iterator[People]:
    """Everybody with a telephone that runs no scripts."""
    found = People(browser, installation.url, PHONE, scripts=False)
    yield found
    found.leave()


@pytest.mark.parametrize("login", BY)
def test_pages_need_no_scripts(plain: People, login: str) -> None:
    person = plain[login]
    found = []
    for path in BY[login]:
        person.page.goto(f"{person.url}{path}")
        found += [f"{path} {one}" for one in faults_without_scripts(person.page)]
    assert not found


def test_pages_of_cases_need_no_scripts(plain: People, linked: tuple[str, ...]) -> None:
    """Shown, and of the steps the first few; all are read as they are sent in the walk above."""
    person, found = plain["city1"], []
    steps = [path for path in linked if STEP in path]
    for path in [path for path in linked if STEP not in path] + steps[:FEW_FORMS]:
        person.page.goto(f"{person.url}{path}")
        found += [f"{path} {one}" for one in faults_without_scripts(person.page)]
    assert not found


def test_pages_of_the_bureau_need_no_scripts(plain: People, heard: tuple[str, ...]) -> None:
    person, found = plain["officer1"], []
    for path in heard:
        person.page.goto(f"{person.url}{path}")
        found += [f"{path} {one}" for one in faults_without_scripts(person.page)]
    assert not found


def test_a_case_needs_no_scripts(plain: People, tmp_path: Path) -> None:
    """A report, a step with a file, and a second person's approval."""
    teacher, principal, officer = plain["teacher1"], plain["principal1"], plain["officer1"]
    number = teacher.report(
        "bullying",
        "课间推搡",
        {"1": "victim"},
        injury="none",
        weapon=False,
        sexual_harm=False,
        self_harm=False,
        extortion=False,
        video_spread=False,
    )
    picture().save(tmp_path / "走廊.png")
    page = teacher.page
    page.goto(f"{teacher.url}/cases/{number}/actions/secure_evidence")
    page.locator("[name=kind]").and_(page.locator("[value=photo]")).check()
    page.locator("[name=lost][value=false]").check()
    page.locator("[type=file]").first.set_input_files(tmp_path / "走廊.png")
    page.locator("[name=kept_by]").fill("班主任")
    page.locator("main form [type=submit]").last.click()
    expect(page.locator("main img, main a[href*='/evidence/']").first).to_be_visible()

    page = principal.page
    page.goto(f"{principal.url}/cases/{number}/actions/retype")
    page.locator("[name=case_type][value=emergency]").check()
    page.locator("[name=reason]").fill("有人受伤，按突发事件办理")
    page.locator("main form [type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("转类")
    officer.decides(number)


def test_a_roster_entry_needs_no_scripts(plain: People) -> None:
    page = plain["lead2"].page
    page.goto(f"{plain['lead2'].url}/roster")
    page.locator("details:has(form[action='/roster/away']) > summary").click()
    for name, days in (("from_at", 2), ("until_at", 3)):
        page.locator(f"[name={name}]").fill(f"{MONDAY + timedelta(days):%Y-%m-%dT%H:%M}")
    page.locator("[name=reason][value=training]").check()
    page.locator("form[action='/roster/away'] [type=submit]").click()
    expect(page).to_have_url(re.compile("done=1"))
    expect(page.locator("form[action*='/away/'] button").first).to_be_visible()


def test_an_import_needs_no_scripts(plain: People, tmp_path: Path) -> None:
    admin, sheet = plain["admin1"], tmp_path / "units.csv"
    sheet.write_text(
        "单位代码,单位类型,单位名称,上级单位,学段\nNEW1,学校,清河县新建小学,清河县教育局,小学\n",
        "utf-8",
    )
    page = admin.page
    page.goto(f"{admin.url}/admin/import")
    page.locator("[name=kind][value=units]").check()
    page.locator("[name=file]").set_input_files(sheet)
    page.locator("main form button.main").click()
    expect(page.locator("main")).to_contain_text("NEW1")
    page.locator("form[action='/admin/import/confirm'] [type=submit]").click()
    page.goto(f"{admin.url}/admin/import")
    page.locator("[name=kind][value=units]").check()
    page.locator("[name=file]").set_input_files(sheet)
    page.locator("main form button.main").click()
    expect(page.locator("form[action='/admin/import/confirm']")).to_have_count(0)
