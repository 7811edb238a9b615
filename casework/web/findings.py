"""漏报、谎报、瞒报: proposing, answering and deciding findings; clearing flags."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services import clearing
from casework.services.findings import answering, deciding, grounds
from casework.services.findings.proposing import Proposal, propose
from casework.services.pages import findings as pages
from casework.web import forms
from casework.web.once import once

blueprint = Blueprint("findings", __name__)


@blueprint.get("/findings")
@requires(Permission.FINDING_READ)
def index() -> str:
    """What waits for me, what is open, what has ended."""
    with reading() as session:
        page = pages.findings_page(session, current_actor())
    return render_template("findings.html", page=page)


@blueprint.get("/findings/new/<about>/<ref>")
@requires(Permission.FINDING_PROPOSE)
def form(about: str, ref: str, problem: Problem | None = None) -> str:
    """The form for one matter: a case by its number, a zero report or a signal by its id."""
    with reading() as session:
        page = pages.propose_page(session, current_actor(), about, ref)
    return render_template("finding_new.html", page=page, problem=problem, typed=request.form)


@blueprint.post("/findings/new/<about>/<ref>")
@requires(Permission.FINDING_PROPOSE)
def send(about: str, ref: str) -> ResponseReturnValue:
    """Propose it; a refusal shows the form again."""
    return forms.attempt(lambda: _send(about, ref), lambda problem: form(about, ref, problem))


def _send(about: str, ref: str) -> ResponseReturnValue:
    given = request.form
    parsed = map(grounds.parse, given.getlist("grounds"))
    proposal = Proposal(
        kind=given.get("kind", ""),
        subject_kind=about,
        subject_ref=ref,
        accusation=given.get("accusation", ""),
        evidence=given.get("evidence", ""),
        unit_id=forms.whole(given.get("unit_id")),
        accused=[one for one in map(forms.whole, given.getlist("accused")) if one is not None],
        grounds=[one for one in parsed if one is not None],
    )

    def do() -> str:
        made = propose(session, actor, proposal)
        return url_for("findings.show", finding_id=made.id, done="proposed")

    with transaction() as session:
        actor = current_actor()
        return redirect(once(session, actor, do), 303)


@blueprint.get("/findings/<int:finding_id>")
@requires(Permission.FINDING_READ)
def show(finding_id: int, problem: Problem | None = None) -> str:
    """The three voices side by side, and what the reader may do."""
    with reading() as session:
        page = pages.finding_page(session, current_actor(), finding_id)
    done = request.args.get("done", "")
    return render_template(
        "finding.html", page=page, problem=problem, typed=request.form, done=done
    )


@blueprint.post("/findings/<int:finding_id>/reply")
@requires(Permission.FINDING_REPLY)
def reply(finding_id: int) -> ResponseReturnValue:
    """Answer for the unit."""

    def do() -> ResponseReturnValue:
        with transaction() as session:
            answering.reply(session, current_actor(), finding_id, request.form.get("reply", ""))
        return _shown(finding_id, "replied")

    return forms.attempt(do, lambda problem: show(finding_id, problem))


@blueprint.post("/findings/<int:finding_id>/decision")
@requires(Permission.FINDING_DECIDE)
def decide(finding_id: int) -> ResponseReturnValue:
    """Uphold or reject it."""

    def do() -> ResponseReturnValue:
        uphold = request.form.get("decision") == "uphold"
        reasons = request.form.get("reasons", "")
        with transaction() as session:
            deciding.decide(session, current_actor(), finding_id, uphold=uphold, reasons=reasons)
        return _shown(finding_id, "upheld" if uphold else "rejected")

    return forms.attempt(do, lambda problem: show(finding_id, problem))


@blueprint.post("/findings/<int:finding_id>/withdrawal")
@requires(Permission.FINDING_PROPOSE)
def withdraw(finding_id: int) -> ResponseReturnValue:
    """Take the own proposal back."""

    def do() -> ResponseReturnValue:
        reasons = request.form.get("reasons", "")
        with transaction() as session:
            deciding.withdraw(session, current_actor(), finding_id, reasons=reasons)
        return _shown(finding_id, "withdrawn")

    return forms.attempt(do, lambda problem: show(finding_id, problem))


@blueprint.get("/flags/<int:flag_id>/clear")
@requires(Permission.FLAG_CLEAR)
def clearing_form(flag_id: int, problem: Problem | None = None) -> str:
    """One flag, and why it is to be cleared."""
    with reading() as session:
        page = pages.clear_page(session, current_actor(), flag_id)
    return render_template("flag_clear.html", page=page, problem=problem, typed=request.form)


@blueprint.post("/flags/<int:flag_id>/clear")
@requires(Permission.FLAG_CLEAR)
def clear(flag_id: int) -> ResponseReturnValue:
    """Clear it for good; it stays to be seen."""

    def do() -> ResponseReturnValue:
        with transaction() as session:
            actor = current_actor()
            number = pages.clear_page(session, actor, flag_id).number
            clearing.clear_flag(session, actor, flag_id, request.form.get("reason", ""))
        if number:
            return redirect(url_for("audit.show", number=number) + "#flags", 303)
        return redirect(url_for("zero_reports.day"), 303)

    return forms.attempt(do, lambda problem: clearing_form(flag_id, problem))


def _shown(finding_id: int, done: str) -> ResponseReturnValue:
    return redirect(url_for("findings.show", finding_id=finding_id, done=done), 303)
