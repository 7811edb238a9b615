"""What tests arrange with: a small county, its people, and reports of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Membership, Student, User
from casework.permissions import Actor
from casework.services import actors, cases, filing, reported, units
from casework.services.passwords import hash_password

PASSWORD = "correct horse battery"
MONDAY = datetime.fromisoformat("2026-09-21T11:00:00+08:00")
SINCE = date(2026, 1, 1)

UNITS = (
    ("C", "city_bureau", "青云市教育局", None),
    ("B1", "county_bureau", "东山县教育局", "C"),
    ("B2", "county_bureau", "西河县教育局", "C"),
    ("S1", "school", "东山县第一中学", "B1"),
    ("S2", "school", "东山县第二小学", "B1"),
    ("S3", "school", "西河县实验学校", "B2"),
    ("G1", "grade", "七年级", "S1"),
    ("K1", "class", "七年级1班", "G1"),
    ("K2", "class", "七年级2班", "G1"),
    ("K3", "class", "三年级1班", "S2"),
)
PEOPLE = (
    ("staff1", "staff", "S1"),
    ("teacher1", "teacher", "K1"),
    ("teacher1b", "teacher", "K2"),
    ("grade1", "grade_lead", "G1"),
    ("counsellor1", "counsellor", "S1"),
    ("lead1", "safety_lead", "S1"),
    ("deputy1", "deputy", "S1"),
    ("principal1", "principal", "S1"),
    ("duty1", "duty", "S1"),
    ("teacher2", "teacher", "K3"),
    ("lead2", "safety_lead", "S2"),
    ("principal2", "principal", "S2"),
    ("officer1", "bureau_officer", "B1"),
    ("officer1b", "bureau_officer", "B1"),
    ("leader1", "bureau_leader", "B1"),
    ("officer2", "bureau_officer", "B2"),
    ("city1", "city_officer", "C"),
    ("admin1", "admin", "C"),
)
PUPILS = (("2026001", "K1"), ("2026002", "K1"), ("2026003", "K2"), ("2026004", "K3"))

FIELDS: Mapping[str, Mapping[str, Any]] = {
    "bullying": {
        "injury": "none",
        "weapon": False,
        "sexual_harm": False,
        "self_harm": False,
        "extortion": False,
        "video_spread": False,
    },
    "emergency": {
        "category": "injury",
        "statutory_grade": "general",
        "school_grade": "general",
        "dead": 0,
        "injured": 1,
        "missing": 0,
        "weapon": False,
        "summary": "体育课上受伤",
        "measures": "已送医",
    },
    "opinion": {"platform": "weibo", "url": "https://example.org/1"},
}


@dataclass(slots=True)
class County:
    """The ids of units and pupils by code, and everybody as an actor by login."""

    units: dict[str, int] = field(default_factory=dict)
    pupils: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, login: str) -> Actor:
        return self.actors[login]


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def make_user(session: Session, login: str, *posts: tuple[str, int], name: str = "") -> User:
    """An account whose password is PASSWORD, with ``(role, unit_id)`` posts since January."""
    user = User(
        login=login,
        name=name or f"教师{login}",
        password_hash=_password_hash(),
        created_at=clock.now(),
        memberships=[Membership(unit_id=u, role=role, from_on=SINCE) for role, u in posts],
    )
    session.add(user)
    session.flush()
    return user


def make_student(session: Session, code: str, class_id: int, name: str = "") -> Student:
    """A pupil on the roster of a class."""
    student = Student(unit_id=class_id, code=code, name=name or f"学生{code[-1]}")
    session.add(student)
    session.flush()
    return student


def make_county(session: Session) -> County:
    """One city, two counties, three schools, and somebody in every role."""
    county = County()
    for code, kind, name, parent in UNITS:
        county.units[code] = units.add_unit(session, code, kind, name, parent).id
    for code, class_code in PUPILS:
        county.pupils[code] = make_student(session, code, county.units[class_code]).id
    for login, role, code in PEOPLE:
        user = make_user(session, login, (role, county.units[code]))
        county.actors[login] = actors.load_actor(session, user.id, clock.now())
    return county


def bullying(county: County, **fields: Any) -> filing.NewCase:
    """A report of bullying in the first class, with a victim and an actor from it."""
    first, second = list(county.pupils.values())[:2]
    return filing.NewCase(
        case_type="bullying",
        unit_id=county.units["K1"],
        title="课间推搡",
        narrative="两名学生在走廊发生冲突",
        occurred_at=clock.now() - timedelta(minutes=20),
        known_at=clock.now() - timedelta(minutes=10),
        people=(
            reported.NewPerson("", "victim", student_id=first),
            reported.NewPerson("", "actor", student_id=second),
        ),
        fields={**FIELDS["bullying"], **fields},
    )


def report(county: County, case_type: str, **fields: Any) -> filing.NewCase:
    """A report of another type about the first class."""
    return filing.NewCase(
        case_type=case_type,
        unit_id=county.units["K1"],
        title="情况报告",
        known_at=clock.now() - timedelta(minutes=5),
        fields={**FIELDS[case_type], **fields},
    )


def file_bullying(session: Session, county: County, by: str = "teacher1", **fields: Any) -> Case:
    """File a report of bullying."""
    return filing.file_case(session, county[by], bullying(county, **fields))


def act(session: Session, actor: Actor, case: Case, action: str, **fields: Any) -> cases.Outcome:
    """Perform an action at the version the case has now."""
    return cases.perform_action(
        session, actor, case.number, action, version=case.version, fields=fields
    )
