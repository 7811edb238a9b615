"""Casework: reports, clocks and a tamper-evident timeline for school incidents."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from casework import api, cli, clock, i18n, web
from casework.db import Database
from casework.http import errors, health, security, signing
from casework.http.context import Ground
from casework.http.installation import Installation
from casework.http.office import open_office
from casework.services import marks
from casework.services.policy import in_session_info, load_policy


def create_app(settings: Installation) -> Flask:
    """The application of an installation.

    Raises Misconfigured, with file, line and reason, when a pack or a setting does not hold up.
    No scheduler starts here: `flask worker` and `python app.py` bring one.
    """
    app = Flask("casework", instance_path=str(settings.data_dir))
    policy = load_policy(settings)
    database = Database(settings.database_url, in_session_info(policy))
    _set_clock(database, settings)
    app.extensions["casework"] = Ground(settings, policy, database, open_office(settings))
    security.init_app(app, settings)
    i18n.init_app(app, locale=settings.locale, timezone=settings.timezone.key)
    signing.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.blueprint)
    web.register(app)
    api.register(app)
    cli.register(app)
    return app


def _set_clock(database: Database, settings: Installation) -> None:
    offset = settings.clock_offset
    marks.check_demo(demo=_holds_demo(database), host=settings.host, offset=offset)
    clock.set_offset(offset)


def _holds_demo(database: Database) -> bool:
    """False as well for a database that has no tables yet, or cannot be reached right now."""
    try:
        with database.reading() as session:
            return marks.is_demo(session)
    except SQLAlchemyError:
        return False
