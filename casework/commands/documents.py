"""The documents: whether every issued file is still what it was, and can be made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from casework.commands.speaking import as_json, command, db, print_json
from casework.http.documents import press
from casework.services.documents.proving import Proved, prove_all


@click.group("document")
def document() -> None:
    """Official documents."""


@document.command("verify")
@as_json
@command
def verify(*, json_wanted: bool) -> None:
    """Open every issued file; leave with 1 when one is missing, changed, or comes out differently.

    A file of an older version of the program is proved by its hash alone. `timeline verify` holds
    the rows against the chains.
    """
    counts: Counter[str] = Counter()
    faults: list[Proved] = []
    with db().reading() as session:
        for one in _proved(session):
            counts[one.proof.value] += 1
            if not one.good:
                faults.append(one)
            if json_wanted:
                print_json({name: getattr(one, name) for name in Proved.__slots__})
    if not json_wanted:
        click.echo(f"{counts.total()} documents, {counts['same']} made again byte by byte.")
        for one in faults:
            click.echo(f"{one.id}\t{one.symbol or one.kind}\t{one.proof.value}\t{one.sha256}")
    if faults:
        raise click.ClickException(f"{len(faults)} documents are not what they were.")


def _proved(session: Session) -> Iterator[Proved]:
    return prove_all(session, press())
