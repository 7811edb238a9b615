"""What a channel is: how an address is checked and opened, and what sending a letter answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from casework.text import N_, Text

CUT = N_("The rest has been left out. All of it:")
Address = Mapping[str, str]
"""Where a letter goes: the values of a channel's fields, as they were entered."""


class Fault(StrEnum):
    """Why a letter did not go out, and so what to do next."""

    TRANSIENT = "transient"
    """Refused connection, time-out, 4xx of a mail server, HTTP 5xx: try again later."""
    LIMITED = "limited"
    """The receiver's rate limit: try again later, and put more into one letter."""
    REFUSED = "refused"
    """This receiver refuses for good: unknown recipient, bad key, HTTP 4xx."""
    MISCONFIGURED = "misconfigured"
    """A setting of our own is missing or unusable: nobody on this channel can be reached."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, already in the reader's language."""

    uid: str
    """The same at each repeat, so that receivers can drop them."""
    subject: str
    body: str
    url: str
    """A link into the system; empty if there is none."""
    level: int
    at: datetime
    """When it was written, aware, in UTC."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """For programs: JSON values only."""
    cut: str = CUT
    """The words before the link when a channel had no room for the whole body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiving server made of a letter."""

    ok: bool
    words: str
    """The server's own answer, at most 300 characters, without any secret of ours."""
    fault: Fault | None = None
    """None exactly when ``ok``."""
    retry_after: float | None = None
    """Seconds, if the server said so."""
    reached: bool = True
    """False when the server itself was not reached: all letters of this transport would fail."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an address, as a form asks for it; ``label`` and ``hint`` are message ids."""

    name: str
    label: str
    secret: bool = False
    required: bool = True
    hint: str = ""
    shared: bool = False
    """On a personal channel: the same for everybody of the unit, entered by its administrator."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the installation knows: its mail server, and where the public services are."""

    smtp_url: str = field(repr=False)
    sender: str
    bases: Mapping[str, str]
    timeout: float = 10.0


class Sender(Protocol):
    """An open connection; not to be shared between threads."""

    def send(self, address: Address, letter: Letter) -> Answer:
        """Send one letter. Never raises."""
        ...


class Channel(Protocol):
    """A way to reach people outside of the system."""

    @property
    def kind(self) -> str:
        """The name in tables and settings."""

    @property
    def label(self) -> str:
        """The name on screens, a message id."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What an address consists of."""

    @property
    def per_minute(self) -> int | None:
        """How many letters one address takes in a minute; None without a limit."""

    @property
    def longest(self) -> int | None:
        """How many UTF-8 bytes of text one letter may have; None without a limit."""

    @property
    def personal(self) -> bool:
        """Whether people enter it for themselves; else only administrators do, for a unit."""

    def check(self, address: Address) -> list[tuple[str, Text]]:
        """What is wrong with an address as entered: field and reason."""

    def transport(self, address: Address, ground: Ground) -> str:
        """A key, free of secrets, of what fails together."""

    def open(self, ground: Ground) -> AbstractContextManager[Sender]:
        """A sender for as many letters as there are. Opening never raises."""
