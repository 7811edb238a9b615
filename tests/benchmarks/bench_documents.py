"""1,000 case reports of two pages with a table, against bare python-docx in the same run."""

from __future__ import annotations

import io
import resource
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from casework.documents.catalogue import KINDS
from casework.documents.compose import compose
from casework.documents.preview import Shown, outline
from casework.documents.renderer import render
from tests.unit.documents.samples import frame_for
from tests.unit.documents.samples_more import SAMPLES

REPORTS, BLOCK = 1_000, 100
GOAL = 0.6
KIND = KINDS["zero_report_daily"]
TABLE = "Table Grid"
UNITS = 26
"""Rows of the table; with them the report takes two pages."""


def values(n: int) -> dict[str, Any]:
    """The n-th report: every one says something else."""
    row = SAMPLES[KIND.name]["units"][0]
    units = [row | {"unit": f"东山县第{n}小学{place}分校"} for place in range(UNITS)]
    return SAMPLES[KIND.name] | {"units": units, "remark": f"第{n}份报告。" + "情况正常。" * 20}


def ours(n: int) -> bytes:
    """Values to bytes, all of it: cleaning, checking, composing, rendering."""
    return render(compose(KIND, values(n), frame_for(KIND, identifier=str(n))))


def bare(said: list[Shown], n: int, template: bytes = b"") -> bytes:
    """The same words as somebody writes them with python-docx, knowing to keep off table.cell().

    With a ``template``, one that holds nothing needless: the best that the library can do.
    """
    document = Document(io.BytesIO(template) if template else None)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin, section.right_margin = Mm(37), Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋_GB2312", Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    for shown in said:
        rows = [[cell.text for cell in row] for row in shown.rows]
        rows = [list(shown.head), *rows] if shown.head else rows
        if not rows:
            document.add_paragraph(shown.lead + shown.text)
            continue
        table = document.add_table(
            rows=len(rows), cols=max(map(len, rows)), style=TABLE if not template else None
        )
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
    document.core_properties.identifier = str(n)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def per_second(make: Callable[[int], bytes], first: int) -> float:
    begun = time.perf_counter()
    for n in range(first, first + BLOCK):
        make(n)
    return BLOCK / (time.perf_counter() - begun)


def megabytes() -> float:
    """The most memory that this process ever held."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def test_memory_stays_flat() -> None:
    held = []
    for first in range(0, REPORTS, BLOCK):
        for n in range(first, first + BLOCK):
            ours(n)
        held.append(megabytes())
    print(f"\nmost memory after {BLOCK} and {REPORTS:,} reports: {held[0]:.0f}, {held[-1]:.0f} MiB")
    assert held[-1] - held[0] < 8
    tracemalloc.start()
    kept = []
    for first in (0, BLOCK):
        for n in range(first, first + BLOCK):
            ours(n)
        kept.append(tracemalloc.get_traced_memory()[0] / 1024)
    peak = tracemalloc.get_traced_memory()[1] / 1024
    tracemalloc.stop()
    print(f"kept by Python after {BLOCK} and {2 * BLOCK} more: {kept[0]:.0f}, {kept[1]:.0f} KiB,")
    print(f"at most {peak:.0f} KiB at once")
    assert kept[1] - kept[0] < 100


def test_a_thousand_case_reports() -> None:
    said = outline(compose(KIND, values(0), frame_for(KIND)))
    ours(0)
    slim = render(replace(compose(KIND, values(0), frame_for(KIND)), blocks=(), after=()))
    rates: dict[str, list[float]] = {"ours": [], "bare": [], "slim": []}
    for first in range(0, REPORTS, BLOCK):
        rates["ours"].append(per_second(ours, first))
        rates["bare"].append(per_second(lambda n: bare(said, n), first))
        rates["slim"].append(per_second(lambda n: bare(said, n, slim), first))
    mine, base, best = (statistics.median(rates[name]) for name in ("ours", "bare", "slim"))
    print(f"\n{REPORTS:,} reports of two pages: {mine:.0f}/s, bare python-docx {base:.0f}/s,")
    print(f"ratio {mine / base:.2f} (goal {GOAL}); {len(ours(0)) / 1024:.0f} KiB each,", end=" ")
    print(f"bare {len(bare(said, 0)) / 1024:.0f} KiB")
    print(
        f"bare python-docx on a template without anything needless {best:.0f}/s, "
        f"ratio {mine / best:.2f}"
    )
    assert mine / base >= GOAL
    assert mine / best >= GOAL


def test_time_is_linear_in_the_rows_of_a_table() -> None:
    def took(rows: int) -> float:
        units = [SAMPLES[KIND.name]["units"][0]] * rows
        paper = compose(KIND, SAMPLES[KIND.name] | {"units": units}, frame_for(KIND))
        begun = time.perf_counter()
        render(paper)
        return time.perf_counter() - begun

    took(10)
    few, many = (statistics.median(took(rows) for _ in range(3)) for rows in (1_000, 4_000))
    print(f"\ntable of 1,000 rows {few * 1000:.0f} ms, of 4,000 rows {many * 1000:.0f} ms")
    assert many / few < 6
