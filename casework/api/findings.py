"""Findings of 漏报, 谎报 and 瞒报, and the clearing of flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.api import finding_schemas as schemas
from casework.api.parsing import StrictBlueprint
from casework.http import current_actor, reading, requires, transaction
from casework.permissions import Permission
from casework.services import clearing
from casework.services.findings import answering, deciding
from casework.services.findings import reading as findings
from casework.services.findings.grounds import Ground
from casework.services.findings.proposing import Proposal
from casework.services.findings.proposing import propose as propose_finding

blueprint = StrictBlueprint("api_findings", __name__, url_prefix="/api/v1")


@blueprint.get("/findings")
@requires(Permission.FINDING_READ)
@blueprint.response(200, schemas.FindingAnswer(many=True))
def list_findings() -> Any:
    """The findings in scope, the newest first."""
    with reading() as session:
        return findings.in_scope(session, current_actor())


@blueprint.post("/findings")
@requires(Permission.FINDING_PROPOSE)
@blueprint.arguments(schemas.FindingRequest)
@blueprint.response(201, schemas.FindingAnswer)
def propose(given: Mapping[str, Any]) -> Any:
    """Propose a finding; the unit is told and its time to answer begins."""
    rests_on = [Ground(one["kind"], one["ref"]) for one in given["grounds"]]
    with transaction() as session:
        actor = current_actor()
        made = propose_finding(session, actor, Proposal(**{**given, "grounds": rests_on}))
        return findings.read(session, actor, made.id)


@blueprint.get("/findings/<int:finding_id>")
@requires(Permission.FINDING_READ)
@blueprint.response(200, schemas.FindingAnswer)
def read_finding(finding_id: int) -> Any:
    """One finding with its three voices."""
    with reading() as session:
        return findings.read(session, current_actor(), finding_id)


@blueprint.post("/findings/<int:finding_id>/reply")
@requires(Permission.FINDING_REPLY)
@blueprint.arguments(schemas.ReplyRequest)
@blueprint.response(200, schemas.FindingAnswer)
def reply(given: Mapping[str, Any], finding_id: int) -> Any:
    """Answer for the unit, once."""
    with transaction() as session:
        actor = current_actor()
        answering.reply(session, actor, finding_id, given["reply"])
        return findings.read(session, actor, finding_id)


@blueprint.post("/findings/<int:finding_id>/decision")
@requires(Permission.FINDING_DECIDE)
@blueprint.arguments(schemas.RulingRequest)
@blueprint.response(200, schemas.FindingAnswer)
def decide(given: Mapping[str, Any], finding_id: int) -> Any:
    """Uphold or reject it, with reasons."""
    with transaction() as session:
        actor = current_actor()
        deciding.decide(session, actor, finding_id, **given)
        return findings.read(session, actor, finding_id)


@blueprint.post("/findings/<int:finding_id>/withdrawal")
@requires(Permission.FINDING_PROPOSE)
@blueprint.arguments(schemas.WithdrawalRequest)
@blueprint.response(200, schemas.FindingAnswer)
def withdraw(given: Mapping[str, Any], finding_id: int) -> Any:
    """Take the own proposal back."""
    with transaction() as session:
        actor = current_actor()
        deciding.withdraw(session, actor, finding_id, reasons=given["reasons"])
        return findings.read(session, actor, finding_id)


@blueprint.post("/flags/<int:flag_id>/clear")
@requires(Permission.FLAG_CLEAR)
@blueprint.arguments(schemas.ClearingRequest)
@blueprint.response(200, schemas.ClearedAnswer)
def clear(given: Mapping[str, Any], flag_id: int) -> Any:
    """Clear a flag; it stays to be seen, with who cleared it, when and why."""
    with transaction() as session:
        flag = clearing.clear_flag(session, current_actor(), flag_id, given["reason"])
        return {
            "id": flag.id,
            "kind": flag.kind,
            "cleared_at": flag.cleared_at,
            "reason": flag.reason,
        }
