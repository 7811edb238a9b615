"""A part of a case as programs read it: the names of the whole, what is withheld as None."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Event
from casework.permissions import Actor
from casework.services import case_data, timeline
from casework.services.parts import Seen, people_of
from casework.workflows.parts import Part

TOLD = ("number", "case_type", "state", "phase", "final", "version")
PERSON = ("id", "name", "part", "class_id")
SAID = ("seq", "at", "action", "actor", "from", "to")


def seen_data(session: Session, actor: Actor, seen: Seen) -> dict[str, Any]:
    """The case as far as the actor sees it; ``part`` says whether that is less than the whole."""
    whole = case_data.whole(session, actor, seen.case)
    if seen.part is None:
        return {**whole, "part": False}
    return {
        **dict.fromkeys(whole),
        **{name: whole[name] for name in TOLD},
        "people": _people(session, seen.case, seen.part),
        "clocks": clocks(session, seen),
        "part": True,
    }


def seen_summary(case: Case, *, part: bool) -> dict[str, Any]:
    """The case as a list shows it to somebody who sees the whole, or only a part."""
    whole = {**case_data.summary(case), "part": part}
    return {**dict.fromkeys(whole), **{n: whole[n] for n in (*TOLD, "part")}} if part else whole


def clocks(session: Session, seen: Seen) -> list[dict[str, Any]]:
    """The clocks that are seen."""
    found = case_data.clocks(session, seen.case)
    return found if seen.part is None else [c for c in found if c["rule"] in seen.part.clocks]


def events(session: Session, actor: Actor, seen: Seen) -> list[dict[str, Any]]:
    """The events that are seen; of a part without hashes, for what is left out cannot be proved."""
    if seen.part is None:
        return case_data.events(session, seen.case)
    texts = timeline.texts(session, seen.case.chain)
    return [
        {
            **{name: body[name] for name in SAID},
            "data": {"fields": body["data"].get("fields", {})},
            "hash": None,
            "texts": texts.get(body["seq"], {}),
        }
        for body in bodies(session, actor, seen.case, seen.part)
    ]


def bodies(session: Session, actor: Actor, case: Case, part: Part) -> list[dict[str, Any]]:
    """The events of the part, oldest first: the actor's own, and those that only it speaks of."""
    rows = session.scalars(
        select(Event.body).where(Event.case_key == case.chain).order_by(Event.seq)
    )
    return [body for body in map(orjson.loads, rows) if _told(actor, part, body)]


def _told(actor: Actor, part: Part, body: Mapping[str, Any]) -> bool:
    own = actor.user_id is not None and body["actor"]["id"] == actor.user_id
    return part.tells(body["action"], body["data"].get("fields", {}), own=own)


def _people(session: Session, case: Case, part: Part) -> list[dict[str, Any]]:
    rows = people_of(session, case, part)
    return [
        {name: getattr(row, name) for name in PERSON} | {"student_id": None, "user_id": None}
        for row in rows
    ]
