"""Files of a case: shown, sent with a form, or sent in pieces by the script that helps the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage, MultiDict

from casework.errors import CaseworkError, Invalid
from casework.http import current_actor, reading, requires
from casework.http.errors import problem_of
from casework.http.files import desk, send_evidence
from casework.permissions import Permission
from casework.services.evidence import uploads
from casework.services.evidence.kinds import FIELD
from casework.services.pages.files import size_words
from casework.web import forms
from casework.workflows.definition import Field, FieldType

blueprint = Blueprint("evidence", __name__, url_prefix="/cases/<number>")
CAMERA = ".camera"
"""After the field: the second entry, which opens the camera of a telephone."""

View = TypeVar("View", bound=Callable[..., Any])


def _as_json(view: View) -> View:
    """Refusals for the script: a sentence it can show."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            found: ResponseReturnValue = view(*args, **kwargs)
            return found
        except CaseworkError as error:
            problem = problem_of(error)
            sentences = [one for texts in problem.errors.values() for one in texts]
            detail = " ".join(sentences) or problem.detail
            return jsonify({"detail": detail}), error.status, dict(problem.headers)

    return answered  # type: ignore[return-value]


@blueprint.get("/evidence/<int:evidence_id>")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
def show(number: str, evidence_id: int) -> Response:
    """One file."""
    return send_evidence(number, evidence_id)


@blueprint.post("/uploads")
@requires(Permission.CASE_ACT)
@_as_json
def start(number: str) -> ResponseReturnValue:
    """Begin to send a file in pieces."""
    size = forms.whole(request.form.get("size")) or 0
    return jsonify(_told(desk().start(number, size, request.form.get("name", "")))), 201


@blueprint.get("/uploads/<key>")
@requires(Permission.CASE_ACT)
@_as_json
def progress(number: str, key: str) -> ResponseReturnValue:
    """How much has arrived."""
    with reading() as session:
        return jsonify(_told(uploads.progress(session, current_actor(), number, key)))


@blueprint.put("/uploads/<key>")
@requires(Permission.CASE_ACT)
@_as_json
def piece(number: str, key: str) -> ResponseReturnValue:
    """One piece, at ``?offset=``."""
    offset = forms.whole(request.args.get("offset"))
    data = request.get_data(cache=False)
    return jsonify(_told(desk().write(number, key, -1 if offset is None else offset, data)))


@blueprint.post("/uploads/<key>/finish")
@requires(Permission.CASE_ACT)
@_as_json
def finish(number: str, key: str) -> ResponseReturnValue:
    """Put the pieces together; what the form then names is ``id``."""
    row = desk().finish(number, key, request.form.get("sha256") or None)
    return jsonify({"id": row.id, "size": size_words(row.size)})


def keep(number: str, form: Iterable[Field]) -> dict[str, str]:
    """Store the files that came with a form, before it is carried out; their hashes by field.

    Afterwards ``typed()`` names them, so that a form shown again need not be sent its file again.
    Raises Invalid at the field of a file that is not taken.
    """
    typed, hashes = MultiDict(request.form), {}
    g.typed = typed
    for field in form:
        sent = _sent(field.name) if field.type is FieldType.FILE else None
        if sent is None:
            continue
        try:
            row = desk().take(number, sent.stream, sent.filename or "")
        except Invalid as error:
            raise Invalid({field.name: error.errors.get(FIELD, [])}, error.text) from None
        typed[field.name] = str(row.id)
        hashes[field.name] = row.original_sha256
    return hashes


def typed() -> forms.Typed:
    """What was typed, with the files that are already stored."""
    found: forms.Typed = g.get("typed", request.form)
    return found


def _sent(name: str) -> FileStorage | None:
    given = (request.files.get(one) for one in (name, name + CAMERA))
    return next((one for one in given if one is not None and one.filename), None)


def _told(upload: uploads.Progress) -> dict[str, Any]:
    return {
        "key": upload.key,
        "size": upload.size,
        "received": upload.received,
        "id": upload.evidence_id,
    }
