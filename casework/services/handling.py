"""Who handles a case: the unit it lies at, its hand-overs, the schools that join, the scene.

``case.unit`` always is the unit that handles it. Where it happened is the scene: the same unit,
unless the case went past the school to the bureau or was handed over since.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Party, Unit
from casework.permissions import Role
from casework.services.messages import send
from casework.services.standins import reach
from casework.workflows.case import Context

SCENE, LEAD, JOINING = "scene", "lead", "joining"


def scene_of(session: Session, case: Case) -> Unit:
    """Where it happened."""
    query = select(Unit).join(Party, Party.unit_id == Unit.id)
    found = session.scalar(query.where(Party.case_id == case.id, Party.kind == SCENE))
    return found or case.unit


def joining(session: Session, case_id: int) -> list[Unit]:
    """The schools that take part now, besides the unit that handles the case."""
    query = select(Unit).join(Party, Party.unit_id == Unit.id)
    now = (Party.case_id == case_id, Party.kind == JOINING, Party.until_at.is_(None))
    return list(session.scalars(query.where(*now).order_by(Party.id)))


def hand_overs(session: Session, case_id: int) -> int:
    """How often the case has been handed over."""
    query = select(func.count(Party.id)).where(Party.case_id == case_id, Party.kind == LEAD)
    return session.scalar(query) or 0


def place_at(session: Session, case: Case, scene: Unit, at: datetime) -> None:
    """Keep where it happened, when another unit handles the case."""
    if scene.id != case.unit_id:
        session.add(Party(case_id=case.id, unit_id=scene.id, kind=SCENE, since=at))
        session.flush()


def reassign(session: Session, case: Case, context: Context) -> None:
    """Hand the case over: the clocks run on at the new unit, which has still to accept it."""
    at, scene = context.now, scene_of(session, case)
    lead = session.get_one(Unit, cast("int", context.fields["unit_id"]))
    known = session.scalar(
        select(Party.id).where(Party.case_id == case.id, Party.kind == SCENE).limit(1)
    )
    if known is None and scene.id != lead.id:
        session.add(Party(case_id=case.id, unit_id=scene.id, kind=SCENE, since=at))
    session.execute(
        update(Party)
        .where(Party.case_id == case.id, Party.kind == JOINING, Party.until_at.is_(None))
        .values(until_at=at)
    )
    joined = cast("Sequence[int]", context.fields.get("joining") or ())
    rows = [Party(case_id=case.id, unit_id=one, kind=JOINING, since=at) for one in joined]
    session.add_all([Party(case_id=case.id, unit_id=lead.id, kind=LEAD, since=at), *rows])
    case.unit, case.lead_id = lead, None
    session.flush()
    running = (Clock.case_id == case.id, Clock.stopped_at.is_(None))
    session.execute(update(Clock).where(*running).values(unit_id=lead.id))
    _tell(session, case, joined, at)


def take_over(session: Session, case: Case, context: Context) -> None:
    """The new unit accepts the case: whoever does it leads it."""
    case.lead_id = context.actor_id
    session.execute(
        update(Party)
        .where(Party.case_id == case.id, Party.kind == LEAD, Party.accepted_at.is_(None))
        .values(accepted_at=context.now, accepted_by=context.actor_id)
    )


def _tell(session: Session, case: Case, joined: Sequence[int], at: datetime) -> None:
    """The new unit's safety lead, or who answers for the post, and those of the joining schools."""
    units = [case.unit, *(session.get_one(Unit, one) for one in joined)]
    users = [
        user for unit in units for user in reach(session, Role.SAFETY_LEAD, case, at, unit=unit)
    ]
    send(session, users, "handed_over", {"number": case.number}, at=at, case=case)
