"""Everything on a paper that is not what the case says: office, number, signer, dates, wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from casework.clock import LOCAL
from casework.documents.kinds import Kind
from casework.text import N_, Text

NO_HEAD = N_("The red head of this kind is not set.")
NO_NUMBER = N_("The document has no number yet.")
NO_SIGNER = N_("The document has no signer yet.")
NO_DATE = N_("The document has no date yet.")
NO_ADDRESSEE = N_("The document is addressed to nobody.")


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the content of a document.

    ``texts`` are the bureau's own words in place of the kind's fixed texts, by name. ``made_at`` is
    the instant the file claims as its own; ``identifier`` what the file is known by here. A draft
    needs neither number nor signer nor date, and says on every page that it is a draft.
    """

    office: str
    made_at: datetime
    draft: bool = True
    head: str = ""
    number: str = ""
    signer: str = ""
    issued_on: date | None = None
    addressee: str = ""
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    secrecy: str = ""
    urgency: str = ""
    attachments: tuple[str, ...] = ()
    identifier: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    timezone: ZoneInfo = LOCAL


def gaps(kind: Kind, frame: Frame) -> list[Text]:
    """What a frame still lacks before a document of this kind may be issued in it."""
    return [Text(sentence) for needed, sentence in _needs(kind, frame) if needed]


def _needs(kind: Kind, frame: Frame) -> Iterator[tuple[bool, str]]:
    yield kind.redhead and not frame.head, NO_HEAD
    yield bool(kind.series) and not frame.number, NO_NUMBER
    yield not frame.signer, NO_SIGNER
    yield frame.issued_on is None, NO_DATE
    yield kind.addressed and not frame.addressee, NO_ADDRESSEE
