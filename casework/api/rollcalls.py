"""Rolls, their corrections, and leave: what a school's own programs send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from casework import clock
from casework.api import roll_schemas as schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, reading, requires, transaction
from casework.permissions import Permission
from casework.services import idempotency
from casework.services.rolls import correcting, leaves, listing, revoking, saving
from casework.services.rolls.shapes import NewLeave, NewMark, NewRoll

blueprint = StrictBlueprint("api_rollcalls", __name__, url_prefix="/api/v1")


@blueprint.post("/rollcalls")
@requires(Permission.ROLL_CALL)
@blueprint.arguments(schemas.RollRequest)
@blueprint.alt_response(200, schema=schemas.SavedAnswer, description="The roll was there already")
@blueprint.alt_response(409, description="Another roll was saved here")
@blueprint.response(201, schemas.SavedAnswer)
def save(given: Mapping[str, Any]) -> Any:
    """Save a roll: one for each class, day and period; the same one sent again changes nothing."""
    known = dict(given)
    new = NewRoll(
        unit_id=known.pop("class_id"),
        absent=_marks(known.pop("absent")),
        key=request.headers.get(idempotency.HEADER, ""),
        **known,
    )
    with transaction() as session:
        saved = saving.save_roll(session, current_actor(), new)
    return saved, 200 if saved.repeated else 201


@blueprint.get("/rollcalls")
@requires(Permission.ROLL_READ)
@blueprint.arguments(schemas.RollsQuery, location="query")
@blueprint.response(200, schemas.RollAnswer(many=True))
def list_rollcalls(query: Mapping[str, Any]) -> Any:
    """The saved rolls of a class on a day (today, unless asked)."""
    with reading() as session:
        day = query.get("on") or clock.today()
        return list(listing.rolls_of(session, current_actor(), query["class_id"], day))


@blueprint.post(f"/rollcalls/{ID}rollcall_id>/corrections")
@requires(Permission.ROLL_CALL)
@blueprint.arguments(schemas.CorrectionRequest)
@blueprint.response(201, schemas.SavedAnswer)
def correct(given: Mapping[str, Any], rollcall_id: int) -> Any:
    """Correct a saved roll; the first one stays."""
    with transaction() as session:
        return correcting.correct_roll(
            session, current_actor(), rollcall_id, _marks(given["absent"]), given["reason"]
        )


@blueprint.post("/leaves")
@requires(Permission.ROLL_CALL)
@blueprint.arguments(schemas.LeaveRequest)
@blueprint.response(201, schemas.RecordedAnswer)
def record_leave(given: Mapping[str, Any]) -> Any:
    """Put a leave or a sick note on file."""
    with transaction() as session:
        return leaves.record_leave(session, current_actor(), NewLeave(**given))


@blueprint.post(f"/leaves/{ID}leave_id>/revocation")
@requires(Permission.ROLL_CALL)
@blueprint.arguments(schemas.RevocationRequest)
@blueprint.response(201, schemas.LeaveAnswer)
def revoke_leave(given: Mapping[str, Any], leave_id: int) -> Any:
    """Take a leave back; whom the last roll excused by it is missing and followed."""
    with transaction() as session:
        return revoking.revoke_leave(session, current_actor(), leave_id, given["reason"])


def _marks(given: Iterable[Mapping[str, Any]]) -> list[NewMark]:
    return [NewMark(**schemas.mark_values(one)) for one in given]
