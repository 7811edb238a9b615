"""Pages without a session: no cookie is read or set, nothing about who asks is noted.

Those for people without a name, and those that a secret link in a message opens. Who is logged in
and opens such a page is a stranger there, too: no session is looked up or renewed.
"""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

log = logging.getLogger(__name__)

PREFIX = "/tell"
LINKS = "/acknowledge"
"""Below it the address itself is the secret."""
PREFIXES = (PREFIX, LINKS)
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
UNSEEN = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
HERE = "casework"


class Forgetful(SecureCookieSessionInterface):
    """Sessions as everywhere, but below these addresses an empty one that is never kept."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie; below these addresses it is not looked at."""
        if below(request.path):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie; never below these addresses."""
        if not below(request.path):
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Forget whoever asks below these addresses."""
    app.session_interface = Forgetful()
    app.after_request(_quietly)


def below(path: str) -> bool:
    """True for the pages without a session."""
    return any(path == one or path.startswith(f"{one}/") for one in PREFIXES)


def log_failure(error: BaseException) -> None:
    """Note that such a page failed, and where in this program; never with what was sent.

    Neither the words of the error nor the address asked for: both may hold what somebody typed.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [f"{one.name}:{one.lineno}" for one in frames if HERE in one.filename] or ["?"]
    log.error("a page without a name failed: %s in %s", type(error).__name__, " ".join(own[-3:]))


def _quietly(response: Response) -> Response:
    if below(request.path):
        response.headers.update(HEADERS)
        if not request.path.startswith(PREFIX):
            response.headers.update(UNSEEN)
    return response
