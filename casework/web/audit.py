"""The audit of a case and the export of its chain; both readings are recorded."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from casework.http import current_actor, reading, record_reading, requires
from casework.permissions import Permission
from casework.services.pages.audit import audit_page
from casework.services.pages.audit_scope import export_lines
from casework.web import forms

blueprint = Blueprint("audit", __name__, url_prefix="/cases/<number>/audit")


@blueprint.get("")
@requires(Permission.CASE_AUDIT)
def show(number: str) -> str:
    """Everything that an inspection asks about one case."""
    part, place = request.args.get("part", ""), forms.whole(request.args.get("page")) or 1
    whole = bool(request.args.get("all"))
    with reading() as session:
        page = audit_page(session, current_actor(), number, part, place, whole=whole)
    record_reading(number, "audit")
    return render_template("audit.html", page=page)


@blueprint.get("/export")
@requires(Permission.CASE_AUDIT)
def export(number: str) -> Response:
    """The chain as JSON lines, for the verifier."""
    with reading() as session:
        lines = list(export_lines(session, current_actor(), number))
    record_reading(number, "export")
    found = Response("".join(f"{one}\n" for one in lines), mimetype="application/jsonl")
    found.headers["Content-Disposition"] = f'attachment; filename="{number}.jsonl"'
    return found
