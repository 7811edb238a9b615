"""Deliveries to real servers: each message once, in order, tried again, and given up loudly."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as dt_time
from email.message import EmailMessage
from threading import Thread

import pytest
from sqlalchemy import select

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.jobs.delivering import deliver
from casework.models import Delivery, Endpoint, Message, Person, Preference, User
from casework.permissions import Actor
from casework.services.delivery import claiming, endpoints, planning
from casework.services.pages.inbox import minute
from tests.conftest import Frozen
from tests.factories import County, file_bullying
from tests.integration.channels.mail_servers import Box, mail_server
from tests.integration.posting import endpoint, mail, never_digest, office, parcels, write
from tests.integration.sweeping import pass_at
from tests.integration.test_calls import TARGET, armed, calls, open_call


@pytest.fixture
def box() -> Iterator[Box]:
    with mail_server() as found:
        yield found


def server(box: Box) -> str:
    return f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"


def letters(box: Box) -> list[EmailMessage]:
    policy = email.policy.default
    return [email.message_from_bytes(raw, policy=policy) for raw in box.mail]  # type: ignore[misc]


def test_a_message_reaches_its_person_once(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    mail(database, county["officer1"])
    with database.transaction() as session:
        case_id = file_bullying(session, county).id
    write(database, [county["officer1"]], case_id=case_id)
    courier = office(server(box), never_digest())
    first, second = deliver(database, courier), deliver(database, courier)

    assert (first.sent, second.sent) == (1, 0)
    assert box.recipients == ["officer1@example.org"]
    sent = letters(box)[0]
    number = f"2026-QL-{case_id:06d}"
    assert sent["Subject"] == f"[Casework L0] {number} 学生欺凌"
    text = sent.get_content()
    assert f"https://casework.example.org/cases/{number}" in text
    assert "课间推搡" not in text
    assert "学生" not in text.replace("学生欺凌", "")
    assert [one.state for one in parcels(database)] == ["sent"]
    assert parcels(database)[0].answer == "250 2.0.0 queued as 1"


def numbers(box: Box) -> list[int]:
    """The running numbers that the test wrote into its messages, in the order of arrival."""
    found = [dict.fromkeys(re.findall(r"第(\d+)件", text)) for text in texts(box)]
    return [int(n) for one in found for n in one]


def texts(box: Box) -> list[str]:
    return [one.get_content() for one in letters(box)]


def numbered(database: Database, who: Actor, n: int, level: int = 0) -> None:
    write(database, [who], level=level, number=f"第{n}件")


def test_a_day_without_a_mail_server(database: Database, county: County, frozen: Frozen) -> None:
    """Down for 24 hours, then up: everything arrives in order, the backlog as a digest."""
    person = county["officer1"]
    address = mail(database, person)
    terms = never_digest()
    written = 0
    begun = clock.now()
    dead = office("smtp://127.0.0.1:9?starttls=none&from=casework@example.org", terms)
    while clock.now() < begun + timedelta(hours=24):
        written += 1
        numbered(database, person, written, level=2 if written % 5 == 0 else 0)
        assert deliver(database, dead).sent == 0
        frozen.forward(minutes=20)
    failing = endpoint(database, address)
    assert failing.failing_since == begun
    assert 20 < failing.failures < 72  # not once for each message

    # Meanwhile the failure was told to those who keep the channels, on the first evening already.
    with database.reading() as session:
        query = select(Message).where(Message.template == "channel_failing")
        told = {(m.user_id, m.created_at - begun) for m in session.scalars(query)}
    assert {user_id for user_id, _ in told} >= {person.user_id, county["admin1"].user_id}
    assert max(after for _, after in told) <= timedelta(minutes=40)

    with mail_server() as box:
        frozen.forward(hours=1)
        done = deliver(database, office(server(box), terms))
        found = numbers(box)
    assert found == list(range(1, written + 1))
    assert done.sent == len(box.mail) <= 3
    assert "封消息" in letters(box)[-1]["Subject"] or "messages" in letters(box)[-1]["Subject"]
    assert endpoint(database, address).failing_since is None
    assert {one.state for one in parcels(database)} == {"sent"}


def test_a_failing_channel_is_told_to_those_who_keep_it(
    database: Database, county: County, frozen: Frozen
) -> None:
    for login in ("officer1", "officer1b", "teacher1"):
        mail(database, county[login])
    write(database, [county[login] for login in ("officer1", "officer1b", "teacher1")])
    dead = office("smtp://127.0.0.1:9?starttls=none&from=casework@example.org", never_digest())
    for _ in range(12):
        deliver(database, dead)
        frozen.forward(minutes=1)
    with database.reading() as session:
        query = select(Message).where(Message.template == "channel_failing")
        told = Counter(message.user_id for message in session.scalars(query))
    wanted = ("admin1", "lead1", "officer1", "officer1b", "teacher1")
    assert told == {county[login].user_id: 1 for login in wanted}


def test_what_fails_goes_to_the_next_channel_at_once_when_it_is_urgent(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["officer1"]
    refused = mail(database, person, "gone@example.org")
    spare = mail(database, person, "spare@example.org", fallback=True)
    box.on_rcpt["gone@example.org"] = "550 5.1.1 no such user"
    write(database, [person], level=2)
    courier = office(server(box), never_digest())
    deliver(database, courier)
    assert box.recipients == []
    frozen.forward(minutes=6)
    deliver(database, courier)
    deliver(database, courier)

    assert box.recipients.count("spare@example.org") >= 1
    assert "550" in endpoint(database, refused).answer
    assert [one.state for one in parcels(database, spare)][:1] == ["sent"]


def test_a_person_who_cannot_be_reached_is_passed_over_for_the_next(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    for login in ("officer1", "officer1b"):
        mail(database, county[login])
    box.on_rcpt["officer1@example.org"] = "550 5.1.1 no such user"
    case_id = armed(database, county)
    courier = office(server(box), never_digest())
    pass_at(database, frozen, TARGET)
    deliver(database, courier)
    frozen.forward(minutes=6)
    deliver(database, courier)

    assert calls(database, case_id, 2) == [
        ("officer1", "unreachable", ""),
        ("officer1b", None, ""),
    ]
    deliver(database, courier)
    tokens = re.findall(r"/acknowledge/(\S+)", "\n".join(texts(box)))
    assert open_call(database, case_id, 2).id in {courier.links.read(one) for one in tokens}


def test_who_is_called_first_reads_until_when_to_acknowledge(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    """The level's own message calls as well: no second one comes that would say it."""
    mail(database, county["officer1"])
    case_id = armed(database, county)
    pass_at(database, frozen, TARGET)
    deliver(database, office(server(box), never_digest()))

    due_at = open_call(database, case_id, 2).due_at
    assert due_at is not None
    assert f"请在{minute(due_at.isoformat())}前确认收到" in "\n".join(texts(box))


