"""Places and pupils: what a program needs to know before it files."""

from __future__ import annotations

from typing import Any

from casework.api import schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services import units

blueprint = StrictBlueprint("api_places", __name__, url_prefix="/api/v1")


@blueprint.get("/units")
@requires(Permission.CASE_FILE, Permission.CASE_READ)
@blueprint.response(200, schemas.UnitAnswer(many=True))
def list_units() -> Any:
    """The units the caller may file about or read in, parents first."""
    with reading() as session:
        return units.list_units(session, current_actor())


@blueprint.get(f"/classes/{ID}class_id>/students")
@requires(Permission.CASE_FILE)
@blueprint.response(200, schemas.StudentAnswer(many=True))
def list_students(class_id: int) -> Any:
    """The pupils on the roster of a class."""
    with reading() as session:
        return units.class_students(session, current_actor(), class_id)
