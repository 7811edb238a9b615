"""The page of a unit's wording: every text with what would stand without it, and the own kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.documents.catalogue import KINDS
from casework.documents.kinds import ItemType
from casework.errors import NotFound
from casework.models import DocumentTemplate, Unit
from casework.permissions import BUREAU_KINDS, Actor, Permission
from casework.services.actors import school_of
from casework.services.documents import issuing, own_kinds, wording
from casework.services.documents.gathering.own import NAMES
from casework.services.documents.wording import COPIES, HEAD, MARK, NUMBER, TEXT, Wording
from casework.services.pages.forms import Option, as_is
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

MOST = 200
MARKS, PATTERN = N_("Mark of the office in the numbers"), N_("How the numbers are written")
RED_HEAD = wording.GENERAL["head"]
COPIES_OF = N_("Copies of this kind go to")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text: what this unit has set, what stands otherwise, and who set that."""

    name: str
    label: str
    own: str
    usual: str
    by: str
    several: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that belong together; ``sample`` shows the next number of a series."""

    title: Text
    lines: tuple[TextLine, ...]
    sample: str = ""


@dataclass(frozen=True, slots=True)
class OwnKind:
    """A kind that this bureau has added."""

    id: int
    name: str
    title: str
    version: int
    case_types: tuple[str, ...]
    fields: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class WordingPage:
    """The wording of one unit."""

    unit_id: int
    unit: str
    units: tuple[Option, ...]
    general: Group
    series: tuple[Group, ...]
    kinds: tuple[Group, ...]
    bureau: bool
    own_kinds: tuple[OwnKind, ...] = ()
    case_types: tuple[Option, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    types: tuple[str, ...] = ()


def wording_page(session: Session, actor: Actor, unit_id: int | None) -> WordingPage:
    """The wording of a unit that the actor keeps; the own one first. Raises NotFound."""
    units = _units(session, actor)
    unit = next((one for one in units if one.id == unit_id), units[0] if units else None)
    if unit is None or (unit_id is not None and unit.id != unit_id):
        raise NotFound
    said = wording.of(session, unit)
    setters = {text.unit_id for text in said.above.values()}
    rows = session.scalars(select(Unit).where(Unit.id.in_(setters)))
    writer = _Writer(said, {one.id: one.name for one in rows})
    bureau = unit.kind in BUREAU_KINDS
    return WordingPage(
        unit_id=unit.id,
        unit=unit.name,
        units=tuple(Option(str(one.id), as_is(one.name)) for one in units),
        general=writer.general(),
        series=tuple(writer.series(session)),
        kinds=tuple(writer.kinds()),
        bureau=bureau,
        own_kinds=tuple(_own(row) for row in own_kinds.of_unit(session, unit)) if bureau else (),
        case_types=tuple(Option(name, Text(one.title)) for name, one in WORKFLOWS.items()),
        known={name: label for name, (label, _) in NAMES.items()},
        types=tuple(kind.value for kind in own_kinds.TYPES),
    )


TYPES: Mapping[str, str] = {
    ItemType.TEXT: N_("Paragraphs"),
    ItemType.LINE: N_("One line"),
    ItemType.INTEGER: N_("A whole number"),
    ItemType.DATE: N_("A day"),
    ItemType.DATETIME: N_("A day and a time"),
}
"""What the entries of an own kind can be."""


class _Writer:
    """Puts the names of texts together with what stands there now."""

    def __init__(self, said: Wording, names: Mapping[int, str]) -> None:
        self._said, self._names = said, names

    def general(self) -> Group:
        usual = {
            "office": self._said.unit.name,
            "head": f"{self._said.office}文件",
            "printed_by": self._said.office,
        }
        labels = {**wording.GENERAL, **wording.SETTINGS}
        lines = (self._line(name, label, usual.get(name, "")) for name, label in labels.items())
        return Group(Text(N_("Office and contacts")), tuple(lines))

    def series(self, session: Session) -> list[Group]:
        found, today = [], clock.now().astimezone(LOCAL).date()
        for name, kinds in wording.SERIES.items():
            usual = wording.usual_mark(self._said.office, name)
            lines = (
                self._line(MARK + name, MARKS, usual),
                self._line(NUMBER + name, PATTERN, kinds[0].number),
            )
            title = Text("%(kinds)s", {"kinds": [Text(kind.title) for kind in kinds]})
            sample = issuing.offers_number(session, kinds[0], self._said, today)
            found.append(Group(title, lines, sample))
        return found

    def kinds(self) -> list[Group]:
        found = []
        for kind in KINDS.values():
            lines = [
                self._line(f"{TEXT}{kind.name}.{one.name}", one.label, one.text, several=True)
                for one in kind.texts
            ]
            if kind.newsletter:
                lines.append(self._line(HEAD + kind.name, RED_HEAD, self._said.head(kind)))
            if kind.redhead:
                lines.append(self._line(COPIES + kind.name, COPIES_OF, "", several=True))
            if lines:
                found.append(Group(Text(kind.title), tuple(lines)))
        return found

    def _line(self, name: str, label: str, usual: str, *, several: bool = False) -> TextLine:
        above = self._said.above.get(name)
        return TextLine(
            name=name,
            label=label,
            own=self._said.own.get(name, ""),
            usual=above.value if above else usual,
            by=self._names.get(above.unit_id, "") if above else "",
            several=several or name == "copies_to",
        )


def _own(row: DocumentTemplate) -> OwnKind:
    return OwnKind(
        id=row.id,
        name=row.name,
        title=row.title,
        version=row.version,
        case_types=tuple(WORKFLOWS[name].title for name in row.case_types),
        fields=tuple(row.fields),
    )


def _units(session: Session, actor: Actor) -> list[Unit]:
    """The bureaus and schools whose wording the actor keeps, the own ones first."""
    paths = actor.paths(Permission.WORDING_KEEP)
    kinds = (*BUREAU_KINDS, "school")
    rows = session.scalars(select(Unit).where(Unit.kind.in_(kinds)).order_by(Unit.path)).all()
    found = [unit for unit in rows if any(unit.path.startswith(path) for path in paths)]
    own = {
        school_of(session, session.get_one(Unit, post.unit_id)).id
        for post in actor.posts
        if post.unit_id
    }
    return sorted(found, key=lambda unit: unit.id not in own)[:MOST]
