"""Channels of units: within a robot's limit, nothing lost, nothing for whom it is not meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from casework import clock
from casework.db import Database
from casework.jobs.delivering import deliver
from casework.models import Delivery, Message, Parcel, Person, Unit, User
from casework.models.base import table_of
from casework.services import messages
from tests.conftest import Frozen
from tests.factories import County, file_bullying
from tests.integration.channels.http_servers import Said, Service, service
from tests.integration.posting import endpoint, never_digest, office, parcels, robot, write
from tests.integration.sweeping import pass_at
from tests.integration.test_calls import TARGET, armed

pytestmark = pytest.mark.one_database

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
GOOD = Said({"errcode": 0, "errmsg": "ok"})


@pytest.fixture
def wecom() -> Iterator[Service]:
    with service(GOOD) as found:
        yield found


def texts(wecom: Service) -> list[str]:
    return [asked.data["text"]["content"] for asked in wecom.asked]


def flood(database: Database, county: County, n: int) -> None:
    """So many escalations of one sweep, each a sending of its own."""
    at = clock.now()
    rows = [
        {
            "user_id": county["officer1"].user_id,
            "unit_id": county.units["S1"],
            "sending": f"flood-{number}",
            "template": "escalation",
            "params": {
                "number": f"2026-QL-{number:06d}",
                "duty": "Take up the report",
                "target_at": at.isoformat(),
                "limit_at": at.isoformat(),
                "level": 2 + (number % 50 == 0),
            },
            "level": 2 + (number % 50 == 0),
            "created_at": at,
        }
        for number in range(1, n + 1)
    ]
    with database.transaction() as session:
        session.execute(insert(table_of(Message)), rows)


def test_ten_thousand_escalations_to_one_robot(
    database: Database, county: County, frozen: Frozen, wecom: Service
) -> None:
    address = robot(database, county["leader1"], county.units["B1"], "wecom", key=KEY)
    courier = office(terms=never_digest(), wecom=wecom.url)
    flood(database, county, 10_000)
    for _ in range(3):
        deliver(database, courier)
        frozen.forward(seconds=10)

    assert len(wecom.asked) == 1
    text = texts(wecom)[0]
    assert "10000" in text
    assert len(text.encode()) <= 2048
    lines = re.findall(r"^\d+\. .*2026-QL-\d+", text, re.MULTILINE)
    assert len(lines) >= 10
    assert all("L3" in line for line in lines)  # the most pressing of them
    uid = parcels(database, address)[0].uid
    assert f"https://casework.example.org/messages/parcels/{uid}" in text
    with database.reading() as session:
        inside = session.scalar(
            select(func.count()).select_from(Delivery).join(Parcel).where(Parcel.state == "sent")
        )
        assert inside == 10_000
    assert sum(one.size for one in parcels(database, address)) == 10_000


def test_a_robot_never_gets_more_than_twenty_in_any_minute(
    database: Database, county: County, frozen: Frozen, wecom: Service
) -> None:
    robot(database, county["leader1"], county.units["B1"], "wecom", key=KEY)
    courier = office(terms=never_digest(), wecom=wecom.url)
    at, sent = [], 0
    for number in range(120):
        flood_one(database, county, number)
        deliver(database, courier)
        at += [clock.now()] * (len(wecom.asked) - sent)
        sent = len(wecom.asked)
        frozen.forward(seconds=2)
    frozen.forward(minutes=2)
    deliver(database, courier)

    for start in at:
        inside = [one for one in at if start <= one < start + timedelta(minutes=1)]
        assert len(inside) <= 20
    assert sum(one.size for one in parcels(database)) == 120
    assert {one.state for one in parcels(database)} == {"sent"}


def flood_one(database: Database, county: County, number: int) -> None:
    with database.transaction() as session:
        school = session.get_one(Unit, county.units["S1"])
        user = session.get_one(User, county["officer1"].user_id)
        messages.send(
            session,
            [user],
            "told",
            {"number": f"{number}", "action": "accept"},
            at=clock.now(),
            level=2,
            unit=school,
        )


def test_a_group_hears_once_of_what_several_people_are_told(
    database: Database, county: County, frozen: Frozen, wecom: Service
) -> None:
    robot(database, county["leader1"], county.units["B1"], "wecom", key=KEY)
    armed(database, county)
    pass_at(database, frozen, TARGET)
    deliver(database, office(terms=never_digest(), wecom=wecom.url))
    said = [text for text in texts(wecom) if "向公安" in text or "公安" in text]
    assert len(said) == 1
    assert "课间推搡" not in "".join(texts(wecom))


def test_the_group_of_a_school_never_hears_what_only_the_bureau_may_know(
    database: Database, county: County, frozen: Frozen, wecom: Service
) -> None:
    school = robot(database, county["principal1"], county.units["S1"], "wecom", key=KEY)
    with database.transaction() as session:
        case_id = file_bullying(session, county).id
    write(database, [county["officer1"], county["leader1"]], level=3, case_id=case_id)
    deliver(database, office(terms=never_digest(), wecom=wecom.url))
    assert parcels(database, school) == []
    write(database, [county["officer1"], county["principal1"]], level=3, case_id=case_id)
    deliver(database, office(terms=never_digest(), wecom=wecom.url))
    assert [one.state for one in parcels(database, school)] == ["sent"]


def test_the_group_of_a_school_hears_nothing_of_a_case_that_names_one_of_them(
    database: Database, county: County, frozen: Frozen, wecom: Service
) -> None:
    school = robot(database, county["principal1"], county.units["S1"], "wecom", key=KEY)
    with database.transaction() as session:
        case_id = file_bullying(session, county).id
        teacher = county["teacher1b"].user_id
        session.add(Person(case_id=case_id, part="staff", name="", user_id=teacher))
    write(database, [county["principal1"]], level=3, case_id=case_id)
    deliver(database, office(terms=never_digest(), wecom=wecom.url))
    assert parcels(database, school) == []


def test_what_weighs_less_than_a_channel_wants_stays_inside(
    database: Database, county: County, frozen: Frozen, wecom: Service
) -> None:
    address = robot(database, county["leader1"], county.units["B1"], "wecom", key=KEY)
    assert endpoint(database, address).min_level == 2
    with database.transaction() as session:
        case_id = file_bullying(session, county).id
    write(database, [county["officer1"]], level=1, case_id=case_id)
    deliver(database, office(terms=never_digest(), wecom=wecom.url))
    assert wecom.asked == []


def test_an_errcode_is_a_failure_although_http_says_200(
    database: Database, county: County, frozen: Frozen
) -> None:
    with service(Said({"errcode": 93000, "errmsg": "invalid webhook url"})) as wecom:
        address = robot(database, county["leader1"], county.units["B1"], "wecom", key=KEY)
        with database.transaction() as session:
            case_id = file_bullying(session, county).id
        write(database, [county["officer1"]], level=2, case_id=case_id)
        courier = office(terms=never_digest(), wecom=wecom.url)
        assert deliver(database, courier).failed == 1
    found = endpoint(database, address)
    assert "93000" in found.answer
    assert KEY not in found.answer
    assert KEY not in found.address
