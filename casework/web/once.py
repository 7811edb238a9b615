"""A form sent twice is carried out once, by the same keys as repeated calls of the API."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from flask import request
from sqlalchemy.orm import Session

from casework.errors import Conflict
from casework.permissions import Actor
from casework.services import idempotency
from casework.text import N_, Text

FORM_KEY = "form_key"
LONGEST = 64
BESIDES = frozenset({FORM_KEY, "csrf_token", "version"})
"""Entries that are no content of a form."""
OTHER_CONTENT = N_(
    "This form has already been sent with other entries. What you typed is kept: "
    "send it again only if it is something new."
)


def new_key() -> str:
    """A key for one form as it is shown."""
    return secrets.token_urlsafe(16)


def once(
    session: Session, actor: Actor, do: Callable[[], str], files: Mapping[str, str] | None = None
) -> str:
    """Where the form leads: carried out the first time, remembered for the same form sent again.

    ``files``, the hashes of what was sent with it, belong to its content.

    Raises Conflict when the form of this key was sent before with other entries.
    """
    key = request.form.get(FORM_KEY, "")
    if not key or len(key) > LONGEST or not key.isprintable():
        return do()
    key = f"form:{key}"
    content = {k: v for k, v in sorted(request.form.lists()) if k not in BESIDES}
    try:
        known = idempotency.claim(
            session, actor, key, [request.path, content, *([dict(files)] if files else [])]
        )
    except Conflict:
        raise Conflict(Text(OTHER_CONTENT)) from None
    if known is not None:
        return str(known["location"])
    location = do()
    idempotency.keep(session, actor, key, {"location": location})
    return location
