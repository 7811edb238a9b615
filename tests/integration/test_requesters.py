"""What somebody has asked for is performed only while they could still ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Refused
from casework.models import Approval, Away, Case, Membership, Person, Shift, Unit, User
from casework.services import actors, approvals
from casework.services.memo import KEY
from tests.conftest import Frozen
from tests.factories import County, act, file_bullying
from tests.integration.test_approvals import UNPROVEN
from tests.integration.test_crossings import ACCEPT

pytestmark = pytest.mark.one_database


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


@pytest.fixture
def case(session: Session, county: County) -> Case:
    """A case in its first verification."""
    found = file_bullying(session, county)
    act(session, county["lead1"], found, "accept", **ACCEPT)
    return found


def asked(session: Session, county: County, case: Case, by: str) -> Approval:
    """Somebody would close it as unproven, for which the bureau must approve."""
    who = actors.load_actor(session, county[by].user_id or 0, clock.now())
    approval = act(session, who, case, "close_unproven", **UNPROVEN).approval
    assert approval is not None
    return approval


def approve(session: Session, county: County, approval: Approval) -> None:
    session.info.pop(KEY, None)
    approvals.decide(session, county["officer1"], approval.id, approve=True)


def post_of(session: Session, county: County, who: str) -> Membership:
    query = select(Membership).where(Membership.user_id == county[who].user_id)
    return session.scalars(query).one()


def closes(session: Session, county: County, case: Case) -> None:
    session.get_one(User, county["lead1"].user_id).disabled_at = clock.now()


def leaves(session: Session, county: County, case: Case) -> None:
    post_of(session, county, "lead1").until_on = clock.today() - timedelta(days=1)


def moves(session: Session, county: County, case: Case) -> None:
    post_of(session, county, "lead1").unit = session.get_one(Unit, county.units["S2"])


def sinks(session: Session, county: County, case: Case) -> None:
    post_of(session, county, "lead1").role = "teacher"


def is_named(session: Session, county: County, case: Case) -> None:
    who = county["lead1"].user_id
    session.add(Person(case_id=case.id, name="某人", part="staff", user_id=who))


@pytest.mark.parametrize("change", [closes, leaves, moves, sinks, is_named])
def test_who_could_not_ask_any_more_gets_nothing_performed(
    session: Session,
    county: County,
    case: Case,
    change: Callable[[Session, County, Case], None],
) -> None:
    approval = asked(session, county, case, "lead1")
    change(session, county, case)
    session.flush()
    with pytest.raises(Refused, match="lead1"), session.begin_nested():
        approve(session, county, approval)
    assert (case.state, approval.decision) == ("verifying", None)
    approvals.decide(session, county["officer1"], approval.id, approve=False, reason="已离任")
    assert (case.state, approval.decision) == ("verifying", "refused")
    again = asked(session, county, case, "deputy1")
    approve(session, county, again)
    assert case.state == "disposing"


def test_the_requests_of_a_night_on_duty_are_decided_in_the_morning(
    session: Session, county: County, case: Case, frozen: Frozen
) -> None:
    now = clock.now()
    session.add(
        Shift(
            unit_id=county.units["S1"],
            user_id=county["teacher1b"].user_id,
            from_at=now - timedelta(hours=1),
            until_at=now + timedelta(hours=1),
            recorded_by=county["principal1"].user_id,
            recorded_at=now,
        )
    )
    session.flush()
    approval = asked(session, county, case, "teacher1b")
    frozen.forward(hours=3)
    leaving = post_of(session, county, "teacher1b")
    leaving.unit = session.get_one(Unit, county.units["S2"])
    session.flush()
    with pytest.raises(Refused), session.begin_nested():
        approve(session, county, approval)
    leaving.unit = session.get_one(Unit, county.units["S1"])
    session.flush()
    approve(session, county, approval)
    assert case.state == "disposing"


@pytest.mark.parametrize("deputy", [None, "grade1"])
def test_what_a_stand_in_asked_for_outlasts_the_return(
    session: Session, county: County, case: Case, frozen: Frozen, deputy: str | None
) -> None:
    """By rule the deputy answers for the principal who is away, by name anybody who was named."""
    principal = county["principal1"].user_id
    absence = Away(
        user_id=principal,
        deputy_id=county[deputy].user_id if deputy else None,
        reason="training",
        from_at=clock.now() - timedelta(hours=1),
        until_at=clock.now() + timedelta(hours=1),
        recorded_by=principal,
        recorded_at=clock.now(),
    )
    session.add(absence)
    session.flush()
    session.info.pop(KEY, None)
    who = actors.load_actor(session, county[deputy or "deputy1"].user_id or 0, clock.now())
    fields = {"case_type": "opinion", "reason": "只是网上传言"}
    approval = act(session, who, case, "retype", **fields).approval
    assert approval is not None
    frozen.forward(hours=2)
    approve(session, county, approval)
    assert case.state == "retyped"
