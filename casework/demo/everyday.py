"""The ordinary days before now: terms, rolls, leave and what each school attests in the evening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.demo import county
from casework.demo.build import Places
from casework.i18n import render
from casework.models import Unit
from casework.permissions import Actor
from casework.services.intake import boxes
from casework.services.policy import policy
from casework.services.rolls import expecting as rolls_expected
from casework.services.rolls import leaves, periods, roster, saving, seats
from casework.services.rolls.shapes import NewLeave, NewMark, NewRoll
from casework.services.school_days import add_term
from casework.services.zero_reports import attesting
from casework.services.zero_reports import expecting as reports_expected

Moment = tuple[datetime, Callable[[], object]]
DAYS = 5
"""So many school days have been lived through, up to today."""
TERM = timedelta(days=150)
CALLED = timedelta(minutes=2)
LATE = timedelta(minutes=50)
SWEPT = (time(8, 6), time(8, 36), time(14, 6), time(14, 36), time(21, 46))
"""When the sweep looks for rolls that are missing."""
BELLS = {
    school.code: [
        (code, bell)
        for code, _, bell in periods.CLASS_TIMES.get(school.stage, periods.CLASS_TIMES[""])
    ]
    for school in county.SCHOOLS
}
LATE_CLASS, LATE_SCHOOL = "S2K2", "S3"
SEATED = {"S5D": ("S5K1", 20, "warden5"), "S5B": ("S5K2", 12, "bus5")}
"""Of which class so many sleep or ride where, and who calls them."""
OF_BUREAU = ("officer1", "officer2")


@dataclass(slots=True)
class Everyday:
    """What happened on the last school days, as moments in the order of no matter what."""

    session: Session
    places: Places
    now: datetime
    actor: Callable[[str], Actor]

    def moments(self) -> Iterator[Moment]:
        """Everything up to now, each with its instant."""
        days = self.days
        yield _at(days[0], time(6)), self._open
        for nth, day in enumerate(days):
            for when, what in self._day(nth, day, last=day == days[-1]):
                if when <= self.now:
                    yield when, what

    @property
    def days(self) -> list[date]:
        """The last school days, the last one begun."""
        calendar, day = policy(self.session).calendar, self.now.astimezone(LOCAL).date()
        found: list[date] = []
        while len(found) < DAYS:
            if calendar.is_worked(day) and _at(day, time(6)) <= self.now:
                found.append(day)
            day -= timedelta(days=1)
        return found[::-1]

    def _open(self) -> None:
        """The term begins, every school enters the times of its day, letter boxes are put up."""
        today = clock.today()
        bureau = self.places.units[county.CITY[0]]
        add_term(self.session, self.actor("city1"), bureau, "本学期", today - TERM, today + TERM)
        rolls_expected.sweep_missing(self.session, clock.now())
        for number, school in enumerate(county.SCHOOLS, 1):
            keeper, school_id = self.actor(f"principal{number}"), self.places.units[school.code]
            for new in periods.propose_defaults(self.session, keeper, school_id):
                named = type(new)(
                    new.code, render(new.name, "zh_CN"), new.unit_kind, new.bell, new.days
                )
                periods.set_period(self.session, keeper, school_id, named)
        for place, (klass, most, who) in SEATED.items():
            pupils = self.places.pupils[klass][:most]
            seats.give_seats(self.session, self.actor(who), self.places.units[place], pupils)
        for login in OF_BUREAU:
            boxes.open_all(self.session, self.actor(login))

    def _day(self, nth: int, day: date, *, last: bool) -> Iterator[Moment]:
        yield _at(day, time(6, 30)), partial(reports_expected.ensure, self.session)
        for place, klass in enumerate(self.places.pupils):
            teacher = f"teacher{klass[1]}{'b' if klass.endswith('2') else ''}"
            if (nth + place) % 2 == 0:
                pupil = self.places.pupils[klass][(3 * place + 5 * nth) % 12]
                kind = "sick" if (nth + place) % 4 == 0 else "personal"
                yield _at(day, time(7, 20)), partial(self._excuse, teacher, pupil, kind, day)
            for code, bell in BELLS[klass[:2]]:
                late = last and klass == LATE_CLASS and code == "morning"
                after = LATE if late else CALLED + timedelta(seconds=30 * place)
                yield _at(day, bell) + after, partial(self._call, teacher, klass, code, day)
        for hour in SWEPT:
            at = _at(day, hour)
            yield at, partial(rolls_expected.sweep_missing, self.session, at)
        for seated, code, hour in (("S5B", "bus", time(7, 32)), ("S5D", "dormitory", time(21, 42))):
            yield _at(day, hour), partial(self._call, SEATED[seated][2], seated, code, day)
        for number, school in enumerate(county.SCHOOLS, 1):
            at = _at(day, time(16, 10 + 2 * number))
            if school.code == LATE_SCHOOL and nth == 2:
                at += timedelta(hours=1)
            yield at, partial(self._attest, f"lead{number}", school.code, day)

    def _excuse(self, teacher: str, pupil: int, kind: str, day: date) -> None:
        symptoms = ("fever",) if kind == "sick" else ()
        leave = NewLeave(pupil, kind, day, day, "母亲", "phone", symptoms=symptoms)
        leaves.record_leave(self.session, self.actor(teacher), leave)

    def _call(self, who: str, place: str, code: str, day: date) -> None:
        unit = self.session.get_one(Unit, self.places.units[place])
        known = roster.known_of(self.session, unit, day, code)
        away = [_marked(one) for one in known if one.preset]
        roll = NewRoll(unit.id, day, code, len(known) - len(away), away, clock.now(), clock.now())
        saving.save_roll(self.session, self.actor(who), roll)

    def _attest(self, who: str, school: str, day: date) -> None:
        actor, unit = self.actor(who), self.session.get_one(Unit, self.places.units[school])
        cases = attesting.cases_of(self.session, actor, unit, day, clock.now())
        numbers = [case.number for case in cases]
        attesting.attest(self.session, actor, unit.id, on=day, nothing=not numbers, cases=numbers)


def _marked(pupil: roster.Known) -> NewMark:
    """Of whom something is known already, what the sheet shows beforehand."""
    if pupil.preset == "absent" or pupil.leave is not None:
        return NewMark(pupil.student_id, pupil.preset)
    return NewMark(pupil.student_id, pupil.preset, said_by="母亲", channel="phone")


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=LOCAL)
