"""Sources of signals: make one, change its secret, end it."""

from __future__ import annotations

import click

from casework.commands.speaking import as_json, command, db, ground, print_json, print_table
from casework.services.signals import sources


@click.group("signal-source")
def signal_source() -> None:
    """Programs that may send signals to /api/v1/hooks/NAME."""


@signal_source.command("create")
@click.argument("name")
@click.option("--kind", required=True, help="The kind of its signals, such as smoke_alarm.")
@click.option("--unit", required=True, help="Code of the unit they are about; or of one above.")
@command
def create(name: str, kind: str, unit: str) -> None:
    """Make a source and print its secret."""
    with db().transaction() as session:
        made = sources.create(session, name, kind, unit)
        click.echo(sources.secret_of(made, ground().settings.secret_key))


@signal_source.command("rotate")
@click.argument("name")
@command
def rotate(name: str) -> None:
    """Print a new secret; the old one ends at once."""
    with db().transaction() as session:
        click.echo(sources.secret_of(sources.rotate(session, name), ground().settings.secret_key))


@signal_source.command("disable")
@click.argument("name")
@command
def disable(name: str) -> None:
    """Take nothing from the source any more."""
    with db().transaction() as session:
        sources.disable(session, name)
    click.echo(name)


@signal_source.command("list")
@as_json
@command
def list_sources(*, json_wanted: bool) -> None:
    """The sources, without their secrets."""
    with db().reading() as session:
        found = sources.listed(session)
    if json_wanted:
        for one in found:
            print_json(one)
        return
    print_table(
        (one["name"], one["kind"], one["unit"], "disabled" if one["disabled"] else "")
        for one in found
    )
