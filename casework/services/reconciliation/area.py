"""Whose schools a bureau reconciles: those below it that lie below no other bureau."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from casework.models import Unit

BUREAUS = ("city_bureau", "county_bureau")
_BETWEEN = aliased(Unit)


def schools_of(session: Session, bureau: Unit) -> Sequence[Unit]:
    """The bureau's own schools, in the order of the tree."""
    query = select(Unit).where(Unit.kind == "school", *_own(bureau))
    return session.scalars(query.order_by(Unit.path)).all()


def bureaus_below(session: Session, bureau: Unit) -> Sequence[Unit]:
    """The bureaus that reconcile the other schools."""
    inside = Unit.path.startswith(bureau.path, autoescape=True)
    query = select(Unit).where(Unit.kind.in_(BUREAUS), inside, Unit.id != bureau.id)
    return session.scalars(query.order_by(Unit.path)).all()


def _own(bureau: Unit) -> tuple[ColumnElement[bool], ...]:
    between = exists().where(
        _BETWEEN.kind.in_(BUREAUS),
        _BETWEEN.id != bureau.id,
        _BETWEEN.path.startswith(bureau.path, autoescape=True),
        Unit.path.startswith(_BETWEEN.path),
    )
    return Unit.path.startswith(bureau.path, autoescape=True), ~between
