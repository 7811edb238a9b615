"""The two windows in which every page must be usable, and what must fit into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, ViewportSize


@dataclass(frozen=True, slots=True)
class Size:
    """A window."""

    name: str
    width: int
    height: int

    @property
    def viewport(self) -> ViewportSize:
        """The window as a browser takes it."""
        return {"width": self.width, "height": self.height}


PHONE = Size("phone", 390, 844)
DESK = Size("desk", 1280, 900)
SIZES = (PHONE, DESK)
TOO_SMALL = """
() => [...document.querySelectorAll('main :is(a, button, summary, select, input, textarea)')]
  .filter(e => e.checkVisibility() && !e.closest('.quiet') && e.type !== 'hidden')
  .map(e => ['checkbox', 'radio'].includes(e.type) ? e.labels[0] ?? e : e)
  .filter(e => getComputedStyle(e).display !== 'inline' || (e.matches('a')
    && e.textContent.trim() === e.closest('p, li, dd, td, th, h1, h2, h3').textContent.trim()))
  .filter(e => e.getBoundingClientRect().height < 43.5)
  .map(e => `${e.tagName} ${e.textContent.trim().slice(0, 20)} ${e.name ?? ''}`)
"""
"""What a thumb would miss; a link within a sentence is as high as its line."""
ASIDE = """
() => [...document.querySelectorAll('details[open] > summary')]
  .filter(e => e.nextElementSibling?.getBoundingClientRect().top + 1
    < e.getBoundingClientRect().bottom)
  .map(e => e.textContent.trim())
"""
"""A fold whose heading does not stand above what it unfolds."""


def misfits(page: Page, size: Size) -> Iterator[str]:
    """What of the page that is open does not fit into a window of this size; it keeps that size."""
    page.set_viewport_size(size.viewport)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        yield f"{size.name}: {wide} px too wide"
    if aside := page.evaluate(ASIDE):
        yield f"{size.name}: beside what it unfolds: {aside}"
    if size == PHONE and (small := page.evaluate(TOO_SMALL)):
        yield f"{size.name}: too small to tap: {small}"
