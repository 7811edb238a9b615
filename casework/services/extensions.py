"""Asking for an extension by the clock it is about; granting it takes a second person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Clock
from casework.permissions import Actor
from casework.services.cases import Outcome, perform_action
from casework.services.policy import policy
from casework.services.scope import load_case


def ask_extension(
    session: Session, actor: Actor, clock_id: int, *, amount: int, reason: str, basis: str = ""
) -> Outcome:
    """Ask for more time on a running clock; without a ``basis`` the one that the rule names.

    Raises NotFound for a clock out of scope, and whatever the step ``extend`` raises.
    """
    clock = session.get(Clock, clock_id)
    if clock is None or clock.case_id is None:
        raise NotFound
    known = session.get_one(Case, clock.case_id)
    case = load_case(session, actor, known.number, lock=True)
    rule = policy(session).packs.for_region(clock.region).get(clock.rule_id)
    named = rule.extension.basis if rule and rule.extension else ""
    fields = {
        "rule": clock.rule_id,
        "amount": amount,
        "basis": basis or named,
        "reason": reason,
    }
    return perform_action(
        session, actor, case.number, "extend", version=case.version, fields=fields
    )