def test_what_nobody_takes_is_given_up_loudly(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["teacher1"]
    address = mail(database, person)
    box.on_rcpt["teacher1@example.org"] = "550 5.1.1 no such user"
    write(database, [person])
    courier = office(server(box), never_digest())
    for _ in range(6):
        deliver(database, courier)
        frozen.forward(minutes=2)
    first = parcels(database, address)[0]
    assert (first.state, first.attempts) == ("dead", 3)
    with database.reading() as session:
        query = select(Message.user_id).where(Message.template == "channel_dead")
        assert set(session.scalars(query)) >= {
            county[login].user_id for login in ("admin1", "lead1", "teacher1")
        }


def test_quiet_hours_hold_back_what_is_not_pressing(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["officer1"]
    mail(database, person)
    with database.transaction() as session:
        session.add(
            Preference(
                user_id=person.user_id or 0,
                quiet_from=22 * 60,
                quiet_until=6 * 60 + 30,
                daily=False,
                weekly=False,
            )
        )
    night = datetime(2026, 9, 21, 23, 10, tzinfo=LOCAL)
    courier = office(server(box), never_digest())
    frozen.move_to(night)
    numbered(database, person, 1, level=1)
    numbered(database, person, 2, level=2)
    deliver(database, courier)
    assert numbers(box) == [2]
    frozen.move_to(night + timedelta(hours=7, minutes=19))
    deliver(database, courier)
    assert numbers(box) == [2]
    frozen.move_to(night + timedelta(hours=7, minutes=20))
    deliver(database, courier)
    assert numbers(box) == [2, 1]


def test_what_is_muted_does_not_go_out_but_what_is_pressing_does(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["officer1"]
    mail(database, person, muted=["Duties and reminders"])
    numbered(database, person, 1)
    numbered(database, person, 2, level=2)
    deliver(database, office(server(box), never_digest()))
    assert numbers(box) == [2]


def test_who_is_named_by_then_or_disabled_gets_nothing(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    for login in ("officer1", "officer1b"):
        mail(database, county[login])
    with database.transaction() as session:
        case_id = file_bullying(session, county).id
    write(database, [county["officer1"], county["officer1b"]], case_id=case_id)
    with database.transaction() as session:
        officer = county["officer1"].user_id
        session.add(Person(case_id=case_id, part="staff", name="", user_id=officer))
        session.get_one(User, county["officer1b"].user_id).disabled_at = clock.now()
    deliver(database, office(server(box), never_digest()))
    assert box.mail == []


def test_a_claim_of_a_dead_deliverer_is_free_after_its_lease(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    mail(database, county["officer1"])
    write(database, [county["officer1"]])
    courier = office(server(box), never_digest())
    with database.transaction() as session:
        planning.plan(session, clock.now())
    with database.transaction() as session:
        jobs = claiming.claim(session, "somebody who dies", clock.now(), courier.terms)
    assert jobs is not None
    assert len(jobs) == 1
    assert deliver(database, courier).sent == 0
    frozen.forward(seconds=courier.terms.lease.total_seconds())
    assert deliver(database, courier).sent == 1
    assert letters(box)[0]["X-Casework-Id"] == jobs[0].parcel.uid


def test_each_message_is_planned_for_each_endpoint_once(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    mail(database, county["officer1"])
    mail(database, county["officer1"], "second@example.org")
    write(database, [county["officer1"], county["officer1b"]])
    deliver(database, office(server(box), never_digest()))
    with database.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == 2
    assert sorted(box.recipients) == ["officer1@example.org", "second@example.org"]


def test_a_dead_second_address_passes_nobody_over(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    for login in ("officer1", "officer1b"):
        mail(database, county[login])
        mail(database, county[login], f"{login}@gone.example.org")
        box.on_rcpt[f"{login}@gone.example.org"] = "550 5.1.1 no such user"
    case_id = armed(database, county)
    courier = office(server(box), never_digest())
    pass_at(database, frozen, TARGET)
    for _ in range(9):
        deliver(database, courier)
        frozen.forward(minutes=1)
    assert calls(database, case_id, 2) == [("officer1", None, "")]


def test_what_was_given_up_goes_another_way_although_the_address_works_again(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["officer1"]
    mail(database, person, "main@example.org")
    mail(database, person, "spare@example.org", fallback=True)
    box.on_rcpt["main@example.org"] = "550 5.1.1 no such user"
    numbered(database, person, 1, level=3)
    courier = office(server(box), never_digest())
    for _ in range(4):
        deliver(database, courier)
        frozen.forward(minutes=1)
    del box.on_rcpt["main@example.org"]
    numbered(database, person, 2, level=3)
    for _ in range(3):
        deliver(database, courier)
        frozen.forward(minutes=1)
    by_spare = [
        text
        for text, to in zip(texts(box), box.recipients, strict=True)
        if to == "spare@example.org"
    ]
    assert any("第1件" in text for text in by_spare)


def test_what_waited_at_a_removed_address_goes_to_the_new_one_and_nothing_to_the_old(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["officer1"]
    old = mail(database, person, "old@example.org")
    dead = office("smtp://127.0.0.1:9?starttls=none&from=casework@example.org", never_digest())
    numbered(database, person, 1, level=3)
    deliver(database, dead)
    with database.transaction() as session:
        endpoints.remove(session, person, old)
        session.get_one(Endpoint, old).due_at = clock.now()  # as a deliverer that held it would
    mail(database, person, "new@example.org")
    courier = office(server(box), never_digest())
    for _ in range(2):
        deliver(database, courier)
        frozen.forward(minutes=1)
    assert box.recipients == ["new@example.org"]
    assert numbers(box) == [1]


def test_a_backlog_of_one_does_not_put_another_to_sleep(
    database: Database,
    county: County,
    frozen: Frozen,
    box: Box,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claiming, "MOST", 5)
    mail(database, county["officer1"])
    mail(database, county["officer1b"])
    box.on_rcpt["officer1@example.org"] = "451 4.3.0 try later"
    for n in range(1, 10):
        numbered(database, county["officer1"], n)
    numbered(database, county["officer1b"], 99, level=3)
    courier = office(server(box), never_digest())
    for _ in range(3):
        deliver(database, courier)
        frozen.forward(seconds=20)
    assert numbers(box) == [99]


def test_every_outage_is_told_and_without_the_names_in_the_servers_words(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    person = county["teacher1"]
    mail(database, person)
    courier = office(server(box), never_digest())
    told = []
    for number in (1, 2):
        box.on_rcpt["teacher1@example.org"] = "451 <teacher1@example.org> try later"
        numbered(database, person, number)
        for _ in range(12):
            deliver(database, courier)
            frozen.forward(minutes=1)
        del box.on_rcpt["teacher1@example.org"]
        frozen.forward(hours=1)
        deliver(database, courier)
        with database.reading() as session:
            query = select(Message).where(Message.template == "channel_failing")
            found = session.scalars(query).all()
        told.append(len(found))
    assert 0 < told[0] < told[1]
    assert not [one for one in found if "teacher1@" in str(one.params)]


def test_a_slow_server_gets_nothing_from_a_second_deliverer(
    database: Database, county: County, frozen: Frozen, box: Box
) -> None:
    """The claim is renewed while letters go out slowly, so that nobody else takes it."""
    frozen.thaw()
    for login in ("officer1", "officer1b", "lead1", "principal1", "teacher1"):
        mail(database, county[login])
    write(database, [county[login] for login in ("officer1", "officer1b", "lead1")])
    write(database, [county[login] for login in ("principal1", "teacher1")])
    box.on_data = lambda _, __: time.sleep(0.5)  # type: ignore[assignment]
    terms = replace(never_digest(), lease=timedelta(seconds=1.5), daily_at=dt_time.max)
    courier = office(server(box), terms)
    other = Thread(target=lambda: [deliver(database, courier) for _ in range(8)])
    other.start()
    for _ in range(8):
        deliver(database, courier)
        time.sleep(0.2)
    other.join()
    ids = [one["X-Casework-Id"] for one in letters(box)]
    assert len(ids) == len(set(ids)) == 5
