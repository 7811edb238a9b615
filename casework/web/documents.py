"""Official documents: the list, one document with its form and preview, and every step of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.errors import Invalid
from casework.http import current_actor, reading, record_reading, requires, transaction
from casework.http.documents import press
from casework.http.errors import Problem
from casework.permissions import Actor, Permission
from casework.services.documents import (
    delivering,
    drafting,
    issuing,
    previewing,
    replacing,
    reviewing,
)
from casework.services.documents.delivering import Handed
from casework.services.documents.drafting import Begun
from casework.services.pages import documents as pages
from casework.services.pages import documents_new
from casework.text import Text
from casework.web import document_forms, forms
from casework.web.once import once
from casework.workflows.forms import NOT_DATE, NOT_INSTANT

blueprint = Blueprint("documents", __name__)
READ, WRITE = Permission.DOCUMENT_READ, Permission.DOCUMENT_WRITE
Step = Callable[[Session, Actor, int], object]


@blueprint.get("/documents")
@requires(READ)
def index() -> str:
    """The documents in scope; what waits for me stands on top."""
    which, kind = request.args.get("show", ""), request.args.get("kind", "")
    before = forms.whole(request.args.get("before"))
    with reading() as session:
        page = pages.documents_page(session, current_actor(), which, kind, before)
    return render_template("documents.html", page=page, filters=pages.FILTERS)


@blueprint.get("/documents/new")
@requires(WRITE)
def new(problem: Problem | None = None) -> str:
    """The form to begin a document about a unit."""
    with reading() as session:
        page = documents_new.new_page(session, current_actor())
    typed = request.form or request.args
    return render_template("documents_new.html", page=page, problem=problem, typed=typed)


@blueprint.post("/documents/new")
@requires(WRITE)
def begin_at() -> ResponseReturnValue:
    """Begin a document about a unit."""

    def begun() -> ResponseReturnValue:
        unit_id, kind = forms.whole(request.form.get("unit")) or 0, request.form.get("kind", "")
        about = Begun(on=_day("on"))
        with transaction() as session:
            actor = current_actor()

            def do() -> str:
                made = drafting.begin_at(session, press(), actor, unit_id, kind, about)
                return url_for("documents.show", document_id=made.id)

            return redirect(once(session, actor, do), 303)

    return forms.attempt(begun, new)


@blueprint.post("/cases/<number>/documents/<name>")
@requires(WRITE)
def begin(number: str, name: str) -> ResponseReturnValue:
    """Begin a document about a case, prefilled from it."""
    given = request.form
    about = Begun(forms.whole(given.get("person_id")), forms.whole(given.get("seq")))
    with transaction() as session:
        actor = current_actor()

        def do() -> str:
            made = drafting.begin(session, press(), actor, number, name, about)
            return url_for("documents.show", document_id=made.id)

        return redirect(once(session, actor, do), 303)


@blueprint.get("/documents/<int:document_id>")
@requires(READ)
def show(document_id: int, problem: Problem | None = None) -> str:
    """One document: what to do, its entries or what it says, its deliveries, its history."""
    with reading() as session:
        actor = current_actor()
        page = pages.document_page(session, press(), actor, document_id)
        paper = (
            None
            if page.found.able.write
            else previewing.preview(session, press(), actor, page.found)
        )
    record_reading(page.found.held.subject.chain, f"document:{document_id}")
    items, values = page.found.items, page.found.values
    whole_form = request.form if "entries" in request.form else None
    typed = whole_form or document_forms.typed(items, values)
    return render_template(
        "document.html",
        page=page,
        paper=paper,
        problem=problem,
        typed=typed,
        sent=request.form,
        rows=document_forms.rows,
        how=delivering.HOW,
        receipts=delivering.RECEIPTS,
        done=request.args.get("done", ""),
    )


@blueprint.post("/documents/<int:document_id>")
@requires(WRITE)
def save(document_id: int) -> ResponseReturnValue:
    """Keep what was written; then hand it in or issue it, if that was asked for.

    What was written is kept even when the next step is refused: it stands in the form anyway.
    """

    def saved() -> ResponseReturnValue:
        version = _version()
        with transaction() as session:
            actor = current_actor()
            items, locked = drafting.asked(session, press(), actor, document_id)
            entries = document_forms.read(items, request.form, locked)
            made = drafting.change(session, press(), actor, document_id, version, entries)
            version = made.version
        then = request.form.get("then", "")
        if then in _THEN:
            with transaction() as session:
                _THEN[then](session, current_actor(), document_id, version)
        return _shown(document_id, then or "saved")

    return forms.attempt(saved, lambda problem: show(document_id, problem))


@blueprint.post("/documents/<int:document_id>/review")
@requires(WRITE)
def review(document_id: int) -> ResponseReturnValue:
    """Find it in order."""
    return _step(document_id, "reviewed", lambda s, a, v: reviewing.review(s, a, document_id, v))


@blueprint.post("/documents/<int:document_id>/return")
@requires(WRITE)
def send_back(document_id: int) -> ResponseReturnValue:
    """Make a draft of it again."""
    reason = request.form.get("reason", "")
    return _step(
        document_id,
        "returned",
        lambda s, a, v: reviewing.send_back(s, a, document_id, v, reason),
    )


@blueprint.post("/documents/<int:document_id>/issue")
@requires(WRITE)
def issue(document_id: int) -> ResponseReturnValue:
    """Issue what was handed in."""
    return _step(document_id, "issue", lambda s, a, v: issuing.issue(s, press(), a, document_id, v))


@blueprint.post("/documents/<int:document_id>/deliveries")
@requires(WRITE)
def deliver(document_id: int) -> ResponseReturnValue:
    """Record a delivery."""

    def do(session: Session, actor: Actor, version: int) -> object:
        given = request.form
        handed = Handed(
            how=given.get("how", ""),
            delivered_at=_at("delivered_at"),
            unit_id=forms.whole(given.get("unit_id")),
            person_id=forms.whole(given.get("person_id")),
            recipient=given.get("recipient", ""),
            receipt=given.get("receipt", "waiting"),
            note=given.get("note", ""),
        )
        return delivering.deliver(session, actor, document_id, version, handed)

    return _step(document_id, "delivered", do)


@blueprint.post("/documents/<int:document_id>/deliveries/<int:delivery_id>")
@requires(WRITE)
def sign(document_id: int, delivery_id: int) -> ResponseReturnValue:
    """Record the receipt of a delivery."""
    given = Handed(
        "", receipt=request.form.get("receipt", "signed"), note=request.form.get("note", "")
    )

    def do(session: Session, actor: Actor, version: int) -> object:
        return delivering.receipt(session, actor, delivery_id, given)

    return _step(document_id, "signed", do)


@blueprint.post("/documents/<int:document_id>/replacement")
@requires(WRITE)
def replace(document_id: int) -> ResponseReturnValue:
    """Begin what takes its place."""

    def begun() -> ResponseReturnValue:
        with transaction() as session:
            actor, reason = current_actor(), request.form.get("reason", "")

            def do() -> str:
                made = replacing.replace(session, actor, document_id, _version(), reason)
                return url_for("documents.show", document_id=made.id)

            return redirect(once(session, actor, do), 303)

    return forms.attempt(begun, lambda problem: show(document_id, problem))


@blueprint.post("/documents/<int:document_id>/drop")
@requires(WRITE)
def drop(document_id: int) -> ResponseReturnValue:
    """Give a draft up."""
    reason = request.form.get("reason", "")
    return _step(
        document_id, "dropped", lambda s, a, v: drafting.drop(s, a, document_id, v, reason)
    )


def _submit(session: Session, actor: Actor, document_id: int, version: int) -> object:
    checked = "names_checked" in request.form
    return reviewing.submit(session, press(), actor, document_id, version, names_checked=checked)


def _issue(session: Session, actor: Actor, document_id: int, version: int) -> object:
    checked = "names_checked" in request.form
    return issuing.issue(session, press(), actor, document_id, version, names_checked=checked)


_THEN: Mapping[str, Callable[[Session, Actor, int, int], object]] = {
    "submit": _submit,
    "issue": _issue,
}
"""What can follow once a draft is saved."""


def _step(document_id: int, done: str, do: Step) -> ResponseReturnValue:
    """One step at the version of the form; a refusal shows the document again."""

    def stepped() -> ResponseReturnValue:
        with transaction() as session:
            do(session, current_actor(), _version())
        return _shown(document_id, done)

    return forms.attempt(stepped, lambda problem: show(document_id, problem))


def _shown(document_id: int, done: str) -> ResponseReturnValue:
    return redirect(url_for("documents.show", document_id=document_id, done=done), 303)


def _version() -> int:
    return forms.whole(request.form.get("version")) or 0


def _day(name: str) -> date | None:
    text = request.form.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: [Text(NOT_DATE)]}) from None


def _at(name: str) -> datetime | None:
    text = request.form.get(name, "")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: [Text(NOT_INSTANT)]}) from None
    return at.replace(tzinfo=LOCAL) if at is not None and at.tzinfo is None else at
