"""What a digest contained, line by line, for whose address it went to, as far as they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Delivery, Endpoint, Message, Parcel, Unit
from casework.notifications.channels import CHANNELS
from casework.notifications.channels.answers import without_names
from casework.permissions import Actor, Permission
from casework.services.pages.inbox import MessageLine, Words
from casework.services.parts import in_part
from casework.services.scope import visible

PAGE = 200


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """One parcel with a page of its lines; ``hidden`` counts what the reader may not see."""

    uid: str
    channel: str
    owner: str
    made_at: datetime
    sent_at: datetime | None
    answer: str
    size: int
    hidden: int
    lines: tuple[MessageLine, ...]
    after: int | None


def parcel_page(session: Session, actor: Actor, uid: str, after: int = 0) -> ParcelPage:
    """A parcel by its number. Raises NotFound for who has nothing to do with where it went."""
    found = session.execute(
        select(Parcel, Endpoint, Unit)
        .join(Endpoint, Endpoint.id == Parcel.endpoint_id)
        .outerjoin(Unit, Unit.id == Endpoint.unit_id)
        .where(Parcel.uid == uid)
    ).one_or_none()
    if found is None or not _concerns(actor, found[1], found[2]):
        raise NotFound
    parcel, endpoint, unit = found
    inside = (
        select(Delivery.id, Message, Case)
        .join(Message, Message.id == Delivery.message_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(Delivery.parcel_id == parcel.id, _seen(session, actor))
    )
    page = inside.where(Delivery.id > after).order_by(Delivery.id).limit(PAGE + 1)
    rows = session.execute(page).all()
    seen = session.scalar(select(func.count()).select_from(inside.subquery())) or 0
    words = Words(session, [row[1] for row in rows])
    return ParcelPage(
        uid=parcel.uid,
        channel=CHANNELS[endpoint.channel].label,
        owner=unit.name if unit is not None else "",
        made_at=parcel.made_at,
        sent_at=parcel.sent_at,
        answer=without_names(parcel.answer),
        size=parcel.size,
        hidden=parcel.size - seen,
        lines=tuple(words.line(message, case) for _, message, case in rows[:PAGE]),
        after=rows[PAGE - 1][0] if len(rows) > PAGE else None,
    )


def _concerns(actor: Actor, endpoint: Endpoint, unit: Unit | None) -> bool:
    """The own address, or the channel of a unit at which one works or whose channels one reads."""
    if endpoint.user_id is not None:
        return endpoint.user_id == actor.user_id
    if unit is None:
        return False
    works_there = any(unit.path in (post.path, post.home) for post in actor.posts)
    return works_there or actor.can(Permission.CHANNEL_READ, unit.path)


def _seen(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The messages about cases whose number the actor may know, and about units in reach."""
    case = (
        select(Case.id)
        .join(Case.unit)
        .where(Case.id == Message.case_id, or_(visible(actor), in_part(session, actor)))
        .correlate(Message)
        .exists()
    )
    reach = [Unit.path.startswith(post.path, autoescape=True) for post in actor.posts]
    near = (
        select(Unit.id)
        .where(Unit.id == Message.unit_id, or_(false(), *reach))
        .correlate(Message)
        .exists()
    )
    own = Message.user_id == actor.user_id
    return or_(case, and_(Message.case_id.is_(None), or_(own, near)))
