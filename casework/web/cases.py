"""The list of cases, the one page of a case, and the forms of its actions."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.http import current_actor, reading, record_reading, requires, transaction
from casework.http.errors import Problem
from casework.http.files import takes_a_file
from casework.permissions import Permission
from casework.services.cases import perform_action
from casework.services.pages.case import NEWEST, case_page
from casework.services.pages.case_filters import from_args
from casework.services.pages.forms import form_of
from casework.services.pages.part import part_page
from casework.services.pages.queue import queue_page
from casework.services.pages.step import action_page
from casework.web import evidence, forms
from casework.web.once import once

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
CONFLICT = 409


@blueprint.get("")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
def index() -> str:
    """The cases in scope, nearest duty first."""
    with reading() as session:
        page = queue_page(
            session, current_actor(), from_args(request.args), request.args.get("cursor")
        )
    return render_template("cases.html", page=page, args=request.args.to_dict())


@blueprint.get("/<number>")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
def show(number: str) -> str:
    """Everything about one case, or the part of it that is the viewer's."""
    with reading() as session:
        actor, done = current_actor(), forms.whole(request.args.get("done"))
        newest = None if request.args.get("all") else NEWEST
        part = part_page(session, actor, number, done=done is not None)
        whole = None if part else case_page(session, actor, number, done, newest=newest)
    record_reading(number, "case")
    name = "part.html" if part else "case.html"
    return render_template(name, page=part or whole, problem=None, typed=request.form)


@blueprint.get("/<number>/actions/<action>")
@requires(Permission.CASE_ACT)
def form(number: str, action: str, problem: Problem | None = None) -> str:
    """The form of one action; after a conflict with what has changed meanwhile."""
    conflict = problem is not None and problem.status == CONFLICT
    since = forms.whole(request.form.get("version")) or 1 if conflict else None
    with reading() as session:
        again = problem is not None
        page = action_page(session, current_actor(), number, action, since, again=again)
    record_reading(number, "action")
    typed = evidence.typed() or forms.chosen_before(request.args)
    return render_template("action.html", page=page, problem=problem, typed=typed)


@blueprint.post("/<number>/actions/<action>")
@requires(Permission.CASE_ACT)
@takes_a_file
def act(number: str, action: str) -> ResponseReturnValue:
    """Do it; a refusal shows the form again."""
    return forms.attempt(
        lambda: _perform(number, action), lambda problem: form(number, action, problem)
    )


def _perform(number: str, action: str) -> ResponseReturnValue:
    version = forms.whole(request.form.get("version")) or 0
    form = form_of(number, action)
    files = evidence.keep(number, form)
    fields = forms.read(form, evidence.typed())
    with transaction() as session, forms.either(form, fields):
        actor = current_actor()

        def done_at() -> str:
            done = perform_action(session, actor, number, action, version=version, fields=fields)
            return url_for("cases.show", number=number, done=done.case.head_seq)

        where = once(session, actor, done_at, files)
    return redirect(where, 303)
