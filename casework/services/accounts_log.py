"""Who changed whose account, and what was imported: on the chain of a unit, without a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import commonpath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.permissions import SYSTEM, Actor, Permission, Role
from casework.services import timeline
from casework.services.timeline import Entry


def note(
    session: Session,
    actor: Actor,
    path: str,
    action: str,
    data: Mapping[str, Any],
    role: Role = Role.ADMIN,
    private: Mapping[str, str] | None = None,
) -> None:
    """Write one event on the chain of the unit at ``path``, which stays locked meanwhile."""
    query = (
        select(Unit)
        .where(Unit.path == path)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    unit = session.scalars(query).one()
    acted = Role.SYSTEM if actor is SYSTEM else role
    entry = Entry(clock.now(), action, actor.user_id, acted.value, data=dict(data), private=private)
    timeline.append(session, unit, entry)
    session.flush()


def common_path(session: Session, actor: Actor, paths: Iterable[str]) -> str | None:
    """The unit that has all these below it; else the actor's own, the topmost, or none."""
    found = commonpath(list(paths) or ["/"]).rstrip("/") + "/"
    if found != "/":
        return found
    own = actor.paths(Permission.ACCOUNT_MANAGE)
    if own:
        return own[0]
    return session.scalar(select(Unit.path).order_by(func.length(Unit.path), Unit.id).limit(1))
