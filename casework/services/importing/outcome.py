"""What an import found and did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from casework.importing.faults import Fault, Place
from casework.importing.rows import Row
from casework.text import Text

CHUNK = 500
"""How many rows go into one statement; SQLite bounds the values of a query."""
SHOWN = 100
"""How many faults and changes are told one by one."""
Item = TypeVar("Item")
Tick = Callable[[int], None]
"""Is told how many more rows are done."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row that changes something: which columns, by their headings; ``new`` for a new one."""

    place: Place
    key: str
    new: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """A new account with its initial password, to be handed over once."""

    login: str
    name: str
    password: str


@dataclass(slots=True)
class Outcome:
    """Counts, faults and changes of one import; with faults nothing was written."""

    kind: str
    sha256: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    logins: list[Login] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    """The paths of the units the rows speak of."""
    faulty: set[Place] = field(default_factory=set)
    """Where the rows stand that have faults; they count as neither new nor changed."""

    def refuse(self, *faults: Fault) -> None:
        """Note why the file is not taken over."""
        self.faults += faults
        self.faulty.update(fault.place for fault in faults)

    def fault(self, row: Row, column: str, text: Text) -> None:
        """Note what is wrong with a row."""
        self.refuse(row.fault(column, text))

    def count(self, row: Row, key: str, fields: Sequence[str] = (), *, new: bool = False) -> None:
        """Note what becomes of a row; of one with faults nothing does."""
        if row.place in self.faulty:
            return
        self.created += new
        self.updated += bool(fields) and not new
        self.unchanged += not fields and not new
        if (fields or new) and len(self.changes) < SHOWN:
            headings = tuple(row.headings.get(name, name) for name in fields)
            self.changes.append(Change(row.place, key, new, headings))

    @property
    def counts(self) -> dict[str, int]:
        """The counts as data."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists that fit into one statement."""
    left = iter(items)
    while part := list(islice(left, CHUNK)):
        yield part
