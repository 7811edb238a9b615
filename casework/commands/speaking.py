"""How commands speak: results on standard output, one sentence of error on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from casework.db import Database
from casework.errors import CaseworkError, Invalid, Refused
from casework.http import Ground
from casework.i18n import say
from casework.services.timeline import plain
from casework.text import N_, Text

NO_DATABASE = N_(
    "The database cannot be used (%(reason)s). Is it reachable, and has `init` been run?"
)

Command = TypeVar("Command", bound=Callable[..., Any])


def ground() -> Ground:
    """What the application of this command stands on."""
    return cast("Ground", current_app.extensions["casework"])


def db() -> Database:
    """The database of this application."""
    return ground().db


def command(view: Command) -> Command:
    """Run inside the application; a domain error is a sentence and exit code 1."""

    @with_appcontext
    @wraps(view)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except CaseworkError as error:
            raise click.ClickException(sentence(error)) from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).partition("\n")[0]
            raise click.ClickException(say(Text(NO_DATABASE, {"reason": reason}))) from error

    return cast("Command", spoken)


def sentence(error: CaseworkError) -> str:
    """The error in one line, each fault with its field."""
    if isinstance(error, Invalid):
        faults = (f"{name}: {say(t)}" for name, texts in error.errors.items() for t in texts)
        return " ".join((say(error.text), *faults))
    if isinstance(error, Refused):
        return " ".join(say(text) for text in error.refusals)
    return say(error.text)


def print_json(data: object) -> None:
    """One JSON value on one line, in UTF-8 whatever the terminal speaks."""
    click.echo(orjson.dumps(plain(data)) + b"\n", nl=False)


def print_table(rows: Iterable[tuple[object, ...]]) -> None:
    """Rows for people, columns apart by tabs."""
    for row in rows:
        click.echo("\t".join(str(cell) for cell in row))


class Moment(click.ParamType):
    """An ISO 8601 instant with its offset."""

    name = "ISO"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """The instant; a usage error without an offset."""
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no ISO 8601 instant", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no offset, such as +08:00 or Z", param, ctx)
        return instant


MOMENT = Moment()
as_json = click.option("--json", "json_wanted", is_flag=True, help="Print JSON only.")
