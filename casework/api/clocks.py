"""Clocks by themselves: asking for an extension where a rule allows one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.api import schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, requires, transaction
from casework.i18n import say
from casework.permissions import Permission
from casework.services import case_list
from casework.services.extensions import ask_extension

blueprint = StrictBlueprint("api_clocks", __name__, url_prefix="/api/v1")


@blueprint.post(f"/clocks/{ID}clock_id>/extensions")
@requires(Permission.CASE_ACT)
@blueprint.arguments(schemas.ExtensionRequest)
@blueprint.response(202, schemas.ApprovalAnswer)
def extend(given: Mapping[str, Any], clock_id: int) -> Any:
    """Ask for more time; the answer is the request that the bureau's leader decides."""
    with transaction() as session:
        done = ask_extension(session, current_actor(), clock_id, **given)
        waiting = case_list.approval_data(done.approval, done.case) if done.approval else {}
    return {**waiting, "label": say(waiting["label"])} if waiting else {}
