"""Second persons: what waits for somebody's approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.api import schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, reading, requires, transaction
from casework.i18n import say
from casework.permissions import Permission
from casework.services import approvals, case_list

blueprint = StrictBlueprint("api_approvals", __name__, url_prefix="/api/v1")


@blueprint.get("/approvals")
@requires(Permission.CASE_ACT)
@blueprint.response(200, schemas.ApprovalAnswer(many=True))
def list_approvals() -> Any:
    """The open requests the caller has made or may decide."""
    with reading() as session:
        found = case_list.approvals(session, current_actor())
    return [{**one, "label": say(one["label"])} for one in found]


@blueprint.post(f"/approvals/{ID}approval_id>/decision")
@requires(Permission.CASE_ACT)
@blueprint.arguments(schemas.DecisionRequest)
@blueprint.response(200, schemas.ApprovalAnswer)
def decide(decision: Mapping[str, Any], approval_id: int) -> Any:
    """Approve, which carries the step out, or refuse with a reason; never one's own request."""
    given = {"approve": decision["approve"], "reason": decision["reason"] or ""}
    with transaction() as session:
        approval = approvals.decide(session, current_actor(), approval_id, **given)
        found = case_list.approval_data(approval, case_list.case_of(session, approval))
    return {**found, "label": say(found["label"])}
