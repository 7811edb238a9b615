"""Closed by default: login everywhere, strict headers, CSRF, bounded bodies, known proxies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask, Response, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from casework.http import anonymous, files
from casework.http.context import OPEN_ENDPOINTS, current_actor
from casework.http.installation import Installation

MOST_BYTES = 2 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    # Not no-referrer: the CSRF check of an https site looks at the referrer.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"

csrf = CSRFProtect()


def init_app(app: Flask, settings: Installation) -> None:
    """Set cookies, limits, headers and the default denial."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        SESSION_COOKIE_NAME="casework_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        # A form may stay open during a long talk; the token still dies with the session.
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        # What is sent piece by piece is meant to be seen piece by piece.
        COMPRESS_STREAMS=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.permanent_session_lifetime = timedelta(hours=12)
    app.url_value_preprocessor(files.make_room)  # runs before the body is read for its token
    csrf.init_app(app)
    Compress(app)
    _trust_proxies(app, settings.trusted_proxies)
    app.before_request(_demand_login)
    app.after_request(_headers_for(https=settings.https))
    anonymous.init_app(app)


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe the forwarded address of exactly this many proxies, and of nobody else."""
    if count:
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = fixed  # type: ignore[method-assign]


def _demand_login() -> None:
    """Deny by default: whatever is not listed as open needs a login or a token."""
    if request.endpoint is not None and request.endpoint not in OPEN_ENDPOINTS:
        current_actor()


def _headers_for(*, https: bool) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return add
