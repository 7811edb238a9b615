"""What somebody can do with a document now: the questions the steps ask, without a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.models.document import DRAFT, ISSUED, REVIEW
from casework.permissions import Actor, Role
from casework.services.documents import people
from casework.services.documents.recording import Held
from casework.services.pages.audit_scope import acted_for_school


@dataclass(frozen=True, slots=True)
class Able:
    """Each step, for one person; ``mine``: it waits for this person, to review or to issue."""

    write: bool = False
    submit: bool = False
    review: bool = False
    send_back: bool = False
    issue: bool = False
    deliver: bool = False
    replace: bool = False
    drop: bool = False

    @property
    def mine(self) -> bool:
        """True when the document waits for this person."""
        return self.review or self.issue


NOTHING = Able()


def able(session: Session, actor: Actor, held: Held) -> Able:
    """What the actor can do with the document in its present state."""
    document, kind, case = held.document, held.kind, held.case
    if document.state not in (DRAFT, REVIEW, ISSUED):
        return NOTHING
    if case and people.against_school(held.scene) and acted_for_school(session, actor, case):
        return NOTHING

    def may(roles: tuple[Role, ...]) -> bool:
        return people.may(session, actor, held.scene, roles) is not None

    writes, issues = may(kind.drafters), may(kind.issuers)
    if document.state == DRAFT:
        straight = issues and not kind.two_persons and not kind.reviewers
        return Able(write=writes, submit=writes, issue=straight, drop=writes)
    if document.state == ISSUED:
        return Able(deliver=writes or issues, replace=writes or issues)
    own, waits = document.submitted_by == actor.user_id, people.waits_for_review(document, kind)
    reviews, last = may(kind.reviewers), document.reviewed_by or document.submitted_by
    return Able(
        review=reviews and waits and not own,
        send_back=reviews or issues or (own and writes),
        issue=issues and not waits and not (kind.two_persons and last == actor.user_id),
        drop=writes,
    )
