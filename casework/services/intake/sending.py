"""A report without a name comes in: it becomes a signal, with a receipt for who holds the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict
from casework.models import IntakeBox, IntakeReceipt, Signal, Unit
from casework.permissions import SYSTEM, Role
from casework.services import timeline
from casework.services.actors import school_of
from casework.services.intake import boxes, files, receipts, staff, talking
from casework.services.signals.reach import held
from casework.services.signals.receiving import NewSignal, receive
from casework.services.signals.telling import tell
from casework.services.standins import reach
from casework.text import Text

KIND = "anonymous"


@dataclass(frozen=True, slots=True)
class Report:
    """What was sent: the words, whether staff is part of it, whether somebody is in danger now."""

    text: str
    staff: str
    urgent: bool
    code_hash: str
    seal: str
    pictures: Sequence[files.Picture] = ()


def send(session: Session, box_id: int, report: Report) -> IntakeReceipt:
    """Take a report in. The same form again makes nothing new; with other words it adds them.

    Raises Conflict when the box was closed meanwhile, Invalid for words that cannot be kept.
    """
    box = session.get_one(IntakeBox, box_id, with_for_update=True, populate_existing=True)
    if box.closed_at is not None:
        raise Conflict(Text(boxes.CLOSED_ALREADY))
    at = clock.now()
    receipts.erase_old(session, at)
    known = session.scalar(select(IntakeReceipt).where(IntakeReceipt.code_hash == report.code_hash))
    if known is not None:
        if known.seal != report.seal:
            talking.add(session, known, report.text, report.pictures, urgent=report.urgent)
        return known
    signal = receive(session, SYSTEM, NewSignal(KIND, box.unit_id, report.text))
    unit = session.get_one(Unit, box.unit_id)
    receipt = IntakeReceipt(
        signal_id=signal.id,
        box_id=box.id,
        code_hash=report.code_hash,
        seal=report.seal,
        staff=staff.involved(session, unit, report.staff, signal.words),
        urgent=report.urgent,
        created_at=at,
    )
    session.add(receipt)
    session.flush()
    files.enter(session, receipt.id, None, report.pictures)
    _record(session, signal, receipt, report.pictures)
    _tell(session, signal, receipt, unit)
    return receipt


def _record(
    session: Session, signal: Signal, receipt: IntakeReceipt, pictures: Sequence[files.Picture]
) -> None:
    """On the chain of the bureau: that a code was given out, and which pictures came."""
    data = {
        "signal": signal.id,
        "box": receipt.box_id,
        "urgent": receipt.urgent,
        "staff": receipt.staff,
        "files": [picture.data for picture in pictures],
    }
    entry = timeline.Entry(
        receipt.created_at, "intake_received", None, Role.SYSTEM.value, data=data
    )
    timeline.append(session, held(session, signal), entry)


def _tell(session: Session, signal: Signal, receipt: IntakeReceipt, unit: Unit) -> None:
    """What is urgent also goes to the leader; the school hears when no staff is part of it."""
    at, bureau = receipt.created_at, session.get_one(Unit, signal.bureau_id)
    if receipt.urgent:
        roles = (Role.BUREAU_OFFICER, Role.BUREAU_LEADER)
        users = [user for role in roles for user in reach(session, role, bureau, at)]
        tell(session, signal, users, "intake_urgent", at, place=unit.name, level=1)
    school = school_of(session, unit)
    if receipt.staff == staff.NO and school.kind == "school":
        users = reach(session, Role.SAFETY_LEAD, school, at)
        tell(session, signal, users, "intake_school", at, place=unit.name)
