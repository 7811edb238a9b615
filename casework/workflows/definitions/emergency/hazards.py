"""Conditions on the ledger of hazards: nobody accepts their own work, nothing is left by itself."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.case import Context
from casework.workflows.definition import Guard
from casework.workflows.definitions.emergency.facts import opened_hazards, unaccepted_hazards


def hazards_stay_open(context: Context) -> bool:
    """True when hazards nobody accepted would stay in the ledger."""
    return bool(unaccepted_hazards(context.case))


def _hazards_settled(context: Context) -> bool:
    return not unaccepted_hazards(context.case) or context.value("keep_in_ledger") is True


HAZARDS_SETTLED = Guard(
    "hazards_settled",
    _hazards_settled,
    N_("Have each hazard accepted first, or keep it in the ledger with the bureau's consent."),
    satisfied_by=("accept_hazard",),
)


def _hazard_waits(context: Context) -> bool:
    return context.value("hazard") in unaccepted_hazards(context.case)


HAZARD_WAITS = Guard(
    "hazard_waits",
    _hazard_waits,
    N_("There is no hazard with this number that still waits for acceptance."),
    satisfied_by=("record_hazard",),
)


def _another_accepts(context: Context) -> bool:
    number, hazards = context.value("hazard"), opened_hazards(context.case)
    if not isinstance(number, int) or not 1 <= number <= len(hazards):
        return True
    hazard = hazards[number - 1]
    return context.actor_id not in (hazard.actor_id, hazard.fields.get("responsible"))


ANOTHER_ACCEPTS = Guard(
    "another_accepts",
    _another_accepts,
    N_("Another person must accept this hazard: you recorded it or are responsible for it."),
)
