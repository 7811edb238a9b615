"""Plays the stories under a simulated clock: every history is made by the engine and the sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.demo.build import DEMO, Places, build
from casework.demo.script import (
    Ago,
    Ahead,
    Does,
    Login,
    Part,
    Someone,
    Story,
    Told,
    UnitCode,
)
from casework.demo.stories import STORIES
from casework.errors import Conflict
from casework.jobs.tasks import sweep
from casework.models import Clock, Person, Setting, Student, User
from casework.permissions import Actor
from casework.services import approvals
from casework.services.actors import load_actor
from casework.services.cases import perform_action
from casework.services.filing import NewCase, file_case
from casework.services.reported import NewPerson
from casework.services.scope import load_case, parse_number
from casework.text import N_

NEVER_LATE = timedelta(days=10_000)
"""The simulated sweep is always on time."""
REAL_DATA = N_("This database holds real data; the demo county needs an empty one.")


def load_demo(db: Database, stories: Sequence[Told] = STORIES) -> None:
    """Fill an empty database with the demo county and play its stories up to now.

    Raises Conflict, changing nothing, when the database holds anything already.
    """
    now = clock.now()
    with db.transaction() as session:
        if not is_empty(session):
            raise Conflict(REAL_DATA)
        places = build(session, now - timedelta(days=40))
    _Player(db, places, now).play(stories)


def is_empty(session: Session) -> bool:
    """True when no account exists yet."""
    return session.scalar(select(User.id).limit(1)) is None


def is_demo(session: Session) -> bool:
    """True when the database holds the demo county."""
    return session.get(Setting, DEMO) is not None


class _Player:
    def __init__(self, db: Database, places: Places, now: datetime) -> None:
        self.db = db
        self.places = places
        self.now = now
        self.reached = now - timedelta(days=365)
        self.numbers: dict[str, str] = {}

    def play(self, stories: Sequence[Told]) -> None:
        """Every filing and step of all stories in the order of time, the sweep in between."""
        moments: list[tuple[datetime, int, Told, Does | None]] = []
        for told in stories:
            filed_at = self.now - told.ago
            moments.append((filed_at, len(moments), told, None))
            for step in told.does:
                moments.append((filed_at + step.after, len(moments), told, step))
        for at, _, told, does in sorted(moments, key=lambda moment: moment[:2]):
            if at > self.now:
                raise ValueError(f"{told.name}: a step lies in the future")
            self.sweep_until(at)
            with clock.at(at), self.db.transaction() as session:
                if does is None:
                    self.file(session, told, at)
                else:
                    self.do(session, told, does, at)
        self.sweep_until(self.now)

    def sweep_until(self, at: datetime) -> None:
        """Let the sweep pass at every instant at which a rung is due."""
        while True:
            with self.db.reading() as session:
                running = Clock.stopped_at.is_(None)
                due = session.scalar(select(func.min(Clock.next_rung_at)).where(running))
            if due is None or due > at:
                self.reached = at
                return
            # A clock born late has rungs in the past: the sweep comes to them only now.
            self.reached = max(due, self.reached)
            with clock.at(self.reached):
                sweep(self.db, NEVER_LATE)

    def actor(self, session: Session, login: str) -> Actor:
        return load_actor(session, self.places.users[login], clock.now())

    def file(self, session: Session, told: Told, at: datetime) -> None:
        report = NewCase(
            case_type=told.case_type,
            unit_id=self.places.units[told.unit],
            title=told.title,
            narrative=told.narrative,
            occurred_at=at - told.occurred if told.occurred is not None else None,
            known_at=at - told.known,
            people=[self.person(session, someone) for someone in told.people],
            fields=self.values(session, told, told.fields, at),
        )
        case = file_case(session, self.actor(session, told.login), report)
        self.numbers[told.name] = case.number

    def do(self, session: Session, told: Told, does: Does, at: datetime) -> None:
        actor = self.actor(session, does.login)
        number = self.numbers[told.name]
        case = load_case(session, actor, number)
        fields = self.values(session, told, does.fields, at)
        try:
            outcome = perform_action(
                session, actor, number, does.action, version=case.version, fields=fields
            )
        except Exception as fault:
            details = getattr(fault, "errors", None) or getattr(fault, "refusals", None)
            raise ValueError(f"{told.name}: {does.action}: {fault} {details}") from fault
        if does.approved_by is not None and outcome.approval is not None:
            approver = self.actor(session, does.approved_by)
            approvals.decide(session, approver, outcome.approval.id, approve=True)

    def person(self, session: Session, someone: Someone) -> NewPerson:
        if someone.klass is None:
            return NewPerson(someone.name, someone.part)
        student_id = self.places.pupils[someone.klass][someone.seat]
        student = session.get_one(Student, student_id)
        return NewPerson(student.name, someone.part, student.unit_id, student.id)

    def part(self, session: Session, told: Told, part: Part) -> int:
        case_id = parse_number(self.numbers[told.name])
        query = select(Person.id).where(Person.case_id == (case_id or ("", 0))[1])
        people = session.scalars(query.where(Person.part == part.part).order_by(Person.id)).all()
        return people[part.place]

    def values(self, session: Session, told: Told, fields: Any, at: datetime) -> dict[str, Any]:
        return {name: self.value(session, told, value, at) for name, value in fields.items()}

    def value(self, session: Session, told: Told, value: Any, at: datetime) -> Any:
        if isinstance(value, Ago):
            return at - timedelta(minutes=value.minutes)
        if isinstance(value, Ahead):
            return at.astimezone(LOCAL).date() + timedelta(days=value.days)
        if isinstance(value, Login):
            return self.places.users[value.login]
        if isinstance(value, UnitCode):
            return self.places.units[value.code]
        if isinstance(value, Story):
            return self.numbers[value.name]
        if isinstance(value, Part):
            return self.part(session, told, value)
        if isinstance(value, list):
            return [self.value(session, told, item, at) for item in value]
        return value
