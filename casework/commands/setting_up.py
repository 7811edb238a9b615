"""Setting up: the tables, the signing key, the demo county, new migrations."""

from __future__ import annotations

import click

from casework import migrations
from casework.commands.speaking import command, db, ground, print_table
from casework.demo.play import is_empty, load_demo
from casework.demo.stories import STORIES
from casework.services import marks, people, receipts
from casework.services.evidence.store import Store

DEMO_PASSWORD = "demo-casework"  # noqa: S105 - public on purpose, refused on other machines


@click.command("init")
@command
def init() -> None:
    """Migrate the database, check the packs, make the signing key; may run again."""
    migrations.upgrade(db())
    receipts.make_signing_key(ground().settings.data_dir)
    rules = ground().policy.packs.for_region(ground().policy.region)
    click.echo(f"Ready: the tables are up to date, {len(rules)} clocks are loaded.")


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are accounts already.")
@click.option("--no-cases", is_flag=True, help="Units, people, rosters and quiet days only.")
@command
def demo(*, if_empty: bool, no_cases: bool) -> None:
    """Load the demo county into an empty database and print its logins."""
    marks.check_demo(demo=True, host=ground().settings.host, offset=ground().settings.clock_offset)
    with db().reading() as session:
        empty, loaded = is_empty(session), marks.is_demo(session)
    if if_empty and not empty:
        return
    if loaded:
        click.echo("The demo county is already here.")
        print_logins()
        return
    load_demo(db(), Store(ground().settings.data_dir), () if no_cases else STORIES)
    print_logins()


def print_logins() -> None:
    """The people of the demo with their posts, and the password they share."""
    with db().reading() as session:
        users = people.list_users(session)
    click.echo(f"Demo logins (password {DEMO_PASSWORD}):")
    print_table(
        (f"  {user['login']}", user["name"], post["role"], post["unit"])
        for user in users
        for post in user["memberships"]
    )


@click.command("migrate")
@click.argument("name")
@command
def migrate(name: str) -> None:
    """Write a migration from what the models have and the database has not."""
    for path in migrations.write_revision(db(), name):
        click.echo(str(path))
