"""Reads pages as a browser without scripts would: text, links, forms with what is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle"})


@dataclass(slots=True)
class Element:
    """One element with its attributes and the text inside it."""

    tag: str
    attrs: dict[str, str]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text inside, with single spaces."""
        return " ".join(" ".join(self.words).split())


class Page(HTMLParser):
    """A parsed page; refuses one whose elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.html = html
        self.feed(html)
        assert self._open == [], f"not closed: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open, f"</{tag}> closes nothing"
            assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def all(self, tag: str, **attrs: str) -> list[Element]:
        """The elements with this tag and these attributes (``class_`` for class: one of them)."""
        wanted = attrs.pop("class_", None)
        return [
            e
            for e in self.elements
            if e.tag == tag
            and all(e.attrs.get(name) == value for name, value in attrs.items())
            and (wanted is None or wanted in e.attrs.get("class", "").split())
        ]

    def value(self, name: str) -> str:
        """What stands in an entry: of a text, of the chosen radio button, of the chosen option."""
        for element in self.all("input", name=name):
            kind = element.attrs.get("type", "text")
            if kind not in {"radio", "checkbox"}:
                return element.attrs.get("value", "")
            if "checked" in element.attrs:
                return element.attrs["value"]
        for element in self.all("textarea", name=name):
            return element.text
        return ""

    def links(self, start: str) -> list[str]:
        """The addresses on the page that begin so."""
        found = [e.attrs.get("href", "") for e in self.all("a")]
        return [href for href in found if href.startswith(start)]


def read(answer: Any, status: int = 200) -> Page:
    """The page of an answer with the status that is expected of it."""
    assert answer.status_code == status, (answer.status_code, answer.text[:2000])
    return Page(answer.text)
