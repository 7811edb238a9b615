"""Page objects that speak like the people: log in, report, do a step, approve."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
)

from tests.e2e.sizes import DESK, PHONE, Size, misfits

PASSWORD = "demo-casework"
ON_PHONES = ("teacher", "staff", "canteen", "doctor", "bus", "warden")
FIRST = "the first that is offered"
"""An answer to a question that offers people or units."""


class Person:
    """Somebody at a browser."""

    def __init__(
        self, context: BrowserContext, url: str, login: str, size: Size, *, types: bool
    ) -> None:
        self.login = login
        self.size = size
        self.url = url
        self.page: Page = context.new_page()
        if types:
            self._types_password()
        else:
            self._is_let_in(context.request)
        self.year = str(datetime.now(ZoneInfo("Asia/Shanghai")).year)

    def _types_password(self) -> None:
        page = self.page
        page.goto(f"{self.url}/login")
        page.fill("[name=login]", self.login)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button.main")
        expect(page.locator("[name=password]")).to_have_count(0)

    def _is_let_in(self, request: APIRequestContext) -> None:
        """Logs in with the cookies of this browser, and without a page that nobody looks at."""
        door = f"{self.url}/login"
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', request.get(door).text())
        assert found is not None
        form: dict[str, str | float | bool] = {
            "login": self.login,
            "password": PASSWORD,
            "csrf_token": found[1],
        }
        assert request.post(door, form=form, max_redirects=0).status == HTTPStatus.SEE_OTHER

    def report(
        self,
        case_type: str,
        title: str,
        people: Mapping[str, str],
        when: Mapping[str, str] = MappingProxyType({}),
        /,
        **fields: Any,
    ) -> str:
        """File a report from the first page on; ``people`` maps a place in the list to a part."""
        page = self.page
        page.goto(self.url)
        page.click("a[href='/report']")
        page.click(f"a[href='/report/{case_type}']")
        page.fill("[name=title]", title)
        for place, part in people.items():
            row = page.locator("ul.tap > li").nth(int(place))
            row.locator("input[type=checkbox]").check()
            row.locator("select").select_option(part)
        self.fills({**when, **{f"fields.{name}": value for name, value in fields.items()}})
        page.click(".send button.main")
        number = page.locator("p.number").inner_text()
        self.sees_all()
        return number

    def open(self, number: str) -> Page:
        """Open a case."""
        self.page.goto(f"{self.url}/cases/{number}")
        return self.page

    def does(self, number: str, action: str, /, **fields: Any) -> Page:
        """Do one step, clicking from the case page to its form and sending it.

        Whoever still has the case open, with the step on it, goes on from there.
        """
        if not self._offered(number, action):
            self.open(number)
        page = self.chooses(action)
        self.fills(fields)
        page.click(".send button.main")
        expect(page, f"{self.login}: {action}: {self._faults()}").to_have_url(
            f"{self.url}/cases/{number}?done={self._done()}"
        )
        self.sees_all()
        return page

    def chooses(self, action: str) -> Page:
        """On a case page, open the form of a step, unfolding the part in which it stands."""
        step = self.page.locator(f"#act-{action}")
        step.evaluate("e => { const part = e.closest('details'); if (part) part.open = true; }")
        step.click()
        return self.page

    def _offered(self, number: str, action: str) -> bool:
        here = self.page.url.partition("?")[0] == f"{self.url}/cases/{number}"
        return here and self.page.locator(f"a#act-{action}").count() == 1

    def approves(self, number: str) -> Page:
        """Approve what waits in a case."""
        page = self.open(number)
        page.click(".approval button[value=approve]")
        expect(page.locator(".approval")).to_have_count(0)
        return page

    def decides(self, number: str, decision: str = "approve", reason: str = "") -> Page:
        """Decide on the page of approvals what waits in a case."""
        page = self.page
        page.goto(f"{self.url}/approvals")
        request = page.locator("article.request").filter(has_text=number)
        if reason:
            request.locator("textarea").fill(reason)
        request.locator(f"button[value={decision}]").click()
        expect(page.locator(".result")).to_contain_text(number)
        expect(page.locator("article.request").filter(has_text=number)).to_have_count(0)
        return page

    def sees_all(self) -> None:
        """What came of a step fits a phone and a desk, whatever it was done on."""
        other = DESK if self.size == PHONE else PHONE
        found = [one for size in (other, self.size) for one in misfits(self.page, size)]
        assert not found, (self.login, self.page.url, found)

    def looks(self, name: str) -> None:
        """Look at the page in both sizes; kept where ``CASEWORK_TEST_PICTURES`` names a folder."""
        self.sees_all()
        folder = os.environ.get("CASEWORK_TEST_PICTURES")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}-{self.login}.png", full_page=True)

    def _done(self) -> str:
        return self.page.url.partition("done=")[2]

    def _faults(self) -> str:
        return " ".join(self.page.locator(".error, .summary, .problem").all_inner_texts())

    def fills(self, fields: Mapping[str, Any]) -> None:
        """Answer the questions of the form that is open, by their names."""
        for name, value in fields.items():
            entry = self.page.locator(f"[name='{name}']")
            for one in value if isinstance(value, list) else [value]:
                _put(entry, one)


def _put(entry: Locator, value: Any) -> None:
    """Answer one question in the way its control wants."""
    kind = entry.first.evaluate("e => e.type || e.tagName.toLowerCase()")
    if value == FIRST:
        _first(entry, kind)
        return
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if kind in {"radio", "checkbox"}:
        entry.and_(entry.page.locator(f"[value='{text}']")).check()
    elif kind == "select-one":
        entry.select_option(text)
    else:
        entry.fill(text)


def _first(entry: Locator, kind: str) -> None:
    if kind in {"radio", "checkbox"}:
        entry.first.check()
    else:
        offered = entry.locator("option:not([value=''])").first
        entry.select_option(offered.get_attribute("value"))


class People:
    """Everybody who takes part in a story, each logged in once.

    Without a ``size`` those who stand in a classroom have a phone and all others a desk. Whose
    browser runs no scripts types the password on the page.
    """

    def __init__(
        self, browser: Browser, url: str, size: Size | None = None, *, scripts: bool = True
    ) -> None:
        self.scripts = scripts
        self.browser, self.url, self.size = browser, url, size
        self._contexts: list[BrowserContext] = []
        self._here: dict[str, Person] = {}

    def __getitem__(self, login: str) -> Person:
        if login not in self._here:
            size = self.size or (PHONE if login.startswith(ON_PHONES) else DESK)
            context = self.browser.new_context(
                viewport=size.viewport,
                java_script_enabled=self.scripts,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            self._contexts.append(context)
            self._here[login] = Person(context, self.url, login, size, types=not self.scripts)
        return self._here[login]

    def leave(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        self._here.clear()
