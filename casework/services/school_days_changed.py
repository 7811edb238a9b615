"""What was entered into the calendar ends on another day, or is taken back before it begins.

Past days stay as they were: what has begun ends today at the earliest. Only the bureau changes the
calendar, also where a school has entered something itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, NotAllowed, NotFound
from casework.models import Closure, SpecialPeriod, Term, Unit
from casework.permissions import Actor
from casework.services import school_days
from casework.services.rolls import words
from casework.text import N_, Text

Entered = Term | SpecialPeriod | Closure
KINDS: Mapping[str, type[Entered]] = {"term": Term, "special": SpecialPeriod, "closure": Closure}
"""What stands in the calendar, by the word that addresses it."""
EVENTS: Mapping[str, tuple[str, str]] = {
    "term": ("term_changed", "term_taken_back"),
    "special": ("special_period_changed", "special_period_taken_back"),
    "closure": ("closure_changed", "closure_taken_back"),
}
OVER = N_("This lies in the past and stays as it was.")
BEGUN = N_("This has begun: give it another last day instead.")


def end(
    session: Session, actor: Actor, kind: str, row_id: int, *, until_on: date, reason: str
) -> Entered:
    """Give it another last day, today or later.

    Raises NotFound, NotAllowed for a school's own people, Conflict when it is over, Invalid.
    """
    row, unit, why = _found(session, actor, kind, row_id, reason)
    first = max(clock.today(), row.from_on)
    errors: words.Errors = {}
    most = school_days.LONGEST_CLOSED if kind == "closure" else school_days.LONGEST
    if until_on < first:
        errors["until_on"] = [Text(school_days.PAST, {"first": first.isoformat()})]
    elif (until_on - row.from_on).days >= most:
        errors["until_on"] = [Text(school_days.TOO_LONG, {"days": most})]
    words.demand(errors)
    if kind == "term":
        school_days.demand_free(session, unit.id, row.from_on, until_on, but=row.id)
    data = {**_days(row), "new_until_on": until_on.isoformat()}
    row.until_on = until_on
    session.flush()
    school_days.note(session, actor, unit, EVENTS[kind][0], data, why)
    return row


def take_back(session: Session, actor: Actor, kind: str, row_id: int, *, reason: str) -> None:
    """Take back what has not begun yet; what was entered and taken back stands on the chain.

    Raises NotFound, NotAllowed for a school's own people, Conflict when it has begun, Invalid.
    """
    row, unit, why = _found(session, actor, kind, row_id, reason)
    if row.from_on <= clock.today():
        raise Conflict(Text(BEGUN))
    data = _days(row)
    session.delete(row)
    session.flush()
    school_days.note(session, actor, unit, EVENTS[kind][1], data, why)


def _found(
    session: Session, actor: Actor, kind: str, row_id: int, reason: str
) -> tuple[Entered, Unit, str]:
    """The row with its unit, locked, and the reason."""
    entity = KINDS.get(kind)
    row = session.get(entity, row_id, with_for_update=True) if entity is not None else None
    if not isinstance(row, Term | SpecialPeriod | Closure):
        raise NotFound
    unit = school_days.unit_of(session, actor, row.unit_id)
    if not school_days.sets_terms(actor, unit.path):
        raise NotAllowed(Text(school_days.BY_BUREAU))
    if row.until_on < clock.today():
        raise Conflict(Text(OVER))
    errors: words.Errors = {}
    why = words.spoken(errors, "reason", reason)
    words.demand(errors)
    return row, unit, why


def _days(row: Entered) -> dict[str, str]:
    return {
        "name": row.name,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat(),
    }
