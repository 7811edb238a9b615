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


class Postgres:
    """One server; databases are made from a template that has all tables."""

    def __init__(self, uri: str) -> None:
        self.uri = make_url(uri).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self.uri, isolation_level="AUTOCOMMIT")
        self._county: County | None = None
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
    def fresh(self, template: str = "template_casework", name: str = "") -> Iterator[str]:
        """A database for one test; those of the same name have the same address."""
        name = name or f"test_{next(_numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield self._address(name)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _address(self, name: str) -> str:
        return self.uri.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))
