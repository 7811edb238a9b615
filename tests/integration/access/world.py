"""The world of the matrix: the small county with one case for every situation a person can be in.

``home``: about a class of the first school. ``far``: of the other county. ``past``: about that same
class, filed past the school. ``joint``: handed to the second school, with the first one joining.
``named``: about the own unit, but the person is named in it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.models import Approval, Case, Clock, Escalation, Evidence, Parcel, Person
from casework.permissions import SYSTEM, Actor
from casework.services import actors, filing, flags, tokens, units
from casework.services.delivery.addresses import Vault
from casework.services.delivery.endpoints import NewEndpoint, add_to_unit
from casework.services.documents import drafting
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from casework.services.evidence.desk import Desk
from casework.services.evidence.store import Store
from casework.services.findings.proposing import Proposal, propose
from casework.services.intake import boxes, sending
from casework.services.scope import load_case
from casework.services.signals import receiving
from tests.evidence_files import PDF
from tests.factories import PASSWORD, PEOPLE, County, act, make_county, make_user, report
from tests.integration.access.table import NOWHERE
from tests.integration.reporting import figures

FAR_PEOPLE = (("teacher3", "teacher", "K4"), ("admin2", "admin", "B2"))
"""Besides the people of the small county: a teacher and an administrator of the other one."""
LOGINS = tuple(login for login, _, _ in (*PEOPLE, *FAR_PEOPLE))
NAMED_AT = {
    "named": tuple(
        login for login, _, code in PEOPLE if code in {"S1", "G1", "K1", "K2", "B1", "C"}
    ),
    "named2": ("teacher2", "lead2", "principal2"),
    "named3": ("teacher3", "officer2", "admin2"),
}
"""Who is named in which case: one about the class, the school or the county of each person."""
TITLE = "体育课上摔伤"
WORDS = "实验楼前"
"""What stands in every case, to be searched for."""


@dataclass(slots=True)
class Subject:
    """One case with the ids that addresses carry; ``sender`` has begun to send a file to it."""

    number: str
    version: int
    seq: int
    evidence_id: int
    approval_id: int
    clock_id: int
    key: str
    sender: str
    document_id: int = NOWHERE

    @property
    def nowhere(self) -> Subject:
        """The same question about a case, an approval and a clock that do not exist."""
        number = f"{self.number[:-6]}{NOWHERE}"
        ids = dict.fromkeys(("approval_id", "clock_id", "document_id"), NOWHERE)
        return replace(self, number=number, **ids)


@dataclass(slots=True)
class World:
    """The application, its people with open doors, and a case for every situation."""

    app: Flask
    county: County
    cases: dict[str, Subject] = field(default_factory=dict)
    _doors: dict[tuple[str, bool], FlaskClient] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        """Its database."""
        found: Database = self.app.extensions["casework"].db
        return found

    def subject(self, situation: str, login: str) -> Subject:
        """The case of a situation; of those that name somebody, the one near this person."""
        if situation != "named":
            return self.cases[situation]
        return self.cases[next(name for name, who in NAMED_AT.items() if login in who)]

    def door(self, login: str, *, api: bool) -> FlaskClient:
        """The person's browser, or program, logged in once."""
        if (login, api) not in self._doors:
            self._doors[login, api] = self._program(login) if api else self.browser(login)
        return self._doors[login, api]

    def browser(self, login: str) -> FlaskClient:
        """A browser of its own in which the person has logged in."""
        found = self.app.test_client()
        answer = found.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return found

    def _program(self, login: str) -> FlaskClient:
        found = self.app.test_client()
        with self.db.transaction() as session:
            token = tokens.create_token(session, login)
        found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return found


def build(app: Flask, data_dir: Path) -> World:
    """Everybody, and a case for every situation; who is named is named last of all."""
    db: Database = app.extensions["casework"].db
    with db.transaction() as session:
        county = make_county(session)
        county.units["K4"] = units.add_unit(session, "K4", "class", "四年级1班", "S3").id
        for login, role, code in FAR_PEOPLE:
            user = make_user(session, login, (role, county.units[code]))
            county.actors[login] = actors.load_actor(session, user.id, clock.now())
        _nameless(session, county)
    world = World(app, county)
    make = _maker(world, Store(data_dir))
    make("home", "K1", by="staff1", reporter="lead1", asks="principal1")
    make("far", "K4", by="teacher3", reporter="officer2", asks="officer2")
    make("past", "K1", by="teacher1b", reporter="officer1", asks="officer1", past_school=True)
    make("joint", "K1", by="teacher1", reporter="lead1", asks="principal2", then=_hand_over)
    make("named", "K1", by="teacher1", reporter="lead1", asks="principal1", sender="officer1")
    make("named2", "K3", by="teacher2", reporter="lead2", asks="principal2")
    make("named3", "K4", by="teacher3", reporter="officer2", asks="officer2")
    for name, who in NAMED_AT.items():
        _name(world, name, who)
    _held_against(world, world.cases["home"].number)
    return world


