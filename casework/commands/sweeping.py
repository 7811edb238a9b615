"""The sweep: one pass now, what would fire by then, and the process that does nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from casework import clock
from casework.commands.speaking import MOMENT, as_json, command, db, ground, print_json, print_table
from casework.commands.stopping import Stop
from casework.jobs import scheduler, tasks
from casework.services.sweep import Fired, forecast

FARTHEST = timedelta(days=31)
"""A rehearsal holds up whoever writes; a month of rungs takes seconds."""


@click.command("sweep")
@click.option("--dry-run", is_flag=True, help="Change nothing; needs --at.")
@click.option("--at", type=MOMENT, help="Up to which instant a dry run looks.")
@as_json
@command
def sweep(*, dry_run: bool, at: datetime | None, json_wanted: bool) -> None:
    """Fire every rung that is due, once."""
    if dry_run != (at is not None):
        raise click.UsageError("--dry-run and --at belong together")
    if at is not None:
        if at - clock.now() > FARTHEST:
            raise click.UsageError(f"--at: at most {FARTHEST.days} days ahead")
        with db().rehearsal() as session:
            found = forecast(session, at)
        _tell({"at": at, "dry_run": True}, found, json_wanted=json_wanted)
        return
    done = tasks.sweep(db(), timedelta(seconds=ground().settings.sweep_seconds))
    _tell({"at": done.at, "failed": done.failed}, done.fired, json_wanted=json_wanted)


def _tell(head: dict[str, Any], fired: list[Fired], *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({**head, "fired": [one.as_data() for one in fired]})
        return
    print_table((one.due_at.isoformat(), one.case, one.rule, one.rung) for one in fired)
    failed = head.get("failed", [])
    click.echo(f"{len(fired)} fired" + (f", {len(failed)} failed" if failed else ""))


@click.command("worker")
@command
def worker() -> None:
    """Sweep and deliver every few seconds until told to stop; the present pass is finished."""
    stop = Stop()
    seconds = ground().settings.sweep_seconds
    with scheduler.running(db(), seconds, ground().office):
        often = int(ground().office.terms.every.total_seconds())
        click.echo(f"Sweeping every {seconds} seconds, delivering every {often}.", err=True)
        stop.wait()
    db().dispose()
