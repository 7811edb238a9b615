"""零报告: signing the day of a school, and the bureau's list of all schools."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.pages.zero_reports import SLOTS, day_page, sign_page
from casework.services.zero_reports.attesting import attest
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("zero_reports", __name__)


@blueprint.get("/zero-report")
@requires(Permission.ZERO_SIGN)
def form(problem: Problem | None = None) -> str:
    """What the own school owes, the cases of the day, and the last fortnight."""
    unit_id = forms.whole(request.values.get("unit_id"))
    with reading() as session:
        page = sign_page(session, current_actor(), unit_id)
    return render_template(
        "zero_report.html", page=page, slots=SLOTS, problem=problem, typed=request.form
    )


@blueprint.post("/zero-report")
@requires(Permission.ZERO_SIGN)
def sign() -> ResponseReturnValue:
    """Sign it; a refusal shows the page again."""
    return forms.attempt(_sign, form)


def _sign() -> ResponseReturnValue:
    given = request.form
    unit_id = forms.whole(given.get("unit_id")) or 0
    with transaction() as session:
        attest(
            session,
            current_actor(),
            unit_id,
            on=_day(given.get("on", "")),
            slot=given.get("slot", "day"),
            nothing=given.get("nothing") == "1",
            cases=given.getlist("cases"),
        )
    return redirect(url_for("zero_reports.form", unit_id=unit_id), 303)


@blueprint.get("/zero-reports")
@requires(Permission.ZERO_READ)
def day() -> str:
    """All schools in scope on one day."""
    on = request.args.get("on")
    with reading() as session:
        page = day_page(session, current_actor(), _day(on) if on else None)
    return render_template("zero_reports.html", page=page, slots=SLOTS)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"on": [Text(NOT_DATE)]}) from None
