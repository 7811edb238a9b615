"""What a kind of document is: who makes it, what it must say, how it is arranged; data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from casework.documents.parts import Part
from casework.permissions import Role

UNKNOWN = "unknown"
"""The value that is printed as 未知 where an item allows it; anywhere else it counts as missing."""


class ItemType(StrEnum):
    """What a value is: ``str`` for line, text and choice, and the Python type of the same name.

    ``choices``: a list of codes; ``list``: a list of lines; ``table``: a list of mappings by the
    names of the columns, whose values are strings. Instants are aware.
    """

    LINE = "line"
    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    LIST = "list"
    TABLE = "table"


class Level(StrEnum):
    """Whose paper it is: whose head it carries, and in whose series it is numbered."""

    SCHOOL = "school"
    BUREAU = "bureau"
    OWN = "own"
    """Of the unit that makes it, be it a school or a bureau."""


class About(StrEnum):
    """What a document is about."""

    CASE = "case"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: English label, printed Chinese head, share of the width."""

    name: str
    label: str
    printed: str
    share: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a document says.

    ``label`` is an English message id for screens, ``printed`` the Chinese words on the paper.
    ``words`` maps the codes of a choice to their Chinese words. ``setting`` names the text of the
    bureau from which the value comes unless somebody writes another. ``personal`` values name or
    describe people. ``none`` is printed for an empty table or list, which then counts as filled.
    ``unknown_word`` is printed for :data:`UNKNOWN`. An item ``of`` another one has no value of its
    own: it puts the other's value into its own words. ``suffix`` follows a number.
    """

    name: str
    label: str
    printed: str
    type: ItemType = ItemType.LINE
    required: bool = True
    unknown: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    setting: str = ""
    personal: bool = False
    none: str = ""
    unknown_word: str = "未知"
    of: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class FixedText:
    """Words of a document that a bureau may replace by its own.

    ``{names}`` in them stand for items of the kind, or for what the frame knows.
    """

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    ``title`` is an English message id, ``word`` the official Chinese name. ``case_types`` and
    ``states`` say where it is offered, ``after`` the actions after which it is due; empty means
    anywhere, or never. ``drafters`` write it, ``reviewers`` check it, ``issuers`` issue it, and one
    of ``signers`` stands on the paper: beside the number if it goes ``upward`` (上行文). ``series``
    is the key of its numbers, empty if it has none, ``number`` how they are written. A
    ``newsletter`` is numbered by issues, a ``form`` signed in its table. ``sides`` means that each
    side of a case gets its own; ``receipt`` that who gets it signs. ``version`` is raised whenever
    the same values would give another paper. ``usual_head`` is the red head of an office that has
    set none.
    """

    name: str
    title: str
    word: str
    about: tuple[About, ...]
    level: Level
    items: tuple[Item, ...]
    parts: tuple[Part, ...]
    drafters: tuple[Role, ...]
    issuers: tuple[Role, ...]
    signers: tuple[Role, ...]
    reviewers: tuple[Role, ...] = ()
    case_types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    two_persons: bool = True
    series: str = ""
    number: str = ""
    redhead: bool = False
    usual_head: str = "{office}文件"
    newsletter: bool = False
    form: bool = False
    upward: bool = False
    addressed: bool = False
    receipt: bool = False
    sides: bool = False
    heading: str = ""
    texts: tuple[FixedText, ...] = ()
    version: int = 1

    def item(self, name: str) -> Item:
        """The item of this name. Raises KeyError."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def names(self) -> Iterator[str]:
        """The names of all items."""
        return (item.name for item in self.items)
