"""The kinds of documents of an installation: the catalogue, and those that bureaus have added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.documents.catalogue import KINDS
from casework.documents.kinds import About, Column, Item, ItemType, Kind, Level
from casework.errors import NotFound
from casework.models import Document, DocumentTemplate, Unit
from casework.permissions import Role
from casework.services.actors import ancestors

OWN = "own_"
"""How the names of kinds begin that a bureau has added."""
SCHOOL = (Role.TEACHER, Role.SAFETY_LEAD, Role.DEPUTY, Role.BUREAU_OFFICER)
LEADERS = (Role.PRINCIPAL, Role.BUREAU_LEADER)


def kind_of(session: Session, document: Document) -> Kind:
    """The kind of a document."""
    if document.template_id is None:
        return KINDS[document.kind]
    return made_from(session.get_one(DocumentTemplate, document.template_id))


def named(session: Session, name: str, unit: Unit) -> tuple[Kind, DocumentTemplate | None]:
    """The kind of this name as it stands at a unit. Raises NotFound."""
    if name in KINDS:
        return KINDS[name], None
    for row in templates_at(session, unit):
        if row.name == name:
            return made_from(row), row
    raise NotFound


def templates_at(session: Session, unit: Unit) -> list[DocumentTemplate]:
    """The kinds that bureaus above the unit have added and not ended, the newest of each name."""
    query = select(DocumentTemplate).where(
        DocumentTemplate.unit_id.in_(ancestors(unit.path)), DocumentTemplate.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(DocumentTemplate.title, DocumentTemplate.id)))


def made_from(row: DocumentTemplate) -> Kind:
    """The kind that a template of a bureau makes."""
    return Kind(
        name=row.name,
        title=row.title,
        word=row.title,
        about=(About.CASE,),
        level=Level.OWN,
        items=tuple(_item(field) for field in row.fields),
        parts=(),
        drafters=SCHOOL,
        issuers=LEADERS,
        signers=LEADERS,
        case_types=tuple(row.case_types),
        series=row.series,
        number="{mark}〔{year}〕{n}号" if row.series else "",
        version=row.version,
    )


def _item(field: Mapping[str, Any]) -> Item:
    label = str(field["label"])
    return Item(
        name=str(field["name"]),
        label=label,
        printed=label,
        type=ItemType(field.get("type", ItemType.TEXT)),
        required=bool(field.get("required", True)),
        columns=tuple(Column(str(name), str(name), str(name)) for name in field.get("columns", ())),
    )
