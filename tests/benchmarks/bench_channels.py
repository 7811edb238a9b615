"""Mail by our sender, against a bare smtplib loop to the same aiosmtpd, in turns in one run."""

from __future__ import annotations

import smtplib
import statistics
import time
from collections.abc import Callable

from casework.notifications.channels import CHANNELS, Ground
from casework.notifications.channels.mail_text import Writer
from tests.integration.channels.letters import ground, letter
from tests.integration.channels.mail_servers import Box, mail_server

LETTERS = 400
ROUNDS = 7
FROM, TO = "casework@example.org", "officer@bureau.example.org"


def bare(port: int) -> None:
    """The least that smtplib can do: the same mail, but made once, on one connection."""
    data = Writer(FROM).mail(letter(), TO)
    with smtplib.SMTP("127.0.0.1", port, "example.org") as smtp:
        for _ in range(LETTERS):
            smtp.sendmail(FROM, [TO], data)


def ours(where: Ground) -> None:
    with CHANNELS["email"].open(where) as sender:
        for n in range(LETTERS):
            assert sender.send({"address": TO}, letter(f"m-{n}")).ok


def seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def test_mail_keeps_up_with_smtplib() -> None:
    with mail_server(Box()) as box:
        where = ground(f"smtp://127.0.0.1:{box.port}?starttls=none&from={FROM}")
        turns = [
            (seconds(lambda: bare(box.port)), seconds(lambda: ours(where))) for _ in range(ROUNDS)
        ]
    rates = [LETTERS / statistics.median(took) for took in zip(*turns, strict=True)]
    ratio = statistics.median(least / took for least, took in turns)
    print(
        f"\nmail: bare smtplib {rates[0]:,.0f}/s, our sender {rates[1]:,.0f}/s, ratio {ratio:.2f}"
    )
    assert len(box.mail) == 2 * ROUNDS * LETTERS
