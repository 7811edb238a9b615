"""The `flask` commands, and serving: web and sweep in one process on one machine."""

from __future__ import annotations

import sys

import click
import waitress
from flask import Flask

from casework import migrations
from casework.commands import (
    accounts,
    deadlines,
    delivering,
    documents,
    importing,
    records,
    school_days,
    setting_up,
    signal_sources,
    sweeping,
)
from casework.commands.speaking import ground
from casework.commands.stopping import Stop
from casework.jobs import scheduler
from casework.services import marks, receipts

COMMANDS = (
    setting_up.init,
    setting_up.demo,
    setting_up.migrate,
    accounts.user,
    accounts.token,
    accounts.unit,
    importing.import_sheet,
    importing.import_template,
    deadlines.deadline,
    school_days.calendar,
    signal_sources.signal_source,
    documents.document,
    records.timeline,
    records.workflow,
    sweeping.sweep,
    delivering.deliver,
    sweeping.worker,
)
THREADS = 8


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)


def serve(app: Flask) -> None:
    """Serve and sweep until SIGTERM or SIGINT; the present pass is finished first."""
    with app.app_context():
        _serve(app)


def _serve(app: Flask) -> None:
    settings, db = ground().settings, ground().db
    if settings.embedded:
        migrations.upgrade(db)
        receipts.make_signing_key(settings.data_dir)
    try:
        server = waitress.create_server(
            app, host=settings.host, port=settings.port, threads=THREADS, ident=None
        )
    except OSError as error:
        sys.exit(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.")
    with db.reading() as session:
        demo = marks.is_demo(session)
    click.echo(f"Casework: {settings.base_url}  (Ctrl-C stops it)")
    if demo:
        setting_up.print_logins()
    sys.stdout.flush()
    Stop(then=_leave)
    with scheduler.running(db, settings.sweep_seconds, ground().office):
        server.run()
    server.close()
    db.dispose()


def _leave() -> None:
    """Break out of the server's loop, which answers what it has begun."""
    raise SystemExit(0)
