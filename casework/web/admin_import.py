"""Import on the web: upload, look at what would change, confirm."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.errors import Invalid, NotFound
from casework.http import current_actor, ground, reading, requires
from casework.http.errors import Problem
from casework.http.files import takes_a_file
from casework.i18n import say
from casework.importing.kinds import KINDS
from casework.importing.sheets import MOST_BYTES, MOST_LINES
from casework.importing.templates import FORMATS, template
from casework.permissions import Permission
from casework.services.importing import run
from casework.services.importing.outcome import SHOWN, Outcome
from casework.services.importing.pending import Pending
from casework.services.pages.admin import places
from casework.text import N_, Text
from casework.web.admin_links import LINKS
from casework.web.forms import attempt
from casework.web.taking import Taking, sent

blueprint = Blueprint("admin_import", __name__, url_prefix="/admin/import")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FORMULA = re.compile(r"(^|,)([=+\-@])", re.MULTILINE)
"""What Excel would carry out instead of showing."""
NO_FILE = N_("Choose a file.")


@blueprint.get("")
@requires(Permission.ACCOUNT_MANAGE)
def form(problem: Problem | None = None) -> str:
    """Choose what is imported, and the file; templates to be filled in."""
    with reading() as session:
        offered = places(session, current_actor())
    return render_template(
        "admin_import.html",
        problem=problem,
        typed=request.form,
        kinds=tuple(KINDS.values()),
        formats=FORMATS,
        places=offered,
        megabytes=MOST_BYTES // (1024 * 1024),
        most_lines=MOST_LINES,
        links=LINKS,
    )


@blueprint.post("")
@takes_a_file
@requires(Permission.ACCOUNT_MANAGE)
def upload() -> ResponseReturnValue:
    """Read the file and show what it would change; nothing is changed yet."""
    return attempt(_previewed, form)


def _previewed() -> ResponseReturnValue:
    sent = request.files.get("file")
    data = sent.read(MOST_BYTES + 1) if sent is not None else b""
    if not data:
        raise Invalid({"file": [Text(NO_FILE)]})
    kind, within = request.form.get("kind", ""), request.form.get("unit", "").strip()
    parsed = run.parse(kind, data)
    actor = current_actor()
    with reading() as session:
        outcome = run.preview(session, actor, parsed, within or None)
    token = "" if outcome.faults else _pending().keep(actor.user_id or 0, data)
    return _result(outcome, token=token, within=within)


@blueprint.post("/confirm")
@requires(Permission.ACCOUNT_MANAGE)
def confirm() -> ResponseReturnValue:
    """Take the file over, with a bar; new accounts are shown with their passwords, once."""
    return attempt(_confirmed, form)


def _confirmed() -> ResponseReturnValue:
    actor, kind = current_actor(), request.form.get("kind", "")
    if kind not in KINDS:
        raise Invalid({"kind": [Text(run.NO_KIND)]})
    data = _pending().take(actor.user_id or 0, request.form.get("token", ""))
    taking = Taking(actor, kind, data, request.form.get("unit", "") or None)
    return sent(taking, kind=KINDS[kind], shown=SHOWN, links=LINKS)


@blueprint.post("/discard")
@requires(Permission.ACCOUNT_MANAGE)
def discard() -> ResponseReturnValue:
    """Forget an upload that was looked at."""
    _pending().drop(current_actor().user_id or 0, request.form.get("token", ""))
    return redirect(url_for("admin_import.form"), 303)


@blueprint.post("/passwords")
@requires(Permission.ACCOUNT_MANAGE)
def passwords() -> Response:
    """The list of passwords on the page as a file: it comes from the page, it is kept nowhere."""
    text = request.form.get("list", "").replace("\r\n", "\n").replace("\n", "\r\n")
    text = FORMULA.sub(r"\1'\2", text)
    return _file(text.encode("utf-8-sig"), "passwords.csv", "csv")


@blueprint.get("/template/<kind>.<ending>")
@requires(Permission.ACCOUNT_MANAGE)
def empty(kind: str, ending: str) -> Response:
    """An empty sheet to be filled in."""
    if kind not in KINDS or ending not in FORMATS:
        raise NotFound
    return _file(template(KINDS[kind], ending, say), f"{kind}.{ending}", ending)


def _result(outcome: Outcome, *, token: str, within: str) -> str:
    return render_template(
        "admin_imported.html",
        outcome=outcome,
        kind=KINDS[outcome.kind],
        shown=SHOWN,
        token=token,
        within=within,
        done=False,
        links=LINKS,
    )


def _pending() -> Pending:
    return Pending(ground().settings.data_dir)


def _file(data: bytes, name: str, ending: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=TYPES[ending], headers=headers)
