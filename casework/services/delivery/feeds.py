"""The secret address of a person's calendar: 256 random bits, of which only a hash is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import NotFound
from casework.models import CalendarFeed, Case, Clock, Event, User
from casework.notifications.feed import Entry
from casework.permissions import Actor
from casework.services.actors import load_actor
from casework.services.delivery.office import Office
from casework.services.pages.duties import titled
from casework.services.pages.today import APPROVAL, mine
from casework.services.scope import visible
from casework.services.tokens import digest

MOST = 300
"""So many clocks stand in a calendar, the nearest first."""
NOTED = timedelta(hours=1)
"""How exactly it is kept when the calendar was last read."""


def renew(session: Session, actor: Actor) -> str:
    """A new address; the one before leads nowhere any more. It is shown once and never again."""
    token = secrets.token_urlsafe(32)
    feed = session.get(CalendarFeed, actor.user_id)
    if feed is None:
        feed = CalendarFeed(user_id=actor.user_id)
        session.add(feed)
    feed.token_hash, feed.made_at, feed.read_at = digest(token), clock.now(), None
    session.flush()
    return token


def revoke(session: Session, actor: Actor) -> None:
    """The address leads nowhere any more."""
    feed = session.get(CalendarFeed, actor.user_id)
    if feed is not None:
        session.delete(feed)
        session.flush()


def of_token(session: Session, token: str) -> Actor:
    """Whose calendar it is. Raises NotFound for another address or a disabled account."""
    query = select(CalendarFeed.user_id).where(CalendarFeed.token_hash == digest(token))
    user_id = session.scalar(query)
    if user_id is None:
        raise NotFound
    return load_actor(session, user_id, clock.now())


def is_stale(session: Session, actor: Actor) -> bool:
    """True when the note of the last reading is old enough to be written again."""
    read_at = session.get_one(CalendarFeed, actor.user_id).read_at
    return read_at is None or clock.now() - read_at >= NOTED


def note_reading(session: Session, actor: Actor) -> None:
    """Keep that the calendar was read."""
    session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.user_id == actor.user_id)
        .values(read_at=clock.now())
    )


def language(session: Session, actor: Actor, office: Office) -> str:
    """The language in which a person is told outside of the system."""
    return session.get_one(User, actor.user_id).locale or office.locale


def entries(session: Session, actor: Actor, office: Office) -> list[Entry]:
    """The running clocks that are the actor's: number, duty, instants, and nothing about people."""
    locale = language(session, actor, office)
    rows = session.execute(
        select(Clock, Case)
        .join(Case, Clock.case_id == Case.id)
        .join(Case.unit)
        .where(Clock.stopped_at.is_(None), visible(actor), mine(actor))
        .where(Clock.subject_kind != APPROVAL)
        .where(func.coalesce(Clock.target_at, Clock.limit_at).is_not(None))
        .order_by(func.coalesce(Clock.target_at, Clock.limit_at), Clock.id)
        .limit(MOST)
    ).all()
    # A clock that is recomputed keeps its row; its case has an event of it.
    chains = {case.chain for _, case in rows}
    last = select(Event.case_key, func.max(Event.at)).where(Event.case_key.in_(chains))
    changed = dict(session.execute(last.group_by(Event.case_key)).all())
    return [
        Entry(
            uid=f"clock-{clock_row.id}",
            number=case.number,
            duty=office.render(titled(clock_row.terms["title"], clock_row.recipient), locale),
            target_at=clock_row.target_at,
            limit_at=clock_row.limit_at,
            url=office.links.page(f"/cases/{case.number}"),
            updated_at=changed.get(case.chain, clock_row.born_at),
        )
        for clock_row, case in rows
    ]
