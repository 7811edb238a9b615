"""Deadlines, explained: those of a rule, and any period at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import click
import orjson

from casework.commands.speaking import (
    MOMENT,
    as_json,
    command,
    ground,
    print_json,
    sentence,
)
from casework.deadlines.conditions import CASE_TYPES, CATEGORIES, GRADES, LEVELS
from casework.deadlines.derivation import Roll, Unit, due
from casework.deadlines.rules import Rule
from casework.errors import CaseworkError, Invalid, NotFound
from casework.i18n import LOCALES, SOURCE_LOCALE, render, say
from casework.text import N_, Text

NO_RULE = N_("There is no clock “%(rule)s”.")
BAD_LINE = N_("A line is a JSON object with amount, unit, start and perhaps roll.")


URGENT_GRADES = frozenset({"major", "extraordinary"})
URGENT_CATEGORIES = frozenset({"self_harm"})


@click.group("deadline")
def deadline() -> None:
    """How deadlines are counted."""


@deadline.command("explain")
@click.argument("rule")
@click.option("--start", type=MOMENT, required=True)
@click.option("--region", default="", help="GB/T 2260 code; the installation's without.")
@click.option("--category", type=click.Choice(sorted(CATEGORIES)))
@click.option("--grade", type=click.Choice((*GRADES, *LEVELS)))
@click.option("--case-type", type=click.Choice(sorted(CASE_TYPES)), help="For rules of several.")
@click.option("--strict", is_flag=True, help="A strict absence.")
@as_json
@command
def explain(
    rule: str,
    start: datetime,
    region: str,
    category: str | None,
    grade: str | None,
    case_type: str | None,
    *,
    strict: bool,
    json_wanted: bool,
) -> None:
    """Both thresholds of a clock that starts then; unknown category or grade: the strictest."""
    policy = ground().policy
    try:
        found = policy.packs.rule(rule, region or policy.region)
    except NotFound:
        raise NotFound(Text(NO_RULE, {"rule": rule})) from None
    context = {
        **_supposed(found, category, grade, case_type),
        "strict": strict,
        "region": region or policy.region,
    }
    dues = found.due(start, context, policy.calendar)
    answer = {
        "rule": found.id,
        "version": found.version,
        "region": found.region,
        "title": say(found.title),
        "basis": found.basis,
        "evidence": found.evidence.value,
        "target_at": dues.target_at,
        "limit_at": dues.limit_at,
        "provisional": dues.provisional,
    }
    _print(answer, dues.derivation, json_wanted=json_wanted)


def _supposed(
    rule: Rule, category: str | None, grade: str | None, case_type: str | None
) -> dict[str, object]:
    """The case the numbers are for: an ordinary one, but of unknown category and grade.

    Without either it may be urgent; with one it is urgent when that alone makes it so.
    """
    known = category is not None or grade is not None
    urgent = grade in URGENT_GRADES or category in URGENT_CATEGORIES
    given = {
        "category": category,
        "level" if grade in LEVELS else "grade": grade,
        "case_type": case_type or next(iter(rule.case_types), None),
        "urgent": urgent if known else None,
        "hurt": False,
        "long_missing": False,
        "alarm": False,
        "forced": True,
    }
    return {name: value for name, value in given.items() if value is not None}


@deadline.command("compute")
@click.option("--amount", type=int)
@click.option("--unit", type=click.Choice([unit.value for unit in Unit]))
@click.option("--roll", type=click.Choice([roll.value for roll in Roll]), default=Roll.NONE.value)
@click.option("--start", type=MOMENT)
@click.option("--stdin", "from_stdin", is_flag=True, help="JSON lines in, one answer a line out.")
@as_json
@command
def compute(
    amount: int | None,
    unit: str | None,
    roll: str,
    start: datetime | None,
    *,
    from_stdin: bool,
    json_wanted: bool,
) -> None:
    """When a period ends, with every step of the count."""
    if from_stdin:
        sys.exit(_compute_lines(sys.stdin))
    if amount is None or unit is None or start is None:
        raise click.UsageError("--amount, --unit and --start are needed")
    found = due(start, amount, unit, roll, ground().policy.calendar)
    answer = {"due_at": found.due_at, "provisional": found.provisional}
    _print(answer, found.derivation, json_wanted=json_wanted)


def _compute_lines(lines: Iterable[str]) -> int:
    """Answer every line, a bad one with its fault; 1 when there was one."""
    bad = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            print_json(_answer(line))
        except CaseworkError as error:
            print_json({"error": sentence(error)})
            bad = 1
    return bad


def _answer(line: str) -> dict[str, Any]:
    try:
        asked = orjson.loads(line)
        start = datetime.fromisoformat(asked["start"])
        amount, unit, roll = asked["amount"], asked["unit"], asked.get("roll") or Roll.NONE
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Invalid({"line": [Text(BAD_LINE)]}) from None
    found = due(start, amount, unit, roll, ground().policy.calendar)
    answer = {"due_at": found.due_at, "provisional": found.provisional}
    return {**answer, "derivation": _both(found.derivation)}


def _both(steps: Iterable[Text]) -> list[dict[str, str]]:
    """Every step in both languages."""
    names = {locale: locale.partition("_")[0] for locale in (*LOCALES, SOURCE_LOCALE)}
    return [{name: render(step, locale) for locale, name in names.items()} for step in steps]


def _print(answer: Mapping[str, Any], steps: Iterable[Text], *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({**answer, "derivation": _both(steps)})
        return
    for name, value in answer.items():
        click.echo(f"{name}: {value.isoformat() if isinstance(value, datetime) else value}")
    for step in steps:
        click.echo(f"- {say(step)}")
