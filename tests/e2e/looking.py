"""What every page must fulfil: usable for everybody, on a phone and at a desk, and light."""

from __future__ import annotations

import re
from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from tests.e2e.sizes import DESK, SIZES, misfits

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
AT_MOST = 3
"""So many places with the same colours are looked at on one page."""
LOOKED_AT = """
async ([readable, most]) => {
  const known = new Set(readable), places = new Map();
  const links = 'a[href], [role=link]', rules = {
    'color-contrast': '[data-looked-at]',
    'link-in-text-block': `:is(${links})[data-looked-at]`,
  };
  const worded = e => e.matches(`input, select, textarea, ${links}`)
    || [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const ground = e => {
    const {backgroundColor, backgroundImage, opacity, position} = getComputedStyle(e);
    return [backgroundColor, backgroundImage, opacity, position].join(' ');
  };
  const letters = e => {
    const {color, fontSize, fontWeight, textShadow} = getComputedStyle(e);
    return [color, fontSize, fontWeight, textShadow].join(' ');
  };
  const standsOut = link => {
    let around = link.parentElement;
    while (getComputedStyle(around).display.startsWith('inline')) around = around.parentElement;
    const {textDecorationLine, borderStyle} = getComputedStyle(link);
    const alone = around.textContent.trim() === link.textContent.trim();
    return [alone, textDecorationLine, borderStyle, letters(around)].join(' ');
  };
  const colours = e => {
    const grounds = [];
    for (let above = e; above; above = above.parentElement) grounds.push(ground(above));
    const off = e.matches(':disabled') || !!e.closest('[aria-disabled=true], fieldset:disabled')
      || !!e.closest('label')?.control?.disabled;
    const link = e.matches(links) ? standsOut(e) : '';
    return [e.tagName, off, letters(e), link, ...grounds].join('|');
  };
  for (const e of document.body.querySelectorAll('*')) {
    if (!worded(e) || !e.checkVisibility()) continue;
    const name = colours(e), same = places.get(name) ?? [];
    if (!known.has(name) && same.length < most) places.set(name, [...same, e]);
  }
  const looked = [...places].flatMap(([name, same]) => same.map(e => [e, name]));
  for (const [e] of looked) e.setAttribute('data-looked-at', '');
  axe.configure({rules: Object.entries(rules).map(([id, selector]) => ({id, selector}))});
  const found = await axe.run(document, {
    elementRef: true, resultTypes: ['violations', 'incomplete'],
    checks: {'color-contrast': {options: {ignoreLength: true, ignoreUnicode: false}}},
  });
  const inSight = ({nodes, ...rule}) =>
    ({...rule, nodes: nodes.filter(node => !node.element.closest('.scroll'))});
  const unclear = found.incomplete.filter(rule => rule.id in rules).map(inSight)
    .filter(rule => rule.nodes.length);
  const open = [...found.violations, ...unclear]
    .filter(rule => rule.id in rules).flatMap(rule => rule.nodes)
    .map(node => colours(node.element));
  const told = checks => checks.map(check => ({message: check.message}));
  const plain = rule => ({...rule, nodes: rule.nodes.map(({target, html, any, all, none}) =>
    ({target, html, any: told(any), all: told(all), none: told(none)}))});
  for (const [e] of looked) e.removeAttribute('data-looked-at');
  return {
    readable: looked.map(([, name]) => name).filter(name => !open.includes(name)),
    violations: [...found.violations, ...unclear].map(plain),
  };
}
"""
MAIN = "main h1, main [role=alert], main form"


def faults(page: Page, body: str) -> Iterator[str]:
    """What is wrong with the page that is open, on a phone and at a desk, or as it was sent.

    What is one column on either is looked at by axe once.
    """
    size = len(body.encode())
    if size >= HEAVIEST:
        yield f"weighs {size} bytes"
    yield from _faults_as_sent(page, body)
    for size in SIZES:
        yield from misfits(page, size)
        if size == DESK and not BROAD.search(page.url):
            continue
        found = inaccessible(page)
        if found.violations_count:
            yield f"{size.name}: {found.generate_report()}"


_readable: set[str] = set()
"""The colours, sizes and grounds that axe has found readable in this process."""


def inaccessible(page: Page) -> AxeResults:
    """What axe finds on the page that is open; what it cannot decide is no better than a fault.

    Most of its time goes into contrast, which depends on nothing but colour, size, weight and what
    lies below, and into links, which must differ from the text around them. Of each such
    combination some are looked at until one was found readable; one letter is looked at like many.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    answer = page.evaluate(LOOKED_AT, [sorted(_readable), AT_MOST])
    _readable.update(answer["readable"])
    return AxeResults({"violations": answer["violations"]})


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
