"""Official documents: begin, complete, submit, review, issue, deliver, replace, fetch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from casework.api import document_schemas as schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, reading, record_reading, requires, transaction
from casework.http.documents import press, send_bundle, send_document
from casework.permissions import Actor, Permission
from casework.services.documents import (
    delivering,
    detail,
    drafting,
    issuing,
    offering,
    replacing,
    reviewing,
)
from casework.services.documents import reading as documents
from casework.services.documents.delivering import Handed
from casework.services.documents.drafting import Begun
from casework.services.scope import load_case

blueprint = StrictBlueprint("api_documents", __name__, url_prefix="/api/v1")
READ, WRITE = Permission.DOCUMENT_READ, Permission.DOCUMENT_WRITE
ONE = f"/documents/{ID}document_id>"
BINARY = {"type": "string", "format": "binary"}


@blueprint.get("/cases/<number>/documents")
@requires(READ)
@blueprint.response(200, schemas.CaseDocumentsAnswer)
def list_of_case(number: str) -> Any:
    """The documents of a case, and those that the caller can begin; the reading is recorded."""
    with reading() as session:
        actor = current_actor()
        case = load_case(session, actor, number)
        found = documents.of_case(session, actor, case)
        answer = {
            "documents": [documents.data_of(line) for line in found],
            "offers": offering.offers(session, actor, case),
        }
    record_reading(number, "documents")
    return answer


@blueprint.post("/cases/<number>/documents/<name>")
@requires(WRITE)
@blueprint.arguments(schemas.DraftRequest)
@blueprint.response(201, schemas.DocumentAnswer)
def begin(given: Mapping[str, Any], number: str, name: str) -> Any:
    """Begin a document, prefilled from the case; with ``issue`` also issue it, if one may."""
    about = Begun(given["person_id"], given["about_seq"], given["on"], given["fields_"])
    with transaction() as session:
        actor = current_actor()
        made = drafting.begin(session, press(), actor, number, name, about)
        return _begun(session, actor, made.id, given)


@blueprint.post(f"/units/{ID}unit_id>/documents/<name>")
@requires(WRITE)
@blueprint.arguments(schemas.DraftRequest)
@blueprint.response(201, schemas.DocumentAnswer)
def begin_at(given: Mapping[str, Any], unit_id: int, name: str) -> Any:
    """Begin a document about a unit: a class's log, a day's report, a month's bulletin."""
    about = Begun(on=given["on"], fields=given["fields_"])
    with transaction() as session:
        actor = current_actor()
        made = drafting.begin_at(session, press(), actor, unit_id, name, about)
        return _begun(session, actor, made.id, given)


@blueprint.get("/documents")
@requires(READ)
@blueprint.arguments(schemas.DocumentsQuery, location="query")
@blueprint.response(200, schemas.DocumentPageAnswer)
def list_documents(query: Mapping[str, Any]) -> Any:
    """The documents in scope, the newest first, a page at a time."""
    wanted = documents.Wanted(
        states=(query["state"],) if query["state"] else (),
        kind=query["name"],
        unit_id=query["unit_id"],
        before=query["cursor"],
    )
    with reading() as session:
        found, following = documents.listing(session, current_actor(), wanted)
        return {"items": [documents.data_of(one) for one in found], "next_cursor": following}


@blueprint.get(ONE)
@requires(READ)
@blueprint.response(200, schemas.DocumentAnswer)
def read_document(document_id: int) -> Any:
    """One document with its values, what is missing, and what the caller can do."""
    with reading() as session:
        found = detail.detail(session, press(), current_actor(), document_id)
        chain, answer = found.held.subject.chain, detail.data(found)
    record_reading(chain, f"document:{document_id}")
    return answer


@blueprint.put(ONE)
@requires(WRITE)
@blueprint.arguments(schemas.ChangeRequest)
@blueprint.response(200, schemas.DocumentAnswer)
def change(given: Mapping[str, Any], document_id: int) -> Any:
    """Change entries of a draft."""
    with transaction() as session:
        actor, version = current_actor(), given["version"]
        entries = given["fields_"]
        drafting.change(session, press(), actor, document_id, version, entries, whole=False)
        return _told(session, actor, document_id)


@blueprint.post(f"{ONE}/submission")
@requires(WRITE)
@blueprint.arguments(schemas.DocumentStepRequest)
@blueprint.response(200, schemas.DocumentAnswer)
def submit(given: Mapping[str, Any], document_id: int) -> Any:
    """Hand a draft in: 422 with what is missing, by name."""
    with transaction() as session:
        actor = current_actor()
        reviewing.submit(session, press(), actor, document_id, **given)
        return _told(session, actor, document_id)


