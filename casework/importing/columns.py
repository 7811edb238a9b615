"""What a sheet of a kind holds: columns as data, with every heading they are known by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework.importing import cells

Value = str | date | None
Read = Callable[[object], Value]

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_MARKS = re.compile(r"[\s*:：、,.。_\-/\\|?#]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One entry of a row. ``clears``: an empty cell takes the value away instead of leaving it.

    ``also`` and the words of ``choices`` are spellings with spaces between them.
    """

    name: str
    heading: str
    read: Read
    about: str
    example: str = ""
    required: bool = False
    clears: bool = False
    also: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """Every spelling of the heading, in its plain form."""
        return frozenset(plain(one) for one in (self.name, self.heading, *self.also.split()))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet; ``key`` names the columns of which a row must not stand twice."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column with this name."""
        return next(one for one in self.columns if one.name == name)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which there is no row."""
        return tuple(one for one in self.columns if one.required)


def plain(heading: str) -> str:
    """A heading without spaces, marks and capitals."""
    return _MARKS.sub("", cells.clean(heading)).casefold()


def spellings(heading: str) -> tuple[str, ...]:
    """How a heading may be looked up: as it stands, then without what is in brackets."""
    words = cells.clean(heading)
    return plain(words), plain(_BRACKETS.sub("", words))
