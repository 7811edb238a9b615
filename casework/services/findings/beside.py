"""What stands beside findings in other tables, read for a whole list by a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    Clock,
    Finding,
    FindingGround,
    FindingPerson,
    Signal,
    Unit,
    User,
    ZeroReport,
)
from casework.permissions import Actor
from casework.services import timeline
from casework.services.findings.grounds import Ground
from casework.services.findings.recording import KIND
from casework.services.scope import visible

SUBJECTS: dict[str, type[Any]] = {"case": Case, "signal": Signal, "zero_report": ZeroReport}


@dataclass(frozen=True, slots=True)
class Beside:
    """By finding: whom it accuses, what it rests on, its clock; by chain its texts; the names.

    ``seen`` are the cases among the subjects that the actor may know of.

    ``held`` keeps the units and subjects in the session, where whoever asks for one finds it.
    """

    accused: dict[int, tuple[int, ...]]
    grounds: dict[int, tuple[Ground, ...]]
    clocks: dict[int, Clock]
    texts: dict[str, dict[int, dict[str, str]]]
    names: dict[int, str]
    seen: frozenset[int]
    held: tuple[object, ...]


def beside(session: Session, actor: Actor, rows: Sequence[Finding]) -> Beside:
    """Everything beside these findings, for this reader."""
    ids = [row.id for row in rows]
    units = session.scalars(select(Unit).where(Unit.id.in_({row.unit_id for row in rows}))).all()
    accused: dict[int, list[int]] = defaultdict(list)
    people = select(FindingPerson.finding_id, FindingPerson.user_id)
    for of, user_id in session.execute(people.where(FindingPerson.finding_id.in_(ids))):
        accused[of].append(user_id)
    grounds: dict[int, list[Ground]] = defaultdict(list)
    rests = select(FindingGround).where(FindingGround.finding_id.in_(ids))
    for ground in session.scalars(rests.order_by(FindingGround.id)):
        grounds[ground.finding_id].append(Ground(ground.kind, ground.ref))
    asked = select(Clock).where(Clock.subject_kind == KIND, Clock.subject_id.in_(ids))
    clocks = {one.subject_id or 0: one for one in session.scalars(asked.order_by(Clock.id))}
    acted = {one for row in rows for one in (row.proposed_by, row.replied_by, row.decided_by)}
    users = {
        *(one for one in acted if one is not None),
        *(u for ones in accused.values() for u in ones),
    }
    named = session.execute(select(User.id, User.name).where(User.id.in_(users)))
    return Beside(
        accused={of: tuple(sorted(ones)) for of, ones in accused.items()},
        grounds={of: tuple(ones) for of, ones in grounds.items()},
        clocks=clocks,
        texts={unit.chain: timeline.texts(session, unit.chain) for unit in units},
        names={row.id: row.name for row in named},
        seen=_seen(session, actor, rows),
        held=(*units, *_subjects(session, rows)),
    )


def _seen(session: Session, actor: Actor, rows: Sequence[Finding]) -> frozenset[int]:
    ids = {row.subject_id for row in rows if row.subject_kind == "case"}
    query = select(Case.id).join(Case.unit).where(Case.id.in_(ids), visible(actor))
    return frozenset(session.scalars(query)) if ids else frozenset()


def _subjects(session: Session, rows: Sequence[Finding]) -> list[object]:
    found: list[object] = []
    for kind, model in SUBJECTS.items():
        ids = {row.subject_id for row in rows if row.subject_kind == kind}
        if ids:
            found += session.scalars(select(model).where(model.id.in_(ids)))
    return found
