"""How the items of a kind are arranged on its paper; data that ``compose`` works through."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading: level 1 gets 一、 and its successors, level 2 （一）."""

    title: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Say:
    """A fixed text of the kind, by name; left out when one of the items of ``when`` is empty."""

    text: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Lines 「label：value」, one item each; an empty item leaves no line."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Narrative:
    """The paragraphs of a text item; ``otherwise`` names the fixed text for an empty one."""

    item: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A framed form: each row holds one or two items with their labels."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The table of an item, or the item's word for none; ``blank`` columns are filled in by hand.

    An ``annex`` stands after the signature, on a page of its own.
    """

    item: str
    title: str = ""
    blank: tuple[str, ...] = ()
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture drawn from a table item: bars of ``values`` columns for each ``label`` column.

    Only the first rows are drawn, so that it stays on a page; the table has them all.
    """

    item: str
    label: str
    values: tuple[str, ...]
    caption: str
    most: int = 16


@dataclass(frozen=True, slots=True)
class Slip:
    """A part to be filled in by hand: 送达回证, 回执. ``known`` items are printed into it."""

    title: str
    intro: str
    lines: tuple[str, ...]
    wide: frozenset[int] = field(default_factory=frozenset)
    known: tuple[str, ...] = ()


Part = Section | Say | Facts | Narrative | Form | Grid | Chart | Slip
