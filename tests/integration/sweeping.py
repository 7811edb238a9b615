"""What tests of the sweep share: one pass, one step, what a clock or SYSTEM has done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.jobs import tasks
from casework.models import Base, Call, Case, Clock, Escalation
from casework.services import filing, timeline
from casework.services.actors import load_actor
from casework.services.calls import answering
from tests.conftest import Frozen
from tests.factories import County, act, file_bullying, report

MINUTE = timedelta(minutes=1)


def pass_at(database: Database, frozen: Frozen, at: datetime) -> tasks.Pass:
    """One pass of the sweep at an instant."""
    frozen.move_to(at)
    return tasks.sweep(database, MINUTE)


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def clock_of(database: Database, case_id: int, rule: str) -> Clock:
    """The newest clock of this rule."""
    with database.reading() as session:
        query = select(Clock).where(Clock.case_id == case_id, Clock.rule_id == rule)
        return session.scalars(query.order_by(Clock.id.desc())).first() or pytest.fail(rule)


def rungs_of(database: Database, clock_id: int) -> list[str]:
    with database.reading() as session:
        query = select(Escalation.rung).where(Escalation.clock_id == clock_id)
        return list(session.scalars(query.order_by(Escalation.id)))


def step(database: Database, county: County, case_id: int, who: str, name: str, **f: Any) -> Case:
    """One action at the version the case has now."""
    with database.transaction() as session:
        return act(session, county[who], session.get_one(Case, case_id), name, **f).case


def filed(database: Database, county: County) -> int:
    with database.transaction() as session:
        return file_bullying(session, county).id


def absent(database: Database, county: County, **fields: Any) -> int:
    """A pupil missed at 10:55, filed at 11:00."""
    given = {"student_id": county.pupils["2026001"], "strict": False, **fields}
    with database.transaction() as session:
        made = replace(report(county, "emergency"), case_type="absence", fields=given)
        return filing.file_case(session, county["teacher1"], made).id


def system_steps(database: Database, case_id: int) -> list[tuple[str, datetime]]:
    """What SYSTEM has performed in a case, and when."""
    with database.reading() as session:
        bodies = timeline.bodies(session, session.get_one(Case, case_id).chain)
    return [
        (body["action"], datetime.fromisoformat(body["at"]))
        for body in bodies
        if body["actor"]["role"] == "system" and body["to"] is not None
    ]


def answer_everybody(database: Database) -> None:
    """Whoever is being called acknowledges at once."""
    with database.reading() as session:
        query = select(Call).where(Call.ended_at.is_(None), Call.user_id.is_not(None))
        waiting = [(call.escalation_id, call.user_id) for call in session.scalars(query)]
    for escalation_id, user_id in waiting:
        with database.transaction() as session:
            actor = load_actor(session, user_id or 0, clock.now())
            answering.acknowledge(session, actor, escalation_id)
