"""The channels of units: kept by administrators and heads, looked at by those who answer for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.errors import NotFound
from casework.http import current_actor, ground, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.delivery import dead_letters, endpoints
from casework.services.pages.channels import channels_page
from casework.web import addresses, forms

blueprint = Blueprint("channels", __name__, url_prefix="/channels")
PATH = "/channels"
KEEP = Permission.CHANNEL_KEEP


@blueprint.get("")
@requires(Permission.CHANNEL_READ)
def index() -> str:
    """The channels of one unit and how they fare."""
    return _page(forms.whole(request.args.get("unit")))


@blueprint.post("/<int:unit_id>")
@requires(KEEP)
def add(unit_id: int) -> ResponseReturnValue:
    """Give a unit a channel."""
    new = addresses.new_endpoint()

    def added() -> ResponseReturnValue:
        with addresses.at_fields(new.channel), transaction() as session:
            endpoints.add_to_unit(session, current_actor(), ground().office.vault, unit_id, new)
        return _done(unit_id)

    return forms.attempt(added, lambda problem: _page(unit_id, problem, f"add-{new.channel}"))


@blueprint.post("/endpoints/<int:endpoint_id>")
@requires(KEEP)
def change(endpoint_id: int) -> ResponseReturnValue:
    """Say what is wanted there."""
    unit_id = _unit_of(endpoint_id)

    def changed() -> ResponseReturnValue:
        with addresses.at_fields(str(endpoint_id)), transaction() as session:
            endpoints.change(session, current_actor(), endpoint_id, **addresses.wishes())
        return _done(unit_id)

    again = f"change-{endpoint_id}"
    return forms.attempt(changed, lambda problem: _page(unit_id, problem, again))


@blueprint.post("/endpoints/<int:endpoint_id>/remove")
@requires(KEEP)
def remove(endpoint_id: int) -> ResponseReturnValue:
    """Nothing goes there any more."""
    unit_id = _unit_of(endpoint_id)
    with transaction() as session:
        endpoints.remove(session, current_actor(), endpoint_id)
    return _done(unit_id)


@blueprint.post("/endpoints/<int:endpoint_id>/test")
@requires(KEEP)
def test(endpoint_id: int) -> ResponseReturnValue:
    """Send a test now and show what the server answers."""
    unit_id = _unit_of(endpoint_id)
    answer = addresses.tried(endpoint_id, PATH)
    return _page(unit_id, tested={"id": endpoint_id, "answer": answer})


@blueprint.post("/parcels/<int:parcel_id>/again")
@requires(KEEP)
def again(parcel_id: int) -> ResponseReturnValue:
    """Try once more what was given up."""
    unit_id = forms.whole(request.form.get("unit"))

    def tried() -> ResponseReturnValue:
        with transaction() as session:
            dead_letters.again(session, current_actor(), parcel_id)
        return _done(unit_id)

    return forms.attempt(tried, lambda problem: _page(unit_id, problem))


def _unit_of(endpoint_id: int) -> int:
    """The unit of a channel that the actor keeps. Raises NotFound, NotAllowed."""
    with reading() as session:
        unit_id = endpoints.kept(session, current_actor(), endpoint_id).unit_id
    if unit_id is None:
        raise NotFound
    return unit_id


def _page(
    unit_id: int | None,
    problem: Problem | None = None,
    which: str = "",
    *,
    tested: dict[str, Any] | None = None,
) -> str:
    with reading() as session:
        page = channels_page(session, current_actor(), unit_id, ground().office.vault)
    return render_template(
        "channels.html",
        page=page,
        problem=problem,
        which=which,
        typed=request.form if problem else {},
        tested=tested,
    )


def _done(unit_id: int | None) -> ResponseReturnValue:
    return redirect(url_for("channels.index", unit=unit_id, done=1), 303)
