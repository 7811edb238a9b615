"""The events and messages of a finding: one record on the unit's chain, a pointer on the case's.

The texts are committed on the chain of the unit that is accused; the chain of the case, which other
people read, says only that the step was taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Clock, Finding, Unit, User
from casework.permissions import Actor, Standing
from casework.services import timeline
from casework.services.findings import subjects
from casework.services.findings.scope import load
from casework.services.findings.subjects import Subject
from casework.services.locking import NO_KEY
from casework.services.messages import send

KIND = "finding"


@dataclass(frozen=True, slots=True)
class Held:
    """A finding with what it is about and whom it accuses, all locked: subject, unit, finding."""

    finding: Finding
    subject: Subject
    unit: Unit


def hold(session: Session, actor: Actor, finding_id: int) -> Held:
    """The finding, locked in the order of all doors. Raises NotFound, also when out of scope."""
    known = load(session, actor, finding_id)
    subject = subjects.of(session, known.subject_kind, known.subject_id, lock=True)
    unit = locked(session, known.unit_id)
    return Held(load(session, actor, finding_id, lock=True), subject, unit)


def locked(session: Session, unit_id: int) -> Unit:
    """The unit with the head of its chain, locked."""
    return session.get_one(Unit, unit_id, with_for_update=NO_KEY, populate_existing=True)


def record(
    session: Session,
    held: Held,
    actor: Actor,
    standing: Standing,
    action: str,
    at: datetime,
    texts: Mapping[str, str],
    **more: Any,
) -> int:
    """Write a step onto both chains; its place on the unit's chain, where its texts are kept."""
    finding, subject = held.finding, held.subject
    stands = {"stands_for": standing.stands_for.value} if standing.stands_for else {}
    data = {"finding": finding.id, "kind": finding.kind, "by_analogy": finding.by_analogy}
    about = {"subject": {"kind": subject.kind, "id": subject.id}}
    role = standing.role.value
    full = timeline.plain({**data, **about, **more, **stands})
    entry = timeline.Entry(at, action, actor.user_id, role, data=full, private=texts)
    row = timeline.append(session, held.unit, entry)
    if subject.case is not None:
        short = timeline.plain({**data, **stands})
        timeline.append(
            session,
            subject.case,
            timeline.Entry(at, action, actor.user_id, role, data=short),
        )
    return row.seq


def tell(
    session: Session, held: Held, users: Iterable[User], template: str, at: datetime, **more: Any
) -> None:
    """Tell those whose turn it is; by the unit and the finding, never by the case behind it."""
    params = {
        "unit": held.unit.name,
        "finding": held.finding.kind,
        "finding_id": held.finding.id,
        **more,
    }
    send(session, users, template, params, at=at, unit=held.unit)


def clock_of(session: Session, finding: Finding) -> Clock | None:
    """The clock of the reply."""
    same = (Clock.subject_kind == KIND, Clock.subject_id == finding.id)
    return session.scalar(select(Clock).where(*same).order_by(Clock.id.desc()).limit(1))
