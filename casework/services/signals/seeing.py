"""An alarm is seen on the spot: a named person confirms what is there, and its clock stops."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, NotAllowed, NotFound
from casework.models import Signal, Unit
from casework.permissions import Actor, Role
from casework.services.actors import school_of
from casework.services.signals import acts
from casework.services.signals.kinds import KINDS
from casework.services.signals.reach import load, stands
from casework.services.signals.receiving import ALARM
from casework.text import N_, Text

SEEN = N_("This alarm has been confirmed already.")
NO_ALARM = N_("This signal is no alarm.")
NOT_THERE = N_("Who works at the school confirms an alarm, or the bureau above it.")


def see(
    session: Session, actor: Actor, signal_id: int, what: str, *, real: bool | None = None
) -> Signal:
    """Confirm what was seen; the actor is the person who has seen it. ``real``: it is no false one.

    Raises NotFound, NotAllowed, Conflict when it is no alarm or confirmed, Invalid at ``what``.
    """
    signal = load(session, actor, signal_id)
    unit = session.get(Unit, signal.unit_id)
    if unit is None:
        raise NotFound
    school = school_of(session, unit)
    _hold(session, signal, school)
    if not KINDS[signal.kind].alarm:
        raise Conflict(Text(NO_ALARM))
    if signal.seen_at is not None:
        raise Conflict(Text(SEEN))
    standing = stands(actor, unit, (Role.STAFF,))
    if standing is None or actor.user_id is None:
        raise NotAllowed(Text(NOT_THERE))
    words, at = acts.needed("what", what), clock.now()
    signal.seen_at, signal.seen_by, signal.seen_text = at, actor.user_id, words
    session.flush()
    acts.stop(session, signal, ALARM, "seen", school, at)
    bureau = session.get_one(Unit, signal.bureau_id)
    data = {} if real is None else {"real": real}
    acts.write(session, signal, bureau, actor, standing, "signal_seen", at, data, {"what": words})
    return signal


def _hold(session: Session, signal: Signal, school: Unit) -> None:
    """Lock the school, on which the clock hangs, and the bureau, always in the same order."""
    ids = {signal.bureau_id, school.id}
    held = (
        select(Unit)
        .where(Unit.id.in_(ids))
        .order_by(Unit.id)
        .with_for_update(of=Unit, key_share=True)
    )
    session.scalars(held.execution_options(populate_existing=True)).all()
    session.refresh(signal)
