"""What a clock hangs on besides a case: a unit that owes a roll, a zero report, a reply.

A case and a unit both head a chain, lie at a unit and are spoken of by a key; a unit names nobody.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Unit
from casework.services.actors import ancestors, named_users

Subject = Case | Unit


def place_of(subject: Subject) -> Unit:
    """The unit at which the posts that answer for it are looked up."""
    return subject.unit if isinstance(subject, Case) else subject


def named_in(session: Session, subject: Subject) -> frozenset[int]:
    """The accounts that must hear nothing of it."""
    return named_users(session, subject.id) if isinstance(subject, Case) else frozenset()


def case_of(subject: Subject) -> Case | None:
    """The case, or None when it is a unit."""
    return subject if isinstance(subject, Case) else None


def spoken_of(subject: Subject) -> str:
    """What a message calls it: the number of a case, the name of a unit."""
    return subject.number if isinstance(subject, Case) else subject.name


def region_of(session: Session, subject: Subject) -> str:
    """The region whose rules hold: kept in a case, of a unit that of the nearest that names one."""
    if isinstance(subject, Case):
        return subject.region
    rows = session.execute(
        select(Unit.region, Unit.path).where(
            Unit.id.in_(ancestors(subject.path)), Unit.region != ""
        )
    ).all()
    return max(rows, key=lambda row: len(row[1]))[0] if rows else ""
