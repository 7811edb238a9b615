"""Cases: file one, list them, read one, act in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.api import schemas
from casework.api.parsing import StrictBlueprint
from casework.http import current_actor, ground, reading, record_reading, requires, transaction
from casework.i18n import say
from casework.permissions import Actor, Permission
from casework.services import (
    case_data,
    case_list,
    filing,
    idempotency,
    noted,
    part_data,
    receipts,
    reported,
)
from casework.services.options import options
from casework.services.parts import Seen, load_seen
from casework.workflows.show import fields as describe

blueprint = StrictBlueprint("api_cases", __name__, url_prefix="/api/v1/cases")
READERS = (Permission.CASE_READ, Permission.CASE_FILE)


@blueprint.post("")
@requires(Permission.CASE_FILE)
@blueprint.arguments(schemas.CaseRequest)
@blueprint.alt_response(409, description="The key belongs to another request")
@blueprint.response(201, schemas.FiledAnswer)
def file_case(report: Mapping[str, Any]) -> ResponseReturnValue:
    """File a report; with the header Idempotency-Key a repeat gets the first answer again."""
    actor, key = current_actor(), request.headers.get(idempotency.HEADER)
    with transaction() as session:
        if key is None:
            return jsonify(_file(session, actor, report)), 201
        known = idempotency.claim(session, actor, key, request.get_json())
        if known is None:
            known = _file(session, actor, report)
            idempotency.keep(session, actor, key, known)
    return jsonify(known), 201


@blueprint.get("")
@requires(*READERS)
@blueprint.arguments(schemas.CasesQuery, location="query")
@blueprint.response(200, schemas.PageAnswer)
def list_cases(query: Mapping[str, Any]) -> Any:
    """The cases in scope, newest first, a page at a time."""
    with reading() as session:
        return case_list.cases(session, current_actor(), case_list.Wanted(**query))


@blueprint.get("/<number>")
@requires(*READERS)
@blueprint.response(200, schemas.CaseAnswer)
def read_case(number: str) -> Any:
    """The case, or the part of it that is the caller's; that it was read is recorded."""
    with reading() as session:
        seen = load_seen(session, current_actor(), number)
        found = part_data.seen_data(session, current_actor(), seen)
    record_reading(number, "case")
    return found


@blueprint.get("/<number>/actions")
@requires(Permission.CASE_ACT)
@blueprint.response(200, schemas.OptionAnswer(many=True))
def list_actions(number: str) -> Any:
    """The actions of the present state, each with what speaks against it."""
    with reading() as session:
        seen = load_seen(session, current_actor(), number)
        found = options(session, current_actor(), seen.case, seen.part)
    return [
        {
            "action": one.action,
            "label": say(one.label),
            "allowed": one.allowed,
            "refusals": [say(text) for text in one.refusals],
            "needs_second": one.needs_second,
            "fields": describe(one.fields, say),
        }
        for one in found
    ]


@blueprint.post("/<number>/actions/<action>")
@requires(Permission.CASE_ACT)
@blueprint.arguments(schemas.ActionRequest)
@blueprint.alt_response(202, schema=schemas.ApprovalAnswer)
@blueprint.response(200, schemas.CaseAnswer)
def act(step: Mapping[str, Any], number: str, action: str) -> ResponseReturnValue:
    """Do one thing in a case: 200 with the case, 202 with the request for an approval."""
    actor = current_actor()
    given = {"version": step["version"], "fields": step["fields_"], "note": step["note"] or ""}
    with transaction() as session:
        part = load_seen(session, actor, number).part
        done = noted.perform_noted(session, actor, number, action, **given)
        if done.approval is not None:
            waiting = case_list.approval_data(done.approval, done.case)
            return jsonify(schemas.ApprovalAnswer().dump(_labelled(waiting))), 202
        found = part_data.seen_data(session, actor, Seen(done.case, part))
    return jsonify(schemas.CaseAnswer().dump(found))


@blueprint.get("/<number>/timeline")
@requires(*READERS)
@blueprint.response(200)
def read_timeline(number: str) -> ResponseReturnValue:
    """Every event with its hash and its texts; that it was read is recorded."""
    with reading() as session:
        actor = current_actor()
        found = part_data.events(session, actor, load_seen(session, actor, number))
    record_reading(number, "timeline")
    return jsonify(found)


@blueprint.get("/<number>/clocks")
@requires(*READERS)
@blueprint.response(200, schemas.ClockAnswer(many=True))
def read_clocks(number: str) -> Any:
    """Every clock of the case, running and stopped."""
    with reading() as session:
        return part_data.clocks(session, load_seen(session, current_actor(), number))


def _file(session: Session, actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    people = [reported.NewPerson(**person) for person in given["people"]]
    report = filing.NewCase(
        case_type=given["case_type"],
        unit_id=given["unit_id"],
        title=given["title"],
        narrative=given["narrative"] or "",
        occurred_at=given["occurred_at"],
        known_at=given["known_at"],
        people=people,
        fields=given["fields_"],
        past_school=given["past_school"],
    )
    case = filing.file_case(session, actor, report)
    answer = {
        "number": case.number,
        "state": case.state,
        "version": case.version,
        "clocks": case_data.clocks(session, case),
        "receipt": receipts.receipt(case, ground().settings.data_dir),
    }
    filed: dict[str, Any] = schemas.FiledAnswer().dump(answer)
    return filed


def _labelled(approval: dict[str, Any]) -> dict[str, Any]:
    return {**approval, "label": say(approval["label"])}
