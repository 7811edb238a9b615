"""Checks stored events: the columns against the text that was hashed, and the chains they form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from casework.timeline.verifier import (
    VERSION,
    ChainFault,
    Expected,
    Link,
    OnHead,
    Tally,
    check_event,
    encode,
    parse,
    walk,
)


class Row(NamedTuple):
    """One stored event: its columns in this order, the last being the text that was hashed."""

    case_key: str
    seq: int
    at: datetime
    actor_id: int | None
    actor_role: str
    action: str
    from_state: str | None
    to_state: str | None
    prev: str
    hash: str
    body: str


def instant(at: datetime) -> str:
    """An aware instant as the format writes it: UTC, six digits, ``Z``."""
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")[:26] + "Z"


def verify_rows(
    rows: Iterable[Sequence[Any]], expected: Expected | None = None, on_head: OnHead | None = None
) -> Tally:
    """Check stored events (the columns of :class:`Row`, ordered by chain and seq).

    The stored text must have the stored hash and say the same as every column. Memory is constant.
    ``expected`` and ``on_head`` as for :func:`verifier.verify_lines`. Raises ChainFault.
    """
    return walk(map(_row_link, rows), expected, on_head, None)


@lru_cache(maxsize=4096)
def _quoted(text: str | None) -> str:
    return encode(text)


def _row_link(row: Sequence[Any]) -> Link:
    """Check one row: a canonical text begins and ends with what its columns dictate.

    Comparing texts is several times faster than reading them; what stands between, the data, is
    covered by the hash.
    """
    chain, seq, at, actor, role, action, from_state, to_state, prev, written, body = row
    try:
        start = (
            f'{{"action":{_quoted(action)},"actor":{{"id":{"null" if actor is None else actor}'
            f',"role":{_quoted(role)}}},"at":"{instant(at)}","case":{_quoted(chain)},"data":{{'
        )
        tail = (
            f'}},"from":{_quoted(from_state)},"prev":"{prev}","seq":{seq}'
            f',"to":{_quoted(to_state)},"v":{VERSION}}}'
        )
        if hashlib.sha256(body.encode()).hexdigest() != written:
            raise ValueError("hash is not that of the stored text")
        if not (body.startswith(start) and body.endswith(tail, len(start))):
            raise ValueError(_difference(Row(*row)))
    except (ValueError, TypeError, AttributeError) as error:  # a column of the wrong kind, too
        raise ChainFault(chain, seq, str(error)) from error
    return chain, seq, prev, written, None


def _difference(row: Row) -> str:
    """Which column of a row contradicts the stored text; raises ValueError if it is no event."""
    event = parse(row.body)
    check_event(event)
    written = {
        "case_key": event["case"],
        "seq": event["seq"],
        "at": event["at"],
        "actor_id": event["actor"]["id"],
        "actor_role": event["actor"]["role"],
        "action": event["action"],
        "from_state": event["from"],
        "to_state": event["to"],
        "prev": event["prev"],
    }
    columns = row._asdict() | {"at": instant(row.at)}
    for name, word in written.items():
        if columns[name] != word:
            return f"column {name} says {columns[name]!r}, the stored text says {word!r}"
    return "the stored text is not in canonical form"
