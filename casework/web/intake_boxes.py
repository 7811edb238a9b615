"""The office's side of reports without a name: the letter boxes, their posters, the answers."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from casework.errors import Invalid, NotFound
from casework.http import (
    current_actor,
    ground,
    reading,
    record_reading,
    requires,
    transaction,
)
from casework.http.errors import Problem
from casework.http.files import HEADERS, store
from casework.i18n import LOCALES, render
from casework.permissions import Permission
from casework.services.intake import boxes, conversation
from casework.services.intake.poster import qr
from casework.services.pages import intake as pages
from casework.text import N_, Text
from casework.web import forms
from casework.workflows.forms import REQUIRED

blueprint = Blueprint("intake_boxes", __name__)

POSTER = {
    "call": N_("Bullied? Afraid? Seen something that is not right?"),
    "do": N_("Tell us, without a name."),
    "how": N_("Scan this, or type the address into any browser:"),
    "kept": N_(
        "No login. This system keeps no network address, no telephone model, no place from photos."
    ),
    "network": N_("Better not over the school's own network or a school computer."),
    "code": N_("You get a code. With it you read the answer and add more."),
    "who": N_("Read and answered by: %(bureau)s"),
    "life": N_("Danger to life? Call first:"),
    "help": N_("To talk to somebody:"),
}
"""What stands on a poster, each line in all languages."""


@blueprint.get("/boxes")
@requires(Permission.BOX_KEEP)
def index(problem: Problem | None = None) -> str:
    """The letter boxes of the own school, or of all below a bureau."""
    with reading() as session:
        lines = pages.boxes_page(session, current_actor())
    base = ground().settings.base_url
    return render_template(
        "intake_boxes.html", lines=lines, bare=pages.bare(lines), base=base, problem=problem
    )


@blueprint.post("/boxes")
@requires(Permission.BOX_KEEP)
def open_box() -> ResponseReturnValue:
    """Open the box of one unit, or of all that have none."""
    return forms.attempt(_open, index)


def _open() -> ResponseReturnValue:
    with transaction() as session:
        if request.form.get("all"):
            boxes.open_all(session, current_actor())
        else:
            boxes.open_box(session, current_actor(), _unit_id())
    return redirect(url_for("intake_boxes.index"), 303)


def _unit_id() -> int:
    unit_id = forms.whole(request.form.get("unit_id"))
    if unit_id is None:
        raise Invalid({"unit_id": [Text(REQUIRED)]})
    return unit_id


@blueprint.post("/boxes/<int:box_id>")
@requires(Permission.BOX_KEEP)
def change_box(box_id: int) -> ResponseReturnValue:
    """Close a box, or give it a new address."""
    return forms.attempt(lambda: _change(box_id), index)


def _change(box_id: int) -> ResponseReturnValue:
    with transaction() as session:
        boxes.load(session, current_actor(), box_id)
        wish = request.form.get("do")
        if wish not in ("close", "anew"):
            raise Invalid({"do": [Text(REQUIRED)]})
        reason = request.form.get("reason", "")
        boxes.close_box(session, current_actor(), box_id, reason=reason, anew=wish == "anew")
    return redirect(url_for("intake_boxes.index"), 303)


@blueprint.get("/boxes/<int:box_id>/poster")
@requires(Permission.BOX_KEEP)
def poster(box_id: int) -> str:
    """One sheet for the wall, in all languages at once."""
    with reading() as session:
        page = pages.poster_page(session, current_actor(), box_id)
    base = ground().settings.base_url
    lines = [
        {name: render(Text(line, {"bureau": page.bureau}), locale) for name, line in POSTER.items()}
        for locale in LOCALES
    ]
    return render_template(
        "intake_poster.html",
        page=page,
        base=base,
        open_line=not ground().settings.https,
        # Made of the address alone, by the library.
        qr=Markup(qr(f"{base}/tell/{page.code}")),  # noqa: S704
        lines=lines,
        emergency=pages.numbers("emergency"),
        helplines=pages.numbers("help"),
    )


@blueprint.get("/signals/<int:signal_id>/conversation")
@requires(Permission.BOX_KEEP)
def talk(signal_id: int, problem: Problem | None = None) -> str:
    """What was written without a name, and what was answered; that it was read is recorded."""
    with reading() as session:
        page = pages.officer_page(session, current_actor(), signal_id)
    record_reading(page.number, "conversation")
    return render_template(
        "intake_officer.html", page=page, staff=pages.STAFF, problem=problem, typed=request.form
    )


@blueprint.post("/signals/<int:signal_id>/conversation")
@requires(Permission.BOX_KEEP)
def answer(signal_id: int) -> ResponseReturnValue:
    """Write to the reporter; a refusal shows the page again."""
    return forms.attempt(lambda: _answer(signal_id), lambda problem: talk(signal_id, problem))


def _answer(signal_id: int) -> ResponseReturnValue:
    with transaction() as session:
        conversation.reply(session, current_actor(), signal_id, request.form.get("text", ""))
    return redirect(url_for("intake_boxes.talk", signal_id=signal_id), 303)


@blueprint.get("/signals/<int:signal_id>/conversation/<int:file_id>")
@requires(Permission.BOX_KEEP)
def picture(signal_id: int, file_id: int) -> Response:
    """One picture of the conversation; that it was read is recorded."""
    with reading() as session:
        signal, row = conversation.find_file(session, current_actor(), signal_id, file_id)
    small = "preview" in request.args
    path = store().preview(row.sha256) if small else store().path(row.sha256)
    if not path.is_file():
        raise NotFound
    record_reading(signal.number, f"picture:{row.id}")
    answer = send_file(path, mimetype=row.media_type, download_name=f"{signal.number}-{row.id}.jpg")
    answer.headers.update(HEADERS)
    return answer
