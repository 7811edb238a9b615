"""What tests of pages about escalations share: a case whose levels are reached, sweep by sweep."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from casework.db import Database
from casework.models import Clock, Escalation
from tests.conftest import Frozen
from tests.factories import MONDAY, County, file_bullying
from tests.integration.sweeping import pass_at

RULE = "bullying.external_report"
KNOWN = MONDAY - timedelta(minutes=10)
TARGET = KNOWN + timedelta(hours=1)
TEN = timedelta(minutes=10)
"""How long an urgent level waits for an answer."""


def db_of(app: Flask) -> Database:
    """The database of the application."""
    found: Database = app.extensions["casework"].db
    return found


def armed(app: Flask, county: County) -> str:
    """The number of a case in which nobody has reported to the outside yet."""
    with db_of(app).transaction() as session:
        return file_bullying(session, county, weapon=True).number


def level(app: Flask, number: str, height: int) -> int:
    """The id of the escalation of a level on the clock of the report."""
    with db_of(app).reading() as session:
        query = (
            select(Escalation.id)
            .join(Clock, Clock.id == Escalation.clock_id)
            .where(Escalation.case_id == int(number[-6:]), Escalation.level == height)
            .where(Clock.rule_id == RULE)
        )
        return session.scalars(query).one()


def passes(app: Flask, frozen: Frozen, *instants: datetime) -> None:
    """Sweep at each of these instants."""
    for at in instants:
        pass_at(db_of(app), frozen, at)
