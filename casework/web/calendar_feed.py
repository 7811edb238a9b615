"""A person's clocks for a calendar program, by a secret address; no login stands behind it.

The address holds 256 random bits and can be ended at any time. What is served names no person: a
calendar is synchronised to telephones and servers that nobody here knows.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from limits import RateLimitItemPerHour

from casework import clock
from casework.errors import NotFound
from casework.http import anonymous, db, ground, reading, transaction
from casework.notifications import feed
from casework.services.delivery import feeds
from casework.services.limits import Tries
from casework.text import N_, Text

blueprint = Blueprint("calendar_feed", __name__)
READINGS = RateLimitItemPerHour(60)
"""Calendar programs ask every quarter of an hour or more rarely."""
MISSES = RateLimitItemPerHour(60)
NAME = N_("Casework: my duties")


@blueprint.get("/calendar/<token>.ics")
def show(token: str) -> Response:
    """The clocks of whoever made the address; 404 when it has ended."""
    office = ground().office
    try:
        with reading() as session:
            actor = feeds.of_token(session, token)
    except NotFound:
        Tries(db(), "calendar misses", MISSES).count(request.remote_addr or "")
        raise
    Tries(db(), "calendar", READINGS).count(str(actor.user_id))
    with reading() as session:
        locale = feeds.language(session, actor, office)
        entries = feeds.entries(session, actor, office)
        stale = feeds.is_stale(session, actor)
    if stale:
        with transaction() as session:
            feeds.note_reading(session, actor)
    titles = {kind: office.render(Text(title), locale) for kind, title in feed.TITLES.items()}
    body = feed.calendar(
        entries, name=office.render(Text(NAME), locale), now=clock.now(), titles=titles
    )
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="casework.ics"'
    answer.headers.update({**anonymous.HEADERS, **anonymous.UNSEEN})
    return answer
