"""Two deliverers that are killed again and again: nothing is lost, and repeats can be told."""

from __future__ import annotations

import email
import email.policy
import os
import random
import re
import signal
import time
from collections import Counter

from sqlalchemy import func, select

from casework.db import Database
from casework.models import Delivery, Endpoint, Parcel
from tests.conftest import Frozen
from tests.factories import PEOPLE, County
from tests.forks import Conversation
from tests.integration.channels.mail_servers import Box, mail_server
from tests.integration.posting import mail, write
from tests.integration.processes import deliverer

KILLS = {"postgresql": 200, "sqlite": 30}
"""The whole of it where several machines deliver; on the embedded file fewer will do."""
EACH = 10
"""So many messages are written between two kills."""
PATIENCE = 90.0
READERS = tuple(login for login, _, _ in PEOPLE)


def test_two_deliverers_killed_again_and_again_lose_nothing(
    database: Database, county: County, frozen: Frozen
) -> None:
    frozen.thaw()
    kills = KILLS[database.url.get_backend_name()]
    for login in READERS:
        mail(database, county[login])
    chance = random.Random(20260921)
    sent: Counter[tuple[str, int]] = Counter()
    with mail_server() as box:
        smtp = f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"
        url = database.url.render_as_string(hide_password=False)
        with Conversation(deliverer.main, url, smtp) as nursery:
            alive = [born(nursery), born(nursery)]
            try:
                for n in range(kills):
                    for k in range(n * EACH, (n + 1) * EACH):
                        login = chance.choice(READERS)
                        write(database, [county[login]], number=f"第{k}件")
                        sent[f"{login}@example.org", k] += 1
                    time.sleep(chance.uniform(0, 0.06))
                    buried(nursery, alive.pop(chance.randrange(2)))
                    alive.append(born(nursery))
                wait_until_empty(database)
            finally:
                for child in alive:
                    buried(nursery, child)
    check(database, box, sent)


def born(nursery: Conversation) -> int:
    """One more deliverer."""
    nursery.say("")
    return int(nursery.hear())


def buried(nursery: Conversation, child: int) -> None:
    """Kill a deliverer wherever it is."""
    os.kill(child, signal.SIGKILL)
    nursery.say(str(child))


def wait_until_empty(database: Database) -> None:
    """Let the two that live finish."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with database.reading() as session:
            open_queues = session.scalar(select(func.count()).where(Endpoint.due_at.is_not(None)))
        if not open_queues:
            return
        time.sleep(0.1)
    raise AssertionError(f"{open_queues} queues are still open after {PATIENCE} s")


def check(database: Database, box: Box, sent: Counter[tuple[str, int]]) -> None:
    """Without the repeats everybody has each message exactly once."""
    arrived: Counter[tuple[str, int]] = Counter()
    known: set[str] = set()
    policy = email.policy.default
    for raw in box.mail:
        letter = email.message_from_bytes(raw, policy=policy)
        if letter["X-Casework-Id"] in known:
            continue
        known.add(letter["X-Casework-Id"])
        text = letter.get_content()  # type: ignore[attr-defined]
        for number in dict.fromkeys(re.findall(r"第(\d+)件", text)):
            arrived[letter["To"], int(number)] += 1
    assert arrived == sent
    with database.reading() as session:
        states = Counter(session.scalars(select(Parcel.state)))
        assert set(states) == {"sent"}
        assert states["sent"] == len(known)
        assert session.scalar(select(func.count()).select_from(Delivery)) == sent.total()
