"""One import from the bytes of a file to its event on a chain."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import CaseworkError, Invalid
from casework.importing import rows, sheets
from casework.importing.columns import Kind
from casework.importing.faults import BadCell, Unreadable
from casework.importing.kinds import KINDS
from casework.importing.rows import Read
from casework.models import Unit
from casework.permissions import Actor
from casework.services import accounts_log
from casework.services.importing import students, unit_rows, user_rows
from casework.services.importing.outcome import Outcome, Tick
from casework.services.importing.places import Node, Places
from casework.services.importing.work import Work, Write
from casework.services.rolls import tally
from casework.text import N_, Text

EVENT = "records_imported"
NO_KIND = N_("There is no import of this kind.")
FAULTY = N_("Nothing was changed: the file has %(count)s faults.")


PLANS: Mapping[str, Callable[[Work], Write]] = {
    "units": unit_rows.plan,
    "users": user_rows.plan,
    "students": students.plan,
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read, before anything is compared with the database."""

    kind: Kind
    sha256: str
    read: Read


class Faulty(CaseworkError):
    """The file has faults; the outcome lists them, and nothing was written."""

    status = 422
    title = N_("The file has faults; nothing was changed.")

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(Text(FAULTY, {"count": len(outcome.faults)}))
        self.outcome = outcome


def parse(kind: str, data: bytes) -> Parsed:
    """Read a file, outside any transaction. Raises Invalid at ``file`` when it is unreadable."""
    if kind not in KINDS:
        raise Invalid({"kind": [Text(NO_KIND)]})
    try:
        file = sheets.read(data)
        return Parsed(KINDS[kind], file.sha256, rows.read(KINDS[kind], file))
    except Unreadable as reason:
        raise Invalid({"file": [reason.text]}) from reason


def preview(session: Session, actor: Actor, parsed: Parsed, within: str | None = None) -> Outcome:
    """What the file would change, with its faults. Raises Invalid at ``unit``."""
    return _plan(session, actor, parsed, within)[0]


def carry_out(
    session: Session,
    actor: Actor,
    parsed: Parsed,
    within: str | None = None,
    tick: Tick = lambda _: None,
) -> Outcome:
    """Take the file over, and write one event about it. Raises Faulty, Invalid at ``unit``.

    ``within`` is the unit that names in the file are looked up in.
    """
    work = steps(session, actor, parsed, within)
    try:
        while True:
            tick(next(work))
    except StopIteration as end:
        return cast("Outcome", end.value)


def steps(
    session: Session, actor: Actor, parsed: Parsed, within: str | None = None
) -> Generator[int, None, Outcome]:
    """The same, told how many more rows are done after each step."""
    _one_at_a_time(session)
    outcome, write = _plan(session, actor, parsed, within)
    if outcome.faults:
        raise Faulty(outcome)
    yield outcome.rows - outcome.created - outcome.updated
    yield from write()
    session.expire_all()
    path = accounts_log.common_path(session, actor, outcome.units)
    if path is not None:
        tally.forget(session, path)
        data = {"kind": outcome.kind, "sha256": outcome.sha256, **outcome.counts}
        accounts_log.note(session, actor, path, EVENT, data)
    return outcome


def _plan(
    session: Session, actor: Actor, parsed: Parsed, within: str | None
) -> tuple[Outcome, Write]:
    places = Places(session, actor)
    outcome = Outcome(parsed.kind.name, parsed.sha256, len(parsed.read.rows))
    outcome.refuse(*parsed.read.faults)
    outcome.ignored = parsed.read.ignored
    inside = _inside(places, within)
    work = Work(session, actor, places, parsed.read.rows, inside, outcome)
    write = PLANS[parsed.kind.name](work)
    outcome.faults.sort(key=lambda fault: (fault.place, fault.at))
    return outcome, write


def _one_at_a_time(session: Session) -> None:
    """Two imports at once would both find a row missing; the topmost units are the lock."""
    session.execute(select(Unit.id).where(Unit.parent_id.is_(None)).with_for_update(key_share=True))


def _inside(places: Places, within: str | None) -> Node | None:
    if not within:
        return None
    try:
        return places.find(within)
    except BadCell as bad:
        raise Invalid({"unit": [bad.text]}) from bad
