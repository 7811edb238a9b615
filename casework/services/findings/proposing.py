"""Proposing a finding: against whom, about what, in words the accused can answer, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed
from casework.models import Finding, FindingPerson, Membership, Unit, User
from casework.models.finding import OPEN, UPHELD
from casework.permissions import Actor, Permission, Role, Standing, in_words
from casework.services import subject_clocks
from casework.services.actors import bureau_of, in_force
from casework.services.findings import grounds, people, recording, subjects
from casework.services.findings.grounds import Ground
from casework.services.findings.recording import KIND, Held
from casework.services.findings.subjects import Subject
from casework.services.findings.words import KINDS
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

PROPOSED_BY = N_("A finding is proposed by: %(roles)s.")
NO_KIND = N_("There is no such kind of finding; there are %(kinds)s.")
NOT_ITS_UNIT = N_("This matter belongs to another unit.")
NOT_OF_UNIT = N_("This is nobody of that unit.")
NO_GROUND = N_("This does not belong to this matter.")
ALREADY = N_("There already is such a finding in this matter.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed. ``accusation`` is what the unit reads; ``evidence`` stays at the bureau.

    ``unit_id`` is the school of the matter unless its bureau is meant; ``accused`` are accounts.
    """

    kind: str
    subject_kind: str
    subject_ref: str
    accusation: str
    evidence: str
    unit_id: int | None = None
    accused: Sequence[int] = ()
    grounds: Sequence[Ground] = field(default_factory=tuple)


def propose(session: Session, actor: Actor, given: Proposal) -> Finding:
    """Propose a finding; its clock of the reply starts and who speaks for the unit is told.

    Raises NotFound out of scope, NotAllowed for other roles and about the own unit, Conflict when
    there is one, Invalid by field.
    """
    subject = subjects.load(session, actor, given.subject_kind, given.subject_ref, lock=True)
    unit = recording.locked(session, respondent(session, subject, given.unit_id).id)
    standing = _standing(actor, unit)
    texts = _checked(session, subject, unit, given)
    at = clock.now()
    _demand_none(session, subject, unit, given.kind)
    finding = Finding(
        kind=given.kind,
        subject_kind=subject.kind,
        subject_id=subject.id,
        unit_id=unit.id,
        by_analogy=subject.by_analogy(session),
        proposed_at=at,
        proposed_by=actor.user_id or 0,
        proposed_seq=unit.head_seq + 1,
    )
    session.add(finding)
    session.flush()
    accused = tuple(dict.fromkeys(given.accused))
    session.add_all(FindingPerson(finding_id=finding.id, user_id=one) for one in accused)
    grounds.keep(session, finding, dict.fromkeys(given.grounds))
    held = Held(finding, subject, unit)
    rests_on = [{"kind": g.kind, "ref": g.ref} for g in dict.fromkeys(given.grounds)]
    if accused:
        texts["accused"] = " ".join(map(str, accused))
    recording.record(
        session, held, actor, standing, "finding_proposed", at, texts, grounds=rests_on
    )
    _ask(session, held, at)
    return finding


def respondent(session: Session, subject: Subject, unit_id: int | None) -> Unit:
    """The unit that answers: the school of the matter, or the bureau above it. Raises Invalid."""
    possible = {subject.unit.id: subject.unit}
    bureau = bureau_of(session, subject.unit)
    possible[bureau.id] = bureau
    if unit_id is not None and unit_id not in possible:
        raise Invalid({"unit_id": [Text(NOT_ITS_UNIT)]})
    return possible[unit_id or subject.unit.id]


def staff_of(session: Session, unit: Unit) -> list[User]:
    """The accounts with a post at the unit or below it, whom a finding on it may accuse."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .where(Unit.path.startswith(unit.path, autoescape=True), *in_force(clock.today()))
    )
    found = {user.id: user for user in session.scalars(query.order_by(User.id))}
    return list(found.values())


def _standing(actor: Actor, unit: Unit) -> Standing:
    roles = people.proposers(unit)
    standing = people.standing_over(actor, unit, roles, Permission.FINDING_PROPOSE)
    if standing is None:
        raise NotAllowed(Text(PROPOSED_BY, {"roles": in_words(roles)}))
    return standing


def _checked(session: Session, subject: Subject, unit: Unit, given: Proposal) -> dict[str, str]:
    """The texts of the proposal; Invalid with every fault by field."""
    errors: dict[str, list[Text]] = {}
    texts: dict[str, str] = {}
    if given.kind not in KINDS:
        errors["kind"] = [Text(NO_KIND, {"kinds": ", ".join(KINDS)})]
    for name, value in (("accusation", given.accusation), ("evidence", given.evidence)):
        try:
            texts[name] = checked_text(name, value)
        except Invalid as fault:
            errors |= fault.errors
            continue
        if not texts[name]:
            errors[name] = [Text(REQUIRED)]
    if not set(given.grounds) <= set(grounds.possible(session, subject)):
        errors["grounds"] = [Text(NO_GROUND)]
    if not set(given.accused) <= {user.id for user in staff_of(session, unit)}:
        errors["accused"] = [Text(NOT_OF_UNIT)]
    if errors:
        raise Invalid(errors)
    return texts


def _demand_none(session: Session, subject: Subject, unit: Unit, kind: str) -> None:
    same = (
        Finding.kind == kind,
        Finding.subject_kind == subject.kind,
        Finding.subject_id == subject.id,
        Finding.unit_id == unit.id,
    )
    if session.scalar(select(Finding.id).where(*same, Finding.state.in_((*OPEN, UPHELD)))):
        raise Conflict(Text(ALREADY))


def _ask(session: Session, held: Held, at: datetime) -> None:
    """Start the clock of the reply and tell who speaks for the unit."""
    out = people.out_of(session, held.finding, held.subject)
    role, users = people.voice(session, held.unit, at, out)
    [running] = subject_clocks.start(
        session, KIND, held.finding.id, held.unit, at=at, owner=Role(role)
    )
    due = running.limit_at or running.target_at
    recording.tell(session, held, users, "finding_proposed", at, due_at=due)
