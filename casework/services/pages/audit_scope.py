"""Who may audit a case: the bureau above it, but nobody who has acted in it for the school."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.models import Approval, Case, Event
from casework.permissions import LADDER, RANK, Actor, Permission, Role
from casework.services import timeline
from casework.services.scope import load_case
from casework.text import N_, Text

OF_SCHOOL = frozenset({*LADDER[: RANK[Role.BUREAU_OFFICER]], Role.COUNSELLOR})
ACTED = N_("You have acted for the school in this case; another officer must audit it.")


def audited(session: Session, actor: Actor, number: str) -> Case:
    """The case, for an audit. Raises NotFound out of scope or when named, NotAllowed otherwise."""
    case = load_case(session, actor, number)
    if not actor.can(Permission.CASE_AUDIT, case.unit.path):
        raise NotAllowed
    if acted_for_school(session, actor, case):
        raise NotAllowed(Text(ACTED))
    return case


def export_lines(session: Session, actor: Actor, number: str) -> Iterator[str]:
    """The chain of a case as JSON lines. Raises as :func:`audited` does, at once."""
    return timeline.export(session, audited(session, actor, number).chain)


def acted_for_school(session: Session, actor: Actor, case: Case) -> bool:
    """True when the actor did or asked for something in a role of the school, or in its place.

    Works on a damaged chain, too: the text of an event that cannot be read decides nothing.
    """
    own = select(Event.actor_role, Event.body).where(
        Event.case_key == case.chain, Event.actor_id == actor.user_id
    )
    roles = {data_of(body).get("stands_for") or role for role, body in session.execute(own)}
    asked = select(Approval.requester_role).where(
        Approval.case_id == case.id, Approval.requester_id == actor.user_id
    )
    roles |= set(session.scalars(asked))
    return bool(roles & OF_SCHOOL)


def data_of(body: str) -> dict[str, Any]:
    """What a stored event carries; empty when its text cannot be read."""
    try:
        data = orjson.loads(body)["data"]
    except (ValueError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}
