"""The digests of the day and of the week: one shape, always, so that silence means breakage."""

from __future__ import annotations

import email
import email.policy
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.clock import LOCAL
from casework.db import Database
from casework.jobs.delivering import deliver
from casework.models import Message, Preference, User
from tests.conftest import Frozen
from tests.factories import County, file_bullying
from tests.integration.channels.mail_servers import Box, mail_server
from tests.integration.posting import mail, office

TUESDAY = datetime(2026, 9, 22, 7, 30, tzinfo=LOCAL)
MONDAY = datetime(2026, 9, 28, 7, 30, tzinfo=LOCAL)
MINUTE = timedelta(minutes=1)
NUMBERS = {"number", "on", "today", "overdue", "calls", "approvals", "unread"}


def digests(database: Database, template: str) -> dict[str, Message]:
    """The digests that were written, by login; nobody may have got two."""
    with database.reading() as session:
        query = select(Message, User.login).join(User, User.id == Message.user_id)
        rows = session.execute(query.where(Message.template == template)).all()
    assert len({login for _, login in rows}) == len(rows)
    return {login: message for message, login in rows}


def test_it_comes_in_the_morning_once_even_when_there_is_nothing(
    database: Database, county: County, frozen: Frozen
) -> None:
    frozen.move_to(TUESDAY - MINUTE)
    deliver(database, office())
    assert digests(database, "digest_daily") == {}
    frozen.move_to(TUESDAY)
    for _ in range(3):
        deliver(database, office())
    found = digests(database, "digest_daily")
    assert set(found) == {
        *("lead1", "lead2", "principal1", "principal2", "officer1", "officer1b", "officer2")
    }
    assert {frozenset(one.params) for one in found.values()} == {frozenset(NUMBERS)}
    assert {one.params["overdue"] for one in found.values()} == {0}
    frozen.forward(days=1)
    deliver(database, office())
    with database.reading() as session:
        query = select(Message.id).where(Message.template == "digest_daily")
        assert len(session.scalars(query).all()) == 2 * len(found)


def test_it_counts_what_waits(database: Database, county: County, frozen: Frozen) -> None:
    with database.transaction() as session:
        file_bullying(session, county, weapon=True)
    frozen.move_to(TUESDAY)
    deliver(database, office())
    found = digests(database, "digest_daily")
    assert found["lead1"].params["overdue"] > 0
    assert found["lead1"].params["unread"] > 0
    assert found["lead2"].params["overdue"] == 0


def test_the_week_comes_on_mondays(database: Database, county: County, frozen: Frozen) -> None:
    frozen.move_to(TUESDAY)
    deliver(database, office())
    assert digests(database, "digest_weekly") == {}
    frozen.move_to(MONDAY)
    deliver(database, office())
    assert set(digests(database, "digest_weekly")) == {
        "principal1",
        "principal2",
        "leader1",
        "city1",
    }


@pytest.mark.parametrize("daily", [True, False])
def test_a_person_may_choose(
    database: Database, county: County, frozen: Frozen, daily: bool
) -> None:
    with database.transaction() as session:
        for login in ("teacher1", "lead1"):
            user_id = county[login].user_id or 0
            session.add(Preference(user_id=user_id, daily=daily, weekly=False))
    frozen.move_to(TUESDAY)
    deliver(database, office())
    found = set(digests(database, "digest_daily"))
    assert found & {"teacher1", "lead1"} == ({"teacher1", "lead1"} if daily else set())


def test_it_goes_out_by_mail_in_the_language_of_its_reader(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        session.get_one(User, county["officer1"].user_id).locale = "en"
    mail(database, county["officer1"])
    mail(database, county["lead1"])
    frozen.move_to(TUESDAY)
    with mail_server(Box()) as box:
        url = f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"
        deliver(database, office(url))
    policy = email.policy.default
    texts = {
        str(one["To"]): one.get_content()  # type: ignore[attr-defined]
        for one in (email.message_from_bytes(raw, policy=policy) for raw in box.mail)
    }
    assert texts["officer1@example.org"].startswith("Your day, 2026-09-22: 0 due today, 0 overdue")
    assert "2026-09-22" in texts["lead1@example.org"]
    assert "Your day" not in texts["lead1@example.org"]
