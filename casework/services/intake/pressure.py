"""Who tries codes is slowed down, without knowing who it is: no address is counted or kept.

All wrong codes of an installation are counted together. While there are many, every code, right or
wrong, is first answered with the same page that asks to wait; a right one is never refused. What
keeps guesses out is the length of the codes; this keeps them visible and their number small.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.models import Membership, User
from casework.permissions import Role
from casework.services.actors import in_force
from casework.services.limits import LockedOut, SqlStorage
from casework.services.messages import send

WRONG = RateLimitItemPerMinute(20, 10)
REPORTS = RateLimitItemPerHour(60)
"""For one letter box: a flood must not bury what is true; by telephone one always gets through."""
ADDITIONS = RateLimitItemPerHour(30)
SECONDS = 10
LASTS = 3600
NAMES = ("intake", "wrong")


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when one code must wait, in seconds since 1970, and the seal that proves it."""

    until: int
    seal: str


class Pressure:
    """The counts of one installation."""

    def __init__(self, db: Database, secret: str) -> None:
        self._db, self._secret = db, secret
        self._storage = SqlStorage(db)
        self._limiter = FixedWindowRateLimiter(self._storage)

    def wait(self, code: str, given: Wait | None) -> Wait | None:
        """The wait that this code must still serve; None when it may be looked up."""
        if self._limiter.test(WRONG, *NAMES):
            return None
        now = int(clock.now().timestamp())
        if given is not None and hmac.compare_digest(given.seal, self._seal(code, given.until)):
            if given.until <= now < given.until + LASTS:
                return None
            if now < given.until:
                return given
        return Wait(now + SECONDS, self._seal(code, now + SECONDS))

    def served(self, code: str) -> Wait:
        """The proof that a code was looked up and right: what is added under it waits no more."""
        now = int(clock.now().timestamp())
        return Wait(now, self._seal(code, now))

    def wrong(self) -> None:
        """Count a wrong code; with the first one too many the administrators hear of it."""
        if self._limiter.hit(WRONG, *NAMES):
            return
        if self._storage.get(WRONG.key_for(*NAMES)) == WRONG.amount + 1:
            self._alarm()

    def report(self, box_id: int) -> None:
        """Count a report. Raises LockedOut beyond what a letter box takes in an hour."""
        self._count(REPORTS, "report", box_id)

    def addition(self, receipt_id: int) -> None:
        """Count what is added to a conversation. Raises LockedOut."""
        self._count(ADDITIONS, "addition", receipt_id)

    def _count(self, most: RateLimitItemPerHour, what: str, row_id: int) -> None:
        names = ("intake", what, str(row_id))
        if not self._limiter.hit(most, *names):
            ends = self._storage.get_expiry(most.key_for(*names))
            raise LockedOut(max(1, int(ends - clock.now().timestamp())))

    def _seal(self, code: str, until: int) -> str:
        text = f"intake wait {until} {code}".encode()
        return hmac.digest(self._secret.encode(), text, "sha256").hex()

    def _alarm(self) -> None:
        at = clock.now()
        admins = (
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.role == Role.ADMIN.value, User.disabled_at.is_(None))
            .where(*in_force(at.astimezone(LOCAL).date()))
        )
        with self._db.transaction() as session:
            users = session.scalars(admins).unique().all()
            send(session, users, "intake_guessing", {"number": ""}, at=at, level=1)
