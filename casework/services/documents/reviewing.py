"""From the draft to whoever decides: submitted, reviewed, or returned with the reason."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from casework import clock
from casework.documents.kinds import Item, ItemType
from casework.errors import Conflict, Invalid, NotAllowed
from casework.models import Document
from casework.models.document import REVIEW
from casework.permissions import Actor
from casework.services.documents import content, drafting, frames, people, recording, values
from casework.services.documents.gathering.codes import codes
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.documents.values import Values
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

NOT_SUBMITTED = N_("This document has not been submitted, or has been issued.")
REVIEWED = N_("This document waits for no review.")
OWN_WORK = N_("Who has submitted this document does not review it.")
NAMED = N_("The name of a pupil stands here: write %(code)s, or confirm that nobody is named.")
WITH_NAMES = frozenset({"absence_register", "class_log"})
"""Forms that stay in the school and are about one child or a class: they name them."""


def submit(
    session: Session,
    press: Press,
    actor: Actor,
    document_id: int,
    version: int,
    *,
    names_checked: bool = False,
) -> Document:
    """Hand a draft in: from now on its words stand still. Nobody reviews what they hand in.

    Raises NotFound, Stale, Conflict when it is no draft, NotAllowed, and Invalid with what is
    missing or names a child, by field.
    """
    held = recording.hold(session, actor, document_id, version)
    drafting.demand_draft(held)
    standing = drafting.demand_writer(session, actor, held)
    freeze(session, press, actor, held, names_checked=names_checked)
    document, at = held.document, clock.now()
    document.state, document.submitted_at, document.submitted_by = REVIEW, at, actor.user_id
    recording.record(session, held, actor, standing, "document_submitted", at)
    _next(session, held)
    return document


def review(session: Session, actor: Actor, document_id: int, version: int) -> Document:
    """Find a submitted document in order; then it waits for who issues it.

    Raises NotFound, Stale, Conflict, NotAllowed.
    """
    held = _submitted(session, actor, document_id, version)
    document = held.document
    if not people.waits_for_review(document, held.kind):
        raise Conflict(Text(REVIEWED))
    if document.submitted_by == actor.user_id:
        raise NotAllowed(Text(OWN_WORK))
    roles = held.kind.reviewers
    standing = people.demand(session, actor, held.scene, roles, people.REVIEWED_BY)
    at = clock.now()
    document.reviewed_at, document.reviewed_by = at, actor.user_id
    recording.record(session, held, actor, standing, "document_reviewed", at)
    _next(session, held)
    return document


def send_back(
    session: Session, actor: Actor, document_id: int, version: int, reason: str
) -> Document:
    """Make a submitted document a draft again, with the reason; its writer takes it back as well.

    Raises NotFound, Stale, Conflict, NotAllowed, Invalid without a reason.
    """
    held = _submitted(session, actor, document_id, version)
    kind = held.kind
    roles = (*kind.reviewers, *kind.issuers)
    if held.document.submitted_by == actor.user_id:
        roles = (*roles, *kind.drafters)
    standing = people.demand(session, actor, held.scene, roles, people.REVIEWED_BY)
    words = checked_text("reason", reason)
    if not words:
        raise Invalid({"reason": [Text(REQUIRED)]})
    at, document = clock.now(), held.document
    recording.record(session, held, actor, standing, "document_returned", at, {"reason": words})
    writers = recording.accounts(session, document.submitted_by)
    recording.tell(session, held, writers, "document_returned", at)
    thaw(session, held)
    document.version += 1
    session.flush()
    return document


def freeze(
    session: Session, press: Press, actor: Actor, held: Held, *, names_checked: bool
) -> Values:
    """Fix the values as they are now. Raises Invalid with what is missing or names a child."""
    found = drafting.effective(session, press, actor, held).values
    lacking = drafting.missing(held.kind, found)
    errors: dict[str, list[Text]] = {item.name: [Text(REQUIRED)] for item in lacking}
    if not names_checked:
        errors |= {n: ts for n, ts in named_in(session, held, found).items() if n not in errors}
    if errors:
        raise Invalid(errors)
    body = content.read(session, held.document)
    content.write(session, held.document, {**body, content.VALUES: values.encoded(found)})
    return found


def named_in(session: Session, held: Held, found: Values) -> dict[str, list[Text]]:
    """The entries in which the name of a pupil still stands, where none should."""
    if held.case is None or held.kind.name in WITH_NAMES:
        return {}
    known = codes(session, held.case)
    errors: dict[str, list[Text]] = {}
    for item in frames.entries(held.kind):
        left = known.left_in(_words(item, found.get(item.name)))
        if left:
            params = {"code": "、".join(dict.fromkeys(left.values()))}
            errors[item.name] = [Text(NAMED, params)]
    return errors


def thaw(session: Session, held: Held) -> None:
    """Make a draft of it again: what was written stays, the rest is gathered afresh."""
    document = held.document
    body = {k: v for k, v in content.read(session, document).items() if k != content.VALUES}
    content.write(session, document, body)
    document.state = "draft"
    document.submitted_at = document.submitted_by = None
    document.reviewed_at = document.reviewed_by = None


def _submitted(session: Session, actor: Actor, document_id: int, version: int) -> Held:
    held = recording.hold(session, actor, document_id, version)
    if held.document.state != REVIEW:
        raise Conflict(Text(NOT_SUBMITTED))
    return held


def _next(session: Session, held: Held) -> None:
    """Tell whose turn it is now."""
    document = held.document
    document.version += 1
    session.flush()
    users = people.waits_for(session, document, held.kind, held.case, held.place)
    recording.tell(session, held, users, "document_waits", clock.now())


def _words(item: Item, value: object) -> list[str]:
    """Every word of a value."""
    if item.type is ItemType.TABLE and isinstance(value, list):
        return [str(cell) for row in value if isinstance(row, Mapping) for cell in row.values()]
    if isinstance(value, list):
        return [str(one) for one in value]
    return [value] if isinstance(value, str) else []
