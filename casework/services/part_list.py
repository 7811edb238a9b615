"""Cases seen in part on lists: which of them a filter may find, and by what they may be known.

A filter on what is withheld would tell it: such a filter finds no case that is seen in part.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Unit
from casework.permissions import Actor
from casework.services import parts
from casework.services.scope import parse_number, visible


def late(actor: Actor, as_of: object) -> ColumnElement[bool]:
    """A running duty of the actor's part has passed its last instant."""
    return exists().where(
        Clock.case_id == Case.id,
        Clock.stopped_at.is_(None),
        Clock.rule_id.in_(parts.clocks_told(actor)),
        Clock.target_at.is_not(None),
        func.coalesce(Clock.limit_at, Clock.target_at) < as_of,
    )


def by_number(words: str) -> ColumnElement[bool]:
    """The case with this number, or with this digits in it; nothing else is searched."""
    parsed = parse_number(words.strip().upper())
    if parsed is not None:
        return and_(Case.id == parsed[1], Case.case_type == parsed[0])
    digits = words.strip()
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 12
    return Case.id == int(digits) if plain else false()


def told_clocks(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The clocks that lists may show: all of a whole case, of a part those that belong to it."""
    if not parts.sees_parts(actor):
        return Clock.id.is_not(None)
    whole = select(Case.id).join(Unit, Case.unit_id == Unit.id).where(visible(actor))
    return or_(Clock.rule_id.in_(parts.clocks_told(actor)), Clock.case_id.in_(whole))