def _held_against(world: World, number: str) -> None:
    """A finding that is proposed about the first school, and a flag at one of its duties."""
    county = world.county
    with world.db.transaction() as session:
        made = propose(
            session, county["officer1"], Proposal("omission", "case", number, "漏报", "台账")
        )
        county.units["FINDING"] = made.id
        case = load_case(session, county["officer1"], number)
        owed = select(Clock).where(Clock.case_id == case.id, Clock.owner == "safety_lead")
        row = session.scalars(owed.order_by(Clock.id)).first()
        assert row is not None
        flag = flags.raise_kind(session, case, row, "overdue", clock.now(), clock.now())
        assert flag is not None
        county.units["FLAG"] = flag.id
        county.units["LEVEL"] = _level(session, case, row, county["officer1"])
        _parcel(session, county)


def _level(session: Session, case: Case, row: Clock, by: Actor) -> int:
    """A level of escalation that somebody has acknowledged."""
    at = clock.now()
    found = Escalation(
        clock_id=row.id,
        case_id=case.id,
        unit_id=case.unit_id,
        rung="level_2",
        kind="level",
        level=2,
        due_at=at,
        at=at,
        acknowledged_at=at,
        acknowledged_by=by.user_id,
    )
    session.add(found)
    session.flush()
    return found.id


def _parcel(session: Session, county: County) -> None:
    """A digest that has gone to the channel of the first school."""
    new = NewEndpoint("email", {"address": "duty@example.org"})
    principal, vault = county["principal1"], Vault("only for this test")
    channel = add_to_unit(session, principal, vault, county.units["S1"], new)
    at = clock.now()
    session.add(
        Parcel(
            uid="f" * 32,
            endpoint_id=channel.id,
            size=2,
            level=0,
            state="sent",
            made_at=at,
            sent_at=at,
            attempts=1,
            answer="250 ok",
        )
    )


def _nameless(session: Session, county: County) -> None:
    """A letter box of the first school and two reports in it, one with nobody of its staff."""
    box = boxes.open_box(session, county["lead1"], county.units["S1"])
    county.units["BOX"] = box.id
    for name, part in (("TALK", "unknown"), ("TALK2", "no")):
        given = sending.Report("有人被欺负", part, False, f"hash of {name}", f"seal of {name}")
        county.units[name] = sending.send(session, box.id, given).signal_id
    alarm = receiving.NewSignal("smoke_alarm", county.units["S1"], "烟感报警")
    county.units["ALARM"] = receiving.receive(session, SYSTEM, alarm).id


def _maker(world: World, store: Store) -> Callable[..., None]:
    county, db = world.county, world.db
    press = Press(store, str)

    def make(
        name: str,
        code: str,
        *,
        by: str,
        reporter: str,
        asks: str,
        sender: str = "",
        past_school: bool = False,
        then: Callable[[Session, County, Case], None] | None = None,
    ) -> None:
        new = replace(
            report(county, "emergency"),
            unit_id=county.units[code],
            title=TITLE,
            narrative=WORDS,
            past_school=past_school,
        )
        with db.transaction() as session:
            case = filing.file_case(session, county[by], new)
            act(session, county[reporter], case, "submit_initial_report", **figures(), place="操场")
            seq = case.head_seq
            if then is not None:
                then(session, county, case)
            number = case.number
        with_files = sender or reporter
        evidence_id, key = _file(Desk(db, store, county[with_files]), number)
        with db.transaction() as session:
            case = session.scalars(select(Case).where(Case.id == case.id)).one()
            session.execute(update(Evidence).values(seq=1))
            approval = _approval(session, county[asks], case)
            clock_id = session.scalars(select(Clock.id).where(Clock.case_id == case.id)).first()
            writer = county["lead2" if then is not None else reporter]
            paper = drafting.begin(session, press, writer, number, "emergency_report", Begun())
            world.cases[name] = Subject(
                *(number, case.version, seq, evidence_id),
                *(approval.id, clock_id or 0, key, with_files, paper.id),
            )

    return make


def _file(desk: Desk, number: str) -> tuple[int, str]:
    row = desk.take(number, io.BytesIO(PDF), "a.pdf")
    return row.id, desk.start(number, len(PDF), "b.pdf").key


def _hand_over(session: Session, county: County, case: Case) -> None:
    fields: dict[str, Any] = {"unit_id": county.units["S2"], "joining": [county.units["S1"]]}
    act(session, county["officer1"], case, "reassign", **fields, reason="两校学生")


def _approval(session: Session, requester: Actor, case: Case) -> Approval:
    """A request that waits for an officer of the bureau, as ``retype`` makes one."""
    found = Approval(
        case_id=case.id,
        action="retype",
        fields={},
        requester_id=requester.user_id,
        requester_role="principal",
        approver_roles=["bureau_officer"],
        case_version=case.version,
        requested_at=clock.now(),
    )
    session.add(found)
    session.flush()
    return found


def _name(world: World, situation: str, logins: Iterable[str]) -> None:
    """Name these people in the case: it closes to them whatever they did in it before."""
    with world.db.transaction() as session:
        case = session.scalars(
            select(Case).where(Case.id == int(world.cases[situation].number[-6:]))
        ).one()
        for login in logins:
            who = world.county[login]
            session.add(Person(case_id=case.id, part="staff", name=who.name, user_id=who.user_id))
