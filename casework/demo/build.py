"""Puts the units, accounts and rosters of the demo county into an empty database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.demo import county as data
from casework.models import Membership, Setting, Student, Unit, User

DEMO = "demo"
"""The mark on a database that holds the demo county and nothing else."""


@dataclass(slots=True)
class Places:
    """What stories refer to: units by code, accounts by login, pupils by class code."""

    units: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    pupils: dict[str, list[int]] = field(default_factory=dict)


def build(session: Session, at: datetime) -> Places:
    """Create everything but the cases; everybody's posts began a year before ``at``."""
    places = Places()
    builder = _Builder(session, places, at)
    city = builder.unit(*data.CITY, "city_bureau", None)
    for login, role in data.CITY_POSTS:
        builder.user(login, role, city)
    counties = []
    for number, (code, name) in enumerate(data.COUNTIES, 1):
        county = builder.unit(code, name, "county_bureau", city)
        counties.append(county)
        for login, role in data.COUNTY_POSTS:
            builder.user(login.format(n=number), role, county)
    for number, school in enumerate(data.SCHOOLS, 1):
        builder.school(number, school, counties[school.county])
    session.add(Setting(name=DEMO, value="1"))
    session.flush()
    return places


class _Builder:
    def __init__(self, session: Session, places: Places, at: datetime) -> None:
        self.session = session
        self.places = places
        self.at = at
        self.since: date = at.astimezone(LOCAL).date() - timedelta(days=365)
        self.names = count(1)
        self.hash = PasswordHasher().hash(data.PASSWORD)

    def unit(self, code: str, name: str, kind: str, parent: Unit | None, stage: str = "") -> Unit:
        unit = Unit(code=code, name=name, kind=kind, stage=stage, path=code)
        unit.parent_id = parent.id if parent else None
        self.session.add(unit)
        self.session.flush()
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        self.places.units[code] = unit.id
        return unit

    def user(self, login: str, role: str, unit: Unit) -> None:
        name = data.person_name(next(self.names))
        user = User(login=login, name=name, password_hash=self.hash, created_at=self.at)
        self.session.add(user)
        self.session.flush()
        post = Membership(user_id=user.id, unit_id=unit.id, role=role, from_on=self.since)
        self.session.add(post)
        self.places.users[login] = user.id

    def school(self, number: int, school: data.School, county: Unit) -> None:
        unit = self.unit(school.code, school.name, "school", county, school.stage)
        grade = self.unit(f"{school.code}G", school.grade, "grade", unit)
        places = {"school": unit, "grade": grade}
        for place, name in enumerate(school.classes, 1):
            klass = self.unit(f"{school.code}K{place}", name, "class", grade)
            places[f"class{place}"] = klass
            self.roster(klass)
        for login, role, at in data.SCHOOL_POSTS:
            self.user(login.format(n=number), role, places[at])

    def roster(self, klass: Unit) -> None:
        students = [
            Student(
                unit_id=klass.id,
                code=f"{klass.code}{seat:02d}",
                name=data.person_name(next(self.names)),
            )
            for seat in range(1, data.CLASS_SIZE + 1)
        ]
        self.session.add_all(students)
        self.session.flush()
        self.places.pupils[klass.code] = [student.id for student in students]
