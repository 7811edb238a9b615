"""Clearing a flag: with a reason, a person and a time, by a bureau above whom it is about.

A flag is never deleted. Nobody clears what concerns the own unit, what names the own account, or
what a finding rests on that is open or upheld: the finding is decided first, and what was upheld
stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.models import Case, Clock, Finding, Flag, Unit
from casework.models.finding import UPHELD
from casework.permissions import (
    BUREAU_KINDS,
    BUREAU_ROLES,
    PERMISSIONS,
    Actor,
    Permission,
    Role,
    Standing,
    in_words,
    standing,
)
from casework.services import timeline
from casework.services.actors import bureau_of, school_of
from casework.services.findings import grounds, people, recording
from casework.services.findings.words import label_of
from casework.services.pages.audit_scope import acted_for_school
from casework.services.scope import load_case
from casework.services.subjects import Subject
from casework.services.zero_reports.contradictions import OMISSION
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

CLEARED = N_("This flag has already been cleared.")
CLEARED_BY = N_("A flag is cleared by: %(roles)s, above the unit that it is about.")
ACTED = N_("You have acted for the school in this case; another officer must clear its flags.")
RESTS = N_("A finding rests on this flag: %(finding)s. It is decided first.")
STANDS = N_("A finding that was upheld rests on this flag: %(finding)s. The flag stands.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A flag as somebody finds it who may know of it."""

    flag: Flag
    clock: Clock
    subject: Subject
    blamed: Unit


def clear_flag(session: Session, actor: Actor, flag_id: int, reason: str) -> Flag:
    """Clear a flag for good; it stays to be seen, with who cleared it, when and why.

    Raises NotFound out of scope and for whom the case names, NotAllowed for other roles, for the
    unit it is about and for who acted in its place, Conflict when cleared, Refused while a finding
    rests on it, Invalid without a reason.
    """
    seen = load(session, actor, flag_id, lock=True)
    flag, at = seen.flag, clock.now()
    stands = may_clear(session, actor, seen)
    if flag.cleared_at is not None:
        raise Conflict(Text(CLEARED))
    _demand_no_finding(session, flag)
    words = checked_text("reason", reason)
    if not words:
        raise Invalid({"reason": [Text(REQUIRED)]})
    flag.cleared_at, flag.cleared_by, flag.reason = at, actor.user_id, words
    data = {
        "flag": flag.kind,
        "flag_id": flag.id,
        "rule": flag.rule_id,
        "recipient": seen.clock.recipient or None,
        "limit_at": flag.at,
        **({"stands_for": stands.stands_for.value} if stands.stands_for else {}),
    }
    entry = timeline.Entry(
        at,
        "flag_cleared",
        actor.user_id,
        stands.role.value,
        data=timeline.plain(data),
        private={"reason": words},
    )
    timeline.append(session, seen.subject, entry)
    session.flush()
    return flag


def load(session: Session, actor: Actor, flag_id: int, *, lock: bool = False) -> Seen:
    """The flag with its case or unit, locked if asked. Raises NotFound, also out of scope."""
    flag = session.get(Flag, flag_id)
    if flag is None:
        raise NotFound
    row = session.get_one(Clock, flag.clock_id)
    unit = session.get_one(Unit, flag.unit_id)
    subject: Subject
    if flag.case_id is not None:
        number = session.get_one(Case, flag.case_id).number
        subject = load_case(session, actor, number, lock=lock)
    else:
        if not actor.posts_at(unit.path) or _about(session, actor, row):
            raise NotFound
        subject = unit if not lock else recording.locked(session, unit.id)
    if lock:
        session.refresh(flag)
    return Seen(flag, row, subject, blamed(session, flag, row, unit))


def may_clear(session: Session, actor: Actor, seen: Seen) -> Standing:
    """In which standing the actor clears the flag. Raises NotAllowed."""
    found, over = _standing(actor, seen.blamed), _over(seen.blamed)
    if found is None:
        raise NotAllowed(Text(CLEARED_BY, {"roles": in_words((over,))}))
    if isinstance(seen.subject, Case) and acted_for_school(session, actor, seen.subject):
        raise NotAllowed(Text(ACTED))
    return found


def blamed(session: Session, flag: Flag, row: Clock, unit: Unit) -> Unit:
    """Whose flag it is: of the unit that owed the duty, which for a bureau's duty is the bureau."""
    if unit.kind in BUREAU_KINDS:
        return unit
    if _of_bureau(flag, row, unit):
        return bureau_of(session, unit)
    return unit if unit.kind == "school" else school_of(session, unit)


def clearable(session: Session, actor: Actor, flag_id: int) -> bool:
    """True when the actor would be let to clear this standing flag."""
    try:
        seen = load(session, actor, flag_id)
        may_clear(session, actor, seen)
    except (NotFound, NotAllowed):
        return False
    return seen.flag.cleared_at is None


def _of_bureau(flag: Flag, row: Clock, unit: Unit) -> bool:
    return unit.kind in BUREAU_KINDS or (row.owner in BUREAU_ROLES and flag.kind != OMISSION)


def _over(unit: Unit) -> Role:
    return Role.CITY_OFFICER if unit.kind in BUREAU_KINDS else Role.BUREAU_OFFICER


def _standing(actor: Actor, unit: Unit) -> Standing | None:
    """In which standing the actor clears what is about the unit, from a post above it."""
    posts = [
        post
        for post in actor.posts_at(unit.path)
        if post.path != unit.path and Permission.FLAG_CLEAR in PERMISSIONS[post.role]
    ]
    held = {post.role for post in posts if post.held_as is None}
    acting = {post.powers: post.own for post in posts if post.powers not in held}
    return standing(held, (_over(unit),), acting)


def _about(session: Session, actor: Actor, row: Clock) -> bool:
    """True when what the clock belongs to accuses the actor."""
    if row.subject_kind != recording.KIND:
        return False
    finding = session.get(Finding, row.subject_id)
    return finding is not None and actor.user_id in people.accused(session, finding)


def _demand_no_finding(session: Session, flag: Flag) -> None:
    finding = grounds.holding(session, flag.id)
    if finding is None:
        return
    named = {"finding": Text(label_of(finding.kind, by_analogy=finding.by_analogy))}
    raise Refused([Text(STANDS if finding.state == UPHELD else RESTS, named)])


def of_case(
    session: Session, actor: Actor, case: Case, *, impartial: bool = False
) -> frozenset[int]:
    """The standing flags of a case that is open to the actor which the actor may clear.

    ``impartial``: that the actor has not acted for the school is known already.
    """
    if not actor.paths(Permission.FLAG_CLEAR):
        return frozenset()
    query = (
        select(Flag, Clock, Unit)
        .join(Clock, Flag.clock_id == Clock.id)
        .join(Unit, Flag.unit_id == Unit.id)
        .where(Flag.case_id == case.id, Flag.cleared_at.is_(None))
    )
    rows = session.execute(query).all()
    if not rows or (not impartial and acted_for_school(session, actor, case)):
        return frozenset()
    whose: dict[tuple[int, bool], Unit] = {}
    found = set()
    for flag, row, unit in rows:
        key = unit.id, _of_bureau(flag, row, unit)
        if key not in whose:
            # A post above a class of a school is one above the school: no need to ask which.
            whose[key] = blamed(session, flag, row, unit) if key[1] else unit
        if _standing(actor, whose[key]) is not None:
            found.add(flag.id)
    return frozenset(found)
