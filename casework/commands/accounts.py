"""Accounts, tokens and places: enough to start a county from nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from casework.commands.speaking import as_json, command, db, print_json, print_table
from casework.services import people, tokens, units


class Post(click.ParamType):
    """``ROLE@UNITCODE``."""

    name = "ROLE@UNIT"

    def convert(self, value: Any, param: Any, ctx: Any) -> people.NewPost:
        """The post; a usage error without the @."""
        if isinstance(value, people.NewPost):
            return value
        role, mark, unit = str(value).partition("@")
        if not mark or not unit:
            self.fail(f"{value!r} is not ROLE@UNITCODE, such as teacher@3701", param, ctx)
        return people.NewPost(role, unit)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return given


password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group("user")
def user() -> None:
    """Accounts."""


@user.command("create")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", "posts", type=Post(), multiple=True, help="May be given several times.")
@password_stdin
@command
def create(login: str, name: str, posts: Sequence[people.NewPost], *, password_stdin: bool) -> None:
    """Make an account with its posts."""
    password = _password(from_stdin=password_stdin)
    with db().transaction() as session:
        people.create_user(session, login, name, password, posts)
    click.echo(login)


@user.command("list")
@as_json
@command
def list_users(*, json_wanted: bool) -> None:
    """The accounts that are not disabled, with their posts."""
    with db().reading() as session:
        found = people.list_users(session)
    if json_wanted:
        for one in found:
            print_json(one)
        return
    print_table(
        (one["login"], one["name"], *(f"{p['role']}@{p['unit_code']}" for p in one["memberships"]))
        for one in found
    )


@user.command("disable")
@click.argument("login")
@command
def disable(login: str) -> None:
    """Close an account: sessions end, tokens are revoked."""
    with db().transaction() as session:
        people.disable(session, login)
    click.echo(login)


@user.command("reset-password")
@click.argument("login")
@password_stdin
@command
def reset_password(login: str, *, password_stdin: bool) -> None:
    """Set a new password; the account's sessions end."""
    password = _password(from_stdin=password_stdin)
    with db().transaction() as session:
        people.set_password(session, login, password)
    click.echo(login)


@click.group("token")
def token() -> None:
    """API tokens."""


@token.command("create")
@click.argument("login")
@command
def create_token(login: str) -> None:
    """Print a new token of an account, once."""
    with db().transaction() as session:
        made = tokens.create_token(session, login)
    click.echo(made)


@click.group("unit")
def unit() -> None:
    """Places: bureaus, schools, grades, classes."""


@unit.command("add")
@click.argument("code")
@click.option("--kind", required=True)
@click.option("--name", required=True)
@click.option("--parent", help="The code of the unit above.")
@click.option("--region", default="", help="GB/T 2260 code.")
@click.option("--stage", default="", help="Stage of a school.")
@command
def add_unit(code: str, kind: str, name: str, parent: str | None, region: str, stage: str) -> None:
    """Add a unit below another."""
    with db().transaction() as session:
        made = units.add_unit(session, code, kind, name, parent, region=region, stage=stage)
        click.echo(str(made.id))


@unit.command("list")
@as_json
@command
def list_units(*, json_wanted: bool) -> None:
    """The tree, parents first."""
    with db().reading() as session:
        found = units.list_units(session)
    if json_wanted:
        for one in found:
            print_json(one)
        return
    print_table((one["id"], one["code"], one["kind"], one["name"]) for one in found)
