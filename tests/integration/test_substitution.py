"""Vacant, away, named or silent: the next one answers, 代行 is shown, and no clock moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Invalid, NotAllowed
from casework.models import Approval, Away, Case, Membership, Person, Shift, User
from casework.permissions import LADDER, RANK, Role
from casework.services import approvals, approvers, filing, standins, timeline
from casework.services.actors import load_actor
from casework.services.filing import NewCase
from casework.services.reported import NewPerson
from casework.services.scope import load_case
from casework.services.steps import may
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying

pytestmark = pytest.mark.one_database

MERGE = {"same_event": "同一件事"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def gone(session: Session, county: County, who: str, deputy: str | None = None) -> Away:
    """Somebody is away from now on."""
    row = Away(
        user_id=county[who].user_id,
        deputy_id=county[deputy].user_id if deputy else None,
        reason="leave",
        from_at=clock.now(),
        recorded_by=county["principal1"].user_id,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.info.pop("memo", None)
    return row


def vacate(session: Session, county: County, who: str) -> None:
    """Nobody holds the post any more."""
    ended = clock.today() - timedelta(days=1)
    mine = Membership.user_id == county[who].user_id
    session.execute(update(Membership).where(mine).values(until_on=ended))
    session.info.pop("memo", None)


def name_in(session: Session, case: Case, county: County, who: str) -> None:
    """Somebody turns out to be part of the case."""
    session.add(Person(case_id=case.id, name="某", part="staff", user_id=county[who].user_id))
    session.flush()
    session.info.pop("memo", None)


def asked(session: Session, county: County) -> tuple[Case, Approval]:
    """The lead asks for the principal's approval."""
    target, case = file_bullying(session, county), file_bullying(session, county)
    done = act(session, county["lead1"], case, "merge_duplicate", other_case=target.number, **MERGE)
    assert done.approval is not None
    return case, done.approval


def waits_for(session: Session, county: County, case: Case, approval: Approval) -> set[str]:
    """The logins of those a request waits for now."""
    people = approvers.awaited_people(session, case, approval, clock.now())
    return {user.login for user in people}


def test_a_request_waits_for_the_role_that_was_asked(session: Session, county: County) -> None:
    case, approval = asked(session, county)
    assert waits_for(session, county, case, approval) == {"principal1"}


@pytest.mark.parametrize("how", ["away", "vacant"])
def test_the_deputy_answers_for_the_absent_principal(
    session: Session, county: County, how: str
) -> None:
    case, approval = asked(session, county)
    deputy = county["deputy1"]
    assert approvers.able(session, deputy, case, approval) is None
    if how == "away":
        gone(session, county, "principal1")
    else:
        vacate(session, county, "principal1")
    assert waits_for(session, county, case, approval) == {"deputy1"}
    approvals.decide(session, deputy, approval.id, approve=True)
    body = [b for b in timeline.bodies(session, case.chain) if b["action"] == "merge_duplicate"][0]
    assert body["actor"] == {"id": deputy.user_id, "role": "deputy"}
    assert body["data"]["stands_for"] == "principal"
    timeline.verify(session)


def test_a_named_principal_is_not_replaced_from_below(session: Session, county: County) -> None:
    case, approval = asked(session, county)
    name_in(session, case, county, "principal1")
    assert waits_for(session, county, case, approval) == {"officer1", "officer1b"}
    with pytest.raises(NotAllowed):
        approvals.decide(session, county["deputy1"], approval.id, approve=True)


def test_who_is_away_may_name_a_stand_in(session: Session, county: County) -> None:
    case, approval = asked(session, county)
    gone(session, county, "principal1", "grade1")
    assert waits_for(session, county, case, approval) == {"grade1"}
    stand_in = load_actor(session, county["grade1"].user_id or 0, clock.now())
    standing = may(session, stand_in, case, (Role.PRINCIPAL,))
    assert standing is not None
    assert (standing.role, standing.stands_for) == (Role.GRADE_LEAD, Role.PRINCIPAL)
    approvals.decide(session, stand_in, approval.id, approve=True)
    assert case.state == "merged"


def test_a_stand_in_who_asked_is_passed_over_as_well(session: Session, county: County) -> None:
    case, approval = asked(session, county)
    gone(session, county, "principal1", "lead1")
    assert "lead1" not in waits_for(session, county, case, approval)
    stand_in = load_actor(session, county["lead1"].user_id or 0, clock.now())
    with pytest.raises(NotAllowed):
        approvals.decide(session, stand_in, approval.id, approve=True)


def test_silence_moves_it_up_and_the_clock_runs_on(
    session: Session, county: County, frozen: Frozen
) -> None:
    case, approval = asked(session, county)
    running = approvers.decision_clock(session, approval)
    assert running is not None
    dues = running.target_at, running.limit_at
    frozen.forward(hours=4)
    assert waits_for(session, county, case, approval) == {"officer1", "officer1b"}
    assert dues[1] is not None
    frozen.move_to(dues[1])
    assert waits_for(session, county, case, approval) == {"leader1"}
    session.refresh(running)
    assert (running.target_at, running.limit_at, running.stopped_at) == (*dues, None)
    # The principal may still decide.
    approvals.decide(session, county["principal1"], approval.id, approve=True)


