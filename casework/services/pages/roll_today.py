"""The roll on the first page: the own class by one tap, and how the rolls of a school stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.models.period import UNIT_KINDS
from casework.permissions import PERMISSIONS, Actor, Permission, Role
from casework.services.pages.roll import OPEN, chosen
from casework.services.rolls import owed
from casework.services.rolls.owed import DUE
from casework.services.rolls.shapes import Due
from casework.text import N_

LEADS = frozenset({Role.GRADE_LEAD, Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL})
"""Whose post it is that all classes below them are called."""
OF_SCHOOL = N_("Rolls of the school")
OF_GRADE = N_("Rolls of the grade")


@dataclass(frozen=True, slots=True)
class RollCard:
    """The roll to call now, with how many others wait; or the sum of a school or grade.

    ``due_by``: when the first of those that have begun is due, unless all are saved or missing.
    """

    due: Due | None
    waiting: int
    saved: int
    expected: int
    missing: int
    leads: bool
    title: str
    due_by: datetime | None


def roll_card(session: Session, actor: Actor) -> RollCard | None:
    """The card of the first page; None for whoever has nothing to do with rolls today."""
    own = _dues(session, _own_paths(actor))
    leads = [post for post in actor.posts if post.powers in LEADS]
    school = _dues(session, [post.path for post in leads])
    if not own and not school:
        return None
    begun = [due for due in school if due.state != "later"]
    return RollCard(
        due=chosen(own),
        waiting=sum(due.state in OPEN for due in own),
        saved=sum(due.state == "saved" for due in begun),
        expected=len(begun),
        missing=sum(due.state == "missing" for due in begun),
        leads=bool(school),
        title=OF_GRADE if all(post.unit_kind == "grade" for post in leads) else OF_SCHOOL,
        due_by=min((d.target_at for d in begun if d.state == DUE and d.target_at), default=None),
    )


def _own_paths(actor: Actor) -> list[str]:
    return [
        post.path
        for post in actor.posts
        if post.unit_kind in UNIT_KINDS and Permission.ROLL_CALL in PERMISSIONS[post.role]
    ]


def _dues(session: Session, paths: list[str]) -> tuple[Due, ...]:
    if not paths:
        return ()
    inside = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    query = select(Unit).where(Unit.kind.in_(UNIT_KINDS), inside).order_by(Unit.path)
    return owed.dues_of(session, session.scalars(query).all(), clock.today())
