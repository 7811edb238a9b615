"""What pages ask about calls, messages, parcels and channels, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.jobs.delivering import deliver
from casework.models import CalendarFeed, Endpoint, Parcel, User
from casework.permissions import Role
from casework.services import escalation_list, message_list
from casework.services.calls import answering
from casework.services.delivery import dead_letters, feeds
from casework.services.pages import calls as call_pages
from casework.services.pages.case import case_page
from casework.services.pages.channels import channels_page
from casework.services.pages.inbox import inbox_page
from casework.services.pages.levels import levels_of
from casework.services.pages.link import link_page
from casework.services.pages.notifications import notifications_page
from casework.services.pages.parcel import parcel_page
from casework.services.pages.told import told_page
from casework.services.pages.trouble import dead_letters as letters_given_up
from casework.services.pages.trouble import reach_page, trouble
from casework.services.scope import load_case
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.channels.mail_servers import mail_server
from tests.integration.posting import VAULT, mail, never_digest, office, robot, write
from tests.integration.sweeping import pass_at
from tests.integration.test_calls import LIVES, TARGET, TEN, armed, away, open_call, person, rung

DOWN = "smtp://127.0.0.1:9?starttls=none&from=casework@example.org"


def number_of(case_id: int) -> str:
    return f"2026-QL-{case_id:06d}"


@pytest.fixture
def told(database: Database, county: County, frozen: Frozen) -> str:
    """The first officer is away, the second silent, the third has acknowledged by the link."""
    person(database, county, "officer1c", "bureau_officer", "B1")
    away(database, county, "officer1")
    case_id = armed(database, county)
    mail(database, county["officer1c"])
    robot(database, county["leader1"], county.units["B1"], "email", address="duty@example.org")
    with mail_server() as box:
        url = f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"
        for at in (TARGET, TARGET + TEN):
            pass_at(database, frozen, at)
            deliver(database, office(url, never_digest()))
    with database.transaction() as session:
        call = open_call(database, case_id, 2)
        answering.acknowledge_by_link(session, call.id, LIVES)
    return number_of(case_id)


def test_the_story_stands_in_one_table_and_on_the_case(
    database: Database, county: County, told: str
) -> None:
    with database.reading() as session:
        page = told_page(session, county["leader1"], told)
        people = {user.name: user.login for user in session.scalars(select(User))}
        found = {
            (people.get(line.who, line.who), line.means or (line.call.msgid if line.call else ""))
            for line in page.lines
        }
        sent = [way for line in page.lines for way in line.ways if way.answer.startswith("250")]
        case = load_case(session, county["leader1"], told)
        levels = levels_of(session, county["leader1"], case)
        newest = case_page(session, county["leader1"], told).told
    assert newest == page.lines[: len(newest)]
    assert len(newest) >= 3
    assert ("officer1c", "by the signed link") in found
    assert ("officer1b", "did not answer in time") in found
    assert ("officer1", "passed over: %(why)s") in found
    assert ("东山县教育局", "") in found
    assert page.total == len([line for line in page.lines if not line.group])
    assert len(sent) >= 2
    [line] = [one for one in levels.lines if one.level == 2 and one.acknowledged_at]
    assert [step.name for step in line.steps] == [
        *("教师officer1", "教师officer1b", "教师officer1c")
    ]
    assert (line.means, line.open, line.may_acknowledge) == ("by the signed link", False, False)


def test_who_is_called_and_who_may_answer(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    called = rung(database, case_id, 2).id
    with database.reading() as session:
        of = {
            who: call_pages.calls_of_actor(session, county[who])
            for who in ("officer1", "officer1b", "leader1", "principal1", "officer2", "admin1")
        }
        counts = {who: call_pages.waiting_for(session, county[who]) for who in of}
        inbox = inbox_page(session, county["officer1"])
        link = link_page(session, open_call(database, case_id, 2).id, never_digest())
    assert [(one.escalation_id, one.asked) for one in of["officer1"]] == [(called, True)]
    assert [(one.escalation_id, one.asked) for one in of["officer1b"]] == [(called, False)]
    assert {who: len(of[who]) for who in of} == {
        **dict.fromkeys(("officer1", "officer1b"), 1),
        **dict.fromkeys(("leader1", "principal1", "officer2", "admin1"), 0),
    }
    assert counts == {**dict.fromkeys(of, 0), "officer1": 1}
    assert [line.asks for group in inbox.groups for line in group.messages if line.level == 2] == [
        True
    ]
    assert (link.about, link.done, link.answered_by) == (number_of(case_id), False, "")
    with database.reading() as session, pytest.raises(NotFound):
        link_page(session, None, never_digest())
    with database.reading() as session:
        found = escalation_list.page(session, county["officer1"], escalation_list.Wanted(level=2))
        assert [one["id"] for one in found["items"]] == [called]
        mine = message_list.page(session, county["officer1"], message_list.Wanted(limit=1))
        assert len(mine["items"]) == 1


def test_a_channel_that_fails_is_seen_from_above_and_its_letters_tried_again(
    database: Database, county: County, frozen: Frozen
) -> None:
    own = mail(database, county["officer1"])
    group = robot(
        database, county["principal1"], county.units["S1"], "email", address="s1@example.org"
    )
    case_id = armed(database, county)
    write(database, [county["officer1"], county["principal1"]], "told", 2, case_id)
    broken = office(DOWN, never_digest())
    deliver(database, broken)
    with database.reading() as session:
        path = county["leader1"].posts[0].path
        seen = trouble(session, path)
        assert (seen.failing, seen.people_failing, seen.dead) == (1, 1, 0)
        page = channels_page(session, county["leader1"], None, VAULT)
        assert [(one.id, one.failing) for one in page.below] == [(county.units["S1"], 1)]
        assert (page.people.failing, page.people.all - page.people.without) == (1, 1)
        assert page.channels == ()
        school = channels_page(session, county["principal1"], None, VAULT)
        assert [(one.id, one.address) for one in school.channels] == [(group, "s1@example.org")]
        assert trouble(session, county["officer2"].posts[0].path).failing == 0
    frozen.forward(hours=73)
    deliver(database, broken)
    with database.reading() as session:
        given_up = letters_given_up(session, county["leader1"], path)
        assert {(one.personal, one.may_try) for one in given_up} == {(True, True), (False, True)}
        assert {name for one in given_up for name in one.missed} >= {"教师officer1"}
        dead = session.scalars(select(Parcel).where(Parcel.endpoint_id == own)).first()
        assert dead is not None
        assert not letters_given_up(session, county["officer2"], county["officer2"].posts[0].path)
        seen_page = parcel_page(session, county["officer1"], dead.uid)
        assert {line.number for line in seen_page.lines} <= {"", number_of(case_id)}
    for who, error in (("officer1b", NotAllowed), ("officer2", NotFound), ("lead1", NotFound)):
        with database.transaction() as session, pytest.raises(error):
            dead_letters.again(session, county[who], dead.id)
    with database.transaction() as session:
        dead_letters.again(session, county["officer1"], dead.id)  # the own address
        assert session.get_one(Endpoint, own).due_at == clock.now()
    with database.transaction() as session, pytest.raises(Conflict):
        dead_letters.again(session, county["officer1"], dead.id)


def test_levels_without_anybody_are_counted_by_school(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        for who in ("officer1", "officer1b"):
            session.get_one(User, county[who].user_id).disabled_at = clock.now()
    armed(database, county)
    for minutes in (0, 10, 20):
        pass_at(database, frozen, TARGET + timedelta(minutes=minutes))
    with database.reading() as session:
        page = reach_page(session, county["admin1"])
    found = {(one.unit, one.level): (one.empty, one.silent) for one in page.levels}
    assert found[("东山县第一中学", 2)] == (1, 0)
    assert found[("东山县第一中学", 3)] == (0, 1)
    assert not page.trouble


def test_a_calendar_address_is_kept_as_a_hash_and_ends_with_a_new_one(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    lead, courier = county["lead1"], office()
    with database.transaction() as session:
        first, second = feeds.renew(session, lead), feeds.renew(session, lead)
        assert len(first) * 6 >= 256
    with database.transaction() as session:
        [kept] = session.scalars(select(CalendarFeed)).all()
        assert second not in kept.token_hash
        with pytest.raises(NotFound):
            feeds.of_token(session, first)
        actor = feeds.of_token(session, second)
        assert actor.user_id == lead.user_id
        found = feeds.entries(session, actor, courier)
        assert {one.number for one in found} == {number_of(case_id)}
        assert TARGET in {one.target_at for one in found}
        assert len({one.uid for one in found}) == len(found)
        assert feeds.is_stale(session, actor)
        feeds.note_reading(session, actor)
        session.refresh(kept)
        assert not feeds.is_stale(session, actor)
        assert notifications_page(session, lead, VAULT).feed is not None
        feeds.revoke(session, lead)
        with pytest.raises(NotFound):
            feeds.of_token(session, second)
    assert {post.role for post in lead.posts} == {Role.SAFETY_LEAD}


def test_only_who_was_called_can_have_been_reached_by_telephone(
    database: Database, county: County, frozen: Frozen
) -> None:
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    called = rung(database, case_id, 2).id
    with database.reading() as session:
        page = call_pages.phone_page(session, county["officer1b"], called)
        assert [option.value for option in page.people] == [str(county["officer1"].user_id)]
        for who, error in (("officer1", None), ("principal1", NotAllowed), ("officer2", NotFound)):
            if error is None:
                assert call_pages.phone_page(session, county[who], called).people == ()
                continue
            with pytest.raises(error):
                call_pages.phone_page(session, county[who], called)
    officer = county["officer1"]
    with database.transaction() as session, pytest.raises(Invalid):
        answering.acknowledge_by_phone(session, officer, called, officer.user_id, None)
