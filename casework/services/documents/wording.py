"""What a unit writes in its documents: set by itself, else by the nearest above it, else as usual.

Names: ``office`` (发文机关署名), ``head`` and ``head.<kind>`` (发文机关标志), ``mark.<series>``
(机关代字), ``number.<series>`` (the pattern of its numbers), ``copies_to`` and ``copies_to.<kind>``
(抄送), ``printed_by`` (印发机关), the settings that items name, and ``text.<kind>.<name>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.documents.catalogue import KINDS
from casework.documents.kinds import Kind
from casework.models import DocumentWording, Unit
from casework.services.actors import ancestors
from casework.text import N_

GENERAL: Mapping[str, str] = {
    "office": N_("Name under the document"),
    "head": N_("Red head"),
    "printed_by": N_("Printed by"),
    "copies_to": N_("Copies go to"),
}
SETTINGS: Mapping[str, str] = {
    "appeal_office": N_("Where to appeal"),
    "appeal_phone": N_("Telephone for appeals"),
    "appeal_within": N_("Time limit for appeals"),
    "contact": N_("Whom to ask"),
    "contact_phone": N_("Telephone of whom to ask"),
    "duty_phone": N_("Telephone of the duty desk"),
}
"""What items are prefilled with; a test holds it against the catalogue."""
MARK, NUMBER, TEXT, COPIES, HEAD = "mark.", "number.", "text.", "copies_to.", "head."
OF_ONE = ("office", "head", "printed_by", MARK)
"""What belongs to one office: no school signs, or numbers, as its bureau does."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text in force at a unit, and the unit that set it."""

    value: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Every text in force at one unit: its ``own`` ones, else those of the units ``above`` it."""

    unit: Unit
    said: Mapping[str, Said]
    own: Mapping[str, str] = field(default_factory=dict)
    above: Mapping[str, Said] = field(default_factory=dict)

    def get(self, name: str, usual: str = "") -> str:
        """The text of this name, or what is usual."""
        found = self.said.get(name)
        return found.value if found else usual

    @property
    def office(self) -> str:
        """Who stands under the document."""
        return self.get("office", self.unit.name)

    def head(self, kind: Kind) -> str:
        """The red head; what comes out in issues has one of its own."""
        usual = kind.usual_head.format(office=self.office)
        return self.get(HEAD + kind.name if kind.newsletter else "head", usual)

    def mark(self, series: str) -> str:
        """The 机关代字 of a series."""
        return self.get(MARK + series, usual_mark(self.office, series))

    def pattern(self, kind: Kind) -> str:
        """How the numbers of the kind's series are written."""
        return self.get(NUMBER + kind.series, kind.number)

    def copies_to(self, kind: Kind) -> list[str]:
        """To whom copies of the kind go."""
        lines = self.get(COPIES + kind.name, self.get("copies_to"))
        return [line.strip() for line in lines.splitlines() if line.strip()]

    def texts(self, kind: Kind) -> dict[str, str]:
        """The fixed texts of a kind."""
        return {one.name: self.get(f"{TEXT}{kind.name}.{one.name}", one.text) for one in kind.texts}

    def settings(self) -> dict[str, str]:
        """What items are prefilled with, as far as somebody has set it."""
        return {name: self.said[name].value for name in SETTINGS if name in self.said}


def of(session: Session, unit: Unit) -> Wording:
    """The wording in force at a unit."""
    rows = session.scalars(
        select(DocumentWording)
        .join(Unit, DocumentWording.unit_id == Unit.id)
        .where(DocumentWording.unit_id.in_(ancestors(unit.path)))
        .order_by(func.length(Unit.path))
    )
    own: dict[str, str] = {}
    above: dict[str, Said] = {}
    for row in rows:
        if row.unit_id == unit.id:
            own[row.name] = row.value
        elif not row.name.startswith(OF_ONE):
            above[row.name] = Said(row.value, row.unit_id)
    said = {**above, **{name: Said(value, unit.id) for name, value in own.items()}}
    return Wording(unit, said, own, above)


def usual_mark(office: str, series: str) -> str:
    """A mark to begin with: the office's short name and the sign of the series."""
    return f"{office}{_SIGNS.get(series, '' if series in SERIES else series)}"


def names() -> Iterable[str]:
    """Every name that a text may have."""
    yield from GENERAL
    yield from SETTINGS
    for series in SERIES:
        yield MARK + series
        yield NUMBER + series
    for kind in KINDS.values():
        yield COPIES + kind.name
        yield HEAD + kind.name
        yield from (f"{TEXT}{kind.name}.{one.name}" for one in kind.texts)


_SIGNS = {"supervision": "督", "audit": "审", "bulletin": "通报"}
SIGNED: Mapping[str, str] = {sign: series for series, sign in _SIGNS.items()}
"""The series of each sign: what prints the same sign takes its numbers from the same row."""
SERIES: Mapping[str, tuple[Kind, ...]] = {
    series: tuple(kind for kind in KINDS.values() if kind.series == series)
    for series in dict.fromkeys(kind.series for kind in KINDS.values() if kind.series)
}
"""The series of numbers, with the kinds that share each."""
