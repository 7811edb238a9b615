"""Who is away and who is on duty: who may write it, what is refused, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Event, Message, Shift, Unit, User
from casework.permissions import Role
from casework.services import roster, timeline
from casework.services.actors import away_at, load_actor
from tests.conftest import Frozen
from tests.factories import County, make_user


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def away(session: Session, county: County, by: str, who: str, **given: Any) -> Any:
    """Enter an absence from now on for three days, unless said otherwise."""
    now = clock.now()
    deputy = given.pop("deputy", None)
    asked = {"from_at": now, "until_at": now + timedelta(days=3), "reason": "leave"} | given
    deputy_id = county[deputy].user_id if deputy else None
    return roster.record_away(
        session, county[by], county[who].user_id, deputy_id=deputy_id, **asked
    )


def shift(
    session: Session, county: County, by: str, who: str, unit: str = "S1", **given: Any
) -> Shift:
    """Put somebody on duty from the next hour on for twelve."""
    start = clock.now() + timedelta(hours=1)
    asked = {"from_at": start, "until_at": start + timedelta(hours=12)} | given
    return roster.add_shift(session, county[by], county.units[unit], county[who].user_id, **asked)


def events(session: Session, county: County, code: str) -> list[dict[str, Any]]:
    """What stands on the chain of a unit."""
    chain = session.get_one(Unit, county.units[code]).chain
    rows = session.scalars(select(Event.body).where(Event.case_key == chain).order_by(Event.seq))
    return [orjson.loads(body) for body in rows]


@pytest.mark.parametrize(
    ("by", "who", "may"),
    [
        ("teacher1", "teacher1", True),
        ("counsellor1", "counsellor1", True),
        ("lead1", "teacher1", True),
        ("deputy1", "principal1", True),
        ("principal1", "lead1", True),
        ("officer1", "principal1", True),
        ("officer1", "officer1b", True),
        ("leader1", "principal2", True),
        ("city1", "city1", True),
        ("admin1", "teacher2", True),
        ("teacher1", "teacher1b", False),
        ("grade1", "teacher1", False),
        ("counsellor1", "teacher1", False),
        ("lead1", "teacher2", False),
        ("lead1", "officer1", False),
        ("officer1", "teacher1", False),
        ("officer2", "principal1", False),
        ("city1", "officer1", False),
    ],
)
def test_who_may_enter_whose_absence(
    session: Session, county: County, by: str, who: str, may: bool
) -> None:
    if may:
        assert away(session, county, by, who).recorded_by == county[by].user_id
    else:
        with pytest.raises(NotAllowed):
            away(session, county, by, who)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from_at": None}, "from_at"),
        ({"from_at": datetime.fromisoformat("2026-09-20T23:00:00+08:00")}, "from_at"),
        (
            {"from_at": datetime.fromisoformat("2028-01-01T08:00:00+08:00"), "until_at": None},
            "from_at",
        ),
        ({"until_at": datetime.fromisoformat("2026-09-21T10:00:00+08:00")}, "until_at"),
        ({"reason": "holiday"}, "reason"),
        ({"deputy": "teacher1"}, "deputy_id"),
        ({"deputy": "teacher2"}, "deputy_id"),
        ({"deputy": "officer1"}, "deputy_id"),
    ],
)
def test_each_fault_is_told_at_its_field(
    session: Session, county: County, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        away(session, county, "teacher1", "teacher1", **given)

    assert set(caught.value.errors) == {field}
    assert not events(session, county, "S1")


def test_nobody_unknown_or_disabled_is_away(session: Session, county: County) -> None:
    gone = make_user(session, "gone", ("teacher", county.units["K1"]))
    gone.disabled_at = clock.now()
    session.flush()

    for user_id in (None, 999_999, gone.id):
        with pytest.raises(Invalid) as caught:
            roster.record_away(session, county["lead1"], user_id, clock.now(), None, "sick")
        assert set(caught.value.errors) == {"user_id"}


def test_absences_of_one_person_never_overlap(
    session: Session, county: County, frozen: Frozen
) -> None:
    start = clock.now()
    away(session, county, "teacher1", "teacher1")

    for begin in (start, start + timedelta(days=2)):
        with pytest.raises(Invalid) as caught:
            away(session, county, "teacher1", "teacher1", from_at=begin, until_at=None)
        assert set(caught.value.errors) == {"from_at"}

    later = start + timedelta(days=3)
    away(session, county, "teacher1", "teacher1", from_at=later, until_at=None)


def test_who_enters_the_absence_of_another_does_not_stand_in(
    session: Session, county: County
) -> None:
    with pytest.raises(Invalid) as caught:
        away(session, county, "lead1", "principal1", deputy="lead1")

    assert set(caught.value.errors) == {"deputy_id"}


def test_who_is_away_stands_in_for_nobody(session: Session, county: County) -> None:
    away(session, county, "teacher1b", "teacher1b")

    with pytest.raises(Invalid) as caught:
        away(session, county, "teacher1", "teacher1", deputy="teacher1b")

    assert set(caught.value.errors) == {"deputy_id"}


def test_the_deputy_holds_the_posts_until_the_return(
    session: Session, county: County, frozen: Frozen
) -> None:
    row = away(session, county, "lead1", "lead1", deputy="grade1")
    stand_in = load_actor(session, county["grade1"].user_id or 0, clock.now())
    assert [p.held_as for p in stand_in.posts if p.role is Role.SAFETY_LEAD] == [Role.GRADE_LEAD]

    frozen.forward(hours=5)
    roster.end_away(session, county["lead1"], row.id)

    assert not away_at(session, clock.now())
    again = load_actor(session, county["grade1"].user_id or 0, clock.now())
    assert {post.role for post in again.posts} == {Role.GRADE_LEAD}


def test_an_absence_ends_once_and_by_whom_it_concerns(
    session: Session, county: County, frozen: Frozen
) -> None:
    row = away(session, county, "teacher1", "teacher1")
    for stranger in ("teacher1b", "officer2", "lead2"):
        with pytest.raises(NotFound):
            roster.end_away(session, county[stranger], row.id)

    frozen.forward(hours=1)
    roster.end_away(session, county["lead1"], row.id)
    with pytest.raises(Conflict):
        roster.end_away(session, county["teacher1"], row.id)


def test_an_absence_that_never_began_leaves_room(session: Session, county: County) -> None:
    begin = clock.now() + timedelta(days=2)
    row = away(session, county, "teacher1", "teacher1", from_at=begin, until_at=None)
    roster.end_away(session, county["teacher1"], row.id)

    assert row.until_at == row.from_at
    away(session, county, "teacher1", "teacher1", from_at=begin, until_at=None)


@pytest.mark.parametrize(
    ("by", "unit", "who", "may"),
    [
        ("principal1", "S1", "teacher1", True),
        ("lead1", "S1", "staff1", True),
        ("officer1", "B1", "officer1b", True),
        ("admin1", "S2", "teacher2", True),
        ("teacher1", "S1", "teacher1", False),
        ("duty1", "S1", "duty1", False),
        ("lead2", "S1", "teacher1", False),
        ("officer1", "S1", "teacher1", False),
    ],
)
def test_nobody_gives_themselves_a_duty(
    session: Session, county: County, by: str, unit: str, who: str, may: bool
) -> None:
    if may:
        assert shift(session, county, by, who, unit).unit_id == county.units[unit]
    else:
        with pytest.raises(NotAllowed):
            shift(session, county, by, who, unit)


def test_faults_of_a_duty(session: Session, county: County) -> None:
    now = clock.now()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"until_at": None}, "until_at"),
        ({"until_at": now}, "until_at"),
        ({"until_at": now + timedelta(days=8)}, "until_at"),
        ({"from_at": now - timedelta(days=1)}, "from_at"),
    ]
    for given, field in wrong:
        with pytest.raises(Invalid) as caught:
            shift(session, county, "lead1", "teacher1", **given)
        assert set(caught.value.errors) == {field}, given
    with pytest.raises(Invalid) as caught:
        shift(session, county, "lead1", "teacher2")
    assert set(caught.value.errors) == {"user_id"}

    shift(session, county, "lead1", "teacher1")
    with pytest.raises(Invalid) as caught:
        shift(session, county, "lead1", "teacher1")
    assert set(caught.value.errors) == {"from_at"}
    shift(session, county, "lead1", "teacher1b")


def test_a_duty_that_has_begun_is_ended_and_never_deleted(
    session: Session, county: County, frozen: Frozen
) -> None:
    begun, ahead = (shift(session, county, "lead1", who) for who in ("teacher1", "teacher1b"))
    roster.remove_shift(session, county["lead1"], ahead.id)
    assert session.get(Shift, ahead.id) is None

    now = frozen.forward(hours=3)
    roles = {p.role for p in load_actor(session, county["teacher1"].user_id or 0, now).posts}
    assert Role.DUTY in roles
    roster.remove_shift(session, county["lead1"], begun.id)

    assert session.get_one(Shift, begun.id).until_at == now
    with pytest.raises(Conflict):
        roster.remove_shift(session, county["lead1"], begun.id)


def test_every_change_is_one_event_without_a_name(
    session: Session, county: County, frozen: Frozen
) -> None:
    row = away(session, county, "lead1", "teacher1", deputy="grade1")
    turn = shift(session, county, "principal1", "staff1")
    roster.remove_shift(session, county["principal1"], turn.id)
    frozen.forward(hours=1)
    roster.end_away(session, county["teacher1"], row.id)

    found = events(session, county, "S1")
    assert [(e["action"], e["actor"]["role"]) for e in found] == [
        ("away_recorded", "safety_lead"),
        ("shift_added", "principal"),
        ("shift_removed", "principal"),
        ("away_ended", "teacher"),
    ]
    names = session.scalars(select(User.name)).all()
    assert not [name for name in names if name in orjson.dumps(found).decode()]
    timeline.verify(session)


def test_whom_it_concerns_is_told(session: Session, county: County) -> None:
    away(session, county, "lead1", "teacher1", deputy="grade1")

    told = session.execute(select(Message.template, Message.user_id)).all()
    assert {tuple(row) for row in told} == {
        ("named_deputy", county["grade1"].user_id),
        ("entered_away", county["teacher1"].user_id),
    }
