"""The bureau's side: who may read the words of a report without a name, and who answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound
from casework.models import IntakeFile, IntakeMessage, IntakeReceipt, Signal, SignalPerson, Unit
from casework.permissions import Actor, Permission, Role, in_words
from casework.services.actors import school_of
from casework.services.intake import receipts, staff, talking
from casework.services.signals.reach import disposes, load, reads_words
from casework.text import N_, Text

ANSWERED_BY = N_("The reporter is answered by: %(roles)s.")
ROLES = (Role.BUREAU_OFFICER,)


def find(session: Session, actor: Actor, signal_id: int) -> tuple[Signal, IntakeReceipt]:
    """The conversation about a signal. Raises NotFound for whoever may not read its words.

    The bureau reads it. The school's leaders do while nobody of the staff is part of it.
    """
    receipt = receipts.of_signal(session, signal_id)
    if receipt is None:
        raise NotFound
    if receipt.staff == staff.NO and _at_school(session, actor, signal_id):
        return session.get_one(Signal, signal_id), receipt
    signal = load(session, actor, signal_id)
    if not reads_words(actor, signal, session.get_one(Unit, signal.bureau_id)):
        raise NotFound
    return signal, receipt


def find_file(
    session: Session, actor: Actor, signal_id: int, file_id: int
) -> tuple[Signal, IntakeFile]:
    """One picture of a conversation that the actor may read. Raises NotFound."""
    signal, receipt = find(session, actor, signal_id)
    row = session.get(IntakeFile, file_id)
    if row is None or row.receipt_id != receipt.id:
        raise NotFound
    return signal, row


def answers(session: Session, actor: Actor, signal: Signal) -> bool:
    """True for who may write to the reporter."""
    return disposes(actor, session.get_one(Unit, signal.bureau_id), ROLES) is not None


def reply(session: Session, actor: Actor, signal_id: int, text: str) -> IntakeMessage:
    """Ask or tell the reporter something. Raises NotFound, NotAllowed, Invalid at ``text``."""
    signal, receipt = find(session, actor, signal_id)
    stands = disposes(actor, session.get_one(Unit, signal.bureau_id), ROLES)
    if stands is None:
        raise NotAllowed(Text(ANSWERED_BY, {"roles": in_words(ROLES)}))
    words = talking.checked(text)
    return talking.say(
        session, receipt, talking.BUREAU, words, author_id=actor.user_id, role=stands.role
    )


def _at_school(session: Session, actor: Actor, signal_id: int) -> bool:
    """True for the leaders of the school that the signal is about, unless it names them."""
    signal = session.get_one(Signal, signal_id)
    school = school_of(session, session.get_one(Unit, signal.unit_id))
    names = select(SignalPerson.id).where(
        SignalPerson.signal_id == signal_id, SignalPerson.user_id == actor.user_id
    )
    keeps = actor.can(Permission.BOX_KEEP, school.path)
    return keeps and school.kind == "school" and session.scalar(names) is None
