"""Beginning a document about a unit: a class's day, a day of all schools, a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.documents.catalogue import KINDS
from casework.documents.kinds import About, Kind
from casework.models import Unit
from casework.permissions import Actor, Permission
from casework.services.documents import people
from casework.services.pages.forms import Option, as_is
from casework.text import Text

MOST = 300


@dataclass(frozen=True, slots=True)
class NewPage:
    """What can be begun, and about which units."""

    kinds: tuple[Option, ...]
    units: tuple[Option, ...]
    today: date


def new_page(session: Session, actor: Actor) -> NewPage:
    """The kinds about units that the actor writes, and the units within reach that they fit."""
    kinds = [kind for kind in KINDS.values() if About.UNIT in kind.about and writes(actor, kind)]
    wanted = {unit_kind for kind in kinds for unit_kind in kind.unit_kinds or ("school",)}
    return NewPage(
        kinds=tuple(Option(kind.name, Text(kind.title)) for kind in kinds),
        units=tuple(_units(session, actor, wanted)),
        today=clock.today(),
    )


def writes(actor: Actor, kind: Kind) -> bool:
    """True when some post of the actor writes documents of the kind."""
    return any(people.at_path(actor, kind.drafters, post.path) is not None for post in actor.posts)


def _units(session: Session, actor: Actor, kinds: set[str]) -> list[Option]:
    paths = actor.paths(Permission.DOCUMENT_WRITE)
    inside = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    query = select(Unit).where(Unit.kind.in_(kinds), inside).order_by(Unit.path).limit(MOST)
    rows = session.scalars(query).all() if paths and kinds else []
    above = {
        unit.id: unit.name
        for unit in session.scalars(
            select(Unit).where(Unit.id.in_({row.parent_id for row in rows if row.parent_id}))
        )
    }
    return [Option(str(row.id), as_is(_name(row, above))) for row in rows]


def _name(unit: Unit, above: dict[int, str]) -> str:
    """A class is told with what is above it."""
    parent = above.get(unit.parent_id or 0, "")
    small = unit.kind in {"class", "dormitory", "bus", "placement"}
    return f"{parent} {unit.name}" if small and parent else unit.name
