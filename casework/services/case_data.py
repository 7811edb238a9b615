"""A case as programs read it: the fields of the contract, its clocks, its timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Event, Flag, Link, Person
from casework.permissions import Actor
from casework.services import timeline
from casework.services.views import linked_in_scope


def summary(case: Case) -> dict[str, Any]:
    """The fields of a case that lists show too."""
    return {
        "number": case.number,
        "case_type": case.case_type,
        "state": case.state,
        "phase": case.phase,
        "final": case.final,
        "level": case.level,
        "round": case.round,
        "version": case.version,
        "title": case.title,
        "unit_id": case.unit_id,
        "source": case.source,
        "occurred_at": case.occurred_at,
        "known_at": case.known_at,
        "filed_at": case.filed_at,
        "received_at": case.received_at,
    }


def whole(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    """The whole case, with people, links, flags and clocks."""
    return {
        **summary(case),
        "narrative": case.narrative,
        "flags": flags(session, [case.id])[case.id],
        "people": people(session, case),
        "links": links(session, actor, case),
        "clocks": clocks(session, case),
    }


def people(session: Session, case: Case) -> list[dict[str, Any]]:
    """Who plays a part in the case."""
    names = ("id", "name", "part", "class_id", "student_id", "user_id")
    rows = session.scalars(select(Person).where(Person.case_id == case.id).order_by(Person.id))
    return [{name: getattr(row, name) for name in names} for row in rows]


def links(session: Session, actor: Actor, case: Case) -> list[dict[str, Any]]:
    """The linked cases that the actor may know of."""
    kinds = {
        link.other_id if link.case_id == case.id else link.case_id: link.kind
        for link in session.scalars(
            select(Link).where((Link.case_id == case.id) | (Link.other_id == case.id))
        )
    }
    return [
        {"number": other.number, "case_type": other.case_type, "kind": kinds[other.id]}
        for other in linked_in_scope(session, actor, case.id)
    ]


def flags(session: Session, case_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The flags of each of these cases."""
    found: dict[int, list[dict[str, Any]]] = {case_id: [] for case_id in case_ids}
    query = select(Flag).where(Flag.case_id.in_(found)).order_by(Flag.at, Flag.id)
    for flag in session.scalars(query):
        found[flag.case_id or 0].append(
            {
                "id": flag.id,
                "kind": flag.kind,
                "rule": flag.rule_id,
                "at": flag.at,
                "raised_at": flag.raised_at,
                "system_late": flag.system_late,
                "cleared_at": flag.cleared_at,
                "reason": flag.reason,
            }
        )
    return found


def clocks(session: Session, case: Case) -> list[dict[str, Any]]:
    """Every clock of the case, running and stopped, oldest first."""
    query = select(Clock).where(Clock.case_id == case.id).order_by(Clock.id)
    return [_clock(row) for row in session.scalars(query)]


def _clock(row: Clock) -> dict[str, Any]:
    return {
        "id": row.id,
        "rule": row.rule_id,
        "title": row.terms["title"],
        "recipient": row.recipient or None,
        "owner": row.owner,
        "round": row.round,
        "started_at": row.started_at,
        "target_at": row.target_at,
        "limit_at": row.limit_at,
        "provisional": row.provisional,
        "stopped_at": row.stopped_at,
        "stopped_by": row.stopped_by,
        "rung": row.rung or None,
        "next_rung_at": row.next_rung_at,
    }


def events(session: Session, case: Case) -> list[dict[str, Any]]:
    """The chain as it is hashed, with the texts that belong to it and are not erased."""
    texts = timeline.texts(session, case.chain)
    query = select(Event.body, Event.hash).where(Event.case_key == case.chain).order_by(Event.seq)
    found = []
    for body, digest in session.execute(query):
        event: dict[str, Any] = orjson.loads(body)
        found.append({**event, "hash": digest, "texts": texts.get(event["seq"], {})})
    return found
