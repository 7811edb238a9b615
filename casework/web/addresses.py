"""What the forms of addresses and channels send: the fields of a channel, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request

from casework.errors import Invalid
from casework.http import current_actor, db, ground, reading
from casework.notifications.channels import CHANNELS, Answer
from casework.services.delivery.endpoints import NewEndpoint
from casework.services.delivery.feeds import language
from casework.services.delivery.trying import OFTEN, send_test
from casework.services.limits import Tries
from casework.services.pages.notifications import target_of
from casework.web import forms


def new_endpoint() -> NewEndpoint:
    """The address that was entered; its fields are called by the channel: ``email.address``."""
    kind, given = request.form.get("channel", ""), request.form
    names = [one.name for one in CHANNELS[kind].fields] if kind in CHANNELS else []
    return NewEndpoint(
        channel=kind,
        address={name: given.get(f"{kind}.{name}", "") for name in names},
        label=given.get(f"{kind}.label", ""),
        min_level=forms.whole(given.get(f"{kind}.min_level")),
        fallback=bool(given.get(f"{kind}.fallback")),
    )


def wishes() -> dict[str, Any]:
    """What is wanted at an address: the topics that are ticked are not."""
    given = request.form
    return {
        "min_level": forms.whole(given.get("min_level")) or 0,
        "fallback": bool(given.get("fallback")),
        "muted": given.getlist("muted"),
    }


@contextmanager
def at_fields(prefix: str) -> Iterator[None]:
    """Name what is wrong as the form calls it: a page has a form for each channel."""
    try:
        yield
    except Invalid as error:
        named = {
            name if name == "channel" else f"{prefix}.{name}": texts
            for name, texts in error.errors.items()
        }
        raise Invalid(named, error.text) from None


def tried(endpoint_id: int, path: str) -> Answer:
    """Send a test letter there, with no transaction open; what the server answers.

    Raises NotFound, NotAllowed, TooMany.
    """
    actor, office = current_actor(), ground().office
    with reading() as session:
        target = target_of(session, actor, endpoint_id, office.vault)
        locale = language(session, actor, office)
    Tries(db(), "test letter", OFTEN).count(str(actor.user_id))
    return send_test(office, target.kind, target.address, locale, path)
