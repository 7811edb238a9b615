"""Letter boxes: a public address for each school and bureau, opened, closed and given anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import IntakeBox, Unit
from casework.permissions import BUREAU_KINDS, Actor, Permission, Role
from casework.services import timeline
from casework.services.intake import codes
from casework.services.locking import NO_KEY
from casework.services.messages import send
from casework.services.signals.reach import answering_bureau
from casework.services.signals.receiving import LONG
from casework.services.standins import reach
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

KINDS = ("school", *sorted(BUREAU_KINDS))
"""What has a letter box."""
LONGEST = 1000
OPEN_ALREADY = N_("This letter box is open already.")
CLOSED_ALREADY = N_("This letter box is closed.")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its letter box, if one is open."""

    unit: Unit
    box: IntakeBox | None


def find(session: Session, code: str) -> tuple[IntakeBox, Unit, Unit]:
    """The open box at a public address, its unit and the bureau that answers. Raises NotFound."""
    query = select(IntakeBox).where(
        IntakeBox.code == codes.box_code(code), IntakeBox.closed_at.is_(None)
    )
    box = session.scalar(query)
    if box is None:
        raise NotFound
    unit = session.get_one(Unit, box.unit_id)
    return box, unit, answering_bureau(session, unit)


def public(session: Session) -> list[Place]:
    """All open boxes, by the tree of units."""
    query = select(Unit, IntakeBox).join(IntakeBox, IntakeBox.unit_id == Unit.id)
    rows = session.execute(query.where(IntakeBox.closed_at.is_(None)).order_by(Unit.path))
    return [Place(unit, box) for unit, box in rows]


def kept(session: Session, actor: Actor) -> list[Place]:
    """The schools and bureaus whose boxes the actor keeps, with the open box of each."""
    paths = actor.paths(Permission.BOX_KEEP)
    if not paths:
        raise NotAllowed
    reached = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    units = session.scalars(
        select(Unit).where(Unit.kind.in_(KINDS), reached).order_by(Unit.path)
    ).all()
    ids = [unit.id for unit in units]
    query = select(IntakeBox).where(IntakeBox.unit_id.in_(ids), IntakeBox.closed_at.is_(None))
    found = {box.unit_id: box for box in session.scalars(query)}
    return [Place(unit, found.get(unit.id)) for unit in units]


def load(session: Session, actor: Actor, box_id: int) -> tuple[IntakeBox, Unit]:
    """A box that the actor keeps. Raises NotFound, also for one out of reach."""
    box = session.get(IntakeBox, box_id)
    if box is None:
        raise NotFound
    return box, _unit(session, actor, box.unit_id)


def open_box(session: Session, actor: Actor, unit_id: int) -> IntakeBox:
    """Open the box of a unit. Raises NotFound out of reach, Conflict when one is open."""
    unit = _unit(session, actor, unit_id, lock=True)
    if _open_at(session, unit.id) is not None:
        raise Conflict(Text(OPEN_ALREADY))
    return _open(session, actor, unit, clock.now())


def open_all(session: Session, actor: Actor) -> int:
    """Open a box for every unit in reach that has none; how many."""
    bare = [place.unit.id for place in kept(session, actor) if place.box is None]
    for unit_id in bare:
        _open(session, actor, _unit(session, actor, unit_id, lock=True), clock.now())
    return len(bare)


def close_box(
    session: Session, actor: Actor, box_id: int, *, reason: str, anew: bool = False
) -> IntakeBox:
    """Close a box: its address leads nowhere, codes go on being read. ``anew``: with a new address.

    The bureau that answers is told, for a school may close the box people tell of it in. Raises
    Conflict when it is closed already, Invalid without a reason.
    """
    box, _ = load(session, actor, box_id)
    unit = _unit(session, actor, box.unit_id, lock=True)
    session.refresh(box)
    if box.closed_at is not None:
        raise Conflict(Text(CLOSED_ALREADY))
    why, at = _needed(reason), clock.now()
    box.closed_at, box.closed_by = at, actor.user_id
    session.flush()
    _record(session, actor, unit, "intake_box_closed", box, at, {"reason": why})
    _tell(session, actor, unit, "box_anew" if anew else "box_closed", at)
    return _open(session, actor, unit, at) if anew else box


def _open(session: Session, actor: Actor, unit: Unit, at: datetime) -> IntakeBox:
    code = codes.new_box_code()
    while session.scalar(select(IntakeBox.id).where(IntakeBox.code == code)):
        code = codes.new_box_code()
    box = IntakeBox(unit_id=unit.id, code=code, opened_at=at, opened_by=actor.user_id)
    session.add(box)
    session.flush()
    _record(session, actor, unit, "intake_box_opened", box, at)
    return box


def _needed(reason: str) -> str:
    why = checked_text("reason", reason)
    if not why:
        raise Invalid({"reason": [Text(REQUIRED)]})
    if len(why) > LONGEST:
        raise Invalid({"reason": [Text(LONG, {"most": LONGEST})]})
    return why


def _tell(session: Session, actor: Actor, unit: Unit, template: str, at: datetime) -> None:
    """The officers of the bureau that answers, but for whoever did it."""
    bureau = answering_bureau(session, unit)
    users = reach(session, Role.BUREAU_OFFICER, bureau, at, {actor.user_id or 0})
    send(session, users, template, {"number": "", "unit": unit.name}, at=at, unit=unit)


def _record(
    session: Session,
    actor: Actor,
    unit: Unit,
    action: str,
    box: IntakeBox,
    at: datetime,
    private: Mapping[str, str] | None = None,
) -> None:
    posts = [post for post in actor.posts_at(unit.path) if actor.can(Permission.BOX_KEEP)]
    role = posts[0].own.value
    entry = timeline.Entry(at, action, actor.user_id, role, data={"box": box.id}, private=private)
    timeline.append(session, unit, entry)


def _open_at(session: Session, unit_id: int) -> IntakeBox | None:
    query = select(IntakeBox).where(IntakeBox.unit_id == unit_id, IntakeBox.closed_at.is_(None))
    return session.scalar(query)


def _unit(session: Session, actor: Actor, unit_id: int, *, lock: bool = False) -> Unit:
    """The unit, if it can have a box and the actor keeps it; NotFound otherwise."""
    unit = session.get(
        Unit, unit_id, with_for_update=NO_KEY if lock else None, populate_existing=lock
    )
    if unit is None or unit.kind not in KINDS or not actor.can(Permission.BOX_KEEP, unit.path):
        raise NotFound
    return unit
