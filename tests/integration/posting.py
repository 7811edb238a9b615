"""What tests of the delivery share: an office, endpoints, messages, what has become of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from casework import clock, i18n
from casework.db import Database
from casework.models import Case, Endpoint, Parcel, User
from casework.notifications.channels import Ground
from casework.notifications.terms import Retry, Terms
from casework.permissions import Actor
from casework.services import messages
from casework.services.delivery import endpoints
from casework.services.delivery.addresses import Vault
from casework.services.delivery.endpoints import NewEndpoint
from casework.services.delivery.links import Links
from casework.services.delivery.office import Office

SECRET = "a secret key only for tests"
BASE = "https://casework.example.org"
VAULT = Vault(SECRET)
STEADY = Terms(retry=Retry(jitter=0.0))
"""The usual terms, but for chance."""


def office(smtp_url: str = "", terms: Terms = STEADY, **bases: str) -> Office:
    """An installation that sends to servers of the test; nothing answers where none is given."""
    nowhere = dict.fromkeys(("wecom", "dingtalk", "feishu"), "http://127.0.0.1:9")
    ground = Ground(smtp_url, "casework@example.org", nowhere | bases, 5.0)
    return Office(ground, terms, VAULT, Links(BASE, SECRET), "zh_CN", i18n.render)


def never_digest(terms: Terms = STEADY) -> Terms:
    """No digest of a day while the story runs."""
    return replace(terms, daily_at=clock.now().astimezone(clock.LOCAL).time().max)


def mail(database: Database, actor: Actor, to: str | None = None, **more: Any) -> int:
    """The mail address of a person."""
    new = NewEndpoint("email", {"address": to or f"{actor.login}@example.org"}, **more)
    with database.transaction() as session:
        return endpoints.add_own(session, actor, VAULT, new).id


def robot(database: Database, actor: Actor, unit_id: int, channel: str, **address: str) -> int:
    """A channel of a unit."""
    with database.transaction() as session:
        new = NewEndpoint(channel, address)
        return endpoints.add_to_unit(session, actor, VAULT, unit_id, new).id


def write(
    database: Database,
    people: Iterable[Actor],
    template: str = "told",
    level: int = 0,
    case_id: int | None = None,
    **params: Any,
) -> None:
    """One message to each of these people."""
    with database.transaction() as session:
        users = [session.get_one(User, one.user_id) for one in people]
        case = session.get_one(Case, case_id) if case_id else None
        given = {"number": case.number if case else "", "action": "accept", **params}
        messages.send(session, users, template, given, at=clock.now(), level=level, case=case)


def parcels(database: Database, endpoint_id: int | None = None) -> list[Parcel]:
    """What was packed, oldest first."""
    with database.reading() as session:
        query = select(Parcel).order_by(Parcel.id)
        if endpoint_id is not None:
            query = query.where(Parcel.endpoint_id == endpoint_id)
        return list(session.scalars(query))


def endpoint(database: Database, endpoint_id: int) -> Endpoint:
    """An endpoint as it stands."""
    with database.reading() as session:
        return session.get_one(Endpoint, endpoint_id)


HOUR = timedelta(hours=1)
