"""The decision: by a third person, after the answer or the time for it; or it is withdrawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock
from casework.deadlines.derivation import stamp
from casework.errors import Conflict, Invalid, NotAllowed, Refused
from casework.models import Clock, Finding, User
from casework.models.finding import OPEN, REJECTED, REPLIED, UPHELD, WITHDRAWN
from casework.permissions import Actor, Permission, in_words
from casework.services import subject_clocks
from casework.services.findings import people, recording
from casework.services.findings.recording import KIND, Held
from casework.services.flags import raise_flag
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

DECIDED = N_("This finding has already been decided or withdrawn.")
DECIDED_BY = N_("A finding is decided by: %(roles)s, never by who proposed or answered it.")
STILL_TIME = N_("The unit may still answer until %(at)s.")
NOT_YOURS = N_("Only who proposed it withdraws it.")


def decide(
    session: Session, actor: Actor, finding_id: int, *, uphold: bool, reasons: str
) -> Finding:
    """Uphold or reject a finding, with reasons.

    Raises NotFound out of scope, Conflict when decided, NotAllowed for other roles and for whoever
    has a part in it, Refused while the unit may still answer, Invalid without reasons.
    """
    held = _open(session, actor, finding_id)
    finding, at = held.finding, clock.now()
    out = people.out_of(session, finding, held.subject)
    standing = people.may_decide(session, actor, held.unit, held.subject, out)
    if standing is None:
        roles = in_words(people.deciders(held.unit))
        raise NotAllowed(Text(DECIDED_BY, {"roles": roles}))
    asked = recording.clock_of(session, finding)
    if not ripe(finding, asked, at):
        limit = asked.limit_at if asked else None
        raise Refused([Text(STILL_TIME, {"at": stamp(limit, ends=True) if limit else "–"})])
    words = _reasons(reasons)
    finding.by_analogy = held.subject.by_analogy(session)
    state = UPHELD if uphold else REJECTED
    _end(session, held, state, actor, at)
    finding.decided_seq = recording.record(
        session, held, actor, standing, f"finding_{state}", at, {"reasons": words}
    )
    _tell_both(session, held, f"finding_{state}", at)
    return finding


def withdraw(session: Session, actor: Actor, finding_id: int, *, reasons: str) -> Finding:
    """Take a proposal back, with reasons; only who made it does.

    Raises NotFound out of scope, Conflict when decided, NotAllowed for others, Invalid without
    reasons.
    """
    held = _open(session, actor, finding_id)
    finding, at = held.finding, clock.now()
    roles = people.proposers(held.unit)
    standing = people.standing_over(actor, held.unit, roles, Permission.FINDING_PROPOSE)
    if actor.user_id != finding.proposed_by or standing is None:
        raise NotAllowed(Text(NOT_YOURS))
    words = _reasons(reasons)
    _end(session, held, WITHDRAWN, actor, at)
    finding.decided_seq = recording.record(
        session, held, actor, standing, "finding_withdrawn", at, {"reasons": words}
    )
    _tell_both(session, held, "finding_withdrawn", at)
    return finding


def ripe(finding: Finding, asked: Clock | None, at: datetime) -> bool:
    """True when the finding may be decided: it is answered, or the time for the answer is over."""
    over = asked is None or asked.limit_at is None or at > asked.limit_at
    return finding.state == REPLIED or over


def _open(session: Session, actor: Actor, finding_id: int) -> Held:
    held = recording.hold(session, actor, finding_id)
    if held.finding.state not in OPEN:
        raise Conflict(Text(DECIDED))
    return held


def _reasons(text: str) -> str:
    words = checked_text("reasons", text)
    if not words:
        raise Invalid({"reasons": [Text(REQUIRED)]})
    return words


def _end(session: Session, held: Held, state: str, actor: Actor, at: datetime) -> None:
    finding, asked = held.finding, recording.clock_of(session, held.finding)
    late = asked is not None and asked.limit_at is not None and at > asked.limit_at
    if asked is not None and late and finding.replied_at is None:
        raise_flag(session, held.unit, asked, at)
    finding.state, finding.decided_at, finding.decided_by = state, at, actor.user_id
    session.flush()
    subject_clocks.stop(session, KIND, finding.id, by=state, at=at)


def _tell_both(session: Session, held: Held, template: str, at: datetime) -> None:
    """The proposer and who speaks for the unit hear how it ended."""
    finding = held.finding
    out = {*people.accused(session, finding), *held.subject.named}
    _, users = people.voice(session, held.unit, at, out)
    both = [session.get_one(User, finding.proposed_by), *users]
    recording.tell(session, held, both, template, at)
