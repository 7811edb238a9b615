"""Accounts, sessions, limits and claimed keys on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import Conflict, Invalid, NotFound
from casework.models import ApiToken, LoginSession, User
from casework.services import actors, idempotency, logins, passwords, people, tokens, units
from casework.services.limits import Attempts, LockedOut
from casework.services.people import NewPost
from tests.conftest import Frozen
from tests.factories import PASSWORD, County

pytestmark = pytest.mark.one_database


def test_posts_hold_from_their_first_to_their_last_day(database: Database, county: County) -> None:
    post = NewPost("teacher", "K1", date(2026, 9, 22), date(2026, 9, 23))
    with database.transaction() as session:
        user = people.create_user(session, "wang", "王老师", PASSWORD, [post])
        held = [
            len(actors.load_actor(session, user.id, datetime(2026, 9, day, 12, tzinfo=LOCAL)).posts)
            for day in (21, 22, 23, 24)
        ]

    assert held == [0, 1, 1, 0]


def test_every_fault_is_told_at_once(database: Database, county: County) -> None:
    with database.transaction() as session, pytest.raises(Invalid) as caught:
        people.create_user(session, "NO", "", "short", [NewPost("king", "nowhere")])

    assert set(caught.value.errors) == {
        *("login", "name", "password", "memberships.0.role", "memberships.0.unit"),
    }


def test_no_password_stands_in_the_database(database: Database, county: County) -> None:
    with database.transaction() as session:
        people.create_user(session, "wang", "王老师", PASSWORD)
        stored = session.scalars(select(User.password_hash)).all()
        token = tokens.create_token(session, "wang")
        kept = session.scalars(select(ApiToken.hash)).one()

    assert all(value.startswith("$argon2id$") for value in stored)
    assert token not in kept


def test_a_weak_hash_is_renewed_at_the_next_login(
    database: Database, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    with database.transaction() as session:
        user_id = logins.authenticate(session, "teacher1", PASSWORD)
        assert user_id is not None
        logins.begin(session, user_id, PASSWORD)
        stored = session.get_one(User, user_id).password_hash

    assert not stronger.check_needs_rehash(stored)


def test_an_unknown_login_costs_as_much_as_a_known_one(
    database: Database, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []
    real: Callable[..., bool] = PasswordHasher.verify

    def verify(self: PasswordHasher, stored: str, password: str) -> bool:
        checked.append(stored)
        return real(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    with database.reading() as session:
        assert logins.authenticate(session, "nobody", PASSWORD) is None
        assert logins.authenticate(session, "teacher1", "wrong") is None

    assert len(checked) == 2


def test_a_session_is_known_by_its_token_only(database: Database, county: County) -> None:
    with database.transaction() as session:
        user_id = county["teacher1"].user_id or 0
        token, actor = logins.begin(session, user_id, PASSWORD)
        assert logins.resume(session, token) == (actor, False)
        assert logins.resume(session, token + "x") is None
        assert token not in session.scalars(select(LoginSession.hash)).all()
        logins.end(session, token)
        assert logins.resume(session, token) is None


def test_parallel_guesses_meet_one_limit(database: Database, frozen: Frozen) -> None:
    outcomes, at = [], clock.now()

    def guess(n: int) -> None:
        with clock.at(at):
            try:
                Attempts(database, "teacher1", f"10.0.0.{n}").count()
                outcomes.append("counted")
            except LockedOut:
                outcomes.append("locked")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(16)))

    assert outcomes.count("counted") == 5


def test_two_requests_with_one_key_are_one(database: Database, county: County) -> None:
    actor, done, gate = county["teacher1"], [], threading.Barrier(2)

    def request() -> object:
        gate.wait()
        with database.transaction() as session:
            known = idempotency.claim(session, actor, "k", {"a": 1})
            if known is None:
                done.append(1)
                known = {"number": len(done)}
                idempotency.keep(session, actor, "k", known)
            return known

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(request) for _ in range(2)]]

    assert answers == [{"number": 1}, {"number": 1}]
    with database.transaction() as session, pytest.raises(Conflict):
        idempotency.claim(session, actor, "k", {"a": 2})


def test_paths_are_made_of_ids(database: Database, county: County) -> None:
    with database.transaction() as session:
        made = units.add_unit(session, "K9", "class", "九班", "G1")
        above = session.scalars(select(User.id)).first()
        ids = [county.units[code] for code in ("C", "B1", "S1", "G1")]

    assert above
    assert made.path == "/" + "/".join(map(str, [*ids, made.id])) + "/"


def test_a_roster_outside_the_school_does_not_exist(database: Database, county: County) -> None:
    with database.reading() as session:
        teacher = county["teacher1"]
        assert len(units.class_students(session, teacher, county.units["K2"])) == 1
        for unit_id in (county.units["K3"], county.units["S1"], 10**6):
            with pytest.raises(NotFound):
                units.class_students(session, teacher, unit_id)
