"""Programs that tests run as processes of their own, and what they share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.models import Student, Unit, User
from casework.services import actors, policy
from config.settings import Settings
from tests.factories import County

BUSY = ("teacher1", "lead1")
"""Who does things in other processes."""


@cache
def _in_force() -> policy.Policy:
    settings = Settings(database_url="sqlite://", secret_key="for tests", data_dir=Path("/nowhere"))
    return policy.load_policy(settings)


def open_database(url: str) -> Database:
    """The database under the policy of the project, as every process opens it for itself."""
    return Database(url, policy.in_session_info(_in_force()))


def county_in(database: Database) -> County:
    """The small county that a test has put into the database."""
    with database.reading() as session:
        units = {unit.code: unit.id for unit in session.scalars(select(Unit))}
        pupils = {one.code: one.id for one in session.scalars(select(Student).order_by(Student.id))}
        people = {
            user.login: actors.load_actor(session, user.id, clock.now())
            for user in session.scalars(select(User).where(User.login.in_(BUSY)))
        }
    return County(units, pupils, people)
