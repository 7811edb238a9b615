"""From the values of a kind and its frame to the paper: what is printed, in which order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from casework.documents import charts
from casework.documents.cleaning import clean_values
from casework.documents.frame import Frame, gaps
from casework.documents.kinds import Item, Kind
from casework.documents.numbering import chinese, heading_mark
from casework.documents.paper import (
    Annex,
    Block,
    Heading,
    Imprint,
    Paper,
    Paragraph,
    Picture,
    Properties,
    Receipt,
    Signature,
    Table,
)
from casework.documents.parts import (
    Chart,
    Facts,
    Form,
    Grid,
    Narrative,
    Part,
    Say,
    Section,
    Slip,
)
from casework.documents.printing import Values, filled, missing, printed
from casework.text import Text

__all__ = ["Frame", "Incomplete", "compose", "gaps", "missing"]

PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
FRAME_PLACES = frozenset({"office", "number", "word", "document", "addressee"})
"""Places that the frame fills in, in every kind."""
TO_BE_FILLED = "【待填写：{label}】"
NO_NUMBER_YET = "（草稿，尚未编号）"
FORM_SHARES = (15, 34, 15, 34)
NOTHING = "—"
"""What stands in a cell without a value."""


class Incomplete(ValueError):
    """A document that is no draft lacks items, or its frame does."""

    def __init__(self, items: list[Item], sentences: list[Text]) -> None:
        self.items = items
        self.sentences = sentences
        super().__init__("; ".join([i.name for i in items] + [str(s) for s in sentences]))


def compose(kind: Kind, values: Values, frame: Frame) -> Paper:
    """The paper of these values. Raises Incomplete unless it is a draft or nothing is missing."""
    values, stripped = clean_values(values)
    lacking = missing(kind, values)
    if not frame.draft and (lacking or gaps(kind, frame)):
        raise Incomplete(lacking, gaps(kind, frame))
    writer = _Writer(kind, values, frame)
    for part in kind.parts:
        writer.write(part)
    title = writer.fill(kind.heading)
    return Paper(
        kind=kind.name,
        word=kind.word,
        title=title,
        blocks=tuple(writer.body),
        after=tuple(writer.after),
        signature=Signature(frame.office, frame.issued_on, "" if kind.upward else frame.signer),
        imprint=Imprint(frame.copies_to, frame.printed_by, frame.printed_on),
        properties=Properties(title, frame.office, kind.word, frame.identifier, frame.made_at),
        draft=frame.draft,
        head=frame.head if kind.redhead else "",
        newsletter=kind.newsletter,
        form=kind.form,
        number=frame.number or (NO_NUMBER_YET if kind.series else ""),
        signer=frame.signer if kind.upward else "",
        secrecy=frame.secrecy,
        urgency=frame.urgency,
        addressee=frame.addressee,
        attachments=(*frame.attachments, *writer.annexes),
        stripped=stripped,
    )


def unknown_places(kind: Kind, text: str) -> list[str]:
    """The ``{names}`` of a text that stand for nothing in documents of this kind."""
    known = FRAME_PLACES | set(kind.names())
    return [name for name, _ in PLACE.findall(text) if name not in known]


@dataclass
class _Writer:
    kind: Kind
    values: Values
    frame: Frame
    body: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    annexes: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    pending: list[Section] = field(default_factory=list)

    def write(self, part: Part) -> None:
        if isinstance(part, Section):
            self.pending = [one for one in self.pending if one.level < part.level] + [part]
            return
        blocks = list(WRITERS[type(part)](self, part))
        if blocks and not _stands_after(part):
            self.body += self._headings()
        (self.after if _stands_after(part) else self.body).extend(blocks)

    def _headings(self) -> Iterator[Heading]:
        """A heading is written when something stands under it; numbers have no gaps."""
        for section in self.pending:
            level = section.level
            self.counts[level - 1] += 1
            self.counts[level:] = [0] * (4 - level)
            yield Heading(heading_mark(level, self.counts[level - 1]) + section.title, level)
        self.pending = []

    def value(self, name: str) -> str:
        """What is printed for an item; in a draft, what is still to be written."""
        item = self.kind.item(name)
        if item.required and not item.of and not filled(item, self.values.get(name)):
            return TO_BE_FILLED.format(label=item.printed)
        return printed(item, self.values, self.frame.timezone)

    def fill(self, text: str) -> str:
        """A fixed text with its places filled in."""
        return PLACE.sub(lambda found: self._place(found[1], found[2] or ""), text)

    def _place(self, name: str, form: str) -> str:
        known = {
            "office": self.frame.office,
            "number": self.frame.number,
            "word": self.kind.word,
            "document": self.kind.word,
            "addressee": self.frame.addressee,
        }
        if name in known:
            return known[name]
        if name not in self.kind.names():
            return f"{{{name}}}"
        if form == "chinese":
            value = self.values.get(name)
            return chinese(value) if isinstance(value, int) else ""
        return self.value(name)

    def fixed(self, name: str) -> str:
        """A fixed text, in the bureau's own words if it has some."""
        default = {one.name: one.text for one in self.kind.texts}[name]
        return self.fill(self.frame.texts.get(name) or default)

    def say(self, part: Say) -> Iterator[Block]:
        if all(self.values.get(name) for name in part.when):
            yield from _paragraphs(self.fixed(part.text))

    def facts(self, part: Facts) -> Iterator[Block]:
        for name in part.items:
            value = self.value(name)
            if value:
                first, *rest = value.splitlines()
                yield Paragraph(first, lead=f"{self.kind.item(name).printed}：")
                yield from (Paragraph(line) for line in rest if line.strip())

    def narrative(self, part: Narrative) -> Iterator[Block]:
        value = self.value(part.item) or (self.fixed(part.otherwise) if part.otherwise else "")
        yield from _paragraphs(value)

    def form(self, part: Form) -> Iterator[Block]:
        rows = tuple(
            tuple(cell for name in names for cell in self._labelled(name)) for names in part.rows
        )
        yield Table(FORM_SHARES, (), rows, labels=frozenset({0, 2}))

    def _labelled(self, name: str) -> tuple[str, str]:
        return self.kind.item(name).printed, self.value(name) or NOTHING

    def grid(self, part: Grid) -> Iterator[Block]:
        item = self.kind.item(part.item)
        rows = self.values.get(item.name)
        title = part.title
        if part.annex:
            self.annexes.append(title)
            yield Annex(self._annex_mark(), title)
            title = ""
        if not rows or isinstance(rows, str):
            yield Paragraph(self.value(item.name), lead=f"{title or item.printed}：")
            return
        names = [column.name for column in item.columns]
        blank = ("",) * len(part.blank)
        yield Table(
            (*(column.share for column in item.columns), *(2 for _ in part.blank)),
            (*(column.printed for column in item.columns), *part.blank),
            tuple((*(str(row.get(n) or NOTHING) for n in names), *blank) for row in rows),
            title=title,
        )

    def _annex_mark(self) -> str:
        """附件, with its number where there are several."""
        every = len(self.frame.attachments) + sum(
            isinstance(part, Grid) and part.annex for part in self.kind.parts
        )
        return f"附件{len(self.frame.attachments) + len(self.annexes)}" if every > 1 else "附件"

    def chart(self, part: Chart) -> Iterator[Block]:
        rows = self.values.get(part.item)
        if not rows or isinstance(rows, str):
            return
        shown = rows[: part.most]
        caption = part.caption + (f"（前{part.most}项）" if len(rows) > part.most else "")
        heads = {column.name: column.printed for column in self.kind.item(part.item).columns}
        series = [(heads[n], [charts.figure(row.get(n)) for row in shown]) for n in part.values]
        labels = [str(row.get(part.label) or NOTHING) for row in shown]
        words, png = charts.spoken(labels, series), charts.bars(labels, series)
        yield Picture(png, caption, words) if png else Paragraph(words, lead=f"{caption}：")

    def slip(self, part: Slip) -> Iterator[Block]:
        known = []
        for name in part.known:
            if name in ("document", "number"):
                known.append(("文书名称" if name == "document" else "文号", self._place(name, "")))
            else:
                known.append(self._labelled(name))
        shown = tuple((label, value) for label, value in known if value)
        yield Receipt(part.title, part.intro, part.lines, part.wide, shown)


def _stands_after(part: Part) -> bool:
    return isinstance(part, Slip) or (isinstance(part, Grid) and part.annex)


def _paragraphs(text: str) -> Iterator[Paragraph]:
    return (Paragraph(line.strip()) for line in text.splitlines() if line.strip())


WRITERS: dict[type, Callable[..., Iterator[Block]]] = {
    Say: _Writer.say,
    Facts: _Writer.facts,
    Narrative: _Writer.narrative,
    Form: _Writer.form,
    Grid: _Writer.grid,
    Chart: _Writer.chart,
    Slip: _Writer.slip,
}
