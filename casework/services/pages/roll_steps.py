"""Steps in open absences that a roll or a leave proposes; a person takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case
from casework.permissions import Actor
from casework.services.pages.actions import choices
from casework.services.scope import load_case
from casework.services.views import case_view

MOST = 50


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a roll proposes in a case opened before: the pupil is here, or on leave."""

    number: str
    action: str
    label: str


def steps_of(session: Session, actor: Actor, proposed: Iterable[str]) -> tuple[Step, ...]:
    """The proposed steps, as ``number:action``, that the actor may take now."""
    found = (_step(session, actor, *one.partition(":")[::2]) for one in list(proposed)[:MOST])
    return tuple(step for step in found if step is not None)


def possible_steps(session: Session, actor: Actor, case: Case) -> Mapping[str, str]:
    """The steps that the actor may take in a case now, with their words."""
    found = choices(session, actor, case, case_view(session, case)).possible
    return {line.name: line.label for line in found}


def _step(session: Session, actor: Actor, number: str, action: str) -> Step | None:
    """A proposed step, if it is one that the actor may take now."""
    try:
        case = load_case(session, actor, number)
    except NotFound:
        return None
    label = possible_steps(session, actor, case).get(action)
    return Step(number, action, label) if label else None
