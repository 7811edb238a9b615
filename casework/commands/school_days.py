"""Terms and special periods, entered where a bureau has no page for them yet."""

from __future__ import annotations

from datetime import datetime

import click

from casework.commands.speaking import command, db
from casework.models.special_period import KINDS
from casework.permissions import SYSTEM
from casework.services import school_days
from casework.services.units import find_unit

DAY = click.DateTime(("%Y-%m-%d",))


@click.group()
def calendar() -> None:
    """Terms and special periods of schools."""


@calendar.command("term")
@click.argument("unit")
@click.argument("name")
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@command
def term(unit: str, name: str, first: datetime, last: datetime) -> None:
    """Enter a term of UNIT (its code) and everything below it, both days included."""
    with db().transaction() as session:
        unit_id = find_unit(session, unit).id
        days = first.date(), last.date()
        school_days.add_term(session, SYSTEM, unit_id, name, *days)
    click.echo(f"{name}: {first:%Y-%m-%d} – {last:%Y-%m-%d}")


@calendar.command("special")
@click.argument("unit")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@click.option("--times", type=click.IntRange(1, 2), default=2, help="How often a day.")
@command
def special(
    unit: str, kind: str, name: str, first: datetime, last: datetime, *, times: int
) -> None:
    """Enter a special period, in which every day is attested."""
    with db().transaction() as session:
        unit_id = find_unit(session, unit).id
        days = first.date(), last.date()
        school_days.add_special(session, SYSTEM, unit_id, kind, name, *days, times)
    click.echo(f"{name}: {first:%Y-%m-%d} – {last:%Y-%m-%d}")
