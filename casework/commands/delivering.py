"""One pass of the delivery: what the worker does every few seconds."""

from __future__ import annotations

import click

from casework.commands.speaking import as_json, command, db, ground, print_json
from casework.jobs import delivering


@click.command("deliver")
@as_json
@command
def deliver(*, json_wanted: bool) -> None:
    """Send what waits to go out, once."""
    done = delivering.deliver(db(), ground().office)
    if json_wanted:
        print_json({"planned": done.planned, "sent": done.sent, "failed": done.failed})
        return
    click.echo(f"{done.sent} sent" + (f", {done.failed} failed" if done.failed else ""))
