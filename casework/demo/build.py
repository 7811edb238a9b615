"""Puts the units, accounts and rosters of the demo county into an empty database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import TypeVar

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.demo import county as data
from casework.demo.names import person
from casework.models import Away, Membership, Setting, Shift, Student, Unit, User

Entry = TypeVar("Entry", Shift, Away)
DEMO = "demo"
"""The mark on a database that holds the demo county and nothing else."""


@dataclass(slots=True)
class Places:
    """What stories refer to: units by code, accounts by login, pupils by class code."""

    units: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    pupils: dict[str, list[int]] = field(default_factory=dict)


def build(session: Session, now: datetime, since: datetime) -> Places:
    """Create everything but the cases; everybody's posts began a year before ``since``."""
    places = Places()
    builder = _Builder(session, places, since)
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
    builder.roster_of_duty(now)
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
        name, _ = person(next(self.names))
        user = User(login=login, name=name, password_hash=self.hash, created_at=self.at)
        self.session.add(user)
        self.session.flush()
        post = Membership(user_id=user.id, unit_id=unit.id, role=role, from_on=self.since)
        self.session.add(post)
        self.places.users[login] = user.id

    def school(self, number: int, school: data.School, county: Unit) -> None:
        above = county
        if school.district is not None:
            above = self.unit(*school.district, "district", county)
        unit = self.unit(school.code, school.name, "school", above, school.stage)
        grade = self.unit(f"{school.code}G", school.grade, "grade", unit)
        places = {"school": unit, "grade": grade, "head": unit if above is county else above}
        for place, name in enumerate(school.classes, 1):
            klass = self.unit(f"{school.code}K{place}", name, "class", grade)
            places[f"class{place}"] = klass
            self.roster(klass, school.size)
        for suffix, kind, name in school.more:
            places[kind] = self.unit(f"{school.code}{suffix}", name, kind, unit)
        for login, role, at in data.SCHOOL_POSTS:
            if at in places:
                self.user(login.format(n=number), role, places[at])

    def roster(self, klass: Unit, size: int) -> None:
        students = []
        for seat in range(1, size + 1):
            name, gender = person(next(self.names))
            code = f"{klass.code}{seat:02d}"
            students.append(Student(unit_id=klass.id, code=code, name=name, gender=gender))
        self.session.add_all(students)
        self.session.flush()
        self.places.pupils[klass.code] = [student.id for student in students]

    def roster_of_duty(self, now: datetime) -> None:
        """Who is on duty around now, and who is away."""
        users, by = self.places.users, self.places.users["admin1"]
        for watch in data.ROSTER:
            shift = Shift(user_id=users[watch.login], unit_id=self.places.units[watch.unit])
            self.session.add(_between(shift, now, watch.from_hours, watch.until_hours, by))
        for gone in data.AWAY:
            away = Away(user_id=users[gone.login], deputy_id=users[gone.deputy], reason=gone.reason)
            self.session.add(_between(away, now, gone.from_hours, gone.until_hours, by))


def _between(row: Entry, now: datetime, start: int, end: int, by: int) -> Entry:
    row.from_at, row.until_at = now + timedelta(hours=start), now + timedelta(hours=end)
    row.recorded_by, row.recorded_at = by, row.from_at - timedelta(days=1)
    return row
