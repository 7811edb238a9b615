"""Files of a case: hand one in at once or in pieces, list them, fetch one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, pre_load, validate

from casework.api.parsing import ID, Instant, Strict, StrictBlueprint, no_controls, whole
from casework.http import current_actor, reading, record_reading, requires, transaction
from casework.http.files import desk, send_evidence, takes_a_file
from casework.i18n import say
from casework.permissions import Permission
from casework.services.evidence import securing, uploads
from casework.services.evidence.store import MOST
from casework.services.scope import load_case
from casework.text import N_, Text

blueprint = StrictBlueprint("api_evidence", __name__, url_prefix="/api/v1/cases/<number>")
READERS = (Permission.CASE_READ, Permission.CASE_FILE)
KEPT_HERE = N_("In this system")
BINARY = {"type": "string", "format": "binary"}
PIECE = {"required": True, "content": {"application/octet-stream": {"schema": BINARY}}}


class EvidenceRequest(Strict):
    """A file with what ``secure_evidence`` asks; without a version, at the present one."""

    file = fields.Raw(required=True, metadata=BINARY)
    kind = fields.String(required=True)
    saved_at = Instant()
    kept_by = fields.String()
    version = whole(strict=False, load_default=None)

    @pre_load
    def with_file(self, data: Any, **kwargs: Any) -> dict[str, Any]:
        """The file stands beside the other entries of a multipart body."""
        sent = request.files.get("file")
        return {**data.to_dict(), **({"file": sent} if sent else {})}


class UploadRequest(Strict):
    """The size of a file that will be sent in pieces; its name is kept apart from the chain."""

    size = whole(required=True, most=MOST)
    name = fields.String(load_default="", validate=no_controls)


class PieceQuery(Strict):
    """Where a piece begins."""

    offset = whole(required=True, least=0, most=MOST, strict=False)


class FinishRequest(Strict):
    """The SHA-256 of the whole file, compared with what arrived."""

    sha256 = fields.String(required=True, validate=validate.Length(equal=64))


class UploadAnswer(Schema):
    """How far an upload has come; ``evidence_id`` once it is finished."""

    key = fields.String()
    size = fields.Integer()
    received = fields.Integer()
    evidence_id = fields.Integer(allow_none=True)


class FileAnswer(Schema):
    """A stored file: ``cleaned`` pictures are drawn anew, without metadata."""

    id = fields.Integer()
    sha256 = fields.String()
    original_sha256 = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    original_type = fields.String()
    cleaned = fields.Boolean()


class EvidenceAnswer(FileAnswer):
    """A file of a case, with the place of its event on the timeline."""

    seq = fields.Integer()
    at = Instant()


@blueprint.post("/evidence")
@requires(Permission.CASE_ACT)
@takes_a_file
@blueprint.arguments(EvidenceRequest, location="form", content_type="multipart/form-data")
@blueprint.response(201, FileAnswer)
def add_evidence(given: Mapping[str, Any], number: str) -> Any:
    """Store a file (at most 20 MB) and perform ``secure_evidence`` with it."""
    sent = given["file"]
    row = desk().take(number, sent.stream, sent.filename or "")
    entries = {"kept_by": say(Text(KEPT_HERE))}
    entries |= {k: v for k, v in given.items() if k not in {"file", "version"}}
    with transaction() as session:
        actor = current_actor()
        securing.secure(session, actor, number, row.id, entries, given["version"])
    return securing.facts(row)


@blueprint.get("/evidence")
@requires(*READERS)
@blueprint.response(200, EvidenceAnswer(many=True))
def list_evidence(number: str) -> Any:
    """The files of the case, oldest first; that they were read is recorded."""
    with reading() as session:
        found = securing.listed(session, load_case(session, current_actor(), number))
    record_reading(number, "evidence")
    return found


@blueprint.get(f"/evidence/{ID}evidence_id>")
@requires(*READERS)
@blueprint.response(200, content_type="application/octet-stream", schema=BINARY)
def read_evidence(number: str, evidence_id: int) -> Response:
    """The file itself; that it was read is recorded."""
    return send_evidence(number, evidence_id)


@blueprint.post("/uploads")
@requires(Permission.CASE_ACT)
@blueprint.arguments(UploadRequest)
@blueprint.response(201, UploadAnswer)
def start_upload(given: Mapping[str, Any], number: str) -> Any:
    """Begin to send a file in pieces; it lives for a day."""
    return desk().start(number, given["size"], given["name"])


@blueprint.get("/uploads/<key>")
@requires(Permission.CASE_ACT)
@blueprint.response(200, UploadAnswer)
def read_upload(number: str, key: str) -> Any:
    """How much has arrived; only for whoever began it."""
    with reading() as session:
        return uploads.progress(session, current_actor(), number, key)


@blueprint.put("/uploads/<key>")
@requires(Permission.CASE_ACT)
@blueprint.arguments(PieceQuery, location="query")
@blueprint.doc(requestBody=PIECE)
@blueprint.alt_response(409, description="The piece does not come next; read what has arrived")
@blueprint.response(200, UploadAnswer)
def write_upload(query: Mapping[str, Any], number: str, key: str) -> Any:
    """One piece of at most 1 MB; sent twice it changes nothing."""
    return desk().write(number, key, query["offset"], request.get_data(cache=False))


@blueprint.post("/uploads/<key>/finish")
@requires(Permission.CASE_ACT)
@blueprint.arguments(FinishRequest)
@blueprint.alt_response(409, description="Bytes are missing")
@blueprint.response(201, FileAnswer)
def finish_upload(given: Mapping[str, Any], number: str, key: str) -> ResponseReturnValue:
    """Put the pieces together; an action then names the file by its ``id``, within a day."""
    row = desk().finish(number, key, given["sha256"])
    return jsonify(FileAnswer().dump(securing.facts(row))), 201
