"""Terms, special periods, closures and the rolls of a school's day, entered without a page."""

from __future__ import annotations

from datetime import datetime

import click

from casework.commands.speaking import command, db
from casework.models.period import DAYS, UNIT_KINDS
from casework.models.special_period import KINDS
from casework.permissions import SYSTEM
from casework.services import school_days
from casework.services.rolls import periods
from casework.services.rolls.shapes import NewPeriod
from casework.services.units import find_unit

DAY = click.DateTime(("%Y-%m-%d",))
TIME = click.DateTime(("%H:%M",))


@click.group()
def calendar() -> None:
    """Terms, special periods and closures of schools."""


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


@calendar.command("closed")
@click.argument("unit")
@click.argument("name")
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@command
def closed(unit: str, name: str, first: datetime, last: datetime) -> None:
    """Enter that UNIT (its code) is closed; NAME says why."""
    with db().transaction() as session:
        unit_id = find_unit(session, unit).id
        school_days.add_closure(session, SYSTEM, unit_id, name, first.date(), last.date())
    click.echo(f"{name}: {first:%Y-%m-%d} – {last:%Y-%m-%d}")


@calendar.command("roll")
@click.argument("unit")
@click.argument("code")
@click.argument("name")
@click.argument("bell", type=TIME)
@click.option("--kind", type=click.Choice(UNIT_KINDS), default="class", help="Where it is called.")
@click.option("--days", type=click.Choice(DAYS), default="school", help="School days, or all.")
@click.option("--weekdays", default="", help="Only on these, such as 7 for Sundays.")
@click.option("--from", "first", type=DAY, help="From this day on; a change from tomorrow.")
@click.option("--reason", default="", help="Why it changes.")
@command
def roll(
    unit: str,
    code: str,
    name: str,
    bell: datetime,
    *,
    kind: str,
    days: str,
    weekdays: str,
    first: datetime | None,
    reason: str,
) -> None:
    """Enter or change a roll of the day of the school UNIT (its code); BELL is local time."""
    new = NewPeriod(code, name, kind, bell.time(), days, weekdays)
    from_on = first.date() if first else None
    with db().transaction() as session:
        unit_id = find_unit(session, unit).id
        found = periods.set_period(session, SYSTEM, unit_id, new, from_on=from_on, reason=reason)
        since = found.from_on
    click.echo(f"{name}: {bell:%H:%M}, {since:%Y-%m-%d} –")
