"""What a document is made of, before it becomes a file or a page; frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from casework.documents.cleaning import Stripped


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body; its text begins with the mark of its level: 一、（一）1.（1）."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body; ``lead`` is set in the heavier face before the text."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head that is repeated on each page; ``shares`` divide the width.

    ``head`` may be empty: then every row is a line of a form, ``labels`` says which columns hold
    labels, and the last cell of a shorter row takes the columns that are left. A cell may hold
    several lines.
    """

    shares: tuple[int, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    labels: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG picture in the width of the body, with what it shows in words."""

    png: bytes = field(repr=False)
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A part that is filled in by hand and handed back: 送达回证, 回执; it is kept on one page.

    A line is what is asked; lines of ``wide`` leave room for a paragraph.
    """

    title: str
    intro: str
    lines: tuple[str, ...]
    wide: frozenset[int] = frozenset()
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex begins here, on a new page: its mark (附件1) and its title."""

    mark: str
    title: str


Block = Heading | Paragraph | Table | Picture | Receipt | Annex


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands under the document, and since when; ``person`` if it is signed by hand or name."""

    office: str
    on: date | None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: to whom copies go, who printed it and when."""

    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself."""

    title: str
    author: str
    subject: str
    identifier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document.

    ``head`` is the red head (发文机关标志), empty for kinds without one; ``number`` the 发文字号 or
    期号; a ``newsletter`` has its issue and office under the head; a ``form`` is signed in a row of
    its own. ``signer`` stands beside it (签发人). ``after`` are the annexes and slips behind the
    signature. A ``draft`` says so on every page. ``stripped`` tells what could not be printed.
    """

    kind: str
    word: str
    title: str
    blocks: tuple[Block, ...]
    signature: Signature
    imprint: Imprint
    properties: Properties
    draft: bool
    head: str = ""
    number: str = ""
    newsletter: bool = False
    form: bool = False
    signer: str = ""
    secrecy: str = ""
    urgency: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    after: tuple[Block, ...] = ()
    stripped: tuple[Stripped, ...] = ()
