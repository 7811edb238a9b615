"""A level counts as told when a person has acknowledged it: who is called, and in which order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Away, Call, Case, Clock, Escalation, Message, Person, Shift, User
from casework.services import timeline
from casework.services.actors import load_actor
from casework.services.calls import answering
from tests.conftest import Frozen
from tests.factories import MONDAY, County, file_bullying, make_user
from tests.integration.sweeping import pass_at, step

RULE = "bullying.external_report"
KNOWN = MONDAY - timedelta(minutes=10)
TARGET = KNOWN + timedelta(hours=1)
"""A weapon forces a report to police and bureau: its urgent clock counts from what was known."""
LIMIT = KNOWN + timedelta(hours=2)
TEN = timedelta(minutes=10)
LIVES = timedelta(days=3)
"""How long a link acknowledges."""
Step = tuple[str | None, str | None, str]


def armed(database: Database, county: County) -> int:
    """A case in which nobody has reported to the outside yet."""
    with database.transaction() as session:
        return file_bullying(session, county, weapon=True).id


def person(database: Database, county: County, login: str, role: str, unit: str) -> None:
    """One more account."""
    with database.transaction() as session:
        user = make_user(session, login, (role, county.units[unit]))
        county.actors[login] = load_actor(session, user.id, clock.now())


def away(database: Database, county: County, login: str, deputy: str | None = None) -> None:
    """Somebody is on leave from the start of the story on."""
    with database.transaction() as session:
        user_id = county[login].user_id
        deputy_id = county[deputy].user_id if deputy else None
        session.add(
            Away(
                user_id=user_id,
                deputy_id=deputy_id,
                reason="leave",
                from_at=KNOWN,
                recorded_by=user_id,
                recorded_at=KNOWN,
            )
        )


def rung(database: Database, case_id: int, level: int) -> Escalation:
    """The escalation of a level on the clock of the report."""
    with database.reading() as session:
        query = (
            select(Escalation)
            .join(Clock, Clock.id == Escalation.clock_id)
            .where(Escalation.case_id == case_id, Escalation.level == level)
            .where(Clock.rule_id == RULE)
        )
        found = session.scalars(query).all()
    assert len(found) == 1, f"level {level} fired {len(found)} times"
    return found[0]


def calls(database: Database, case_id: int, level: int) -> list[Step]:
    """Whom a level has called: login, outcome and why."""
    with database.reading() as session:
        users = {user.id: user.login for user in session.scalars(select(User))}
        query = select(Call).where(Call.escalation_id == rung(database, case_id, level).id)
        return [
            (users.get(call.user_id or 0), call.outcome, call.why)
            for call in session.scalars(query.order_by(Call.position))
        ]


def events(database: Database, case_id: int, action: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        bodies = timeline.bodies(session, session.get_one(Case, case_id).chain)
    return [body for body in bodies if body["action"] == action]


def open_call(database: Database, case_id: int, level: int) -> Call:
    with database.reading() as session:
        query = select(Call).where(
            Call.escalation_id == rung(database, case_id, level).id, Call.ended_at.is_(None)
        )
        return session.scalars(query).one()


def test_an_absent_first_a_silent_second_and_a_third_who_answers(
    database: Database, county: County, frozen: Frozen
) -> None:
    person(database, county, "officer1c", "bureau_officer", "B1")
    away(database, county, "officer1")
    case_id = armed(database, county)

    pass_at(database, frozen, TARGET)
    assert calls(database, case_id, 2) == [
        ("officer1", "passed_over", "away"),
        ("officer1b", None, ""),
    ]
    assert open_call(database, case_id, 2).due_at == TARGET + TEN
    pass_at(database, frozen, TARGET + timedelta(minutes=9))
    assert calls(database, case_id, 2)[-1] == ("officer1b", None, "")
    pass_at(database, frozen, TARGET + TEN)
    assert calls(database, case_id, 2)[1:] == [("officer1b", "silent", ""), ("officer1c", None, "")]
    frozen.forward(minutes=4)
    with database.transaction() as session:
        call_id = open_call(database, case_id, 2).id
        answering.acknowledge_by_link(session, call_id, LIVES)

    assert calls(database, case_id, 2)[-1] == ("officer1c", "acknowledged", "")
    done = rung(database, case_id, 2)
    assert done.acknowledged_at == TARGET + timedelta(minutes=14)
    assert done.acknowledged_by == county["officer1c"].user_id
    pass_at(database, frozen, LIMIT - timedelta(minutes=1))
    assert not [one for one in events(database, case_id, "rung_fired") if one["data"]["level"] == 3]
    of_rule = [e for e in events(database, case_id, "rung_fired") if e["data"]["rule"] == RULE]
    fired = [e for e in of_rule if e["data"]["level"] == 2]
    assert fired[0]["data"]["passed_over"] == [{"user": county["officer1"].user_id, "why": "away"}]
    called_on = events(database, case_id, "call_unanswered")
    unanswered = [e for e in called_on if e["data"]["rule"] == RULE]
    assert {e["data"]["unanswered"] for e in unanswered} == {county["officer1b"].user_id}
    answered = events(database, case_id, "level_acknowledged")
    assert [(e["actor"]["id"], e["data"]["means"]) for e in answered] == [
        (county["officer1c"].user_id, "link")
    ]


def test_whoever_is_called_later_gets_a_message_of_its_own(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    for at in (TARGET, TARGET + TEN):
        pass_at(database, frozen, at)
    called = rung(database, case_id, 2)
    with database.reading() as session:
        query = select(Message).where(Message.escalation_id == called.id)
        found = [
            (m.template, m.user_id)
            for m in session.scalars(query.order_by(Message.id))
            if m.user_id == county["officer1b"].user_id
        ]
    assert [template for template, _ in found] == ["escalation", "call"]


def test_a_level_that_nobody_answers_calls_the_next_one_before_its_time(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    for minutes in range(0, 31, 2):
        pass_at(database, frozen, TARGET + timedelta(minutes=minutes))

    assert calls(database, case_id, 2) == [
        ("officer1", "silent", ""),
        ("officer1b", "silent", ""),
        (None, "nobody", "nobody"),
    ]
    third = rung(database, case_id, 3)
    assert third.at == TARGET + 2 * TEN < LIMIT
    assert calls(database, case_id, 3) == [("leader1", "silent", ""), (None, "nobody", "nobody")]
    assert rung(database, case_id, 4).at == TARGET + 3 * TEN
    pass_at(database, frozen, LIMIT)
    rung(database, case_id, 3)  # and not a second time at its own instant


def test_a_level_without_anybody_goes_to_the_one_above_in_the_same_pass(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        for login in ("officer1", "officer1b"):
            session.get_one(User, county[login].user_id).disabled_at = clock.now()
    case_id = armed(database, county)

    pass_at(database, frozen, TARGET)

    assert calls(database, case_id, 2) == [
        ("officer1", "passed_over", "disabled"),
        ("officer1b", "passed_over", "disabled"),
        (None, "nobody", "nobody"),
    ]
    assert calls(database, case_id, 3) == [("leader1", None, "")]


def test_the_top_can_only_say_that_nobody_answers(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    for minutes in range(0, 60, 5):
        pass_at(database, frozen, TARGET + timedelta(minutes=minutes))
    exhausted = events(database, case_id, "calls_exhausted")
    assert {e["data"]["level"] for e in exhausted if e["data"]["rule"] == RULE} == {4}


def test_who_is_on_duty_is_called_first_and_a_deputy_instead_of_who_is_away(
    database: Database, county: County, frozen: Frozen
) -> None:
    person(database, county, "night1", "bureau_officer", "B1")
    away(database, county, "officer1", deputy="leader1")
    with database.transaction() as session:
        session.add(
            Shift(
                unit_id=county.units["B1"],
                user_id=county["night1"].user_id,
                from_at=KNOWN,
                until_at=LIMIT,
                recorded_by=county["leader1"].user_id,
                recorded_at=KNOWN,
            )
        )
    case_id = armed(database, county)
    for at in (TARGET, TARGET + TEN):
        pass_at(database, frozen, at)

    assert calls(database, case_id, 2) == [
        ("night1", "silent", ""),
        ("officer1", "passed_over", "away"),
        ("leader1", None, ""),
    ]


def test_who_is_named_in_the_case_is_passed_over_and_may_not_answer(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    with database.transaction() as session:
        officer = county["officer1"].user_id
        session.add(Person(case_id=case_id, part="staff", name="", user_id=officer))
    pass_at(database, frozen, TARGET)

    assert calls(database, case_id, 2)[0] == ("officer1", "passed_over", "named")
    with database.transaction() as session, pytest.raises(NotFound):
        answering.acknowledge(session, county["officer1"], rung(database, case_id, 2).id)


def test_a_duty_that_is_done_calls_nobody_any_more(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    with database.transaction() as session:
        session.execute(
            update(Clock)
            .where(Clock.case_id == case_id, Clock.rule_id == RULE)
            .values(stopped_at=clock.now(), stopped_by="test", next_rung_at=None)
        )
    pass_at(database, frozen, TARGET + TEN)

    assert calls(database, case_id, 2) == [("officer1", "met", "")]


def test_answering_above_ends_the_calls_below(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, LIMIT)  # after an outage: levels 2 and 3 at once
    with database.transaction() as session:
        answering.acknowledge(session, county["leader1"], rung(database, case_id, 3).id)

    assert calls(database, case_id, 2) == [("officer1", "overtaken", "")]
    assert calls(database, case_id, 3) == [("leader1", "acknowledged", "")]


def test_who_is_later_on_the_list_may_answer_at_once_and_twice_is_once(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    called = rung(database, case_id, 2).id
    with database.transaction() as session:
        answering.acknowledge(session, county["officer1b"], called)
    first = rung(database, case_id, 2)
    frozen.forward(minutes=1)
    with database.transaction() as session:
        answering.acknowledge(session, county["officer1"], called)

    assert rung(database, case_id, 2).acknowledged_at == first.acknowledged_at
    assert calls(database, case_id, 2) == [("officer1", "met", "")]
    with database.transaction() as session, pytest.raises(Conflict):
        answering.acknowledge_by_link(session, 1, LIVES)


def test_the_school_does_not_answer_for_the_bureau(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    called = rung(database, case_id, 2).id
    for login, error in (("principal1", NotAllowed), ("lead2", NotFound), ("admin1", NotFound)):
        with database.transaction() as session, pytest.raises(error):
            answering.acknowledge(session, county[login], called)
    assert rung(database, case_id, 2).acknowledged_at is None


def test_who_has_acted_for_the_school_does_not_answer_for_the_bureau(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    step(database, county, case_id, "officer1", "accept", **ACCEPT)
    pass_at(database, frozen, TARGET)
    called = rung(database, case_id, 2).id
    with database.transaction() as session, pytest.raises(NotAllowed):
        answering.acknowledge(session, county["officer1"], called)
    with database.transaction() as session, pytest.raises(NotAllowed):
        answering.acknowledge_by_phone(
            session, county["officer1"], called, county["officer1b"].user_id, None
        )


ACCEPT = {
    "discovered_by": "值周老师",
    "stopped_by": "值周老师",
    "stopped_at": KNOWN,
    "protection": "已分开",
}


def test_a_telephone_call_is_recorded_by_another_officer(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    frozen.forward(minutes=5)
    called = rung(database, case_id, 2).id
    reached = TARGET + timedelta(minutes=3)
    with database.transaction() as session:
        answering.acknowledge_by_phone(
            session, county["officer1b"], called, county["officer1"].user_id, reached
        )

    done = rung(database, case_id, 2)
    assert (done.acknowledged_by, done.acknowledged_at) == (county["officer1"].user_id, reached)
    event = events(database, case_id, "level_acknowledged")[0]
    assert (event["actor"]["id"], event["actor"]["role"]) == (
        county["officer1b"].user_id,
        "bureau_officer",
    )
    assert event["data"]["means"] == "phone"


@pytest.mark.parametrize(
    ("who", "whom", "at", "field"),
    [
        ("officer1b", "leader1", TARGET, "user_id"),
        ("officer1", "officer1", TARGET, "user_id"),
        ("officer1b", "officer1", TARGET + timedelta(hours=1), "at"),
        ("officer1b", "officer1", TARGET - timedelta(hours=1), "at"),
    ],
)
def test_a_telephone_call_that_cannot_be(
    database: Database,
    county: County,
    frozen: Frozen,
    who: str,
    whom: str,
    at: datetime,
    field: str,
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    called = rung(database, case_id, 2).id
    with database.transaction() as session, pytest.raises(Invalid) as error:
        answering.acknowledge_by_phone(session, county[who], called, county[whom].user_id, at)
    assert set(error.value.errors) == {field}


def test_a_link_ends_some_days_after_the_call(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    call = open_call(database, case_id, 2)
    assert call.called_at == TARGET
    frozen.move_to(TARGET + LIVES + timedelta(seconds=1))
    with database.transaction() as session, pytest.raises(NotFound):
        answering.acknowledge_by_link(session, call.id, LIVES)
    frozen.move_to(TARGET + LIVES)
    with database.transaction() as session:
        answering.acknowledge_by_link(session, call.id, LIVES)
    assert calls(database, case_id, 2) == [("officer1", "acknowledged", "")]


def test_a_link_of_who_is_named_or_disabled_since_opens_nothing(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    call = open_call(database, case_id, 2)
    with database.transaction() as session:
        session.get_one(User, call.user_id).disabled_at = clock.now()
    with database.transaction() as session, pytest.raises(NotFound):
        answering.acknowledge_by_link(session, call.id, LIVES)
    with database.transaction() as session:
        session.get_one(User, call.user_id).disabled_at = None
        session.add(Person(case_id=case_id, part="staff", name="", user_id=call.user_id))
    with database.transaction() as session, pytest.raises(NotFound):
        answering.acknowledge_by_link(session, call.id, LIVES)


def test_a_routine_duty_waits_for_the_morning(
    database: Database, county: County, frozen: Frozen
) -> None:
    """bullying.accept passes its target at 13:00; nobody need acknowledge at night."""
    frozen.move_to(datetime(2026, 9, 21, 17, 45, tzinfo=LOCAL))
    with database.transaction() as session:
        case_id = file_bullying(session, county).id
    pass_at(database, frozen, clock.now() + timedelta(hours=2))
    with database.reading() as session:
        query = (
            select(Call.due_at)
            .join(Clock, Clock.id == Call.clock_id)
            .where(Call.case_id == case_id, Clock.rule_id == "bullying.accept")
        )
        due = session.scalars(query).all()
    assert due == [datetime(2026, 9, 22, 8, 30, tzinfo=LOCAL)]
