"""The chained timeline in the database: append, read, export, verify.

Format: docs/timeline-format.md. The head is read under the same lock as the change it records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import and_, insert, or_, select
from sqlalchemy.orm import Session

from casework.models import Case, Event, PrivateValue, Unit
from casework.models.base import table_of
from casework.services.documents import checking as documents
from casework.services.reports import checking
from casework.timeline.chain import GENESIS, Row, commit, export_line, new_salt, seal
from casework.timeline.rows import verify_rows
from casework.timeline.verifier import ChainFault, Head, Tally

COLUMNS = tuple(getattr(Event, name) for name in Row._fields)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written: who did what, with data and the personal texts to be committed."""

    at: datetime
    action: str
    actor_id: int | None
    actor_role: str
    from_state: str | None = None
    to_state: str | None = None
    data: Mapping[str, Any] | None = None
    private: Mapping[str, str] | None = None


def append(session: Session, subject: Case | Unit, entry: Entry) -> Row:
    """Add one event to the subject's chain and move its head; the caller holds the row lock."""
    seq = subject.head_seq + 1
    data = dict(entry.data or {})
    private = [(name, value, new_salt()) for name, value in (entry.private or {}).items()]
    if private:
        data["commitments"] = {name: commit(value, salt) for name, value, salt in private}
    row = seal(
        chain=subject.chain,
        seq=seq,
        prev=subject.head_hash,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_role=entry.actor_role,
        action=entry.action,
        from_state=entry.from_state,
        to_state=entry.to_state,
        data=data,
    )
    session.execute(insert(table_of(Event)), [row._asdict()])
    if private:
        session.execute(
            insert(table_of(PrivateValue)),
            [
                {"case_key": row.case_key, "seq": seq, "name": n, "value": v, "salt": s.hex()}
                for n, v, s in private
            ],
        )
    subject.head_seq, subject.head_hash = seq, row.hash
    return row


def plain(value: Any) -> Any:
    """A value as the chain may hold it: instants and days as ISO 8601 text, no floats."""
    if isinstance(value, datetime):
        return instant_text(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def instant_text(at: datetime) -> str:
    """An instant as data of an event: UTC, ISO 8601, ``Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def bodies(session: Session, key: str) -> list[dict[str, Any]]:
    """The events of a chain as data, oldest first."""
    rows = session.scalars(select(Event.body).where(Event.case_key == key).order_by(Event.seq))
    return [orjson.loads(body) for body in rows]


def texts(session: Session, key: str) -> dict[int, dict[str, str]]:
    """The personal texts of a chain that are not erased: seq -> field -> value."""
    found: dict[int, dict[str, str]] = {}
    query = select(PrivateValue).where(PrivateValue.case_key == key)
    for row in session.scalars(query):
        found.setdefault(row.seq, {})[row.name] = row.value
    return found


def export(session: Session, key: str) -> Iterator[str]:
    """The chain as JSON lines, one event with its hash a line."""
    query = select(Event.body, Event.hash).where(Event.case_key == key).order_by(Event.seq)
    for body, digest in session.execute(query):
        yield export_line(body, digest)


def verify(session: Session) -> Tally:
    """Check every chain against its hashes, its columns and the heads kept beside it.

    Each chain must end at the head that its case or unit keeps, neither before nor beyond it, and
    a chain that nothing keeps a head of does not belong here. States, texts, reports and documents
    kept beside the chains must say what the chains say. Raises ChainFault with chain, place and
    reason at the first fault.
    """
    heads = {unit.chain: (unit.head_seq, unit.head_hash) for unit in _grown(session, Unit)}
    heads |= {case.chain: (case.head_seq, case.head_hash) for case in _grown(session, Case)}
    query = select(*COLUMNS).order_by(Event.case_key, Event.seq)

    def kept(head: Head) -> None:
        if heads.get(head.chain) != (head.seq, head.hash):
            raise ChainFault(head.chain, head.seq, "goes beyond the head that is kept of it")

    # Closed even when a fault ends the reading early: it may be a cursor on the server.
    with session.execute(query.execution_options(yield_per=5000)) as rows:
        tally = verify_rows(rows, expected=heads, on_head=kept)
    _verify_texts(session)
    _verify_states(session)
    checking.verify(session)
    documents.verify(session)
    return tally


def _verify_texts(session: Session) -> None:
    """Every personal text that is not erased is the one its event committed to."""
    rows = session.execute(
        select(PrivateValue, Event.body)
        .outerjoin(
            Event, and_(Event.case_key == PrivateValue.case_key, Event.seq == PrivateValue.seq)
        )
        .order_by(PrivateValue.case_key, PrivateValue.seq)
        .execution_options(yield_per=1000)
    )
    with rows:
        for kept, body in rows:
            committed = orjson.loads(body)["data"].get("commitments", {}) if body else {}
            if committed.get(kept.name) != commit(kept.value, bytes.fromhex(kept.salt)):
                reason = f"the text kept for {kept.name} is not the one that was committed to"
                raise ChainFault(kept.case_key, kept.seq, reason)


def _verify_states(session: Session) -> None:
    """Every case is in the state that its last step led to."""
    for case in _grown(session, Case):
        last = session.scalar(
            select(Event.to_state)
            .where(Event.case_key == case.chain, Event.to_state.is_not(None))
            .order_by(Event.seq.desc())
            .limit(1)
        )
        if last != case.state:
            reason = f"the case says {case.state}, its last step led to {last}"
            raise ChainFault(case.chain, case.head_seq, reason)


def _grown(session: Session, kind: type[Any]) -> Any:
    """What has a chain, or says so: a head that was moved back to the start counts, too."""
    return session.scalars(select(kind).where(or_(kind.head_seq != 0, kind.head_hash != GENESIS)))
