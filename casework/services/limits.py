"""Attempts to log in, counted in the database, so that all processes share one count.

Counted before the password is looked at: parallel guesses cannot slip past the limit.
"""

from __future__ import annotations

from typing import Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from casework import clock
from casework.db import Database
from casework.errors import TooMany
from casework.models import RateLimit
from casework.services.tokens import digest

PER_ACCOUNT = RateLimitItemPerMinute(5, 15)
PER_ADDRESS = RateLimitItemPerMinute(50, 15)


class LockedOut(TooMany):
    """Too many attempts; ``retry_after`` says in how many seconds the window ends."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Attempts:
    """The attempts on one account from one address, within their windows of a quarter hour."""

    def __init__(self, db: Database, login: str, address: str) -> None:
        self._storage = SqlStorage(db)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._account = digest(login.strip().lower())[:32]
        self._address = digest(address)[:32]

    def count(self) -> None:
        """Count one attempt. Raises LockedOut when it is one too many."""
        over = [
            item
            for item, name in ((PER_ACCOUNT, self._account), (PER_ADDRESS, self._address))
            if not self._limiter.hit(item, "login", name)
        ]
        if over:
            named = {PER_ACCOUNT: self._account, PER_ADDRESS: self._address}
            ends = max(self._storage.get_expiry(i.key_for("login", named[i])) for i in over)
            raise LockedOut(max(1, int(ends - clock.now().timestamp())))

    def forgive(self) -> None:
        """The password was right: the account starts afresh, the address gets its attempt back."""
        self._storage.clear(PER_ACCOUNT.key_for("login", self._account))
        key = PER_ADDRESS.key_for("login", self._address)
        self._storage.incr(key, PER_ADDRESS.get_expiry(), amount=-1)


class Tries:
    """How often something may be asked for within a window, by whoever asks."""

    def __init__(self, db: Database, what: str, most: RateLimitItem) -> None:
        self._storage = SqlStorage(db)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._what, self._most = what, most

    def count(self, whose: str) -> None:
        """Count one. Raises LockedOut when it is one too many."""
        name = digest(whose)[:32]
        if not self._limiter.hit(self._most, self._what, name):
            ends = self._storage.get_expiry(self._most.key_for(self._what, name))
            raise LockedOut(max(1, int(ends - clock.now().timestamp())))


class SqlStorage(Storage):
    """Fixed windows in the table ``rate_limit``.

    Each count is a transaction of its own: it must survive the request that fails because of it.
    """

    STORAGE_SCHEME = None

    def __init__(self, db: Database) -> None:
        super().__init__(wrap_exceptions=False)
        self._db = db

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the driver raises when the storage is out of reach."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which starts anew when its window is over."""
        now = int(clock.now().timestamp())
        insert: Any = sqlite.insert if self._db.is_sqlite else postgresql.insert
        fresh = {"amount": max(0, amount), "expires": now + expiry}
        over = RateLimit.expires <= now
        statement = (
            insert(RateLimit)
            .values(key=key, **fresh)
            .on_conflict_do_update(
                index_elements=[RateLimit.key],
                set_={
                    "amount": case((over, fresh["amount"]), else_=RateLimit.amount + amount),
                    "expires": case((over, fresh["expires"]), else_=RateLimit.expires),
                },
            )
            .returning(RateLimit.amount)
        )
        with self._db.transaction() as session:
            counted = int(session.execute(statement).scalar_one())
            session.execute(delete(RateLimit).where(RateLimit.expires <= now, RateLimit.key != key))
        return counted

    def get(self, key: str) -> int:
        """The count in the running window."""
        row = self._row(key)
        return row.amount if row and row.expires > clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        row = self._row(key)
        return float(row.expires) if row else clock.now().timestamp()

    def check(self) -> bool:
        """True when the table can be read."""
        self._row("")
        return True

    def reset(self) -> int | None:
        """Forget every counter."""
        with self._db.transaction() as session:
            session.execute(delete(RateLimit))
        return None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._db.transaction() as session:
            session.execute(delete(RateLimit).where(RateLimit.key == key))

    def _row(self, key: str) -> RateLimit | None:
        with self._db.reading() as session:
            return session.scalar(select(RateLimit).where(RateLimit.key == key))
