"""My messages."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import clock
from casework.http import current_actor, reading, requires, transaction
from casework.permissions import Permission
from casework.services.messages import mark_one_read, mark_read
from casework.services.pages.inbox import inbox_page
from casework.services.pages.parcel import parcel_page
from casework.web.forms import whole

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


@blueprint.get("")
@requires(Permission.MESSAGE_READ)
def index() -> str:
    """The newest messages."""
    with reading() as session:
        page = inbox_page(session, current_actor())
    return render_template("messages.html", page=page)


@blueprint.get("/parcels/<uid>")
@requires(Permission.MESSAGE_READ)
def parcel(uid: str) -> str:
    """What a digest contained, as far as I may see it."""
    after = whole(request.args.get("after")) or 0
    with reading() as session:
        page = parcel_page(session, current_actor(), uid, after)
    return render_template("parcel.html", page=page)


@blueprint.post("/read")
@requires(Permission.MESSAGE_READ)
def read() -> ResponseReturnValue:
    """Mark everything as read."""
    with transaction() as session:
        mark_read(session, current_actor(), clock.now())
    return redirect(url_for("messages.index"), 303)


@blueprint.post("/<int:message_id>/read")
@requires(Permission.MESSAGE_READ)
def read_one(message_id: int) -> ResponseReturnValue:
    """Mark one message as read."""
    with transaction() as session:
        mark_one_read(session, current_actor(), message_id, clock.now())
    return redirect(url_for("messages.index"), 303)
