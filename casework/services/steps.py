"""One step of a case, carried out: effects, clocks, event, flags, messages, crossings.

Shared by perform_action, by approvals and by the sweep; callers have checked role and form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case
from casework.permissions import Actor, Role, Standing, standing
from casework.services import clocks, effects, handling, lateness, notices, standins, timeline
from casework.services.evidence import linking
from casework.services.reports import writing as reports
from casework.services.views import case_view
from casework.workflows.acts import PROMPT, told_by
from casework.workflows.case import CaseView, Context, Record
from casework.workflows.definition import Action, Effect, Field, FieldType
from casework.workflows.registry import ENGINES, WORKFLOWS

BUREAU = "bureau"
PRIVATE = frozenset({FieldType.TEXT})
"""Field types whose values never stand on the chain, only their commitments."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An action about to be made: by whom, in which standing, with which checked values.

    ``requested_by`` and ``approval_id`` are set when the action needed a second person.
    """

    action: Action
    actor: Actor
    standing: Standing
    values: Mapping[str, object]
    at: datetime
    refs: Mapping[str, CaseView] = field(default_factory=dict)
    requested_by: int | None = None
    approval_id: int | None = None


def held_roles(session: Session, actor: Actor, case: Case) -> set[Role]:
    """The roles the actor holds in this case; who filed it keeps a part in it.

    The staff of a school that joins in helps as teachers do, its counsellor as such: only who
    handles the case moves it.
    """
    held = {post.role for post in actor.posts_at(case.unit.path) if post.held_as is None}
    for unit in handling.joining(session, case.id):
        helping = {post.powers for post in actor.posts_at(unit.path)}
        held |= {Role.STAFF} if helping else set()
        held |= helping & {Role.COUNSELLOR}
        held |= {Role.TEACHER} if helping - {Role.STAFF, Role.COUNSELLOR, Role.ADMIN} else set()
    if case.filed_by is not None and case.filed_by == actor.user_id:
        own = {post.own for post in actor.posts}
        held |= {Role.TEACHER} & own or {Role.STAFF}
    return held


@dataclass(frozen=True, slots=True)
class Powers:
    """What somebody may act as in a case: own roles, and roles held for others by own role."""

    held: frozenset[Role]
    acting: Mapping[Role, Role]

    def standing(self, roles: tuple[Role, ...]) -> Standing | None:
        """The standing in which to do what these roles may, or None; an own one comes first."""
        return standing(self.held, roles) or standing(self.held, roles, self.acting)


def powers(session: Session, actor: Actor, case: Case, at: datetime | None = None) -> Powers:
    """The powers of the actor in this case, as a stand-in at that instant, by default now."""
    acting = standins.acting(session, actor, case, at or clock.now())
    return Powers(frozenset(held_roles(session, actor, case)), acting)


def may(
    session: Session,
    actor: Actor,
    case: Case,
    roles: tuple[Role, ...],
    at: datetime | None = None,
) -> Standing | None:
    """The standing in which the actor may do what these roles may, or None."""
    return powers(session, actor, case, at).standing(roles)


def context_of(view: CaseView, attempt: Attempt) -> Context:
    """The attempt as guards see it, with the case as it would be afterwards."""
    action = attempt.action
    rounds = view.round + (Effect.NEW_ROUND in action.effects)
    record = Record(
        action=action.name,
        at=attempt.at,
        actor_id=attempt.actor.user_id,
        actor_role=attempt.standing.role,
        fields=attempt.values,
        from_state=view.state,
        to_state=cast("str", action.dest(view.state)),
        round=rounds,
        requested_by=attempt.requested_by,
        stands_for=attempt.standing.stands_for,
        seq=len(view.history) + 1,
        tells=told_by(action, attempt.values),
    )
    return Context(
        case=view,
        then=view.then(record),
        action=action.name,
        fields=attempt.values,
        actor_id=attempt.requested_by or attempt.actor.user_id,
        actor_role=attempt.standing.role,
        now=attempt.at,
        refs=attempt.refs,
    )


def carry_out(session: Session, case: Case, view: CaseView, attempt: Attempt) -> None:
    """Move the case, its clocks and its timeline; raises Refused with every guard that says no."""
    workflow, action = WORKFLOWS[case.case_type], attempt.action
    context = context_of(view, attempt)
    dest = ENGINES[case.case_type].apply(action.name, context)
    enter(case, dest)
    if case.lead_id is None and view.state == workflow.initial != dest:
        case.lead_id = attempt.actor.user_id
    effects.apply(session, case, workflow, action.effects, context)
    session.flush()
    after = _after(session, case, context)
    step = clocks.Step(view, after, context.then.history[-1], action)
    changes = clocks.advance(session, case, step)
    if _knew_earlier(action, view, after):
        changes |= lateness.rejudged(session, case, after)
    changes |= lateness.figures_known_earlier(session, case, view, after)
    data = {
        "round": case.round,
        "level": case.level,
        **event_fields(action.fields, attempt.values),
        **_second(attempt),
        **_entered_late(attempt),
        **_corrected_after_report(view, attempt),
        **reports.said(session, case, after, action, attempt.standing, attempt.values, attempt.at),
        "clocks": changes.as_data(),
    }
    case.version += 1
    linked = linking.link(session, case, action.fields, attempt.values)
    row = timeline.append(
        session,
        case,
        timeline.Entry(
            at=attempt.at,
            action=action.name,
            actor_id=attempt.actor.user_id,
            actor_role=attempt.standing.role,
            from_state=view.state,
            to_state=dest,
            data=data | linked.data,
            private=private_texts(action.fields, attempt.values) | linked.private,
        ),
    )
    reports.keep(session, case, row.body)
    clocks.flag_late(session, case, changes, attempt.at)
    notices.after_step(session, case, changes, action, attempt.at)


def _knew_earlier(action: Action, view: CaseView, after: CaseView) -> bool:
    """Whether an instant from which duties count has moved back, the met ones among them, too."""
    if (after.known_at, after.occurred_at) != (view.known_at, view.occurred_at):
        return True
    return Effect.KNOW_EARLIER in action.effects and clocks.origins(view) != clocks.origins(after)


def enter(case: Case, state: str) -> None:
    """Put the case into a state: the one place in the package that assigns it."""
    found = WORKFLOWS[case.case_type].state(state)
    case.state, case.phase, case.final = found.name, found.phase, found.final


def event_fields(form: tuple[Field, ...], values: Mapping[str, object]) -> dict[str, Any]:
    """The values that may stand on the chain."""
    private = {f.name for f in form if f.type in PRIVATE}
    return {"fields": timeline.plain({k: v for k, v in values.items() if k not in private})}


def private_texts(form: tuple[Field, ...], values: Mapping[str, object]) -> dict[str, str]:
    """The personal texts among the values, to be committed."""
    names = [f.name for f in form if f.type in PRIVATE and values.get(f.name) is not None]
    return {name: str(values[name]) for name in names}


def _second(attempt: Attempt) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if attempt.standing.stands_for is not None:
        data["stands_for"] = attempt.standing.stands_for
    if attempt.requested_by is not None:
        data |= {"requested_by": attempt.requested_by, "approval": attempt.approval_id}
    return data


def _entered_late(attempt: Attempt) -> dict[str, Any]:
    """Mark what was typed in long after it happened (补录)."""
    happened = attempt.values.get(attempt.action.instant or "")
    late = isinstance(happened, datetime) and attempt.at - happened > PROMPT
    return {"entered_late": True} if late else {}


def _corrected_after_report(view: CaseView, attempt: Attempt) -> dict[str, Any]:
    """Mark a figure that rises after the bureau was told: who knew it, and when, is asked."""
    old = view.latest(str(attempt.values.get("field")))
    new = attempt.values.get("new_figure")
    rises = isinstance(old, int) and isinstance(new, int) and new > old
    told = {a.name for a in WORKFLOWS[view.case_type].actions if BUREAU in a.tells}
    reported = any(
        record.action in told or record.fields.get("recipient") == BUREAU for record in view.history
    )
    marked = Effect.AMEND in attempt.action.effects and rises and reported
    return {"corrected_after_report": True} if marked else {}


def _after(session: Session, case: Case, context: Context) -> CaseView:
    """The case after the effects; links are read again when the action may have made one."""
    changed = replace(
        context.then,
        level=case.level,
        round=case.round,
        known_at=case.known_at,
        occurred_at=case.occurred_at,
        received_at=case.received_at,
    )
    action = WORKFLOWS[case.case_type].action(context.action)
    if action is not None and {Effect.LINK, Effect.MERGE} & set(action.effects):
        return replace(changed, links=case_view(session, case).links)
    return changed
