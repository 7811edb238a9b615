"""Filing a report: what kind, one short form, and what happens next."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.http import current_actor, ground, reading, record_reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.filing import file_case
from casework.services.pages.filing import filing_page, kinds
from casework.services.pages.forms import filing_form
from casework.services.pages.result import filed_page
from casework.web import forms
from casework.web.once import once

blueprint = Blueprint("filing", __name__, url_prefix="/report")


@blueprint.get("")
@requires(Permission.CASE_FILE)
def choose() -> str:
    """Which kind of thing happened?"""
    return render_template("report_kinds.html", kinds=kinds())


@blueprint.get("/<case_type>")
@requires(Permission.CASE_FILE)
def form(case_type: str, problem: Problem | None = None) -> str:
    """The form, with the pupils of the chosen class."""
    with reading() as session:
        unit_id = forms.whole(request.values.get("unit_id"))
        page = filing_page(session, current_actor(), case_type, unit_id)
    return render_template(
        "report.html",
        page=page,
        problem=problem,
        typed=request.form,
        rows=range(forms.BLANK_ROWS),
        danger=page.danger_always or forms.speaks_of_danger(request.form),
    )


@blueprint.post("/<case_type>")
@requires(Permission.CASE_FILE)
def send(case_type: str) -> ResponseReturnValue:
    """File the report; ``refresh`` only shows the form again, for another class."""
    if "refresh" in request.form:
        return form(case_type)
    return forms.attempt(lambda: _file(case_type), lambda problem: form(case_type, problem))


def _file(case_type: str) -> ResponseReturnValue:
    report = forms.report(case_type, filing_form(case_type), request.form)
    with transaction() as session:
        actor = current_actor()

        def filed_at() -> str:
            return url_for("filing.filed", number=file_case(session, actor, report).number)

        where = once(session, actor, filed_at)
    return redirect(where, 303)


@blueprint.get("/filed/<number>")
@requires(Permission.CASE_FILE)
def filed(number: str) -> str:
    """What has happened, who has been told, what comes next; the emergency numbers first."""
    with reading() as session:
        page = filed_page(session, current_actor(), number, ground().settings.data_dir)
    record_reading(number, "filed")
    return render_template("filed.html", page=page)