@blueprint.post(f"{ONE}/review")
@requires(WRITE)
@blueprint.arguments(schemas.DocumentStepRequest)
@blueprint.response(200, schemas.DocumentAnswer)
def review(given: Mapping[str, Any], document_id: int) -> Any:
    """Find a submitted document in order."""
    with transaction() as session:
        actor = current_actor()
        reviewing.review(session, actor, document_id, given["version"])
        return _told(session, actor, document_id)


@blueprint.post(f"{ONE}/return")
@requires(WRITE)
@blueprint.arguments(schemas.DocumentReasonRequest)
@blueprint.response(200, schemas.DocumentAnswer)
def send_back(given: Mapping[str, Any], document_id: int) -> Any:
    """Make a submitted document a draft again, with the reason."""
    with transaction() as session:
        actor = current_actor()
        reviewing.send_back(session, actor, document_id, **given)
        return _told(session, actor, document_id)


@blueprint.post(f"{ONE}/issue")
@requires(WRITE)
@blueprint.arguments(schemas.DocumentStepRequest)
@blueprint.response(200, schemas.DocumentAnswer)
def issue(given: Mapping[str, Any], document_id: int) -> Any:
    """Issue it under the next number: 422 with what is missing, by name."""
    with transaction() as session:
        actor = current_actor()
        issuing.issue(session, press(), actor, document_id, **given)
        return _told(session, actor, document_id)


@blueprint.post(f"{ONE}/deliveries")
@requires(WRITE)
@blueprint.arguments(schemas.DeliveryRequest)
@blueprint.response(201, schemas.DocumentAnswer)
def deliver(given: Mapping[str, Any], document_id: int) -> Any:
    """Record to whom it was delivered, how and when."""
    handed = Handed(**{name: value for name, value in given.items() if name != "version"})
    with transaction() as session:
        actor = current_actor()
        delivering.deliver(session, actor, document_id, given["version"], handed)
        return _told(session, actor, document_id)


@blueprint.post(f"/deliveries/{ID}delivery_id>/receipt")
@requires(WRITE)
@blueprint.arguments(schemas.ReceiptRequest)
@blueprint.response(200, schemas.DocumentAnswer)
def sign(given: Mapping[str, Any], delivery_id: int) -> Any:
    """Record the receipt of a delivery, once."""
    with transaction() as session:
        actor = current_actor()
        row = delivering.receipt(session, actor, delivery_id, Handed("", **given))
        return _told(session, actor, row.document_id)


@blueprint.post(f"{ONE}/replacement")
@requires(WRITE)
@blueprint.arguments(schemas.DocumentReasonRequest)
@blueprint.response(201, schemas.DocumentAnswer)
def replace(given: Mapping[str, Any], document_id: int) -> Any:
    """Begin what takes its place; it is withdrawn when that is issued."""
    with transaction() as session:
        actor = current_actor()
        made = replacing.replace(session, actor, document_id, **given)
        return _told(session, actor, made.id)


@blueprint.delete(ONE)
@requires(WRITE)
@blueprint.arguments(schemas.DocumentReasonRequest)
@blueprint.response(204)
def drop(given: Mapping[str, Any], document_id: int) -> None:
    """Give a draft up, with the reason."""
    with transaction() as session:
        drafting.drop(session, current_actor(), document_id, **given)


@blueprint.get(f"{ONE}/file")
@requires(READ)
@blueprint.response(200, content_type="application/octet-stream", schema=BINARY)
def read_file(document_id: int) -> Response:
    """The Word file; that it was read is recorded."""
    return send_document(document_id)


@blueprint.get("/cases/<number>/documents.zip")
@requires(READ)
@blueprint.response(200, content_type="application/zip", schema=BINARY)
def read_bundle(number: str) -> Response:
    """Every issued document of a case with an index, hashes and the timeline."""
    return send_bundle(number)


def _begun(session: Session, actor: Actor, document_id: int, given: Mapping[str, Any]) -> Any:
    if given["issue"]:
        checked = given["names_checked"]
        issuing.issue(session, press(), actor, document_id, 1, names_checked=checked)
    return _told(session, actor, document_id)


def _told(session: Session, actor: Actor, document_id: int) -> dict[str, Any]:
    return detail.data(detail.detail(session, press(), actor, document_id))
