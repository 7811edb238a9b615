"""Empty sheets to be filled in: headings, one example, and what every column wants."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from casework.importing import workbook
from casework.importing.columns import Column, Kind
from casework.importing.rows import EXAMPLE
from casework.text import N_, Text

Say = Callable[[Text], str]
FORMATS = ("xlsx", "csv")

DATA = N_("Data")
ABOUT = N_("About the columns")
HEAD = (
    N_("Column"),
    N_("Needed"),
    N_("What stands there"),
    N_("Possible words"),
    N_("Also called"),
)
NEEDED, MAY = N_("needed"), N_("may stay empty")
EXAMPLE_LINE = N_("The line with the example (示例) is not read; it may stay or go.")


def template(kind: Kind, ending: str, say: Say) -> bytes:
    """The template of a kind as .xlsx (two sheets) or as .csv (UTF-8 with a mark, for Excel)."""
    lines = [[c.heading for c in kind.columns], [_example(kind, c) for c in kind.columns]]
    if ending == "csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerows(lines)
        return out.getvalue().encode("utf-8-sig")
    about = [[say(Text(word)) for word in HEAD], *(_about(c, say) for c in kind.columns)]
    about.append([say(Text(EXAMPLE_LINE)), "", "", "", ""])
    return workbook.write([(say(Text(DATA)), lines), (say(Text(ABOUT)), about)])


def _example(kind: Kind, column: Column) -> str:
    """The example, its first cell marked so that it is never taken for a row."""
    is_first = column is kind.columns[0]
    return f"{EXAMPLE}{column.example}" if is_first else column.example


def _about(column: Column, say: Say) -> list[str]:
    words = "、".join(spellings.split()[0] for spellings in column.choices.values())
    return [
        column.heading,
        say(Text(NEEDED if column.required else MAY)),
        say(Text(column.about)),
        words,
        "、".join(column.also.split()),
    ]
