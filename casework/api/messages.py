"""Escalations with their acknowledgement, and the caller's own messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework import clock
from casework.api import message_schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, reading, requires, transaction
from casework.i18n import say
from casework.permissions import Permission
from casework.services import escalation_list, message_list
from casework.services.calls import answering
from casework.services.messages import mark_read_of

blueprint = StrictBlueprint("api_messages", __name__, url_prefix="/api/v1")


@blueprint.get("/escalations")
@requires(Permission.CASE_READ)
@blueprint.arguments(message_schemas.EscalationsQuery, location="query")
@blueprint.response(200, message_schemas.EscalationPageAnswer)
def list_escalations(query: Mapping[str, Any]) -> Any:
    """What has escalated in reach since an instant, oldest first, a page at a time."""
    with reading() as session:
        return escalation_list.page(session, current_actor(), escalation_list.Wanted(**query))


@blueprint.post(f"/escalations/{ID}escalation_id>/acknowledge")
@requires(Permission.MESSAGE_READ)
@blueprint.response(200, message_schemas.EscalationAnswer)
def acknowledge(escalation_id: int) -> Any:
    """Take note of a level: nobody else is called any more. A second time changes nothing."""
    with transaction() as session:
        actor = current_actor()
        answering.acknowledge(session, actor, escalation_id)
        mark_read_of(session, actor, escalation_id, clock.now())
        return escalation_list.one(session, actor, escalation_id)


@blueprint.get("/messages")
@requires(Permission.MESSAGE_READ)
@blueprint.arguments(message_schemas.MessagesQuery, location="query")
@blueprint.response(200, message_schemas.MessagePageAnswer)
def list_messages(query: Mapping[str, Any]) -> Any:
    """The caller's own messages, the newest first, a page at a time; reading marks nothing."""
    with reading() as session:
        found = message_list.page(session, current_actor(), message_list.Wanted(**query))
    return {**found, "items": [{**one, "text": say(one["text"])} for one in found["items"]]}
