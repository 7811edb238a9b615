"""How I am told: my addresses, quiet hours, digests, and my calendar."""

from __future__ import annotations

from datetime import time

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.errors import Invalid
from casework.http import current_actor, ground, reading, requires, transaction
from casework.http.errors import Problem
from casework.i18n import LOCALES
from casework.notifications.channels import Answer
from casework.permissions import Permission
from casework.services.delivery import endpoints, feeds, preferences
from casework.services.delivery.preferences import Wishes
from casework.services.pages.notifications import notifications_page
from casework.text import N_, Text
from casework.web import addresses, forms

blueprint = Blueprint("notifications", __name__, url_prefix="/me/notifications")
NOT_TIME = N_("This time cannot be read. Choose it again.")
PATH = "/me/notifications"


@blueprint.get("")
@requires(Permission.MESSAGE_READ)
def index() -> str:
    """What I have chosen."""
    return _page()


@blueprint.post("")
@requires(Permission.MESSAGE_READ)
def choose() -> ResponseReturnValue:
    """Keep quiet hours, digests and language."""

    def chosen() -> ResponseReturnValue:
        given = request.form
        wishes = Wishes(
            _time("quiet_from"),
            _time("quiet_until"),
            bool(given.get("daily")),
            bool(given.get("weekly")),
            given.get("locale", ""),
        )
        with transaction() as session:
            preferences.choose(session, current_actor(), wishes, LOCALES)
        return _done()

    return forms.attempt(chosen, lambda problem: _page(problem, "wishes"))


@blueprint.post("/addresses")
@requires(Permission.MESSAGE_READ)
def add() -> ResponseReturnValue:
    """Enter an address of mine."""
    new = addresses.new_endpoint()

    def added() -> ResponseReturnValue:
        with addresses.at_fields(new.channel), transaction() as session:
            endpoints.add_own(session, current_actor(), ground().office.vault, new)
        return _done()

    return forms.attempt(added, lambda problem: _page(problem, f"add-{new.channel}"))


@blueprint.post("/addresses/<int:endpoint_id>")
@requires(Permission.MESSAGE_READ)
def change(endpoint_id: int) -> ResponseReturnValue:
    """Say what is wanted at an address."""

    def changed() -> ResponseReturnValue:
        with addresses.at_fields(str(endpoint_id)), transaction() as session:
            endpoints.change(session, current_actor(), endpoint_id, **addresses.wishes())
        return _done()

    return forms.attempt(changed, lambda problem: _page(problem, f"change-{endpoint_id}"))


@blueprint.post("/addresses/<int:endpoint_id>/remove")
@requires(Permission.MESSAGE_READ)
def remove(endpoint_id: int) -> ResponseReturnValue:
    """Nothing goes there any more."""
    with transaction() as session:
        endpoints.remove(session, current_actor(), endpoint_id)
    return _done()


@blueprint.post("/addresses/<int:endpoint_id>/test")
@requires(Permission.MESSAGE_READ)
def test(endpoint_id: int) -> ResponseReturnValue:
    """Send a test now and show what the server answers."""
    answer = addresses.tried(endpoint_id, PATH)
    return _page(tested={"id": endpoint_id, "answer": answer})


@blueprint.post("/calendar")
@requires(Permission.MESSAGE_READ)
def calendar() -> ResponseReturnValue:
    """Make a new address for my calendar and show it, once; or end the present one."""
    if request.form.get("do") == "revoke":
        with transaction() as session:
            feeds.revoke(session, current_actor())
        return _done()
    with transaction() as session:
        token = feeds.renew(session, current_actor())
    return _page(calendar=ground().office.links.page(f"/calendar/{token}.ics"))


def _page(
    problem: Problem | None = None,
    which: str = "",
    *,
    tested: dict[str, int | Answer] | None = None,
    calendar: str = "",
) -> str:
    with reading() as session:
        page = notifications_page(session, current_actor(), ground().office.vault)
    return render_template(
        "notifications.html",
        page=page,
        problem=problem,
        which=which,
        typed=request.form if problem else {},
        tested=tested,
        calendar=calendar,
        locales=LOCALES,
    )


def _done() -> ResponseReturnValue:
    return redirect(url_for("notifications.index", done=1), 303)


def _time(name: str) -> time | None:
    text = request.form.get(name, "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: [Text(NOT_TIME)]}) from None
