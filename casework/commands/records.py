"""What can be taken out and checked: timelines, and the case types themselves."""

from __future__ import annotations

import click
import orjson

from casework.commands.speaking import as_json, command, db, ground, print_json
from casework.errors import NotFound
from casework.i18n import say
from casework.services import timeline as service
from casework.text import N_, Text
from casework.timeline.verifier import ChainFault
from casework.workflows.diagram import mermaid
from casework.workflows.registry import WORKFLOWS
from casework.workflows.show import describe

NO_CHAIN = N_("There is no timeline “%(key)s”.")


@click.group("timeline")
def timeline() -> None:
    """The tamper-evident timeline."""


@timeline.command("export")
@click.argument("number")
@command
def export(number: str) -> None:
    """The chain of a case (or of a unit: U-CODE) as JSON lines."""
    with db().reading() as session:
        lines = list(service.export(session, number))
    if not lines:
        raise NotFound(Text(NO_CHAIN, {"key": number}))
    for line in lines:
        click.echo(line)


@timeline.command("verify")
@as_json
@command
def verify(*, json_wanted: bool) -> None:
    """Check every chain; leave with 1 and the place of the first fault."""
    try:
        with db().reading() as session:
            tally = service.verify(session)
    except ChainFault as fault:
        if json_wanted:
            place = {"chain": fault.chain, "seq": fault.seq, "reason": fault.reason}
            print_json({"whole": False, **place})
        raise click.ClickException(str(fault)) from fault
    if json_wanted:
        print_json({"whole": True, "chains": tally.chains, "events": tally.events})
    else:
        click.echo(f"{tally.chains} chains with {tally.events} events are whole.")


@click.group("workflow")
def workflow() -> None:
    """The case types."""


@workflow.command("show")
@click.argument("case_type", type=click.Choice(list(WORKFLOWS)))
@click.option(
    "--format", "shape", type=click.Choice(["json", "mermaid"]), default="json", show_default=True
)
@command
def show(case_type: str, shape: str) -> None:
    """A case type with its states, forms, actions and clocks, or its diagram."""
    found = WORKFLOWS[case_type]
    if shape == "mermaid":
        click.echo(mermaid(found, say), nl=False)
        return
    rules = ground().policy.packs.for_region(ground().policy.region).values()
    ids = [rule.id for rule in rules if case_type in rule.case_types]
    click.echo(orjson.dumps(describe(found, ids, say)) + b"\n", nl=False)
