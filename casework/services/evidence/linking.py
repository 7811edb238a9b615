"""What an event carries of its files: hashes, sizes and types on the chain, names beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict
from casework.models import Case, Evidence
from casework.services.evidence import register
from casework.text import N_, Text
from casework.workflows.definition import Field, FieldType

GONE = N_("This file is no longer there: it waited for more than a day. Send it again.")
FILES = "files"


@dataclass(frozen=True, slots=True)
class Linked:
    """What goes onto the chain, and what is only committed there."""

    data: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)


def link(
    session: Session, case: Case, form: tuple[Field, ...], values: Mapping[str, object]
) -> Linked:
    """Bind the files among the values to the event that is written next; the case is locked.

    Raises Conflict when one was cleaned away since the form was checked.
    """
    found = Linked()
    for name, evidence_id in _given(form, values):
        query = select(Evidence).where(Evidence.id == evidence_id, Evidence.case_id == case.id)
        row = session.scalar(query.with_for_update())
        if row is None:
            raise Conflict(Text(GONE))
        kept = row.name or register.names(session, case.chain).get((row.seq or 0, row.id))
        row.seq, row.name = case.head_seq + 1, None
        found.data.setdefault(FILES, {})[name] = _facts(row)
        if kept:
            found.private[register.private_name(name, row.id)] = kept
    session.flush()
    return found


def _given(form: tuple[Field, ...], values: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    for entry in form:
        value = values.get(entry.name)
        if entry.type is FieldType.FILE and isinstance(value, int):
            yield entry.name, value


def _facts(row: Evidence) -> dict[str, Any]:
    return {
        "sha256": row.sha256,
        "original_sha256": row.original_sha256,
        "size": row.size,
        "media_type": row.media_type,
    }
