"""Casework: reports, clocks and a tamper-evident timeline for school incidents."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from casework import api, clock, i18n, web
from casework.db import Database
from casework.errors import Misconfigured
from casework.http import errors, health, security, signing
from casework.http.context import Ground
from casework.http.installation import Installation
from casework.services import marks
from casework.services.policy import in_session_info, load_policy
from casework.text import N_, Text

NOT_DEMO = N_("The clock can only be shifted on a database that holds the demo county.")
NOT_PUBLIC = N_("The demo county is served on this machine only, not on %(host)s.")


def create_app(settings: Installation) -> Flask:
    """The application of an installation.

    Raises Misconfigured, with file, line and reason, when a pack or a setting does not hold up.
    No scheduler starts here: `flask worker` and `python app.py` bring one.
    """
    app = Flask("casework", instance_path=str(settings.data_dir))
    policy = load_policy(settings)
    database = Database(settings.database_url, in_session_info(policy))
    _set_clock(database, settings)
    app.extensions["casework"] = Ground(settings, policy, database)
    security.init_app(app, settings)
    i18n.init_app(app, locale=settings.locale, timezone=settings.timezone.key)
    signing.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.blueprint)
    web.register(app)
    api.register(app)
    return app


def _set_clock(database: Database, settings: Installation) -> None:
    """Shift the clock of a demo; neither shift a real clock nor show the demo to others."""
    demo = _holds_demo(database)
    if settings.clock_offset and not demo:
        raise Misconfigured(Text(NOT_DEMO))
    if demo and not _is_loopback(settings.host):
        raise Misconfigured(Text(NOT_PUBLIC, {"host": settings.host}))
    clock.set_offset(settings.clock_offset)


def _holds_demo(database: Database) -> bool:
    """False as well for a database that has no tables yet, or cannot be reached right now."""
    try:
        with database.reading() as session:
            return marks.is_demo(session)
    except SQLAlchemyError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
