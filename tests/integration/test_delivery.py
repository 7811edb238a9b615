"""Deliveries to real servers: each message once, in order, tried again, and given up loudly."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from casework.db import Database
from casework.jobs.delivering import deliver
from tests.conftest import Frozen
from tests.factories import County, file_bullying
from tests.integration.channels.mail_servers import Box, mail_server
from tests.integration.posting import mail, never_digest, office, parcels, write


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
