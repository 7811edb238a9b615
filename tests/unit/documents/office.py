"""LibreOffice as a printer: all documents of a test session in one start, shared by all workers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pdfplumber
from filelock import FileLock

from casework.documents.catalogue import KINDS
from casework.documents.compose import compose
from casework.documents.fonts import Face, Fonts
from casework.documents.renderer import render
from tests.unit.documents.pages import PAGES
from tests.unit.documents.samples import frame_for
from tests.unit.documents.samples_more import SAMPLES

SERIF, SANS = Face("Noto Serif CJK SC"), Face("Noto Sans CJK SC")
INSTEAD = Fonts(SERIF, SANS, SERIF, SERIF, SERIF, SERIF, SERIF, SERIF)
"""Faces that a test machine has: the licensed ones of the standard are nowhere but in offices."""
PROGRAM = shutil.which("soffice")
SECONDS = 180
MM = 25.4 / 72


@dataclass(frozen=True)
class Sign:
    """One printed sign: where it stands, in millimetres from the sheet's upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    font: str

    @property
    def area(self) -> float:
        """How much of the sheet it takes."""
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True)
class Rule:
    """One printed line."""

    left: float
    right: float
    top: float
    red: bool


@dataclass(frozen=True)
class Page:
    """One printed page."""

    width: float
    height: float
    signs: tuple[Sign, ...]
    rules: tuple[Rule, ...]
    pictures: int

    def lines(self) -> list[str]:
        """The lines of the page from top to bottom, without spaces."""
        rows: dict[int, list[Sign]] = {}
        for sign in self.signs:
            rows.setdefault(round(sign.bottom), []).append(sign)
        joined: list[list[Sign]] = []
        for bottom in sorted(rows):
            if joined and bottom - round(joined[-1][0].bottom) <= 1:
                joined[-1] += rows[bottom]
            else:
                joined.append(rows[bottom])
        return ["".join(s.text for s in sorted(row, key=lambda s: s.left)) for row in joined]


@cache
def pages(pdf: Path) -> tuple[Page, ...]:
    """The pages of a PDF, measured."""
    with pdfplumber.open(pdf) as printed:
        return tuple(_page(page) for page in printed.pages)


def _page(page: Any) -> Page:
    signs = tuple(_sign(one) for one in page.chars if one["text"].strip())
    rules = tuple(_rule(one) for one in (*page.lines, *page.rects))
    return Page(page.width * MM, page.height * MM, signs, rules, len(page.images))


def _sign(one: dict[str, Any]) -> Sign:
    left, right, top, bottom = (one[name] * MM for name in ("x0", "x1", "top", "bottom"))
    return Sign(one["text"], left, right, top, bottom, one["size"], one["fontname"])


def _rule(one: dict[str, Any]) -> Rule:
    colour = tuple(one.get("stroking_color") or ()) + tuple(one.get("non_stroking_color") or ())
    left, right, top = (one[name] * MM for name in ("x0", "x1", "top"))
    return Rule(left, right, top, red=colour[:3] == (1, 0, 0))


def papers() -> Mapping[str, bytes]:
    """Every document that the tests look at on paper: each kind, and pages made for measuring."""
    kinds = {name: compose(kind, SAMPLES[name], frame_for(kind)) for name, kind in KINDS.items()}
    return {name: render(paper, INSTEAD) for name, paper in (kinds | PAGES).items()}


def printed(folder: Path) -> Path:
    """The folder with a PDF for each of :func:`papers`; printed by whoever comes first."""
    out = folder / "documents"
    with FileLock(folder / "documents.lock"):
        if not (out / "done").exists():
            _print(out)
            (out / "done").touch()
    return out


def _print(out: Path) -> None:
    out.mkdir(exist_ok=True)
    files = []
    for name, data in papers().items():
        files.append(out / f"{name}.docx")
        files[-1].write_bytes(data)
    profile = f"-env:UserInstallation={(out / 'profile').as_uri()}"
    command = [str(PROGRAM), profile, "--headless", "--convert-to", "pdf", "--outdir", str(out)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=SECONDS)
    missing = [file.name for file in files if not file.with_suffix(".pdf").exists()]
    if missing:
        raise AssertionError(f"LibreOffice would not print {missing}")
