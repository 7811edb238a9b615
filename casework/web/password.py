"""The own password: changed by oneself, and at first when it was handed over on paper."""

from __future__ import annotations

import flask_login
from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.http import current_actor, requires, transaction
from casework.http.errors import Problem
from casework.http.signing import sign_in_again, too_many_guesses
from casework.services import own_password
from casework.web.forms import attempt

blueprint = Blueprint("password", __name__)
STILL_OPEN = frozenset({"password.form", "password.change", "account.logout", "account.language"})


def init_app(app: Flask) -> None:
    """Lead whoever still has an initial password to this page first."""
    app.before_request(_at_first)


@blueprint.get("/me/password")
@requires()
def form(problem: Problem | None = None) -> str:
    """Ask for the present password and twice for the new one."""
    user = flask_login.current_user
    return render_template("password.html", problem=problem, initial=user.initial)


@blueprint.post("/me/password")
@requires()
def change() -> ResponseReturnValue:
    """Change it; other sessions end, this one goes on."""
    return attempt(_change, form)


def _change() -> ResponseReturnValue:
    actor, given = current_actor(), request.form
    with too_many_guesses(actor), transaction() as session:
        words = (given.get(name, "") for name in ("present", "new", "again"))
        own_password.change(session, actor, *words)
    sign_in_again(actor, given.get("new", ""))
    return redirect(url_for("account.me", changed=1), 303)


def _at_first() -> ResponseReturnValue | None:
    user = flask_login.current_user
    endpoint = request.endpoint or ""
    if endpoint == "static" or endpoint in STILL_OPEN or endpoint.startswith(("api", "health")):
        return None
    if user.is_authenticated and user.initial:
        return redirect(url_for("password.form"), 303)
    return None
