"""The door of programs that know no account: signed deliveries, each taken once.

Signed is ``<seconds>.<delivery>.<body>`` with HMAC-SHA256. What lies outside the window is refused,
one that was taken before gets the same answer and makes nothing. See docs/signals.md.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, Unauthenticated
from casework.models import Signal, SignalDelivery, SignalSource
from casework.permissions import SYSTEM
from casework.services.signals.receiving import NewSignal, receive
from casework.services.signals.sources import secret_of
from casework.text import N_, Text

WINDOW = timedelta(minutes=5)
VERSION = "v1="
TIME_HEADER = "X-Casework-Timestamp"
ID_HEADER = "X-Casework-Delivery"
SIGNATURE_HEADER = "X-Casework-Signature"
LONGEST = 200
MOST_BYTES = 64 * 1024
BAD_SIGNATURE = N_("The signature does not fit the source and what was sent.")
OUTSIDE = N_("The time of this delivery is more than %(minutes)s minutes away from ours.")
BAD_ID = N_("A delivery has an id of 1 to %(most)s printable characters.")
OTHER_BODY = N_("A delivery with this id brought something else before.")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in, as it came in."""

    timestamp: str
    delivery: str
    signature: str
    body: bytes


def verify(session: Session, key: str, name: str, given: Delivery) -> SignalSource:
    """The source whose secret has signed this, within the window.

    Raises Unauthenticated; an unknown source, a disabled one and a wrong signature look the same.
    Raises Invalid at the header of a bad id.
    """
    query = select(SignalSource).where(SignalSource.name == name)
    source = session.scalar(query.where(SignalSource.disabled_at.is_(None)))
    secret = secret_of(source, key) if source is not None else key
    expected = sign(secret, given.timestamp, given.delivery, given.body)
    right = hmac.compare_digest(expected.encode(), given.signature.encode(errors="replace"))
    if source is None or not right:
        raise Unauthenticated(Text(BAD_SIGNATURE))
    if not _within(given.timestamp):
        raise Unauthenticated(Text(OUTSIDE, {"minutes": int(WINDOW.total_seconds()) // 60}))
    if not given.delivery or len(given.delivery) > LONGEST or not given.delivery.isprintable():
        raise Invalid({ID_HEADER: [Text(BAD_ID, {"most": LONGEST})]})
    return source


def taken_before(session: Session, source: SignalSource, given: Delivery) -> Signal | None:
    """Claim the delivery; the signal it made when it came before.

    A second delivery with the same id waits here until the first is done. Raises Conflict when
    it brings something else.
    """
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    digest = hashlib.sha256(given.body).hexdigest()
    claimed = session.execute(
        dialect.insert(SignalDelivery)
        .values(source_id=source.id, delivery=given.delivery, digest=digest, at=clock.now())
        .on_conflict_do_nothing()
        .returning(SignalDelivery.id)
    ).scalar_one_or_none()
    if claimed is not None:
        return None
    row = _row(session, source, given)
    if not hmac.compare_digest(row.digest, digest):
        raise Conflict(Text(OTHER_BODY))
    return session.get_one(Signal, row.signal_id)


def take(session: Session, source: SignalSource, given: Delivery, new: NewSignal) -> Signal:
    """Receive what a claimed delivery brings. Raises Invalid by field; then nothing is kept."""
    signal = receive(session, SYSTEM, new)
    _row(session, source, given).signal_id = signal.id
    session.flush()
    return signal


def sign(secret: str, timestamp: str, delivery: str, body: bytes) -> str:
    """The signature of a delivery."""
    signed = f"{timestamp}.{delivery}.".encode(errors="replace") + body
    return VERSION + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _within(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 11):
        return False
    return abs(datetime.fromtimestamp(int(timestamp), UTC) - clock.now()) <= WINDOW


def _row(session: Session, source: SignalSource, given: Delivery) -> SignalDelivery:
    query = select(SignalDelivery).where(
        SignalDelivery.source_id == source.id, SignalDelivery.delivery == given.delivery
    )
    return session.scalars(query).one()
