"""A signal that becomes no case: explained by one person, and approved by another.

No clock stops for the request; it stops when the second person approves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed
from casework.models import Disposition, Unit, User
from casework.models.signal import OPEN, WAITING
from casework.permissions import Actor, Role
from casework.services.signals import acts
from casework.services.signals.reach import held, load
from casework.services.signals.receiving import TRIAGE, start_clocks
from casework.services.signals.telling import tell
from casework.services.standins import reach
from casework.text import N_, Text

EXPLAINED = "explained"
SAME_PERSON = N_("Who explains a signal cannot approve the explanation.")
NOT_WAITING = N_("No explanation of this signal waits for an approval.")
KNOWN = N_("What the school knew of has happened: match the signal to a case, or open one.")
NOT_DISPOSED = N_("This signal is open already.")


def explain(
    session: Session,
    actor: Actor,
    signal_id: int,
    reason: str,
    *,
    school_knew_at: datetime | None = None,
) -> Disposition:
    """Say why it becomes no case; another person of the bureau must agree.

    What a school knew of has happened: that is matched or opened, and not explained away. Raises
    NotFound, NotAllowed, Conflict when disposed of or unseen, Invalid by field.
    """
    signal = load(session, actor, signal_id, lock=True)
    bureau = session.get_one(Unit, signal.bureau_id)
    stands = acts.demand(actor, signal, bureau)
    acts.demand_open(signal)
    acts.demand_seen(signal)
    if school_knew_at is not None:
        raise Invalid({"school_knew_at": [Text(KNOWN)]})
    words, at = acts.needed("reason", reason), clock.now()
    row = Disposition(
        signal_id=signal.id, outcome=EXPLAINED, at=at, by_id=actor.user_id, reason=words
    )
    session.add(row)
    signal.state = WAITING
    session.flush()
    private = {"reason": words}
    acts.write(
        session, signal, bureau, actor, stands, "signal_explanation_requested", at, {}, private
    )
    out = {actor.user_id or 0}
    officers = reach(session, Role.BUREAU_OFFICER, bureau, at, out)
    leaders = reach(session, Role.BUREAU_LEADER, bureau, at, out)
    tell(session, signal, [*officers, *leaders], "signal_waits", at)
    return row


def decide(
    session: Session, actor: Actor, signal_id: int, *, approve: bool, reason: str = ""
) -> Disposition:
    """Approve the explanation, or refuse it with a reason: then the signal is open again.

    Raises NotFound, NotAllowed for who explained it and for other roles, Conflict when none
    waits, Invalid without a reason for a refusal.
    """
    signal = load(session, actor, signal_id, lock=True)
    bureau = session.get_one(Unit, signal.bureau_id)
    stands = acts.demand(actor, signal, bureau)
    row = acts.live(session, signal)
    if row is None or signal.state != WAITING:
        raise Conflict(Text(NOT_WAITING))
    if row.by_id == actor.user_id:
        raise NotAllowed(Text(SAME_PERSON))
    words, at = (acts.optional if approve else acts.needed)("reason", reason), clock.now()
    row.decided_at, row.decided_by, row.decision = at, actor.user_id, words or None
    if approve:
        signal.state = EXPLAINED
        acts.stop(session, signal, TRIAGE, "disposed", bureau, at)
    else:
        signal.state = OPEN
        row.ended_at, row.ended_by, row.ended_why = at, actor.user_id, words
    session.flush()
    action = "signal_explained" if approve else "signal_explanation_refused"
    data = {"explained_by": row.by_id}
    acts.write(session, signal, bureau, actor, stands, action, at, data, {"reason": words})
    if not approve:
        tell(session, signal, [session.get_one(User, row.by_id)], "signal_refused", at)
    return row


def _officers(session: Session, bureau: Unit, at: datetime) -> list[User]:
    return reach(session, Role.BUREAU_OFFICER, bureau, at)


def reopen(session: Session, actor: Actor, signal_id: int, reason: str) -> Disposition:
    """Take a signal up again; the old disposition stays to be read, and a new clock begins.

    What was opened or matched stays as it is, and no flag is lifted. Raises NotFound, NotAllowed,
    Conflict when it is open already, Invalid without a reason.
    """
    signal = load(session, actor, signal_id)
    bureau = held(session, signal)
    stands = acts.demand(actor, signal, bureau)
    row = acts.live(session, signal)
    if row is None or signal.state in (OPEN, WAITING):
        raise Conflict(Text(NOT_DISPOSED))
    words, at = acts.needed("reason", reason), clock.now()
    row.ended_at, row.ended_by, row.ended_why = at, actor.user_id, words
    signal.state = OPEN
    session.flush()
    unit = session.get_one(Unit, signal.unit_id)
    before = acts.clocks(session, signal.id)[-1]
    for one in start_clocks(session, signal, unit, bureau, since=at, at=at):
        if one.rule_id == TRIAGE:
            one.previous_id, one.round = before.id, before.round + 1
    session.flush()
    data = {"was": row.outcome, "round": before.round + 1}
    acts.write(
        session, signal, bureau, actor, stands, "signal_reopened", at, data, {"reason": words}
    )
    tell(session, signal, _officers(session, bureau, at), "signal_again", at)
    return row
