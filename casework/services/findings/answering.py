"""The right of reply: once, by who speaks for the unit; late as well, while nothing is decided."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed
from casework.models import Finding
from casework.models.finding import PROPOSED, REPLIED
from casework.permissions import Actor, in_words
from casework.services import subject_clocks
from casework.services.findings import people, recording
from casework.services.findings.recording import KIND
from casework.services.flags import raise_flag
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

ANSWERED = N_("This finding has already been answered or decided.")
SPOKEN_FOR = N_("The unit is spoken for by: %(roles)s, unless accused or named in the matter.")


def reply(session: Session, actor: Actor, finding_id: int, text: str) -> Finding:
    """Answer for the unit. A late answer counts, and is flagged as late.

    Raises NotFound out of scope and for whom it accuses, Conflict when answered or decided,
    NotAllowed for who does not speak for the unit, Invalid without words.
    """
    held = recording.hold(session, actor, finding_id)
    finding, at = held.finding, clock.now()
    if finding.state != PROPOSED:
        raise Conflict(Text(ANSWERED))
    out = people.out_of(session, finding, held.subject)
    standing = people.may_speak(session, actor, held.unit, at, out)
    if standing is None:
        roles = in_words(people.speakers(held.unit))
        raise NotAllowed(Text(SPOKEN_FOR, {"roles": roles}))
    words = checked_text("reply", text)
    if not words:
        raise Invalid({"reply": [Text(REQUIRED)]})
    asked = recording.clock_of(session, finding)
    late = asked is not None and asked.limit_at is not None and at > asked.limit_at
    finding.replied_seq = recording.record(
        session, held, actor, standing, "finding_replied", at, {"reply": words}, late=late
    )
    finding.state, finding.replied_at, finding.replied_by = REPLIED, at, actor.user_id
    session.flush()
    subject_clocks.stop(session, KIND, finding.id, by="replied", at=at)
    if asked is not None and late:
        raise_flag(session, held.unit, asked, at)
    users = people.deciding(session, finding, held.unit, held.subject, at)
    recording.tell(session, held, users, "finding_replied", at)
    return finding
