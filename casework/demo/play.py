"""Plays the stories under a simulated clock: every history is made by the engine and the sweep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.demo import papers
from casework.demo.answers import Answers
from casework.demo.build import DEMO, Places, build
from casework.demo.calls import Calls
from casework.demo.documents import Documents
from casework.demo.everyday import Everyday, Moment
from casework.demo.script import (
    Ago,
    Ahead,
    Does,
    Login,
    Paper,
    Part,
    Someone,
    Story,
    Told,
    UnitCode,
)
from casework.demo.stories import STORIES
from casework.errors import Conflict
from casework.models import Case, Clock, Person, Setting, Student, User
from casework.permissions import Actor
from casework.services import approvals, sweep
from casework.services.actors import load_actor
from casework.services.cases import Outcome, perform_action
from casework.services.evidence.store import Store
from casework.services.filing import NewCase, file_case
from casework.services.reported import NewPerson
from casework.services.scope import parse_number
from casework.text import N_
from casework.workflows.definitions.steering import RETYPED

DAYS = 60
"""The oldest story began within so many days."""
ROSTER_DAYS = timedelta(days=2)
"""Entries of the duty roster lie within so much of now."""
REAL_DATA = N_("This database holds real data; the demo county needs an empty one.")


def load_demo(db: Database, store: Store | None = None, stories: Sequence[Told] = STORIES) -> None:
    """Fill an empty database with the demo county and play its stories up to now.

    Without stories nobody calls either, and the last days were quiet: there is no case.

    Everything is one transaction: the county is there as a whole or not at all. Files are kept in
    ``store``; without one the stories leave them out. Raises Conflict when anything is here.
    """
    now = clock.now()
    with db.transaction() as session:
        if not is_empty(session):
            raise Conflict(REAL_DATA)
        places = build(session, now, now - timedelta(days=DAYS))
        player = _Player(session, store, places, now)
        everyday = Everyday(session, places, now, player.actor)
        calls = Calls(session, places, now, everyday.days, player.actor)
        papers = Documents(session, store, places, now, player.numbers, player.actor)
        told = [*calls.moments(), *papers.moments()] if stories else []
        player.play(stories, [*everyday.moments(), *told])


def is_empty(session: Session) -> bool:
    """True when no account exists yet."""
    return session.scalar(select(User.id).limit(1)) is None


def is_demo(session: Session) -> bool:
    """True when the database holds the demo county."""
    return session.get(Setting, DEMO) is not None


class _Player:
    def __init__(
        self, session: Session, store: Store | None, places: Places, now: datetime
    ) -> None:
        self.session = session
        self.store = store
        self.places = places
        self.now = now
        self.reached = now - timedelta(days=365)
        self.numbers: dict[str, str] = {}
        self.actors: dict[str, Actor] = {}
        self.answers = Answers(session, self.actor)

    def play(self, stories: Sequence[Told], more: Iterable[Moment] = ()) -> None:
        """Every filing and step of all stories in the order of time, the sweep in between."""
        moments = [*more, *(moment for told in stories for moment in self.moments(told))]
        for at, act in sorted(moments, key=itemgetter(0)):
            self.sweep_until(at)
            with clock.at(at):
                act()
        self.sweep_until(self.now)
        with clock.at(self.now):
            sweep.beat(self.session, self.now, 0, 0)

    def moments(self, told: Told) -> Iterator[Moment]:
        """The filing and the steps of a story, each with its instant."""
        filed_at = self.filed_at(told)
        yield filed_at, partial(self.file, told, filed_at)
        for step in told.does:
            at = (filed_at if step.after >= timedelta(0) else self.now) + step.after
            if at > self.now:
                raise ValueError(f"{told.name}: a step lies in the future")
            yield at, partial(self.do, told, step, at)

    def filed_at(self, told: Told) -> datetime:
        """When a story begins: so long ago, or on that day at its time."""
        filed_at = self.now - told.ago
        if not told.at:
            return filed_at
        day = filed_at.astimezone(LOCAL).date()
        return datetime.combine(day, time.fromisoformat(told.at), tzinfo=LOCAL).astimezone(UTC)

    def sweep_until(self, at: datetime) -> None:
        """Let the sweep pass at every instant at which something is due, and people answer."""
        while (due := self.next_due()) is not None and due <= at:
            # A clock born late has rungs in the past: the sweep comes to them only now.
            self.reached = max(due, self.reached)
            with clock.at(self.reached):
                while ids := sweep.due_clocks(self.session, self.reached):
                    sweep.fire_due(self.session, ids, None)
                self.answers.pass_at(self.reached)
        self.reached = max(at, self.reached)

    def next_due(self) -> datetime | None:
        """When the next rung is due, or a call is answered or given up."""
        running = Clock.stopped_at.is_(None)
        rung = self.session.scalar(select(func.min(Clock.next_rung_at)).where(running))
        return min((one for one in (rung, self.answers.next_at()) if one is not None), default=None)

    def actor(self, login: str) -> Actor:
        """The account; posts do not change in a story, duty and absences only on the last days."""
        at = clock.now()
        if self.now - at < ROSTER_DAYS or login not in self.actors:
            self.actors[login] = load_actor(self.session, self.places.users[login], at)
        return self.actors[login]

    def file(self, told: Told, at: datetime) -> None:
        report = NewCase(
            case_type=told.case_type,
            unit_id=self.places.units[told.unit],
            title=told.title,
            narrative=told.narrative,
            occurred_at=at - told.occurred if told.occurred is not None else None,
            known_at=at - told.known,
            people=[self.person(someone) for someone in told.people],
            fields=self.values(told, told.fields, at),
            past_school=told.past_school,
        )
        try:
            case = file_case(self.session, self.actor(told.login), report)
        except Exception as fault:
            raise _told_where(told, "file", fault) from fault
        self.numbers[told.name] = case.number

    def do(self, told: Told, does: Does, at: datetime) -> None:
        try:
            outcome = self.perform(told, does, at)
            if does.approved_by is not None and outcome.approval is not None:
                approver = self.actor(does.approved_by)
                approvals.decide(self.session, approver, outcome.approval.id, approve=True)
                self.follow(told)
        except Exception as fault:
            raise _told_where(told, does.action, fault) from fault

    def follow(self, told: Told) -> None:
        """Go on with the case as which this one was just carried on, if it was."""
        newest = self.session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        case = self.session.get_one(Case, _id(self.numbers[told.name]))
        if case.state == RETYPED.name:
            self.numbers[told.name] = newest.number

    def perform(self, told: Told, does: Does, at: datetime) -> Outcome:
        actor, number = self.actor(does.login), self.numbers[told.name]
        version = self.session.scalar(select(Case.version).where(Case.id == _id(number))) or 0
        fields = self.values(told, does.fields, at)
        for name, value in fields.items():
            if isinstance(value, Paper):
                fields[name] = papers.keep(self.session, self.store, actor, number, value.name)
        return perform_action(
            self.session, actor, number, does.action, version=version, fields=fields
        )

    def person(self, someone: Someone) -> NewPerson:
        if someone.klass is None:
            return NewPerson(someone.name, someone.part)
        student_id = self.places.pupils[someone.klass][someone.seat]
        student = self.session.get_one(Student, student_id)
        return NewPerson(student.name, someone.part, student.unit_id, student.id)

    def part(self, told: Told, part: Part) -> int:
        query = select(Person.id).where(Person.case_id == _id(self.numbers[told.name]))
        people = self.session.scalars(
            query.where(Person.part == part.part).order_by(Person.id)
        ).all()
        return people[part.place]

    def values(self, told: Told, fields: Any, at: datetime) -> dict[str, Any]:
        return {name: self.value(told, value, at) for name, value in fields.items()}

    def value(self, told: Told, value: Any, at: datetime) -> Any:
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
            return self.part(told, value)
        if isinstance(value, Paper):
            return value if self.store is not None else None
        if isinstance(value, list):
            return [self.value(told, item, at) for item in value]
        return value


def _id(number: str) -> int:
    parsed = parse_number(number)
    return parsed[1] if parsed is not None else 0


def _told_where(told: Told, action: str, fault: Exception) -> ValueError:
    details = getattr(fault, "errors", None) or getattr(fault, "refusals", None)
    return ValueError(f"{told.name}: {action}: {fault} {details}")
