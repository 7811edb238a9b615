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
MISFITS = """
phone => {
  const shown = e => e.checkVisibility() && !e.closest('.quiet') && e.type !== 'hidden';
  const tapped = e => ['checkbox', 'radio'].includes(e.type) ? e.labels[0] ?? e : e;
  const alone = e => e.matches('a')
    && e.textContent.trim() === e.closest('p, li, dd, td, th, h1, h2, h3').textContent.trim();
  const query = 'main :is(a, button, summary, select, input, textarea)';
  const taps = [...document.querySelectorAll(query)].filter(shown).map(tapped)
    .filter(e => getComputedStyle(e).display !== 'inline' || alone(e))
    .filter(e => e.getBoundingClientRect().height < 43.5);
  const named = e => `${e.tagName} ${e.textContent.trim().slice(0, 20)} ${e.name ?? ''}`;
  const folds = [...document.querySelectorAll('details[open] > summary')]
    .filter(e => e.nextElementSibling?.getBoundingClientRect().top + 1
      < e.getBoundingClientRect().bottom);
  return {
    wide: document.documentElement.scrollWidth - innerWidth,
    aside: folds.map(e => e.textContent.trim()),
    small: phone ? taps.map(named) : [],
  };
}
"""
"""How much too wide a page is; folds whose heading does not stand above what they unfold; what a
thumb would miss: a link within a sentence is as high as its line."""


def misfits(page: Page, size: Size) -> Iterator[str]:
    """What of the page that is open does not fit into a window of this size; it keeps that size.

    Its words may be there before its style sheet is: without it everything is too small.
    """
    page.wait_for_load_state()
    page.set_viewport_size(size.viewport)
    found = page.evaluate(MISFITS, size == PHONE)
    if found["wide"] > 0:
        yield f"{size.name}: {found['wide']} px too wide"
    if found["aside"]:
        yield f"{size.name}: beside what it unfolds: {found['aside']}"
    if found["small"]:
        yield f"{size.name}: too small to tap: {found['small']}"
