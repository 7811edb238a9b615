"""What every page must fulfil: usable for everybody, on a phone and at a desk, and light."""

from __future__ import annotations

import re
from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.people import DESK, PHONE

HEAVIEST = 100_000
"""Bytes of a page before compression: it must come quickly over a bad network."""
ENTRIES = "main :is(input:not([type=hidden]), select, textarea)"
NO_LABEL = "all => all.filter(e => !e.labels.length && !e.ariaLabel).map(e => e.name)"
NO_BUTTON = "all => all.filter(e => !e.querySelector('[type=submit], button:not([type])')).length"
BROAD = re.compile(r"/cases/[^/]+(/audit.*)?$|/cases$|/county|/city|/rules|/admin|:\d+/$")
"""Where a desk is shown more than a telephone."""
MAIN = "main h1, main [role=alert], main form"


def faults(page: Page, body: str) -> Iterator[str]:
    """What is wrong with the page that is open, on a phone and at a desk.

    What is one column on either is looked at by axe once.
    """
    size = len(body.encode())
    if size >= HEAVIEST:
        yield f"weighs {size} bytes"
    for window, name in ((PHONE, "phone"), (DESK, "desk")):
        page.set_viewport_size(window)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            yield f"{name}: {wide} px too wide"
        if name == "desk" and not BROAD.search(page.url):
            continue
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        if found.violations_count:
            yield f"{name}: {found.generate_report()}"


def faults_without_scripts(page: Page) -> Iterator[str]:
    """What somebody without JavaScript could not read or send."""
    if not page.locator(MAIN).first.is_visible():
        yield "nothing to read"
    if page.locator("main form").evaluate_all(NO_BUTTON):
        yield "a form that cannot be sent"
    unnamed = page.locator(ENTRIES).evaluate_all(NO_LABEL)
    if unnamed:
        yield f"no label: {unnamed}"
