"""What a bureau or a school writes in its documents: its texts, and kinds of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from casework.errors import Invalid, NotFound
from casework.http import current_actor, reading, requires, transaction
from casework.http.documents import disposition, press
from casework.http.errors import Problem
from casework.http.files import HEADERS, takes_a_file
from casework.permissions import Permission
from casework.services.documents import keeping, own_kinds
from casework.services.documents.own_kinds import NewKind
from casework.services.documents.printing import DOCX
from casework.services.pages.wording import TYPES, wording_page
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import REQUIRED

blueprint = Blueprint("wording", __name__, url_prefix="/wording")
KEEP = Permission.WORDING_KEEP
PREFIX = "w:"
"""What the entries of the texts begin with."""


@blueprint.get("")
@requires(KEEP)
def show(problem: Problem | None = None) -> str:
    """The texts of a unit, each with what would stand without it."""
    with reading() as session:
        page = wording_page(session, current_actor(), _unit())
    return render_template(
        "wording.html",
        page=page,
        problem=problem,
        typed=request.form or MultiDict(),
        prefix=PREFIX,
        types=TYPES,
        done=request.args.get("done", ""),
    )


@blueprint.post("")
@requires(KEEP)
def save() -> ResponseReturnValue:
    """Keep the texts; an empty one goes back to what is inherited."""

    def saved() -> ResponseReturnValue:
        given = {
            name.removeprefix(PREFIX): value
            for name, value in request.form.items()
            if name.startswith(PREFIX)
        }
        with transaction() as session, _prefixed():
            keeping.keep(session, current_actor(), _unit() or 0, given)
        return _shown("saved")

    return forms.attempt(saved, show)


@blueprint.post("/kinds")
@requires(KEEP)
@takes_a_file
def add() -> ResponseReturnValue:
    """Add a kind with a template, or a new version of one."""

    def added() -> ResponseReturnValue:
        sent, form = request.files.get("file"), request.form
        if sent is None or not sent.filename:
            raise Invalid({"file": [Text(REQUIRED)]})
        given = NewKind(
            unit_id=_unit() or 0,
            title=form.get("title", ""),
            case_types=form.getlist("case_types"),
            series=form.get("series", ""),
            name=form.get("name", ""),
        )
        with transaction() as session:
            own_kinds.add(session, press(), current_actor(), given, sent.stream)
        return _shown("added")

    return forms.attempt(added, show)


@blueprint.post("/kinds/<int:template_id>")
@requires(KEEP)
def describe(template_id: int) -> ResponseReturnValue:
    """Say what the entries of a kind are called and of which type they are; or end it."""

    def described() -> ResponseReturnValue:
        with transaction() as session:
            actor = current_actor()
            if request.form.get("then") == "end":
                own_kinds.end(session, actor, template_id)
                return _shown("ended")
            fields: dict[str, dict[str, Any]] = {}
            for place in range(forms.whole(request.form.get("fields")) or 0):
                name = request.form.get(f"{place}.name", "")
                fields[name] = {
                    "label": request.form.get(f"{place}.label", ""),
                    "type": request.form.get(f"{place}.type", ""),
                    "required": f"{place}.required" in request.form,
                }
            own_kinds.describe(session, actor, template_id, fields)
        return _shown("saved")

    return forms.attempt(described, show)


@blueprint.get("/kinds/<int:template_id>/file")
@requires(KEEP)
def template(template_id: int) -> Response:
    """The template as it was sent."""
    with reading() as session:
        row = own_kinds.load(session, current_actor(), template_id)
        path, title = press().store.path(row.sha256), row.title
    if not path.is_file():
        raise NotFound
    answer = send_file(path, mimetype=DOCX, max_age=0)
    answer.headers.update(HEADERS)
    name = disposition(f"{title}.docx", f"template-{template_id}.docx")
    answer.headers["Content-Disposition"] = name
    return answer


def _unit() -> int | None:
    return forms.whole(request.values.get("unit"))


def _shown(done: str) -> ResponseReturnValue:
    return redirect(url_for("wording.show", unit=_unit(), done=done), 303)


@contextmanager
def _prefixed() -> Iterator[None]:
    """Name what is wrong as the form calls it."""
    try:
        yield
    except Invalid as error:
        errors = {PREFIX + name: texts for name, texts in error.errors.items()}
        raise Invalid(errors, error.text) from None
