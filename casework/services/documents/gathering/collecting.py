"""From a matter to the values of its document: what is recorded or set, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from casework.permissions import Actor
from casework.services.documents import frames, wording
from casework.services.documents.gathering.catalogue import GATHERERS
from casework.services.documents.gathering.matter import Matter
from casework.services.documents.gathering.own import by_name
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.documents.values import Values


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known. ``locked`` entries come from the records and are nobody's to write."""

    values: Values
    locked: frozenset[str] = field(default_factory=frozenset)


def gather(session: Session, press: Press, actor: Actor, held: Held) -> Gathered:
    """The values of a document as far as the system knows them now, and the actor may know them."""
    said = wording.of(session, held.office)
    settings = said.settings()
    usual: Values = {
        item.name: settings[item.setting] for item in held.kind.items if item.setting in settings
    }
    own = held.document.template_id is not None
    gatherer = by_name if own else GATHERERS.get(held.kind.name)
    found, locked = gatherer(Matter(session, press, actor, held)) if gatherer else ({}, frozenset())
    asked = {item.name for item in frames.entries(held.kind)}
    known = {**frames.prefilled(said, held.kind), **usual, **found}
    return Gathered(
        {name: value for name, value in known.items() if name in asked and value not in (None, "")},
        locked & asked,
    )
