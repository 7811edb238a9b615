"""Builds the events of a chain: the canonical text that is stored, and its hash."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from casework.timeline.rows import Row, instant
from casework.timeline.verifier import GENESIS, VERSION, canonical, check_event, digest

__all__ = ["GENESIS", "SALT_BYTES", "Row", "commit", "export_line", "new_salt", "seal"]

SALT_BYTES = 16


def seal(
    *,
    chain: str,
    seq: int,
    prev: str,
    at: datetime,
    actor_id: int | None,
    actor_role: str,
    action: str,
    from_state: str | None,
    to_state: str | None,
    data: Mapping[str, object],
) -> Row:
    """Build the event that follows ``prev`` on a chain, ready to be stored column by column.

    ``data`` must hold no personal value, only what :func:`commit` made of it. Raises ValueError
    for what the format does not allow: floats, naive instants, keys beyond ASCII.
    """
    event = {
        "v": VERSION,
        "case": chain,
        "seq": seq,
        "at": instant(at),
        "actor": {"id": actor_id, "role": actor_role},
        "action": action,
        "from": from_state,
        "to": to_state,
        "data": dict(data),
        "prev": prev,
    }
    body = canonical(event)
    check_event(event)
    columns = (actor_id, actor_role, action, from_state, to_state)
    return Row(chain, seq, at.astimezone(UTC), *columns, prev, digest(body), body)


def export_line(body: str, hash: str) -> str:
    """One line of an export, without line end: the stored text with its hash as a last key."""
    return f'{body[:-1]},"hash":{json.dumps(hash)}}}'


def new_salt() -> bytes:
    """A fresh salt; one for each commitment, erased together with the value."""
    return secrets.token_bytes(SALT_BYTES)


def commit(value: str, salt: bytes) -> str:
    """What stands for a personal value on a chain: it proves the value and does not reveal it.

    Raises ValueError for a salt of another length, for then two pairs could look the same.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(salt + value.encode()).hexdigest()
