"""The delivery against bare baselines in the same run; prints ratios, asserts no time.

Mail: a whole pass (plan, claim, word, send, write down) to so many people, against a smtplib loop
that sends as many mails of the same size, made once, to the same server in a process of its own.
Robot: 10,000 escalations to one robot, against sending each for itself at its limit.
"""

from __future__ import annotations

import email
import multiprocessing
import smtplib
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import insert, select, update

from casework import clock
from casework.db import Database
from casework.jobs.delivering import deliver
from casework.jobs.tasks import sweep
from casework.models import Clock
from casework.models.base import table_of
from casework.services.actors import load_actor
from casework.services.policy import Policy
from tests.conftest import Frozen
from tests.databases import in_info
from tests.factories import County, file_bullying, make_county, make_user
from tests.integration.channels.http_servers import Said, service
from tests.integration.channels.mail_servers import Box, mail_server
from tests.integration.posting import mail, never_digest, office, parcels, robot, write
from tests.integration.test_calls import RULE, TARGET
from tests.integration.test_robots import KEY

PEOPLE = 400
ROUNDS = 5
FLOOD = 10_000
FROM = "casework@example.org"


def _serve(ends: Connection) -> None:
    box = Box()
    with mail_server(box):
        ends.send(box.port)
        while ends.recv() == "count":
            ends.send((len(box.mail), box.mail[-1] if box.mail else b""))


@contextmanager
def server() -> Iterator[tuple[int, Callable[[], tuple[int, bytes]]]]:
    """A mail server in another process, so that it does not share our interpreter."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()
    port = ours.recv()

    def count() -> tuple[int, bytes]:
        ours.send("count")
        found: tuple[int, bytes] = ours.recv()
        return found

    yield port, count
    ours.send("end")
    process.join(10)


def bare(port: int, data: bytes, n: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, "example.org") as smtp:
        for number in range(n):
            smtp.sendmail(FROM, [f"person{number}@example.org"], data)


@pytest.fixture
def embedded(sqlite_url: str, policy: Policy, frozen: Frozen) -> tuple[Database, County]:
    database = Database(sqlite_url, in_info(policy))
    with database.transaction() as session:
        return database, make_county(session)


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def test_mail_throughput(embedded: tuple[Database, County], frozen: Frozen) -> None:
    database, county = embedded
    people = []
    with database.transaction() as session:
        for number in range(PEOPLE):
            user = make_user(session, f"person{number}", ("teacher", county.units["K1"]))
            people.append(user.id)
    with database.reading() as session:
        actors = [load_actor(session, user_id, clock.now()) for user_id in people]
    for actor in actors:
        mail(database, actor)
    rates: list[tuple[float, float]] = []
    with server() as (port, count):
        courier = office(f"smtp://127.0.0.1:{port}?starttls=none&from={FROM}", never_digest())
        write(database, actors[:1], number="warm up")
        deliver(database, courier)
        data = count()[1]
        for _ in range(ROUNDS):
            write(database, actors, number="2026-QL-000123")
            least = seconds(lambda: bare(port, data, PEOPLE))
            took = seconds(lambda: deliver(database, courier))
            rates.append((PEOPLE / least, PEOPLE / took))
        assert count()[0] == 1 + 2 * ROUNDS * PEOPLE
    assert email.message_from_bytes(data)["X-Casework-Id"]
    smtp, ours = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in rates)
    print(
        f"\ndelivery: {ours:,.0f} mails/s, bare smtplib {smtp:,.0f}, ratio {ratio:.2f} (goal 0.5)"
    )


def overdue(database: Database, county: County, n: int) -> None:
    """So many clocks of one case, all past their target since a minute."""
    with database.transaction() as session:
        case = file_bullying(session, county, weapon=True)
        kept = session.scalars(select(Clock).where(Clock.rule_id == RULE)).one()
        names = [column.name for column in table_of(Clock).columns if column.name != "id"]
        row = {name: getattr(kept, name) for name in names}
        due = kept.target_at
        session.execute(update(Clock).where(Clock.case_id == case.id).values(next_rung_at=None))
        rows = [row | {"recipient": f"copy-{k}", "next_rung_at": due} for k in range(n)]
        session.execute(insert(table_of(Clock)), rows)


def test_a_flood_to_one_robot(embedded: tuple[Database, County], frozen: Frozen) -> None:
    """Ten thousand duties pass their target at once: one sweep, one robot, one message."""
    database, county = embedded
    robot(database, county["leader1"], county.units["B1"], "wecom", key=KEY)
    overdue(database, county, FLOOD)
    frozen.move_to(TARGET)
    fired: list[int] = []
    swept = seconds(lambda: fired.append(len(sweep(database, timedelta(minutes=1)).fired)))
    with service(Said({"errcode": 0, "errmsg": "ok"})) as wecom:
        courier = office(terms=never_digest(), wecom=wecom.url)
        took = seconds(lambda: deliver(database, courier))
        texts = [asked.data["text"]["content"] for asked in wecom.asked]
    sizes = [one.size for one in parcels(database)]
    print(
        f"\nrobot: a sweep of {fired[0]:,} rungs in {swept:.0f} s; {sum(sizes):,} messages to one "
        f"robot in {len(texts)} of {max(len(text.encode()) for text in texts)} bytes at most, "
        f"{took:.1f} s; one by one at 20 a minute it would take {FLOOD / 20:,.0f} minutes"
    )
    assert sum(sizes) >= FLOOD
    assert len(texts) <= 20
