"""My messages for programs: the newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from casework.permissions import Actor
from casework.services.messages import inbox
from casework.services.pages.inbox import Words

MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages; ``cursor`` is the last id of the page before."""

    unread: bool = False
    cursor: int | None = None
    limit: int = 50


def page(session: Session, actor: Actor, wanted: Wanted) -> dict[str, Any]:
    """One page with the cursor of the next; ``text`` is still to be put into a language."""
    limit = min(wanted.limit, MOST)
    rows = inbox(session, actor, limit=limit + 1, unread_only=wanted.unread, before=wanted.cursor)
    words = Words(session, [message for message, _ in rows[:limit]])
    items = [
        {
            "id": message.id,
            "template": message.template,
            "text": words.line(message, case).text,
            "case": case.number if case is not None else None,
            "unit_id": message.unit_id,
            "level": message.level,
            "escalation_id": message.escalation_id,
            "approval_id": message.approval_id,
            "at": message.created_at,
            "read_at": message.read_at,
        }
        for message, case in rows[:limit]
    ]
    return {"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None}
