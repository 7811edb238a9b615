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
AS_SENT = (
    "text => {{ const sent = new DOMParser().parseFromString(text, 'text/html');"
    " return ({found})([...sent.querySelectorAll(`{query}`)]); }}"
)
BROAD = re.compile(r"/cases/[^/]+(/audit.*)?$|/cases$|/county|/city|/rules|/admin|:\d+/$")
"""Where a desk is shown more than a telephone."""
MAIN = "main h1, main [role=alert], main form"


def faults(page: Page, body: str, *, colours: bool = True) -> Iterator[str]:
    """What is wrong with the page that is open, on a phone and at a desk, or as it was sent.

    What is one column on either is looked at by axe once.
    """
    size = len(body.encode())
    if size >= HEAVIEST:
        yield f"weighs {size} bytes"
    yield from _faults_as_sent(page, body)
    for window, name in ((PHONE, "phone"), (DESK, "desk")):
        page.set_viewport_size(window)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            yield f"{name}: {wide} px too wide"
        if name == "desk" and not BROAD.search(page.url):
            continue
        found = Axe().run(page, options=_options(colours))
        if found.violations_count:
            yield f"{name}: {found.generate_report()}"


def _options(colours: bool) -> dict[str, object]:
    wanted: dict[str, object] = {"resultTypes": ["violations"]}
    return wanted if colours else wanted | {"rules": {"color-contrast": {"enabled": False}}}


def _faults_as_sent(page: Page, body: str) -> Iterator[str]:
    """What a browser that runs no script would miss: read, not shown."""
    if page.evaluate(AS_SENT.format(query="main form", found=NO_BUTTON), body):
        yield "a form that cannot be sent without scripts"
    unnamed = page.evaluate(AS_SENT.format(query=ENTRIES, found=NO_LABEL), body)
    if unnamed:
        yield f"no label without scripts: {unnamed}"


def faults_without_scripts(page: Page) -> Iterator[str]:
    """What somebody without JavaScript could not read or send."""
    if not page.locator(MAIN).first.is_visible():
        yield "nothing to read"
    if page.locator("main form").evaluate_all(NO_BUTTON):
        yield "a form that cannot be sent"
    unnamed = page.locator(ENTRIES).evaluate_all(NO_LABEL)
    if unnamed:
        yield f"no label: {unnamed}"
