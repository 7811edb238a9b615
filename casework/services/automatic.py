"""What SYSTEM does by itself: the few actions it may, at filing or when the sweep comes to them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case
from casework.permissions import SYSTEM, Role, Standing
from casework.services import pending, steps
from casework.services.views import case_view, facts
from casework.workflows.case import UNKNOWN, CaseView
from casework.workflows.forms import load
from casework.workflows.registry import ENGINES, WORKFLOWS


def perform_as_system(
    session: Session, case: Case, action: str, given: Mapping[str, object] | None = None
) -> bool:
    """Let SYSTEM do one of the few things it may; False when the state or a guard forbids it.

    What SYSTEM cannot know, because nobody has ``given`` it, is recorded as 未知.
    """
    engine = ENGINES[case.case_type]
    found = engine.workflow.action(action)
    if found is None or Role.SYSTEM not in found.roles or found.dest(case.state) is None:
        return False
    unknown = {f.name: UNKNOWN for f in found.fields if f.required and f.unknown}
    values = load(found.fields, unknown | dict(given or {}), clock.now())
    attempt = steps.Attempt(found, SYSTEM, Standing(Role.SYSTEM), values, clock.now())
    view = case_view(session, case)
    if engine.refusals(found, steps.context_of(view, attempt)):
        return False
    steps.carry_out(session, case, view, attempt)
    pending.void_pending(session, case, attempt.at)
    return True


def at_once(session: Session, case: Case, before: CaseView | None) -> None:
    """What SYSTEM does by itself because a fact holds that did not hold ``before``."""
    wanted = WORKFLOWS[case.case_type].at_once
    if not wanted or case.final:
        return
    known = facts(before) if before is not None else {}
    now = facts(case_view(session, case))
    for name, action in wanted.items():
        if now[name] is True and known.get(name) is not True:
            perform_as_system(session, case, action)
