"""Sheets taken over at the command line, and empty ones to be filled in."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from casework.commands.speaking import as_json, command, db, print_json, print_table
from casework.i18n import say
from casework.importing.faults import Fault
from casework.importing.kinds import KINDS
from casework.importing.templates import FORMATS, template
from casework.permissions import SYSTEM
from casework.services.importing import run
from casework.services.importing.outcome import SHOWN, Login, Outcome, Tick
from casework.text import N_, Text

kind_argument = click.argument("kind", type=click.Choice(sorted(KINDS)))
WHERE = N_("line %(line)s")
WHERE_IN_SHEET = N_("sheet “%(sheet)s”, line %(line)s")
READING = N_("Reading the file …")
WRITING = N_("Taking it over")
MORE = N_("… and %(count)s more.")
IGNORED = N_("Not read: %(columns)s.")
COUNTS = N_("%(created)s created, %(updated)s updated, %(unchanged)s unchanged.")


@click.command("import")
@kind_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "within", default="", help="Look names up below this unit (code or name).")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option(
    "--passwords",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the initial passwords of new accounts to this new file (CSV).",
)
@as_json
@command
def import_sheet(
    kind: str, file: Path, within: str, kept: Path | None, *, dry_run: bool, json_wanted: bool
) -> None:
    """Take over units, users or students from a sheet (.xlsx, .csv): the whole file or nothing."""
    if kept is not None and kept.exists():
        raise click.UsageError(f"{kept} exists already; passwords go to a new file.")
    outcome = _taken(kind, file.read_bytes(), within or None, dry_run=dry_run)
    if outcome.faults:
        _tell_faults(outcome)
        raise click.ClickException(say(run.Faulty(outcome).text))
    if kept is not None:
        _keep(kept, outcome.logins)
    _tell(outcome, told=kept is None, json_wanted=json_wanted)


@click.command("import-template")
@kind_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@command
def import_template(kind: str, file: Path) -> None:
    """Write an empty sheet with headings, an example and explanations (.xlsx or .csv)."""
    ending = file.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise click.UsageError(f"{file.name} ends neither in .xlsx nor in .csv.")
    file.write_bytes(template(KINDS[kind], ending, say))
    click.echo(str(file))


def _taken(kind: str, data: bytes, within: str | None, *, dry_run: bool) -> Outcome:
    if sys.stderr.isatty():
        click.echo(say(Text(READING)), err=True)
    parsed = run.parse(kind, data)
    if dry_run:
        with db().reading() as session:
            return run.preview(session, SYSTEM, parsed, within)
    try:
        with _progress(len(parsed.read.rows)) as tick, db().transaction() as session:
            return run.carry_out(session, SYSTEM, parsed, within, tick)
    except run.Faulty as faulty:
        return faulty.outcome


@contextmanager
def _progress(rows: int) -> Iterator[Tick]:
    """A bar on standard error, when somebody looks."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=rows, file=sys.stderr, label=say(Text(WRITING))) as bar:
        yield bar.update


def _tell_faults(outcome: Outcome) -> None:
    for fault in outcome.faults[:SHOWN]:
        click.echo(in_line(fault), err=True)
    if len(outcome.faults) > SHOWN:
        click.echo(say(Text(MORE, {"count": len(outcome.faults) - SHOWN})), err=True)


def in_line(fault: Fault) -> str:
    """A fault with its place: sheet, line, heading, reason."""
    place = fault.place
    parts = []
    if place.line:
        words = {"sheet": place.sheet, "line": place.line}
        parts.append(say(Text(WHERE_IN_SHEET if place.sheet else WHERE, words)))
    return " · ".join((*parts, *([fault.column] if fault.column else ()), say(fault.text)))


def _tell(outcome: Outcome, *, told: bool, json_wanted: bool) -> None:
    if json_wanted:
        found: dict[str, Any] = {"kind": outcome.kind, **outcome.counts, "sha256": outcome.sha256}
        if told and outcome.logins:
            found["passwords"] = {one.login: one.password for one in outcome.logins}
        print_json(found)
        return
    click.echo(say(Text(COUNTS, outcome.counts)))
    if outcome.ignored:
        click.echo(say(Text(IGNORED, {"columns": "、".join(outcome.ignored)})), err=True)
    if told:
        print_table((one.login, one.name, one.password) for one in outcome.logins)


def _keep(file: Path, logins: list[Login]) -> None:
    """Passwords go to a file that only its owner reads."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows((one.login, one.name, one.password) for one in logins)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as kept:
        kept.write(out.getvalue().encode("utf-8-sig"))
