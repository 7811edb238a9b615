"""Evidence handed in by a program: the file is stored, this performs the action that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Evidence
from casework.permissions import Actor
from casework.services.cases import perform_action
from casework.services.evidence import register
from casework.services.scope import load_case

ACTION = "secure_evidence"


def secure(
    session: Session,
    actor: Actor,
    number: str,
    evidence_id: int,
    fields: Mapping[str, object],
    version: int | None,
) -> None:
    """Perform ``secure_evidence`` with a stored file, now and at the present version by default."""
    if version is None:
        version = load_case(session, actor, number, lock=True).version
    given = {"saved_at": clock.now(), **{k: v for k, v in fields.items() if v is not None}}
    values = {**given, "lost": False, "file": evidence_id}
    perform_action(session, actor, number, ACTION, version=version, fields=values)


def listed(session: Session, case: Case) -> list[dict[str, Any]]:
    """The files of a case with what its events say of them, oldest first."""
    return [
        facts(row) | {"seq": row.seq, "at": row.created_at}
        for row in register.of_case(session, case)
    ]


def facts(row: Evidence) -> dict[str, Any]:
    """A file as programs read it; names are personal and stay out."""
    names = ("id", "sha256", "original_sha256", "size", "media_type", "original_type", "cleaned")
    return {name: getattr(row, name) for name in names}
