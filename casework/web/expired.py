"""A form whose token has died: everything typed comes back with a fresh token, or a way back in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from casework.errors import CaseworkError
from casework.http import LOGIN_ENDPOINT, errors, viewer
from casework.http.errors import Problem
from casework.i18n import say
from casework.text import N_
from casework.web import account, cases, filing, rolls

EXPIRED = N_("This form was open too long. What you typed is kept below: send it again.")
LOGGED_OUT = N_("You are no longer logged in. Log in again, then go on with this form.")
STATUS = 400

AGAIN: Mapping[str, Callable[..., str]] = {
    "filing.send": filing.form,
    "cases.act": cases.form,
    "rolls.save": rolls.call,
    LOGIN_ENDPOINT: account.login_form,
}
"""By which form a sent one is shown again."""


def init_app(app: Flask) -> None:
    """Take over from the table of errors what befalls the forms of people."""
    app.register_error_handler(CSRFError, _expired)


def _expired(_: CSRFError) -> ResponseReturnValue:
    endpoint = request.endpoint or ""
    if viewer() is None and endpoint != LOGIN_ENDPOINT:
        onward = request.path if endpoint in AGAIN else None
        page = render_template("expired.html", sentence=say(LOGGED_OUT), onward=onward)
        return Response(page, STATUS, mimetype="text/html")
    problem = Problem(STATUS, "csrf", say(EXPIRED), say(EXPIRED))
    if endpoint not in AGAIN:
        return errors.answer(Problem(STATUS, "csrf", say(errors.CSRF), say(errors.CSRF)))
    try:
        return AGAIN[endpoint](**(request.view_args or {}), problem=problem), STATUS
    except CaseworkError as error:
        return errors.answer(errors.problem_of(error))
