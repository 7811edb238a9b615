"""疑似漏报 out of a disposition: the school knew before the signal and had not filed in time.

In time is what the target of the filing rule of the case's type says; without one, at once.
What the bureau itself took to dispose of the signal never counts against the school.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.rules import Rule
from casework.models import Case, Clock, Signal
from casework.services import flags
from casework.services.actors import school_of
from casework.services.clocks import FILED, rules_of
from casework.services.handling import scene_of
from casework.services.policy import policy
from casework.services.signals import own
from casework.services.signals.acts import clocks
from casework.services.views import case_view, facts
from casework.services.zero_reports.contradictions import OMISSION


@dataclass(frozen=True, slots=True)
class Judgement:
    """``first_heard``: the school had not known. ``omitted_since``: when it should have filed."""

    first_heard: bool
    omitted_since: datetime | None


def judged(
    session: Session,
    signal: Signal,
    case: Case,
    outcome: str,
    knew: datetime | None,
    at: datetime,
) -> Judgement:
    """What the disposition says about the school."""
    filed = case.filed_at if outcome == "matched" else None
    told = case.known_at if outcome == "matched" else None
    first = min((one for one in (knew, told) if one is not None), default=None)
    heard, outside = _heard(session, signal)
    late = first is None or first >= heard
    first_heard = outside and late and own.seen_since(session, signal) is None
    in_school = school_of(session, scene_of(session, case)).kind == "school"
    if knew is None or knew >= heard or not in_school:
        return Judgement(first_heard, None)
    if filed is not None and filed <= heard:
        return Judgement(first_heard, None)  # filed before the signal: at worst 迟报
    due = filing_due(session, case, knew)
    return Judgement(first_heard, due if (filed or at) > due else None)


def _heard(session: Session, signal: Signal) -> tuple[datetime, bool]:
    """When the bureau heard of it, and whether from outside the school.

    What the school itself entered counts from then, whatever it said of when it had come in.
    """
    outside = not own.entered_by_school(session, signal)
    return (signal.received_at if outside else signal.entered_at), outside


def filing_due(session: Session, case: Case, knew: datetime) -> datetime:
    """By when a school that knew since then should have filed a case of this type."""
    calendar, known = policy(session).calendar, facts(case_view(session, case))
    dues = [rule.due(knew, known, calendar) for rule in _filing_rules(session, case)]
    targets = [one.target_at or one.limit_at for one in dues]
    return min((one for one in targets if one is not None), default=knew)


def flag(session: Session, signal: Signal, case: Case, since: datetime, at: datetime) -> None:
    """Raise the flag at the school, once, also if the signal is taken up again.

    It hangs on the clock of the filing that was not made; without one on that of the signal.
    """
    duty = select(Clock).where(
        Clock.case_id == case.id,
        Clock.rule_id.in_([rule.id for rule in _filing_rules(session, case)]),
    )
    clock = session.scalar(duty.order_by(Clock.id).limit(1)) or clocks(session, signal.id)[0]
    school = school_of(session, scene_of(session, case))
    flags.raise_kind(session, case, clock, OMISSION, since, at, unit_id=school.id)


def _filing_rules(session: Session, case: Case) -> list[Rule]:
    return [
        rule
        for rule in rules_of(policy(session), case).values()
        if FILED in rule.closes_on and any(way.on == FILED for way in rule.opens_on)
    ]
