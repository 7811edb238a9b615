"""Between the book of clocks, which is pure, and the rows of the table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casework.deadlines import book
from casework.deadlines.derivation import Unit, as_data, from_data
from casework.deadlines.rules import Dues, Origin, Rule, Span, Term, tightened
from casework.models import Case, Clock
from casework.services.subjects import Subject, case_of, place_of
from casework.services.timeline import plain


def terms_of(rule: Rule, row: book.Row) -> dict[str, Any]:
    """The copy of the rule that a row keeps, so that a later change never rewrites the past."""
    return {
        "title": rule.title,
        "basis": rule.basis,
        "basis_en": rule.basis_en,
        "quote": rule.quote,
        "evidence": rule.evidence.value,
        "flag": rule.flag,
        "ladder": row.ladder,
        "origin": row.origin.value,
        "roll": rule.roll.value,
        "target": [_term(term) for term in rule.target],
        "limit": [_term(term) for term in rule.limit],
        "default": any(term.default for term in rule.limit) or not rule.limit,
        "extensions": [{"amount": by.amount, "unit": by.unit.value} for by in row.extensions],
    }


def _term(term: Term) -> dict[str, Any]:
    copied: dict[str, Any] = plain(
        {"amount": term.amount, "unit": term.unit.value, "when": term.when, "default": term.default}
    )
    return copied


def new_row(subject: Subject, row: book.Row, rule: Rule, at: datetime) -> Clock:
    """A clock row as the book started it, not yet stored; of a case unless the caller says else."""
    case = case_of(subject)
    return Clock(
        subject_kind="case",
        subject_id=subject.id,
        case_id=case.id if case else None,
        unit_id=place_of(subject).id,
        rule_id=rule.id,
        rule_version=rule.version,
        region=rule.region,
        recipient=row.recipient or "",
        round=row.round,
        owner=rule.owner,
        terms=terms_of(rule, row),
        derivation=as_data(row.dues.derivation),
        provisional=row.dues.provisional,
        born_at=at,
        started_at=row.started_at,
        target_at=row.dues.target_at,
        limit_at=row.dues.limit_at,
        stopped_at=row.stopped_at,
        stopped_by=row.stopped_by,
        previous_id=row.previous_id,
    )


COPIED = (
    *("rule_id", "rule_version", "region", "recipient", "owner", "terms", "derivation"),
    *("provisional", "started_at", "target_at", "limit_at"),
)
"""What a row keeps when its duty goes on as another row."""


def moved(clock: Clock, target: Case, at: datetime) -> Clock:
    """The same duty with the same due instants, as a row of another case; not yet stored."""
    return Clock(
        subject_kind="case",
        subject_id=target.id,
        case_id=target.id,
        unit_id=target.unit_id,
        round=target.round,
        born_at=at,
        previous_id=clock.id,
        **{name: getattr(clock, name) for name in COPIED},
    )


def successor(clock: Clock, row: book.Row, case: Case, at: datetime) -> Clock:
    """The row that follows an extended one, with the longer due instants; not yet stored."""
    longer = tighten(moved(clock, case, at), row)
    extensions = [{"amount": by.amount, "unit": by.unit.value} for by in row.extensions]
    longer.terms = {**longer.terms, "extensions": extensions}
    longer.round = clock.round
    return longer


def stop(clock: Clock, row: book.Row) -> Clock:
    """End a row as the book says; it may have become due earlier with what ends it."""
    if (clock.target_at, clock.limit_at) != (row.dues.target_at, row.dues.limit_at):
        tighten(clock, row)
    clock.stopped_at, clock.stopped_by = row.stopped_at, row.stopped_by
    clock.next_rung_at = None
    return clock


def resume(clock: Clock) -> Clock:
    """Let a row run on; its due instants stay."""
    clock.stopped_at, clock.stopped_by = None, None
    return clock


def tighten(clock: Clock, row: book.Row) -> Clock:
    """Give a row the earlier instants of the book, with how they came about."""
    clock.target_at, clock.limit_at = row.dues.target_at, row.dues.limit_at
    clock.derivation = as_data(row.dues.derivation)
    clock.provisional = row.dues.provisional
    clock.terms = {**clock.terms, "ladder": row.ladder}
    return clock


def tighten_to(kept: Clock, other: Clock) -> bool:
    """Give a running row the earlier due instants of another; True when that changed it."""
    before = _dues(kept)
    after = tightened(before, _dues(other))
    urgent = book.URGENT in (kept.terms["ladder"], other.terms["ladder"])
    ladder = book.URGENT if urgent else kept.terms["ladder"]
    if after == before and ladder == kept.terms["ladder"]:
        return False
    kept.target_at, kept.limit_at = after.target_at, after.limit_at
    kept.provisional, kept.derivation = after.provisional, as_data(after.derivation)
    kept.terms = {**kept.terms, "ladder": ladder}
    return True


def _dues(clock: Clock) -> Dues:
    return Dues(clock.target_at, clock.limit_at, clock.provisional, from_data(clock.derivation))


def to_book(clock: Clock) -> book.Row:
    """A stored row as the book sees it."""
    return book.Row(
        rule_id=clock.rule_id,
        rule_version=clock.rule_version,
        recipient=clock.recipient or None,
        round=clock.round,
        origin=Origin(clock.terms["origin"]),
        started_at=clock.started_at,
        dues=Dues(clock.target_at, clock.limit_at, clock.provisional, from_data(clock.derivation)),
        ladder=clock.terms["ladder"],
        stopped_at=clock.stopped_at,
        stopped_by=clock.stopped_by,
        id=clock.id,
        previous_id=clock.previous_id,
        extensions=tuple(
            Span(by["amount"], Unit(by["unit"])) for by in clock.terms.get("extensions", ())
        ),
    )


def listed(clock: Clock) -> dict[str, Any]:
    """A row as the event of a step lists it."""
    listed = {
        "rule": clock.rule_id,
        "version": clock.rule_version,
        "round": clock.round,
        "started_at": clock.started_at,
        "target_at": clock.target_at,
        "limit_at": clock.limit_at,
        "stopped_at": clock.stopped_at,
        "stopped_by": clock.stopped_by,
        "recipient": clock.recipient or None,
    }
    kept: dict[str, Any] = plain(
        {name: value for name, value in listed.items() if value is not None}
    )
    return kept