def test_on_duty_is_who_the_roster_names_now(
    session: Session, county: County, frozen: Frozen
) -> None:
    teacher, now = county["teacher1b"], clock.now()
    hours = {"from_at": now, "until_at": now + timedelta(hours=12)}
    session.add(
        Shift(
            unit_id=county.units["S1"],
            user_id=teacher.user_id,
            recorded_by=county["principal1"].user_id,
            recorded_at=now,
            **hours,
        )
    )
    case = file_bullying(session, county)
    on_duty = load_actor(session, teacher.user_id or 0, now)
    standing = may(session, on_duty, case, (Role.SAFETY_LEAD,))
    assert standing is not None
    assert (standing.role, standing.stands_for) == (Role.DUTY, Role.SAFETY_LEAD)
    assert may(session, on_duty, case, (Role.PRINCIPAL,)) is None
    frozen.forward(hours=12)
    off_duty = load_actor(session, teacher.user_id or 0, clock.now())
    assert may(session, off_duty, case, (Role.SAFETY_LEAD,)) is None


def test_in_urgent_matters_duty_has_the_principals_powers(session: Session, county: County) -> None:
    calm, urgent = file_bullying(session, county), file_bullying(session, county, weapon=True)
    assert may(session, county["duty1"], calm, (Role.PRINCIPAL,)) is None
    standing = may(session, county["duty1"], urgent, (Role.PRINCIPAL,))
    assert standing is not None
    assert (standing.role, standing.stands_for) == (Role.DUTY, Role.PRINCIPAL)


CHAIN = ("teacher1", "grade1", "lead1", "deputy1", "principal1", "officer1", "officer1b", "leader1")


def test_whoever_is_out_somebody_above_answers(database: Database, county: County) -> None:
    """Any set of people away, vacant or named: the answer is the nearest one left, or none."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        role=st.sampled_from(LADDER),
        away=st.sets(st.sampled_from(CHAIN)),
        named=st.sets(st.sampled_from(CHAIN)),
    )
    def check(role: Role, away: set[str], named: set[str]) -> None:
        with database.rehearsal() as session:
            case = file_bullying(session, county)
            for who in away:
                gone(session, county, who)
            for who in named:
                name_in(session, case, county, who)
            people = {user.login for user in standins.reach(session, role, case, clock.now())}
            found = standins.answering(session, role, case, clock.now())
            assert people
            assert not people & (away | named)
            principal_out = "principal1" in away - named
            lowest = Role.DEPUTY if role is Role.PRINCIPAL and principal_out else role
            assert RANK[found] >= RANK[lowest]

    check()


def test_acting_below_the_own_post_is_on_the_timeline(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    act(session, county["principal1"], case, "add_note", text="已知悉")
    fields = {"discovered_by": "教师", "stopped_by": "教师", "protection": "陪护"}
    act(session, county["deputy1"], case, "accept", stopped_at="unknown", **fields)
    said = [body["data"].get("stands_for") for body in timeline.bodies(session, case.chain)]
    assert said[-1] == "safety_lead"
    assert session.scalar(select(Case.lead_id).where(Case.id == case.id))


def test_nobody_stands_in_for_who_is_named(session: Session, county: County) -> None:
    gone(session, county, "principal1", "grade1")
    case = file_bullying(session, county)
    name_in(session, case, county, "principal1")
    stand_in = load_actor(session, county["grade1"].user_id or 0, clock.now())
    assert may(session, stand_in, case, (Role.PRINCIPAL,)) is None
    assert may(session, stand_in, file_bullying(session, county), (Role.PRINCIPAL,)) is not None


def test_who_has_left_hands_nothing_on(session: Session, county: County) -> None:
    gone(session, county, "principal1", "grade1")
    left = session.get_one(User, county["principal1"].user_id)
    left.disabled_at = clock.now()
    session.flush()
    stand_in = load_actor(session, county["grade1"].user_id or 0, clock.now())
    assert may(session, stand_in, file_bullying(session, county), (Role.PRINCIPAL,)) is None


def test_nobody_hides_a_case_by_naming_everybody_above(session: Session, county: County) -> None:
    def naming(*logins: str) -> NewCase:
        named = (NewPerson("某", "witness", user_id=county[who].user_id) for who in logins)
        report = bullying(county)
        return replace(report, people=(*report.people, *named))

    everybody = naming("officer1", "officer1b", "leader1", "city1")
    with pytest.raises(Invalid) as refused:
        filing.file_case(session, county["teacher1"], everybody)
    assert set(refused.value.errors) == {"people"}
    bureau = naming("officer1", "officer1b", "leader1")
    case = filing.file_case(session, county["teacher1"], bureau)
    assert load_case(session, county["city1"], case.number)
