"""A document as it goes out: preview, charts, the Word file, and all of a case as an archive."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from casework.errors import NotFound
from casework.http import current_actor, reading, record_reading, requires
from casework.http.documents import press, send_bundle, send_document
from casework.permissions import Permission
from casework.services.documents import previewing
from casework.services.pages import documents as pages

blueprint = Blueprint("papers", __name__)


@blueprint.get("/documents/<int:document_id>/preview")
@requires(Permission.DOCUMENT_READ)
def preview(document_id: int) -> str:
    """What will be printed, as a page."""
    with reading() as session:
        actor = current_actor()
        page = pages.document_page(session, press(), actor, document_id)
        paper = previewing.preview(session, press(), actor, page.found)
    record_reading(page.found.held.subject.chain, f"document:{document_id}")
    return render_template("document_preview.html", page=page, paper=paper)


@blueprint.get("/documents/<int:document_id>/pictures/<int:place>")
@requires(Permission.DOCUMENT_READ)
def picture(document_id: int, place: int) -> Response:
    """One chart of a document."""
    with reading() as session:
        found = previewing.picture(session, press(), current_actor(), document_id, place)
    if found is None:
        raise NotFound
    return Response(found, content_type="image/png")


@blueprint.get("/documents/<int:document_id>/file")
@requires(Permission.DOCUMENT_READ)
def file(document_id: int) -> Response:
    """The Word file."""
    return send_document(document_id)


@blueprint.get("/cases/<number>/documents.zip")
@requires(Permission.DOCUMENT_READ)
def bundle(number: str) -> Response:
    """Every issued document of a case with an index, hashes and the timeline."""
    return send_bundle(number)
