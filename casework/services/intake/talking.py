"""What is said after the report: the reporter adds facts, the bureau asks and answers.

Each message is an event on the chain of the bureau, which only commits to its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid
from casework.models import (
    Case,
    Disposition,
    IntakeFile,
    IntakeMessage,
    IntakeReceipt,
    PrivateValue,
    Signal,
    Unit,
)
from casework.permissions import Role
from casework.services import timeline
from casework.services.intake import files, staff
from casework.services.reported import checked_text
from casework.services.signals.reach import held
from casework.services.signals.telling import named, tell
from casework.services.standins import reach
from casework.text import N_, Text

REPORTER, BUREAU = "reporter", "bureau"
TEXT = "text"
SAID = "intake_said"
LONGEST = 8_000
MOST = 200
TOO_LONG = N_("At most %(most)s characters. Send the rest as a second message.")
FULL = N_("This conversation is full. Send a new report and mention the first one.")


@dataclass(frozen=True, slots=True)
class Said:
    """One message as it is read; ``author_id`` only of the bureau's."""

    side: str
    at: datetime
    text: str
    files: tuple[IntakeFile, ...]
    author_id: int | None = None


def checked(text: str) -> str:
    """The words of a message. Raises Invalid at ``text``."""
    errors: dict[str, list[Text]] = {}
    found = checked_text(text, TEXT, errors, required=True)
    if not errors and len(found) > LONGEST:
        errors[TEXT] = [Text(TOO_LONG, {"most": LONGEST})]
    if errors:
        raise Invalid(errors)
    return found


def add(
    session: Session,
    receipt: IntakeReceipt,
    text: str,
    pictures: Sequence[files.Picture] = (),
    *,
    urgent: bool = False,
) -> None:
    """The reporter adds facts; sent twice, they stand there once. The officers hear of it.

    Raises Invalid at ``text`` or ``files``, Conflict when the conversation is full.
    """
    words, signal = checked(text), session.get_one(Signal, receipt.signal_id)
    held(session, signal)
    before = [one for one in said(session, receipt) if one.side == REPORTER]
    if before[-1].text == words and not pictures:
        return
    message = say(session, receipt, REPORTER, words, pictures=pictures)
    unit = session.get_one(Unit, signal.unit_id)
    receipt.staff = staff.involved(session, unit, receipt.staff, words)
    bureau = session.get_one(Unit, signal.bureau_id)
    receipt.urgent = receipt.urgent or urgent
    roles = (Role.BUREAU_OFFICER, Role.BUREAU_LEADER) if urgent else (Role.BUREAU_OFFICER,)
    out = named(session, signal)
    users = [user for role in roles for user in reach(session, role, bureau, message.at, out)]
    template = "intake_urgent" if urgent else "intake_added"
    tell(session, signal, users, template, message.at, place=unit.name, level=int(urgent))
    session.flush()


def say(
    session: Session,
    receipt: IntakeReceipt,
    side: str,
    words: str,
    *,
    author_id: int | None = None,
    role: Role = Role.SYSTEM,
    pictures: Sequence[files.Picture] = (),
) -> IntakeMessage:
    """Keep one message and its event. Raises Conflict when the conversation is full."""
    held_now = select(func.count()).where(IntakeMessage.receipt_id == receipt.id)
    if (session.scalar(held_now) or 0) >= MOST:
        raise Conflict(Text(FULL))
    signal, at = session.get_one(Signal, receipt.signal_id), clock.now()
    bureau = held(session, signal)
    data = {"signal": signal.id, "side": side, "files": [one.data for one in pictures]}
    entry = timeline.Entry(at, SAID, author_id, role.value, data=data, private={TEXT: words})
    message = IntakeMessage(
        receipt_id=receipt.id,
        side=side,
        author_id=author_id,
        at=at,
        unit_id=bureau.id,
        seq=timeline.append(session, bureau, entry).seq,
    )
    session.add(message)
    session.flush()
    files.enter(session, receipt.id, message.id, pictures)
    return message


def said(session: Session, receipt: IntakeReceipt) -> list[Said]:
    """The whole conversation, the report itself first."""
    signal = session.get_one(Signal, receipt.signal_id)
    pictures: dict[int | None, list[IntakeFile]] = {}
    query = select(IntakeFile).where(IntakeFile.receipt_id == receipt.id).order_by(IntakeFile.id)
    for row in session.scalars(query):
        pictures.setdefault(row.message_id, []).append(row)
    first = Said(REPORTER, receipt.created_at, signal.words, tuple(pictures.get(None, ())))
    words = and_(
        PrivateValue.case_key == session.get_one(Unit, signal.bureau_id).chain,
        PrivateValue.seq == IntakeMessage.seq,
        PrivateValue.name == TEXT,
    )
    rows = session.execute(
        select(IntakeMessage, PrivateValue.value)
        .outerjoin(PrivateValue, words)
        .where(IntakeMessage.receipt_id == receipt.id)
        .order_by(IntakeMessage.id)
    )
    return [
        first,
        *(
            Said(row.side, row.at, text or "", tuple(pictures.get(row.id, ())), row.author_id)
            for row, text in rows
        ),
    ]


def asked(session: Session, case: Case) -> bool:
    """True when the bureau has written to a reporter without a name whose report led to the case.

    Also true when no such report leads to it: then there is nobody to ask by code.
    """
    reports = (
        select(IntakeReceipt.id)
        .join(Disposition, Disposition.signal_id == IntakeReceipt.signal_id)
        .where(Disposition.case_id == case.id, Disposition.ended_at.is_(None))
    )
    ids = list(session.scalars(reports))
    answered = select(IntakeMessage.receipt_id).where(IntakeMessage.side == BUREAU)
    return set(ids) <= set(session.scalars(answered.where(IntakeMessage.receipt_id.in_(ids))))
