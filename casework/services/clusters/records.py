"""The rows and events of a cluster: its members, its bonds, what stands on the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.clusters import Spell
from casework.models import Case, Cluster, ClusterMember
from casework.permissions import Role
from casework.services import effects, timeline
from casework.services.locking import NO_KEY

BOND = "cluster"


def pupils(session: Session, cluster: Cluster) -> frozenset[int]:
    """The members as spells name them: by pupil, or by case where the pupil is on no roster."""
    query = select(ClusterMember.student_id, ClusterMember.case_id).where(
        ClusterMember.cluster_id == cluster.id
    )
    found = session.execute(query)
    return frozenset(student if student is not None else -(case or 0) for student, case in found)


def add_members(session: Session, cluster: Cluster, spells: Iterable[Spell], at: datetime) -> int:
    """Make pupils members and bind their absences to the emergency; how many were new."""
    known, before = set(pupils(session, cluster)), 0
    emergency = session.get_one(Case, cluster.case_id)
    for spell in sorted(spells, key=lambda one: (one.pupil, one.from_on, -(one.source or 0))):
        if spell.source is not None:
            effects.bind(session, session.get_one(Case, spell.source), emergency, BOND)
        if spell.pupil in known:
            continue
        known.add(spell.pupil)
        before += 1
        session.add(
            ClusterMember(
                cluster_id=cluster.id,
                student_id=spell.pupil if spell.pupil > 0 else None,
                case_id=spell.source,
                from_on=spell.from_on,
                joined_at=at,
            )
        )
    session.flush()
    return before


def note(
    session: Session, cluster: Cluster, action: str, data: Mapping[str, Any], at: datetime
) -> None:
    """Write an event about the cluster onto the chain of its emergency; it names no pupil."""
    case = session.get_one(Case, cluster.case_id, with_for_update=NO_KEY, populate_existing=True)
    entry = timeline.Entry(at, action, None, Role.SYSTEM, data=timeline.plain(dict(data)))
    timeline.append(session, case, entry)
    session.flush()
