"""Whose turn it is in a finding: who may propose, who speaks for the unit, who decides.

Nobody stands on both sides: whom it accuses, whom its matter names, and whoever has already acted
in it are passed over, and it goes up instead. No unit proposes or decides about itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Finding, FindingPerson, Unit, User
from casework.permissions import (
    BUREAU_KINDS,
    BUREAU_ROLES,
    Actor,
    Permission,
    Role,
    Standing,
    standing,
)
from casework.services.findings.subjects import Subject
from casework.services.pages.audit_scope import acted_for_school
from casework.services.standins import present, reach

OF_SCHOOL = (Role.PRINCIPAL, Role.DEPUTY, Role.SAFETY_LEAD)
OF_BUREAU = (Role.BUREAU_LEADER, Role.BUREAU_OFFICER)
"""Who speaks for a unit, in this order: the next one when the one before is accused or away."""


def proposers(unit: Unit) -> tuple[Role, ...]:
    """The role that proposes: about a bureau only the city."""
    return (Role.CITY_OFFICER if unit.kind in BUREAU_KINDS else Role.BUREAU_OFFICER,)


def deciders(unit: Unit) -> tuple[Role, ...]:
    """The role that decides: about a bureau only the city."""
    return (Role.CITY_OFFICER if unit.kind in BUREAU_KINDS else Role.BUREAU_LEADER,)


def speakers(unit: Unit) -> tuple[Role, ...]:
    """The roles that speak for the unit, the accountable one first."""
    return OF_BUREAU if unit.kind in BUREAU_KINDS else OF_SCHOOL


def standing_over(
    actor: Actor, unit: Unit, roles: tuple[Role, ...], permission: Permission
) -> Standing | None:
    """In which standing somebody of a bureau above the unit may do what these roles may."""
    posts = [
        post
        for post in actor.posts_at(unit.path)
        if post.powers in BUREAU_ROLES and post.path != unit.path
    ]
    if not actor.can(permission, unit.path):
        return None
    held = {post.role for post in posts if post.held_as is None}
    acting = {post.powers: post.own for post in posts if post.powers not in held}
    return standing(held, roles, acting)


def accused(session: Session, finding: Finding) -> frozenset[int]:
    """The accounts a finding accuses."""
    query = select(FindingPerson.user_id).where(FindingPerson.finding_id == finding.id)
    return frozenset(session.scalars(query))


def out_of(session: Session, finding: Finding, subject: Subject) -> set[int]:
    """Whom a finding is closed to, and who has already acted in it."""
    return out(finding, subject, accused(session, finding))


def out(finding: Finding, subject: Subject, accused: Iterable[int]) -> set[int]:
    """The same, where it is known whom it accuses."""
    acted = (finding.proposed_by, finding.replied_by)
    return {*accused, *subject.named, *(one for one in acted if one)}


def voice(
    session: Session, unit: Unit, at: datetime, out: Iterable[int]
) -> tuple[Role, list[User]]:
    """Who speaks for the unit now: its head, or the next leader of it who may; perhaps nobody."""
    for role in speakers(unit):
        users = present(session, role, unit, at, out)
        if users:
            return role, users
    return speakers(unit)[0], []


def may_speak(
    session: Session, actor: Actor, unit: Unit, at: datetime, out: Iterable[int]
) -> Standing | None:
    """In which standing the actor answers for the unit; only who speaks for it now does."""
    role, users = voice(session, unit, at, out)
    if actor.user_id not in {user.id for user in users}:
        return None
    first = speakers(unit)[0]
    own = next((post.own for post in actor.posts_at(unit.path) if post.powers is role), role)
    return Standing(own, None if own is first else first)


def may_decide(
    session: Session, actor: Actor, unit: Unit, subject: Subject, out: Collection[int]
) -> Standing | None:
    """In which standing the actor decides; never who has a part in it, on either side: ``out``."""
    found = standing_over(actor, unit, deciders(unit), Permission.FINDING_DECIDE)
    if found is None or actor.user_id in out:
        return None
    of_school = subject.case is not None and acted_for_school(session, actor, subject.case)
    return None if of_school else found


def deciding(
    session: Session, finding: Finding, unit: Unit, subject: Subject, at: datetime
) -> list[User]:
    """The people the decision waits for: the leader, or who is above one with a part in it."""
    out = out_of(session, finding, subject)
    return reach(session, deciders(unit)[0], unit, at, out)
