"""Who writes, reviews, issues and signs a document, and for which office.

Nobody whom the case names, which the scope sees to; for a bureau nobody who has acted in the case
for the school. A role above may do what a role below it may, marked as standing in.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework import clock
from casework.documents.kinds import Kind, Level
from casework.errors import NotAllowed
from casework.models import Case, Document, Unit, User
from casework.permissions import (
    BUREAU_KINDS,
    BUREAU_ROLES,
    Actor,
    Permission,
    Role,
    Standing,
    in_words,
    standing,
)
from casework.services import steps
from casework.services.actors import bureau_of, school_of
from casework.services.pages.audit_scope import ACTED, acted_for_school
from casework.services.standins import reach
from casework.text import N_, Text

WRITTEN_BY = N_("This document is written by: %(roles)s.")
REVIEWED_BY = N_("This document is reviewed by: %(roles)s.")
ISSUED_BY = N_("This document is issued by: %(roles)s.")


def office_of(session: Session, actor: Actor, kind: Kind, place: Unit) -> Unit:
    """The unit that issues a document of the kind about this place, when the actor writes it."""
    posts = actor.posts_at(place.path)
    above = [p for p in posts if p.powers in BUREAU_ROLES and p.unit_kind in BUREAU_KINDS]
    of_bureau = bool(above) and len(above) == len(posts)
    if kind.level is Level.BUREAU or (kind.level is Level.OWN and of_bureau):
        nearest = max(above, key=lambda post: len(post.path), default=None)
        found = session.get(Unit, nearest.unit_id) if nearest else None
        return found or bureau_of(session, place)
    return school_of(session, place)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a document belongs: its kind, the office that issues it, what it is about."""

    kind: Kind
    office: Unit
    place: Unit
    case: Case | None

    @property
    def of_bureau(self) -> bool:
        """True when a bureau issues it."""
        return self.office.kind in BUREAU_KINDS

    def roles(self, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        """Those of the roles that its office has: a kind of either office names those of both."""
        own = tuple(role for role in roles if (role in BUREAU_ROLES) == self.of_bureau)
        return own or roles


def demand(
    session: Session, actor: Actor, scene: Scene, roles: tuple[Role, ...], sentence: str
) -> Standing:
    """The standing in which the actor may do what these roles may. Raises NotAllowed."""
    found = may(session, actor, scene, roles)
    if found is None:
        raise NotAllowed(Text(sentence, {"roles": in_words(scene.roles(roles))}))
    if against_school(scene) and scene.case and acted_for_school(session, actor, scene.case):
        raise NotAllowed(Text(ACTED))
    return found


def may(session: Session, actor: Actor, scene: Scene, roles: tuple[Role, ...]) -> Standing | None:
    """The same, or None; at a bureau only its own people and those above it count."""
    if not actor.can(Permission.DOCUMENT_WRITE):
        return None
    wanted = scene.roles(roles)
    if scene.of_bureau:
        return at_unit(actor, wanted, scene.office)
    if scene.case is not None:
        return steps.may(session, actor, scene.case, wanted)
    return at_unit(actor, wanted, scene.place)


def against_school(scene: Scene) -> bool:
    """True where a bureau faces the school: nobody who has acted for the school writes it."""
    return scene.kind.level is Level.BUREAU and scene.of_bureau


def waits_for(
    session: Session, document: Document, kind: Kind, case: Case | None, place: Unit
) -> list[User]:
    """Whose turn it is with a document that has been submitted."""
    roles = kind.issuers
    besides = [document.reviewed_by or document.submitted_by or 0] if kind.two_persons else []
    if waits_for_review(document, kind):
        roles, besides = kind.reviewers, [document.submitted_by or 0]
    unit = document.unit if document.unit.kind in BUREAU_KINDS else place
    subject = case or place
    found: dict[int, User] = {}
    for role in Scene(kind, document.unit, place, case).roles(roles):
        for user in reach(session, role, subject, clock.now(), besides, unit):
            found[user.id] = user
    return list(found.values())


def waits_for_review(document: Document, kind: Kind) -> bool:
    """True for what has to be reviewed before it is issued, and has not been."""
    return bool(kind.reviewers) and document.reviewed_by is None


def at_unit(actor: Actor, roles: tuple[Role, ...], unit: Unit) -> Standing | None:
    """The standing in which the actor may do at a unit what these roles may, or None."""
    return at_path(actor, roles, unit.path)


def at_path(actor: Actor, roles: tuple[Role, ...], path: str) -> Standing | None:
    """The same for the unit at a path."""
    posts = actor.posts_at(path)
    held = {post.role for post in posts if post.held_as is None}
    acting = {post.powers: post.own for post in posts if post.powers not in held}
    return standing(held, roles, acting)
