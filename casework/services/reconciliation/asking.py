"""The bureau keeps that it asked a school why it reports so little, and what it heard."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid
from casework.models import Unit
from casework.permissions import BUREAU_ROLES, Actor, Role
from casework.services import timeline
from casework.services.locking import NO_KEY
from casework.services.pages.board.scope import board_school
from casework.text import Text
from casework.workflows.forms import REQUIRED, checked_text

ASKED = "silence_asked"


def record_asked(session: Session, actor: Actor, school_id: int, on: date, answer: str) -> None:
    """Write it onto the school's chain; the answer is a personal text. Raises NotFound, Invalid."""
    board_school(session, actor, school_id)
    words = checked_text("answer", answer)
    if not words:
        raise Invalid({"answer": [Text(REQUIRED)]})
    school = session.get_one(Unit, school_id, with_for_update=NO_KEY, populate_existing=True)
    data = {"until": on.isoformat()}
    entry = timeline.Entry(
        clock.now(),
        ASKED,
        actor.user_id,
        _role(actor, school),
        data=data,
        private={"answer": words},
    )
    timeline.append(session, school, entry)
    session.flush()


def _role(actor: Actor, school: Unit) -> Role:
    posts = [post for post in actor.posts_at(school.path) if post.powers in BUREAU_ROLES]
    return posts[0].own if posts else Role.BUREAU_OFFICER
