"""A document held for a step: locked with what heads its chain, and the step written there.

A document about a case belongs on the case's chain. Until a bureau has issued one, its steps stand
on the bureau's own: the school reads the chain of its case, and is told when it is time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.documents.kinds import Kind
from casework.errors import Stale
from casework.models import Case, Document, Unit, User
from casework.models.document import LASTING
from casework.permissions import BUREAU_KINDS, Actor, Standing
from casework.services import timeline
from casework.services.documents import scope
from casework.services.documents.kinds import kind_of
from casework.services.documents.people import Scene
from casework.services.locking import NO_KEY
from casework.services.messages import send
from casework.services.scope import load_case

KIND = "document"


@dataclass(frozen=True, slots=True)
class Held:
    """A document with what it is about, locked: case, office, document.

    ``place`` is where it is about: the unit that handles the case, or the unit itself.
    """

    document: Document
    kind: Kind
    case: Case | None
    place: Unit

    @property
    def office(self) -> Unit:
        """The unit that issues it."""
        return self.document.unit

    @property
    def scene(self) -> Scene:
        """Where it belongs, as the question who may do what asks for it."""
        return Scene(self.kind, self.office, self.place, self.case)

    @property
    def subject(self) -> Case | Unit:
        """What heads the chain on which its next step is written."""
        hidden = self.office.kind in BUREAU_KINDS and self.document.state not in LASTING
        return self.office if self.case is None or hidden else self.case


def hold(session: Session, actor: Actor, document_id: int, version: int | None = None) -> Held:
    """The document, locked in the order of all doors. Raises NotFound out of scope, Stale."""
    known = scope.load(session, actor, document_id)
    number = session.get_one(Case, known.case_id).number if known.case_id else None
    case = load_case(session, actor, number, lock=True) if number else None
    office = session.get_one(Unit, known.unit_id)
    if case is None or office.kind in BUREAU_KINDS:
        office = locked(session, office.id)
    document = scope.load(session, actor, document_id, lock=True)
    if version is not None and version != document.version:
        raise Stale
    return Held(document, kind_of(session, document), case, place_of(session, document, case))


def place_of(session: Session, document: Document, case: Case | None) -> Unit:
    """Where a document is about."""
    if case is not None:
        return case.unit
    return session.get_one(Unit, document.about_id or document.unit_id)


def locked(session: Session, unit_id: int) -> Unit:
    """The unit with the head of its chain, locked."""
    return session.get_one(Unit, unit_id, with_for_update=NO_KEY, populate_existing=True)


def record(
    session: Session,
    held: Held,
    actor: Actor,
    standing: Standing,
    action: str,
    at: datetime,
    texts: Mapping[str, str] | None = None,
    **more: Any,
) -> int:
    """Write a step; its place on the chain."""
    document = held.document
    stands = {"stands_for": standing.stands_for.value} if standing.stands_for else {}
    data = {KIND: document.id, "kind": document.kind, **more, **stands}
    entry = timeline.Entry(
        at,
        action,
        actor.user_id,
        standing.role.value,
        data=timeline.plain(data),
        private=texts or {},
    )
    return timeline.append(session, held.subject, entry).seq


def tell(
    session: Session, held: Held, users: Iterable[User], template: str, at: datetime, **more: Any
) -> None:
    """Tell those whom a step concerns; by the kind and the number of the case or the unit."""
    about = held.case.number if held.case else held.place.name
    params = {"number": about, "document": held.kind.title, "document_id": held.document.id}
    send(session, users, template, {**params, **more}, at=at, case=held.case)


def accounts(session: Session, *ids: int | None, besides: int | None = None) -> list[User]:
    """The accounts with these ids."""
    wanted = [one for one in ids if one is not None and one != besides]
    return [session.get_one(User, one) for one in wanted]
