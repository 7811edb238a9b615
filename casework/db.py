"""Engines, sessions and the two modes: a writing transaction and an enforced read-only one.

SQLite: WAL, foreign keys, ``BEGIN IMMEDIATE`` for writers behind a lock between threads and
processes (the default silently loses updates), plain ``BEGIN`` with ``query_only`` for readers.
PostgreSQL: row locks; readers run ``READ ONLY``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

BUSY_MILLISECONDS = 15_000
COLLISIONS = frozenset({"40001", "40P01"})
"""PostgreSQL: of transactions that wait for each other, this one was thrown out."""


class Database:
    """One database with its writing and its reading sessions."""

    def __init__(self, url: str, info: Mapping[str, Any] | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            path = Path(self.url.database or "")
            path.parent.mkdir(parents=True, exist_ok=True)
            self.engine = _sqlite_engine(url, writing=True)
            self.read_engine = _sqlite_engine(url, writing=False)
            self._thread_lock = threading.Lock()
            self._file_lock = FileLock(f"{path}.lock", thread_local=False)
        else:
            self.engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
            self.read_engine = self.engine.execution_options(postgresql_readonly=True)
        self._write = sessionmaker(self.engine, expire_on_commit=False, info=dict(info or {}))
        self._read = sessionmaker(self.read_engine, expire_on_commit=False, info=dict(info or {}))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed when the block ends, rolled back when it raises."""
        with self._write_lock(), self._write() as session:
            yield session
            session.commit()

    @contextmanager
    def rehearsal(self) -> Iterator[Session]:
        """A unit of work that is always rolled back: to see what would happen."""
        with self._write_lock(), self._write() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent read; the database itself refuses writes."""
        with self._read() as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.read_engine.dispose()

    def _write_lock(self) -> AbstractContextManager[Any]:
        return self._both_locks() if self.is_sqlite else nullcontext()

    @contextmanager
    def _both_locks(self) -> Iterator[None]:
        with self._thread_lock, self._file_lock:
            yield


def collided(error: BaseException) -> bool:
    """True when the same work, done again, is likely to succeed: another was in its way."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in COLLISIONS


def _sqlite_engine(url: str, *, writing: bool) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_MILLISECONDS / 1000}
    )
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if writing:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
