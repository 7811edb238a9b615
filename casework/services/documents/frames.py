"""What surrounds the content of a document: its office and number, to whom it goes, who signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.documents.frame import Frame
from casework.documents.items import choice, line, lines
from casework.documents.kinds import Item, Kind
from casework.services.documents.wording import Wording
from casework.text import N_

ADDRESSEE, COPIES, ATTACHMENTS, URGENCY = (
    *("frame_addressee", "frame_copies_to"),
    *("frame_attachments", "frame_urgency"),
)
# No secrecy (密级): what is a state secret must never be written in this system.
URGENCIES = {"urgent": "加急", "most_urgent": "特急"}
ITEMS: Mapping[str, Item] = {
    ADDRESSEE: line(ADDRESSEE, N_("Addressed to"), "主送"),
    COPIES: lines(COPIES, N_("Copies go to"), "抄送", required=False),
    ATTACHMENTS: lines(ATTACHMENTS, N_("Attachments"), "附件", required=False),
    URGENCY: choice(URGENCY, N_("Urgency"), "紧急程度", URGENCIES, required=False),
}
DATES, INSTANTS = ("issued_on", "printed_on"), ("made_at",)
LISTS = ("copies_to", "attachments")


def items(kind: Kind) -> tuple[Item, ...]:
    """The entries about the frame that a form of this kind asks for."""
    if kind.redhead:
        return tuple(ITEMS.values())
    return (ITEMS[ADDRESSEE], ITEMS[ATTACHMENTS]) if kind.addressed else ()


def entries(kind: Kind) -> tuple[Item, ...]:
    """Everything that a form of this kind asks for, without what follows from another entry."""
    return (*(item for item in kind.items if not item.of), *items(kind))


def prefilled(wording: Wording, kind: Kind) -> dict[str, object]:
    """What the office has set for the frame of this kind."""
    copies = wording.copies_to(kind)
    return {COPIES: copies} if kind.redhead and copies else {}


def draft(
    wording: Wording, kind: Kind, values: Mapping[str, Any], at: datetime, zone: ZoneInfo
) -> Frame:
    """The frame of a document that is not issued."""
    return Frame(
        office=wording.office,
        head=wording.head(kind),
        made_at=at,
        addressee=str(values.get(ADDRESSEE) or ""),
        copies_to=tuple(values.get(COPIES) or ()),
        attachments=tuple(values.get(ATTACHMENTS) or ()),
        urgency=URGENCIES.get(str(values.get(URGENCY) or ""), ""),
        texts=wording.texts(kind),
        timezone=zone,
    )


def as_data(frame: Frame) -> dict[str, Any]:
    """The frame as JSON holds it."""
    found: dict[str, Any] = {}
    for field in fields_of(frame):
        value = getattr(frame, field.name)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, ZoneInfo):
            value = value.key
        elif isinstance(value, Mapping):
            value = dict(value)
        found[field.name] = list(value) if field.name in LISTS else value
    return found


def from_data(data: Mapping[str, Any]) -> Frame:
    """The same frame again."""
    given = dict(data)
    for name in DATES:
        given[name] = date.fromisoformat(given[name]) if given[name] else None
    for name in INSTANTS:
        given[name] = datetime.fromisoformat(given[name])
    for name in LISTS:
        given[name] = tuple(given[name])
    return Frame(**{**given, "timezone": ZoneInfo(given["timezone"])})
