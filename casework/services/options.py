"""What may be done in a case next: every action of its state, with what speaks against it.

A guard counts as a refusal only when no entry could change its mind: it is asked with an empty
form that remembers which entries were looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Approval, Case
from casework.permissions import Actor, Standing, in_words
from casework.services import parts, steps
from casework.services.requests import PENDING
from casework.services.views import case_view
from casework.text import N_, Text
from casework.workflows.case import CaseView, Context
from casework.workflows.definition import Action, Field, Guard
from casework.workflows.parts import Part
from casework.workflows.registry import WORKFLOWS

FOR_ROLES = N_("This step is for: %(roles)s.")


@dataclass(frozen=True, slots=True)
class Option:
    """One action of the present state for one actor.

    ``needs_second`` is None when it depends on what will be entered.
    """

    action: str
    label: str
    allowed: bool
    refusals: tuple[Text, ...]
    fields: tuple[Field, ...]
    needs_second: bool | None


class EmptyForm(Mapping[str, object]):
    """A form nobody has filled in; it remembers which entries, or cases they name, were asked."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def options(session: Session, actor: Actor, case: Case, part: Part | None = None) -> list[Option]:
    """Every action of the present state, of the part alone if only that is seen, in order."""
    view = case_view(session, case)
    waiting = set(
        session.scalars(
            select(Approval.action).where(Approval.case_id == case.id, Approval.decision.is_(None))
        )
    )
    actions = parts.actions_from(WORKFLOWS[case.case_type], case.state, part)
    powers = steps.powers(session, actor, case)
    return [_option(actor, powers, view, action, action.name in waiting) for action in actions]


def refusing(actor: Actor, view: CaseView, action: Action, standing: Standing) -> dict[Guard, Text]:
    """The guards that refuse the action whatever will be entered, with what they say."""
    found = {}
    for guard in action.guards:
        form = EmptyForm()
        refusal = guard.check(_context(actor, view, action, standing, form))
        if refusal is not None and not _asked(form, action):
            found[guard] = refusal
    return found


def standing_for(powers: steps.Powers, action: Action) -> Standing | None:
    """In which role somebody may try the action; entries may still demand another one."""
    restricted = [role for restriction in action.stricter for role in restriction.roles]
    return powers.standing((*action.roles, *restricted))


def for_roles(action: Action) -> Text:
    """Whose step it is, in words."""
    return Text(FOR_ROLES, {"roles": in_words(action.roles)})


def _option(
    actor: Actor, powers: steps.Powers, view: CaseView, action: Action, waits: bool
) -> Option:
    standing = standing_for(powers, action)
    if standing is None:
        refusals: tuple[Text, ...] = (for_roles(action),)
        needs_second = None if action.second else False
    else:
        refusals = tuple(refusing(actor, view, action, standing).values())
        needs_second = _needs_second(actor, view, action, standing)
    if waits:
        refusals = (*refusals, Text(PENDING))
    return Option(action.name, action.label, not refusals, refusals, action.fields, needs_second)


def _needs_second(actor: Actor, view: CaseView, action: Action, standing: Standing) -> bool | None:
    if not action.second:
        return False
    form = EmptyForm()
    needed = action.second_for(_context(actor, view, action, standing, form)) is not None
    return None if _asked(form, action) else needed


def _context(
    actor: Actor, view: CaseView, action: Action, standing: Standing, form: EmptyForm
) -> Context:
    attempt = steps.Attempt(action, actor, standing, form, clock.now())
    return replace(steps.context_of(view, attempt), refs=cast("Mapping[str, CaseView]", form))


def _asked(form: EmptyForm, action: Action) -> bool:
    """True when a guard looked at an entry this form really has: it may still change its mind."""
    return bool(form.asked & {field.name for field in action.fields})
