"""What happens to the clocks of one subject at one moment: started, stopped, resumed, tightened.

Pure: rules, rows and a moment in, changes out. The same function works in the services, in the
property tests and in the simulated demo. Nothing here ever moves a due instant later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from casework.deadlines.calendar import Calendar
from casework.deadlines.moment import FACT, URGENT, Moment, Row, Trigger
from casework.deadlines.rules import (
    OWN_RECIPIENT,
    Dues,
    Opening,
    Origin,
    Rule,
    Span,
    longer,
    tightened,
)

__all__ = ["URGENT", "Changes", "Moment", "Row", "Trigger", "advance", "extend", "extended"]


@dataclass(slots=True)
class Changes:
    """What the moment did, row by row, in the order of the rules."""

    started: list[Row] = field(default_factory=list)
    stopped: list[Row] = field(default_factory=list)
    resumed: list[Row] = field(default_factory=list)
    tightened: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        """True when anything changed."""
        return bool(self.started or self.stopped or self.resumed or self.tightened)


def advance(
    rules: Iterable[Rule], rows: Iterable[Row], moment: Moment, calendar: Calendar | None = None
) -> Changes:
    """Work one moment through all rules of a subject and tell what changes.

    ``rows`` are all rows of the subject, stopped ones included, oldest first.
    """
    latest = {(row.rule_id, row.recipient): row for row in rows}
    changes = Changes()
    for rule in rules:
        kept = [key[1] for key in latest if key[0] == rule.id]
        for recipient in dict.fromkeys((*kept, *rule.recipients(moment.after))):
            _one(rule, recipient, latest.get((rule.id, recipient)), moment, calendar, changes)
    if moment.final:
        _void(latest.values(), moment, changes)
    return changes


def extend(row: Row, by: Span, calendar: Calendar | None = None) -> Row:
    """The row that follows an approved extension: both thresholds later by ``by``.

    The only function of the product that moves a due instant later. The caller stops the old row.
    """
    return replace(
        row,
        dues=longer(row.dues, by, calendar),
        id=None,
        previous_id=row.id,
        extensions=(*row.extensions, by),
    )


def extended(dues: Dues, row: Row, calendar: Calendar | None = None) -> Dues:
    """These dues with all the extensions the row has been given."""
    for by in row.extensions:
        dues = longer(dues, by, calendar)
    return dues


def _one(
    rule: Rule,
    recipient: str | None,
    row: Row | None,
    moment: Moment,
    calendar: Calendar | None,
    changes: Changes,
) -> None:
    """One rule, one recipient: close, resume, open or tighten, in this order."""
    running = row is not None and row.stopped_at is None
    closer = _closer(rule, recipient, moment)
    if row is not None and running and closer is not None:
        changes.stopped.append(_met(rule, row, closer, moment, calendar))
        running = False
        if not rule.repeat:
            return
    resumer = next((t for t in moment.triggers if t.name in rule.resumes_on), None)
    if row is not None and not running and resumer is not None and row.stopped_at is not None:
        changes.resumed.append(replace(row, stopped_at=None, stopped_by=None))
        return
    opening = _opening(rule, recipient, moment, row)
    if opening is not None and not running:
        _open(rule, recipient, row, opening, moment, calendar, changes)
    elif row is not None and running:
        _tighten(rule, row, opening, moment, calendar, changes)


def _closer(rule: Rule, recipient: str | None, moment: Moment) -> Trigger | None:
    for trigger in moment.triggers:
        if rule.closed_by(trigger.name, recipient):
            return trigger
    for name in rule.closes_on:
        if name.startswith(FACT) and name.removeprefix(FACT) in moment.facts:
            return Trigger(name, moment.facts[name.removeprefix(FACT)])
    return None


def _already_met(rule: Rule, moment: Moment) -> bool:
    """A duty whose closing fact holds already is not revived."""
    return any(
        name.startswith(FACT) and name.removeprefix(FACT) in moment.facts for name in rule.closes_on
    )


def _met_by_fact(row: Row | None) -> bool:
    return row is not None and (row.stopped_by or "").startswith(FACT)


def _opening(
    rule: Rule, recipient: str | None, moment: Moment, row: Row | None
) -> tuple[datetime, Opening] | None:
    """The earliest start that this moment gives the rule, or None."""
    if recipient not in rule.recipients(moment.after) or _already_met(rule, moment):
        return None
    found = [
        (_start(opening, trigger, moment), opening)
        for trigger in moment.triggers
        for opening in rule.openings(trigger.name, moment.after, moment.state)
        if not (opening.first and row is not None) and not (opening.again and not _met_by_fact(row))
    ]
    return min(found, key=_rank) if found else None


def _rank(found: tuple[datetime, Opening]) -> tuple[datetime, bool, bool]:
    """The earliest start; of equal ones that which moves when somebody is found to have known."""
    start, opening = found
    return start, opening.origin is Origin.EVENT, not opening.first


def _start(opening: Opening, trigger: Trigger, moment: Moment) -> datetime:
    start = trigger.at
    if opening.origin is Origin.WATCH_END:
        start = max(start, moment.origins.get(Origin.WATCH_END) or start)
    elif opening.origin is not Origin.EVENT:
        fallback = moment.origins.get(Origin.KNOWN_AT) or start
        start = moment.origins.get(opening.origin) or fallback
    return opening.after.after(start) if opening.after else start


def _open(
    rule: Rule,
    recipient: str | None,
    previous: Row | None,
    found: tuple[datetime, Opening],
    moment: Moment,
    calendar: Calendar | None,
    changes: Changes,
) -> None:
    start, opening = found
    row = Row(
        rule_id=rule.id,
        rule_version=rule.version,
        recipient=recipient,
        round=moment.round,
        origin=opening.origin,
        started_at=start,
        dues=rule.due(start, moment.after, calendar),
        ladder=rule.ladder(moment.after),
        previous_id=previous.id if previous else None,
    )
    said = moment.told if previous is None else moment.called
    closers = () if rule.repeat else _closers(rule, row, opening, moment, said)
    closer = min(closers, key=lambda trigger: trigger.at, default=None)
    changes.started.append(_stop(row, closer) if closer else row)


def _closers(
    rule: Rule,
    row: Row,
    opening: Opening,
    moment: Moment,
    said: Mapping[str, Sequence[datetime]],
) -> Iterator[Trigger]:
    """What stops a row at its birth: this step, or its recipient was told before it was entered.

    People call first and type later: a call from the start of the row on counts. For a recipient
    who only now has to be told, any report of this round does. What was written before a worse
    fact came up said nothing of it.
    """
    closer = _closer(rule, row.recipient, moment)
    if closer is not None:
        yield closer
    if row.recipient is None or OWN_RECIPIENT not in rule.closes_on:
        return
    known = moment.origins.get(Origin.KNOWN_AT) if opening.first else None
    since = min(row.started_at, known) if known else row.started_at
    name = OWN_RECIPIENT.format(recipient=row.recipient)
    yield from (Trigger(name, at) for at in said.get(row.recipient, ()) if at >= since)


def _stop(row: Row, trigger: Trigger, start: datetime | None = None) -> Row:
    at = max(trigger.at, start or row.started_at) if trigger.name != "filed" else trigger.at
    return replace(row, stopped_at=at, stopped_by=trigger.name)


def _met(rule: Rule, row: Row, closer: Trigger, moment: Moment, calendar: Calendar | None) -> Row:
    """The row stopped, and late if what is known now makes it begin so much earlier."""
    starts = _candidates(rule, row, _opening(rule, row.recipient, moment, row), moment)
    tight = _tightened(rule, row, starts, moment, calendar)
    late = tight.dues.limit_at is not None and closer.at > tight.dues.limit_at
    return _stop(tight if late else row, closer, min((row.started_at, *starts)))


def _tighten(
    rule: Rule,
    row: Row,
    opening: tuple[datetime, Opening] | None,
    moment: Moment,
    calendar: Calendar | None,
    changes: Changes,
) -> None:
    starts = _candidates(rule, row, opening, moment)
    if rule.rise_from is not Origin.EVENT and _rises(rule, moment):
        starts.append(row.started_at)
    tight = _tightened(rule, row, starts, moment, calendar)
    if (tight.dues.target_at, tight.dues.limit_at, tight.ladder) != (
        row.dues.target_at,
        row.dues.limit_at,
        row.ladder,
    ):
        changes.tightened.append(tight)


def _tightened(
    rule: Rule, row: Row, starts: Iterable[datetime], moment: Moment, calendar: Calendar | None
) -> Row:
    """Take the earlier of old and new; a rule that has changed since leaves the row alone."""
    if rule.version != row.rule_version:
        return row
    dues = row.dues
    for start in starts:
        dues = tightened(dues, extended(rule.due(start, moment.after, calendar), row, calendar))
    ladder = row.ladder if row.ladder == URGENT else rule.ladder(moment.after)
    return replace(row, dues=dues, ladder=ladder)


def _candidates(
    rule: Rule, row: Row, opening: tuple[datetime, Opening] | None, moment: Moment
) -> list[datetime]:
    """The instants from which the row would count if it began only with what is known now."""
    found = [opening[0]] if opening is not None else []
    moved = moment.origins.get(row.origin)
    counts = row.round == moment.round and row.origin is not Origin.WATCH_END
    if moved is not None and counts and moved < row.started_at:
        found.append(moved)
    if rule.rise_from is Origin.EVENT and _rises(rule, moment):
        deciding = {FACT + key for key in rule.term_keys}
        found.append(min((moment.at, *(t.at for t in moment.triggers if t.name in deciding))))
    return found


def _rises(rule: Rule, moment: Moment) -> bool:
    return rule.terms(moment.before) != rule.terms(moment.after)


def _void(latest: Iterable[Row], moment: Moment, changes: Changes) -> None:
    done = {(row.rule_id, row.recipient) for row in changes.stopped}
    for row in latest:
        if row.stopped_at is None and (row.rule_id, row.recipient) not in done:
            changes.stopped.append(_stop(row, Trigger(f"final:{moment.final}", moment.at)))
    changes.started = [
        row if row.stopped_at else _stop(row, Trigger(f"final:{moment.final}", moment.at))
        for row in changes.started
    ]
    changes.tightened, changes.resumed = [], []
