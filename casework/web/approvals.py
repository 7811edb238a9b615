"""The second person: approve or refuse, with a reason."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.http import current_actor, reading, record_reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.approvals import decide
from casework.services.pages.approvals import approvals_page
from casework.services.pages.case import case_page
from casework.services.scope import load_case
from casework.web.forms import attempt, whole

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/approvals")
@requires(Permission.CASE_ACT)
def index(problem: Problem | None = None) -> str:
    """What waits for my approval, and what I have asked for."""
    with reading() as session:
        page = approvals_page(session, current_actor(), whole(request.args.get("done")))
    for number in dict.fromkeys(one.number for one in page.waiting):
        record_reading(number, "approval")
    return render_template("approvals.html", page=page, problem=problem, typed=request.form)


@blueprint.post("/cases/<number>/approvals/<int:approval_id>")
@requires(Permission.CASE_ACT)
def decision(number: str, approval_id: int) -> ResponseReturnValue:
    """Decide a request; a refusal without a reason shows the case again."""
    from_page = request.args.get("back") == "approvals"
    return attempt(
        lambda: _decide(number, approval_id, from_page=from_page),
        lambda problem: index(problem) if from_page else _again(number, problem),
    )


def _decide(number: str, approval_id: int, *, from_page: bool) -> ResponseReturnValue:
    approve = request.form.get("decision") == "approve"
    reason = request.form.get("reason", "")
    with transaction() as session:
        actor = current_actor()
        decide(session, actor, approval_id, approve=approve, reason=reason)
        done = load_case(session, actor, number).head_seq
    if from_page:
        return redirect(url_for("approvals.index", done=approval_id), 303)
    return redirect(url_for("cases.show", number=number, done=done), 303)


def _again(number: str, problem: Problem) -> str:
    with reading() as session:
        page = case_page(session, current_actor(), number)
    return render_template("case.html", page=page, problem=problem, typed=request.form)
