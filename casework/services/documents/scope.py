"""Which documents an actor may know of: one condition for one of them, for lists and for counts.

A school's own documents are seen by whoever sees the matter from a post; those of a bureau by the
bureau and above, and below it only once they have been delivered there. Of a case that names
somebody, that person sees none.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from casework.errors import NotFound
from casework.models import Case, Document, DocumentDelivery, Unit
from casework.models.document import LASTING
from casework.permissions import BUREAU_KINDS, Actor, Permission
from casework.services import scope as cases

_ISSUER, _ABOUT, _TOLD = aliased(Unit), aliased(Unit), aliased(Unit)


@lru_cache(cases.KNOWN)
def known(actor: Actor) -> Select[Document]:
    """The statement that finds the documents the actor may know of."""
    paths = actor.paths(Permission.DOCUMENT_READ)
    issuing = or_(_at(_ISSUER, paths), and_(_ISSUER.kind.not_in(BUREAU_KINDS), _around(paths)))
    told = exists().where(
        DocumentDelivery.document_id == Document.id,
        _TOLD.id == DocumentDelivery.unit_id,
        _at(_TOLD, paths),
    )
    return (
        select(Document)
        .join(_ISSUER, Document.unit_id == _ISSUER.id)
        .outerjoin(_ABOUT, Document.about_id == _ABOUT.id)
        .where(
            or_(issuing, and_(Document.state.in_(LASTING), told)),
            or_(Document.case_id.is_(None), Document.case_id.in_(_cases(actor))),
        )
    )


def load(session: Session, actor: Actor, document_id: int, *, lock: bool = False) -> Document:
    """The document, locked if asked. Raises NotFound, also when out of scope."""
    query = known(actor).where(Document.id == document_id)
    if lock:
        query = query.with_for_update(of=Document).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _cases(actor: Actor) -> Select[int]:
    return select(Case.id).join(Case.unit).where(cases.visible(actor)).correlate(None)


def _around(paths: tuple[str, ...]) -> ColumnElement[bool]:
    """The case, or the unit it is about, lies where the actor has a post."""
    reached = select(Case.id).join(Case.unit).where(cases.reached(paths)).correlate(None)
    of_unit = and_(Document.case_id.is_(None), _at(_ABOUT, paths))
    return or_(Document.case_id.in_(reached), of_unit)


def _at(unit: type[Unit], paths: Iterable[str]) -> ColumnElement[bool]:
    return or_(false(), *(unit.path.startswith(path, autoescape=True) for path in paths))
