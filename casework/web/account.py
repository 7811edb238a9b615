"""Coming and going: login, logout, language, and the person's own page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from casework.http import current_actor, reading, requires, safe_next, sign_in, sign_out, viewer
from casework.http.errors import Problem
from casework.i18n import LOCALES
from casework.services.pages.inbox import me_page
from casework.services.pages.roster import away_form
from casework.web.forms import attempt

blueprint = Blueprint("account", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Ask for login and password; on to where one wanted to go."""
    onward = safe_next(request.values.get("next")) or url_for("today.show")
    if request.method == "POST":
        return attempt(lambda: _enter(onward), login_form)
    return redirect(onward, 303) if viewer() else login_form()


def _enter(onward: str) -> ResponseReturnValue:
    sign_in(request.form.get("login", ""), request.form.get("password", ""))
    return redirect(onward, 303)


def login_form(problem: Problem | None = None) -> str:
    """The form of the login, after a refusal with the name that was typed."""
    onward = safe_next(request.values.get("next"))
    return render_template("login.html", problem=problem, typed=request.form, onward=onward)


@blueprint.post("/logout")
@requires()
def logout() -> ResponseReturnValue:
    """End the session here and on the server."""
    sign_out()
    return redirect(url_for("account.login"), 303)


@blueprint.post("/language")
def language() -> ResponseReturnValue:
    """Choose the language of this session."""
    wish = request.form.get("locale", "")
    if wish in LOCALES:
        session["locale"] = wish
    return redirect(safe_next(request.form.get("next")) or url_for("today.show"), 303)


@blueprint.get("/me")
@requires()
def me() -> str:
    """Name, posts, the own absence, language, logout."""
    with reading() as db:
        page = me_page(db, current_actor())
        away = away_form(db, current_actor())
    return render_template("me.html", page=page, away=away, problem=None, typed=request.form)
