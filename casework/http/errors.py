"""The one table of errors: each becomes a status and sentences, as problem+json or as a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException

from casework.db import collided
from casework.errors import CaseworkError, Invalid, NotFound, Refused, Unauthenticated
from casework.http.context import LOGIN_ENDPOINT, is_api
from casework.i18n import say
from casework.text import N_, Text

log = logging.getLogger(__name__)

CSRF = N_("This form has expired. What you typed may still be there: go back and send it again.")
NESTED = N_("This is nested too deeply to be read.")
CROWDED = N_(
    "Others were writing the same at this very moment. Look whether your step is there; if not, "
    "repeat it."
)
BROKEN = N_("Something went wrong on our side. It has been recorded; nothing was changed.")
SENTENCES: Mapping[int, str] = {
    400: N_("The request could not be understood."),
    404: NotFound.title,
    405: N_("This address cannot be used in this way."),
    413: N_("This is too large to be sent."),
    415: N_("Send JSON, with the content type application/json."),
    422: N_("Some entries are missing or wrong."),
    429: N_("Too many attempts. Wait a little, then try again."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error as it is shown: ``errors`` maps a field (or ``refusals``) to its sentences."""

    status: int
    kind: str
    title: str
    detail: str
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def init_app(app: Flask) -> None:
    """Answer every error in the shape of the door it came through."""
    app.register_error_handler(Unauthenticated, _unauthenticated)
    app.register_error_handler(CaseworkError, lambda error: answer(problem_of(error)))
    app.register_error_handler(CSRFError, lambda _: answer(_problem(400, "csrf", CSRF)))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(RecursionError, lambda _: answer(_problem(400, "nested", NESTED)))
    app.register_error_handler(Exception, _unexpected)


def problem_of(error: CaseworkError) -> Problem:
    """A domain error as it is shown, in the language of the request."""
    errors: dict[str, list[str]] = {}
    if isinstance(error, Invalid):
        errors = {name: [say(text) for text in texts] for name, texts in error.errors.items()}
    elif isinstance(error, Refused):
        errors = {"refusals": [say(text) for text in error.refusals]}
    retry_after = getattr(error, "retry_after", None)
    return Problem(
        status=error.status,
        kind=type(error).__name__.lower(),
        title=say(Text(error.title)),
        detail=say(error.text),
        errors=errors,
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
    )


def http_error(error: HTTPException) -> ResponseReturnValue:
    """What the framework itself refuses; the ``data`` of a bad request holds faults by field."""
    if error.response is not None:
        return error.response
    status = error.code or 500
    sentence = SENTENCES.get(status, SENTENCES[400] if status < 500 else BROKEN)
    found = getattr(error, "data", None) or {}
    problem = _problem(status, "http", sentence, by_field(found.get("messages")))
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return answer(problem, headers)


def by_field(messages: object, place: str = "") -> dict[str, list[str]]:
    """Nested messages of a schema flattened to ``people.0.name`` and the like."""
    if isinstance(messages, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            hidden = name in {"json", "query", "form", "_schema"}
            spot = place if hidden else f"{place}.{name}" if place else str(name)
            found |= by_field(inner, spot)
        return found
    if isinstance(messages, Sequence) and not isinstance(messages, str):
        return {
            place or "body": [say(one) if isinstance(one, Text) else str(one) for one in messages]
        }
    return {} if messages is None else {place or "body": [str(messages)]}


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem in the shape of the door: problem+json for programs, a page for people."""
    response = _json(problem) if is_api() else _page(problem)
    response.status_code = problem.status
    response.headers.extend({**problem.headers, **(headers or {})})
    return response


def _problem(
    status: int, kind: str, sentence: str, errors: Mapping[str, Sequence[str]] | None = None
) -> Problem:
    return Problem(status, kind, say(sentence), say(sentence), errors or {})


def _json(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:casework:{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "errors": problem.errors,
    }
    response = jsonify(body)
    response.content_type = "application/problem+json"
    return response


def _page(problem: Problem) -> Response:
    try:
        return Response(render_template("error.html", problem=problem), mimetype="text/html")
    except TemplateNotFound:
        sentences = [problem.detail, *(s for texts in problem.errors.values() for s in texts)]
        return Response("\n".join(dict.fromkeys(sentences)), mimetype="text/plain")


def _unauthenticated(error: Unauthenticated) -> ResponseReturnValue:
    if is_api():
        return answer(problem_of(error), {"WWW-Authenticate": "Bearer"})
    onward = _onward()
    return redirect(url_for(LOGIN_ENDPOINT, next=onward if onward != "/" else None), 303)


def _onward() -> str | None:
    """Where to go on after the login: what was asked for, or the form that was sent."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    can_be_opened = current_app.url_map.bind("").test(request.path, method="GET")
    return request.path if can_be_opened else None


def _unexpected(error: Exception) -> ResponseReturnValue:
    """The last resort: the log gets everything, whoever asked gets a sentence."""
    if collided(error):
        log.warning("request gave way: %s %s", request.method, request.url_rule)
        return answer(_problem(503, "crowded", CROWDED), {"Retry-After": "1"})
    log.exception("request failed: %s %s", request.method, request.url_rule)
    problem = _problem(500, "internal", BROKEN)
    try:
        return answer(problem)
    except Exception:  # the error page itself may be what is broken
        log.exception("the error page failed")
        return Response(problem.detail, 500, mimetype="text/plain")
