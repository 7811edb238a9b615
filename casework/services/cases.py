"""The use cases of a case: the one way in which it changes, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock
from casework.deadlines.derivation import stamp
from casework.errors import Invalid, NotAllowed, Refused, Stale
from casework.models import Approval, Case
from casework.permissions import SYSTEM, Actor, Standing
from casework.services import crossings, parts, pending, references, requests, retyping, steps
from casework.services.automatic import at_once
from casework.services.clusters import marking
from casework.services.filing import OLDEST
from casework.services.views import case_view
from casework.services.zero_reports import contradictions
from casework.text import N_, Text
from casework.workflows.acts import happened_at
from casework.workflows.case import CaseView
from casework.workflows.definition import Action, Effect, NotBefore, Workflow
from casework.workflows.forms import TOLERANCE, load
from casework.workflows.registry import ENGINES, WORKFLOWS

TOO_EARLY = N_("This cannot have happened before %(at)s.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the case, and the approval it now waits for, if any."""

    case: Case
    approval: Approval | None = None


def perform_action(
    session: Session,
    actor: Actor,
    number: str,
    action: str,
    *,
    version: int,
    fields: Mapping[str, object],
) -> Outcome:
    """Do one thing in a case: the only way in which a case changes.

    Raises NotFound out of scope, Stale, WrongState, NotAllowed, Invalid with faults by field,
    Refused with every refusal; in each of these cases nothing has changed.
    """
    seen = parts.load_seen(session, actor, number, lock=True)
    case = seen.case
    if version != case.version:
        raise Stale
    found = parts.narrowed(seen.part, ENGINES[case.case_type].find(action, case.state))
    standing = _standing(session, actor, case, found)
    at = clock.now()
    values = load(found.fields, fields, at)
    subject = references.Subject(actor, case.id)
    refs = references.check(session, subject, found.fields, values)
    parts.check_people(session, seen, found, values)
    attempt = steps.Attempt(found, actor, standing, values, at, refs)
    return attempt_step(session, case, attempt)


def attempt_step(session: Session, case: Case, attempt: steps.Attempt) -> Outcome:
    """Carry out a checked attempt, or ask the second person whose approval it needs."""
    view = case_view(session, case)
    context = steps.context_of(view, attempt)
    _not_too_early(view, attempt)
    roles = attempt.action.roles_for(context)
    requested = attempt.requested_by is not None
    checked = requested or attempt.actor is SYSTEM
    if not checked and steps.may(session, attempt.actor, case, roles) is None:
        raise NotAllowed(parts.not_yours(attempt.action, roles))
    _only_open(session, case, view, attempt)
    second = attempt.action.second_for(context)
    if second is not None and not requested:
        refusals = ENGINES[case.case_type].refusals(attempt.action, context)
        return Outcome(case, requests.request(session, case, attempt, second, refusals))
    steps.carry_out(session, case, view, attempt)
    if Effect.KNOW_EARLIER in attempt.action.effects:
        contradictions.check(session, case, attempt.at)
    pending.void_pending(session, case, attempt.at)
    at_once(session, case, view)
    crossings.open_linked(session, case, attempt.action, context)
    marking.count_illness(session, case, attempt.action, context)
    retyping.carry_on(session, case, attempt.action, context)
    return Outcome(case)


def _only_open(session: Session, case: Case, view: CaseView, attempt: steps.Attempt) -> None:
    """Refuse to let a case begin anew while the pupil has another open one, where one may be.

    Asked when a step is requested already: an approval is not the place to learn of it.
    """
    workflow = _begun_anew(case, attempt)
    if workflow is None:
        return
    pupils = [person.student_id for person in view.parts(workflow.one_open_for or "")]
    other = references.open_case_for(
        session, attempt.actor, workflow, [one for one in pupils if one is not None]
    )
    if other is not None:
        raise Refused([Text(references.ALREADY_OPEN, {"number": other.number})])


def _begun_anew(case: Case, attempt: steps.Attempt) -> Workflow | None:
    """The type as which the step opens a case: another one, or its own after the end; or None."""
    workflow, dest = WORKFLOWS[case.case_type], attempt.action.dest(case.state)
    if Effect.RETYPE in attempt.action.effects:
        return WORKFLOWS[str(attempt.values["case_type"])]
    opens = case.final and dest is not None and not workflow.state(dest).final
    return workflow if opens else None


def _not_too_early(view: CaseView, attempt: steps.Attempt) -> None:
    """Refuse an instant before anybody knew, or before the state it belongs to began.

    And one that would be older than anything that can be filed, or than the event it tells of.
    """
    action = attempt.action
    bounds = {
        NotBefore.KNOWN: view.known_at,
        NotBefore.STATE: view.entered(view.state),
        NotBefore.ANY: attempt.at - OLDEST,
    }
    happened = happened_at(action, attempt.values, attempt.at)
    if action.instant:
        _not_before(bounds[action.not_before], happened, action.instant)
    begun = min(view.known_at, view.occurred_at or view.known_at)
    for asked in action.fields:
        given = attempt.values.get(asked.name)
        if asked.after_event and isinstance(given, datetime):
            _not_before(begun, given, asked.name)


def _not_before(earliest: datetime | None, given: datetime, name: str) -> None:
    if earliest is not None and given < earliest - TOLERANCE:
        raise Invalid({name: [Text(TOO_EARLY, {"at": stamp(earliest)})]})


def _standing(session: Session, actor: Actor, case: Case, action: Action) -> Standing:
    """In which role the actor may try this; which role it takes may still depend on the fields."""
    restricted = [role for restriction in action.stricter for role in restriction.roles]
    found = steps.may(session, actor, case, (*action.roles, *restricted))
    if found is None:
        raise NotAllowed(parts.not_yours(action, action.roles))
    return found
