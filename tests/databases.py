"""The databases of the tests: made once for each process, given back their first rows each time.

A database keeps its address and its engines from test to test, so that statements are compiled and
templates read once; what is fresh is what lies in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, make_url, text

from casework import clock
from casework.db import Database
from casework.models import Base
from casework.services import policy
from casework.services.policy import Policy
from tests.factories import MONDAY, County, make_county


def in_info(found: Policy) -> dict[str, Policy]:
    """The session info that carries a policy."""
    return dict(policy.in_session_info(found))


def settle(url: str, found: Policy) -> County:
    """Enter the small county on the Monday on which tests begin."""
    database = Database(url, in_info(found))
    with clock.at(MONDAY), database.transaction() as session:
        made = make_county(session)
    database.dispose()
    return made


def again(found: County) -> County:
    """The county for one test, which may change its own."""
    return County(dict(found.units), dict(found.pupils), dict(found.actors))


@dataclass(frozen=True, slots=True)
class Settled:
    """A database with the small county, and the county."""

    path: Path
    county: County


@dataclass(slots=True)
class Lasting:
    """The database objects of this process, by address."""

    info: dict[str, Policy]
    _known: dict[str, Database] = field(default_factory=dict)

    def at(self, url: str) -> Database:
        """The one at this address; its pools are empty."""
        if url not in self._known:
            self._known[url] = Database(url, self.info)
        return self._known[url]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a fixture arranged: the database, when it was then, and what the fixture gave."""

    path: Path
    at: datetime
    given: Any


def lay(source: Path, path: Path) -> str:
    """Put a copy of an SQLite file where another one was; its address."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()  # never overwritten: a connection left open must keep its own file
    shutil.copyfile(source, path)
    return f"sqlite:///{path}"


_numbers = count(1)
LASTING = "casework"
ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TABLES = [table.name for table in Base.metadata.sorted_tables]
EMPTIED = "; ".join(f'DELETE FROM "{table}"' for table in TABLES)  # noqa: S608 - our own names
COUNTED = "; ".join(
    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'),"  # noqa: S608
    f' (SELECT coalesce(max(id), 0) + 1 FROM "{table.name}"), false)'
    for table in Base.metadata.sorted_tables
    if table.autoincrement_column is not None
)
"""Ids go on after the rows that are there, as they would have."""


class Postgres:
    """One server; databases are made from a template that has all tables."""

    def __init__(self, uri: str) -> None:
        self.uri = make_url(uri).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self.uri, isolation_level="AUTOCOMMIT")
        self._county: County | None = None
        self._filled: dict[str, dict[str, bytes]] = {}
        self._lasts = False
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._do(f"ALTER SYSTEM SET {setting} = off")  # nobody pulls this server's plug
        self._do("SELECT pg_reload_conf()")
        self._do("CREATE DATABASE template_casework")
        engine = create_engine(self.uri.set(database="template_casework"))
        Base.metadata.create_all(engine)
        engine.dispose()

    def settled(self, found: Policy) -> County:
        """The small county in a template of its own, entered once."""
        if self._county is None:
            self._do("CREATE DATABASE template_county TEMPLATE template_casework")
            self._county = settle(self._address("template_county"), found)
        return self._county

    @contextmanager
    def fresh(self, template: str = "template_casework") -> Iterator[str]:
        """A database of its own."""
        name = f"test_{next(_numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield self._address(name)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def again(self, template: str = "template_casework") -> str:
        """The one database that lasts, with the rows of a template and nobody connected to it."""
        if template not in self._filled:
            self._filled[template] = self._read(template)
        if not self._lasts:
            self._do(f"CREATE DATABASE {LASTING} TEMPLATE template_casework")
            self._lasts = True
        with self._connect(LASTING) as connection:
            connection.execute(ALONE)
            connection.execute("SET session_replication_role = replica")  # foreign keys wait
            connection.execute(EMPTIED)
            for table, rows in self._filled[template].items():
                with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)
            connection.execute(COUNTED)
        return self._address(LASTING)

    def _read(self, template: str) -> dict[str, bytes]:
        """The rows of each table that has some, as COPY writes them."""
        found = {}
        with self._connect(template) as connection:
            for table in Base.metadata.sorted_tables:
                with connection.cursor().copy(f'COPY "{table.name}" TO STDOUT') as copy:
                    found[table.name] = b"".join(bytes(part) for part in copy)
        return {table: rows for table, rows in found.items() if rows}

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        address = self.uri.set(drivername="postgresql", database=name)
        return psycopg.connect(address.render_as_string(hide_password=False))

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _address(self, name: str) -> str:
        return self.uri.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))
