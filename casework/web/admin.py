"""The administrator's pages: accounts, their posts, and posts that nobody holds."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Actor, Permission
from casework.services import accounts as service
from casework.services.importing.outcome import Login
from casework.services.pages import admin as pages
from casework.services.pages import trouble
from casework.web.admin_links import LINKS
from casework.web.forms import attempt

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
LONGEST = 80


@blueprint.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def accounts() -> str:
    """The accounts in reach, to be searched."""
    asked = {name: request.args.get(name, "")[:LONGEST] for name in ("q", "state", "after")}
    with reading() as session:
        page = pages.accounts_page(session, current_actor(), pages.Wish(**asked))
    return render_template("admin_accounts.html", page=page, links=LINKS)


@blueprint.get("/vacancies")
@requires(Permission.ACCOUNT_MANAGE)
def vacancies() -> str:
    """The posts that somebody should hold and nobody holds today."""
    with reading() as session:
        page = pages.vacancies_page(session, current_actor())
    return render_template("admin_vacancies.html", page=page, links=LINKS)


@blueprint.get("/reach")
@requires(Permission.ACCOUNT_MANAGE)
def reach() -> str:
    """The levels that had nobody to call, failing channels, messages that were given up."""
    with reading() as session:
        page = trouble.reach_page(session, current_actor())
    return render_template("admin_reach.html", page=page, links=LINKS)


@blueprint.get("/accounts/new")
@requires(Permission.ACCOUNT_MANAGE)
def new(problem: Problem | None = None) -> str:
    """The form of a new account; a link may have chosen post and unit."""
    with reading() as session:
        offered = pages.places(session, current_actor())
    return render_template(
        "admin_new.html",
        problem=problem,
        typed=request.form or request.args,
        roles=pages.role_options(),
        places=offered,
        links=LINKS,
    )


@blueprint.post("/accounts/new")
@requires(Permission.ACCOUNT_MANAGE)
def create() -> ResponseReturnValue:
    """Make the account and show its password, once."""

    def made() -> ResponseReturnValue:
        login, name = request.form.get("login", ""), request.form.get("name", "")
        with transaction() as session:
            found = service.create(session, current_actor(), login, name, _wish())
        return _shown(found)

    return attempt(made, new)


@blueprint.get("/accounts/<login>")
@requires(Permission.ACCOUNT_MANAGE)
def account(login: str, problem: Problem | None = None) -> str:
    """One account: its posts, and what can be done with it."""
    with reading() as session:
        page = pages.account_page(session, current_actor(), login)
    return render_template(
        "admin_account.html", page=page, problem=problem, typed=request.form, links=LINKS
    )


@blueprint.post("/accounts/<login>/password")
@requires(Permission.ACCOUNT_MANAGE)
def password(login: str) -> ResponseReturnValue:
    """Give the account a new password and show it, once."""

    def reset() -> ResponseReturnValue:
        with transaction() as session:
            found = service.reset_password(session, current_actor(), login)
        return _shown(found)

    return attempt(reset, lambda problem: account(login, problem))


@blueprint.post("/accounts/<login>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(login: str) -> ResponseReturnValue:
    """Disable the account."""
    return _changed(login, lambda session, actor: service.close(session, actor, login))


@blueprint.post("/accounts/<login>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(login: str) -> ResponseReturnValue:
    """Enable the account again."""
    return _changed(login, lambda session, actor: service.reopen(session, actor, login))


@blueprint.post("/accounts/<login>/posts")
@requires(Permission.ACCOUNT_MANAGE)
def add_post(login: str) -> ResponseReturnValue:
    """Give the account a post."""
    wish = _wish()
    return _changed(login, lambda session, actor: service.add_post(session, actor, login, wish))


@blueprint.post("/accounts/<login>/posts/<int:post_id>/end")
@requires(Permission.ACCOUNT_MANAGE)
def end_post(login: str, post_id: int) -> ResponseReturnValue:
    """Let a post end."""
    until = request.form.get(f"until_on.{post_id}", "")
    return _changed(
        login, lambda session, actor: service.end_post(session, actor, login, post_id, until)
    )


def _changed(login: str, do: Callable[[Session, Actor], None]) -> ResponseReturnValue:
    def done() -> ResponseReturnValue:
        with transaction() as session:
            do(session, current_actor())
        return redirect(url_for("admin.account", login=login), 303)

    return attempt(done, lambda problem: account(login, problem))


def _shown(found: Login) -> str:
    """The page with a password; it is nowhere kept, so there is no address to come back to."""
    return render_template("admin_password.html", found=found, links=LINKS)


def _wish() -> service.PostWish:
    names = ("role", "unit", "from_on", "until_on")
    return service.PostWish(**{name: request.form.get(name, "")[:LONGEST] for name in names})
