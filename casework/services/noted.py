"""An action together with a note: both or neither."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.permissions import Actor
from casework.services.cases import Outcome, perform_action
from casework.services.parts import load_seen

NOTE = "add_note"


def perform_noted(
    session: Session,
    actor: Actor,
    number: str,
    action: str,
    *,
    version: int,
    fields: Mapping[str, object],
    note: str,
) -> Outcome:
    """Do one thing in a case and keep a note on it, as an event of its own. Raises as they do.

    The note comes first, for the action may close the case; a closed one is reopened first.
    """
    if not note.strip():
        return perform_action(session, actor, number, action, version=version, fields=fields)
    if load_seen(session, actor, number, lock=True).case.final:
        done = perform_action(session, actor, number, action, version=version, fields=fields)
        if done.approval is None:
            _note(session, actor, number, done.case.version, note)
        return done
    now = _note(session, actor, number, version, note)
    return perform_action(session, actor, number, action, version=now, fields=fields)


def _note(session: Session, actor: Actor, number: str, version: int, note: str) -> int:
    """Write the note; the version of the case after it."""
    try:
        done = perform_action(session, actor, number, NOTE, version=version, fields={"text": note})
    except Invalid as fault:  # the caller's form calls it otherwise
        raise Invalid({"note": fault.errors.get("text", [])}) from fault
    return done.case.version
