"""The person's page of notifications: addresses, what is wanted there, digests, the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.models import CalendarFeed, Endpoint
from casework.notifications.channels import CHANNELS, Field
from casework.notifications.messages import TOPICS
from casework.permissions import Actor
from casework.services.delivery.addresses import Vault
from casework.services.delivery.endpoints import MOST, kept, of_user
from casework.services.delivery.preferences import Wishes, wishes_of
from casework.services.delivery.shared import addresses, provided, shared_fields
from casework.services.pages.channel_health import EndpointLine, endpoint_lines
from casework.services.pages.forms import Option
from casework.text import N_, Text

LEVELS = (
    N_("Everything, duties and reminders too"),
    N_("Escalations only"),
    N_("Escalations to the bureau and above only"),
)
"""From which level on a person hears; what the last one says cannot be turned off."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A channel that may be added, with the fields of its form. ``missing``: why it cannot be."""

    kind: str
    label: str
    fields: tuple[Field, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """The calendar: since when it has an address, and when that was last read."""

    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NotificationsPage:
    """Everything the page shows."""

    addresses: tuple[EndpointLine, ...]
    kinds: tuple[Kind, ...]
    levels: tuple[Option, ...]
    topics: tuple[Option, ...]
    most: int
    wishes: Wishes
    feed: Feed | None


def notifications_page(session: Session, actor: Actor, vault: Vault) -> NotificationsPage:
    """What the actor has chosen, and what can be chosen."""
    feed = session.get(CalendarFeed, actor.user_id)
    return NotificationsPage(
        addresses=endpoint_lines(session, of_user(session, actor.user_id), vault),
        kinds=tuple(_kinds(session, actor)),
        levels=tuple(Option(str(n), Text(label)) for n, label in enumerate(LEVELS)),
        topics=topic_options(),
        most=MOST,
        wishes=wishes_of(session, actor),
        feed=Feed(feed.made_at, feed.read_at) if feed is not None else None,
    )


def topic_options() -> tuple[Option, ...]:
    """What need not come to a channel."""
    return tuple(Option(topic, Text(topic)) for topic in TOPICS)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a test letter goes, carried out of the database."""

    kind: str
    address: dict[str, str] | None


def target_of(session: Session, actor: Actor, endpoint_id: int, vault: Vault) -> Target:
    """An endpoint that the actor keeps, with its whole address. Raises NotFound, NotAllowed."""
    endpoint: Endpoint = kept(session, actor, endpoint_id)
    whole = addresses(session, [endpoint], vault)[endpoint.id]
    return Target(endpoint.channel, dict(whole) if whole is not None else None)


def _kinds(session: Session, actor: Actor) -> list[Kind]:
    found = []
    for channel in CHANNELS.values():
        if not channel.personal:
            continue
        common = shared_fields(channel.kind)
        own = tuple(one for one in channel.fields if one.name not in common)
        lacks = bool(common) and provided(session, actor.user_id or 0, channel.kind) is None
        found.append(Kind(channel.kind, channel.label, own, lacks))
    return found
