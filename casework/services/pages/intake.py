"""Pages of reports without a name: for who reports, who answers, and who keeps the boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.deadlines.derivation import stamp
from casework.errors import NotFound
from casework.models import IntakeReceipt, Signal, Unit, User
from casework.permissions import BUREAU_KINDS, Actor, Permission
from casework.services.intake import boxes, conversation, prospects, staff, talking
from casework.services.intake.settings import settings
from casework.services.signals.reach import answering_bureau
from casework.text import N_, Text

NUMBERS: Mapping[str, str] = {
    "110": N_("Police"),
    "119": N_("Fire brigade"),
    "120": N_("Ambulance"),
    "12356": N_("Mental health line"),
    "12355": N_("Line for young people"),
    "12309": N_("Line of the procurators"),
}
STAFF: Mapping[str, str] = {
    staff.UNKNOWN: N_("I do not know"),
    staff.YES: N_("Yes"),
    staff.NO: N_("No"),
}
STATES: Mapping[str, str] = {
    prospects.OPEN: N_("%(bureau)s must decide by %(by)s what is done about your report."),
    prospects.LATE: N_(
        "%(bureau)s should have decided by %(by)s. It is late, and this system has told those "
        "above. You need do nothing."
    ),
    "matched": N_(
        "%(at)s: %(bureau)s had already been told of this. Your report now belongs to that case, "
        "which goes on."
    ),
    "opened": N_("%(at)s: %(bureau)s has opened a case because of your report."),
    "explained": N_(
        "%(at)s: %(bureau)s has looked into it and opened no case. Two people have agreed to that. "
        "If you see it differently, write below."
    ),
}
"""Where a report stands, in words for whoever sent it; of the case itself nothing is said."""


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number and whose it is."""

    digits: str
    label: str


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A unit with its letter box, ``code`` None without one."""

    unit_id: int
    unit: str
    bureau: bool
    depth: int
    box_id: int | None = None
    code: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class County:
    """A bureau and the open boxes below it."""

    unit_id: int
    name: str
    lines: tuple[BoxLine, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The letter box somebody stands before."""

    box_id: int
    code: str
    unit: str
    bureau: str


@dataclass(frozen=True, slots=True)
class TalkPage:
    """The conversation as whoever holds the code sees it."""

    unit: str
    prospect: prospects.Prospect
    said: tuple[talking.Said, ...]
    staff: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """The conversation as the bureau, or the school, sees it."""

    signal_id: int
    number: str
    unit: str
    said: tuple[talking.Said, ...]
    names: Mapping[int, str]
    staff: str
    urgent: bool
    answers: bool
    erased: bool


def numbers(which: str = "emergency") -> tuple[Number, ...]:
    """The telephone numbers of one kind with their names."""
    return tuple(Number(one, NUMBERS.get(one, "")) for one in getattr(settings(), which))


def way_out() -> str:
    """Where the link leads that leaves the page at once."""
    return settings().exit


def choose_page(session: Session) -> tuple[County, ...]:
    """All open boxes, by the bureau that answers."""
    found: dict[int, list[BoxLine]] = {}
    names: dict[int, str] = {}
    for place in boxes.public(session):
        bureau = answering_bureau(session, place.unit)
        names[bureau.id] = bureau.name
        found.setdefault(bureau.id, []).append(_line(place))
    return tuple(County(key, names[key], tuple(lines)) for key, lines in found.items())


def form_page(session: Session, code: str) -> FormPage:
    """One open box. Raises NotFound."""
    box, unit, bureau = boxes.find(session, code)
    return FormPage(box.id, box.code, unit.name, bureau.name)


def talk_page(session: Session, receipt: IntakeReceipt) -> TalkPage:
    """What the holder of the code reads."""
    signal = session.get_one(Signal, receipt.signal_id)
    return TalkPage(
        unit=session.get_one(Unit, signal.unit_id).name,
        prospect=prospects.of_signal(session, signal, clock.now()),
        said=tuple(talking.said(session, receipt)),
        staff=receipt.staff,
        urgent=receipt.urgent,
    )


def officer_page(session: Session, actor: Actor, signal_id: int) -> OfficerPage:
    """What the bureau reads. Raises NotFound."""
    signal, receipt = conversation.find(session, actor, signal_id)
    said = tuple(talking.said(session, receipt))
    ids = {one.author_id for one in said if one.author_id is not None}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return OfficerPage(
        signal_id=signal.id,
        number=signal.number,
        unit=session.get_one(Unit, signal.unit_id).name,
        said=said,
        names={row[0]: row[1] for row in rows},
        staff=receipt.staff,
        urgent=receipt.urgent,
        answers=conversation.answers(session, actor, signal),
        erased=receipt.code_hash is None,
    )


def talk_of(session: Session, actor: Actor, signal_id: int) -> OfficerPage | None:
    """The conversation behind a signal; None where there is none or it is not the actor's."""
    if not actor.can(Permission.BOX_KEEP):
        return None
    try:
        return officer_page(session, actor, signal_id)
    except NotFound:
        return None


def standing(prospect: prospects.Prospect) -> Text:
    """Where a report stands, as its sender is told."""
    words = {
        "bureau": prospect.bureau,
        "by": stamp(_minute(prospect.by), ends=True) if prospect.by else "–",
        "at": stamp(_minute(prospect.at)) if prospect.at else "–",
    }
    return Text(STATES[prospect.state], words)


def boxes_page(session: Session, actor: Actor) -> tuple[BoxLine, ...]:
    """The boxes that the actor keeps."""
    return tuple(map(_line, boxes.kept(session, actor)))


def poster_page(session: Session, actor: Actor, box_id: int) -> FormPage:
    """What stands on a poster. Raises NotFound, also for a closed box."""
    box, unit = boxes.load(session, actor, box_id)
    if box.closed_at is not None:
        raise NotFound
    return FormPage(box.id, box.code, unit.name, answering_bureau(session, unit).name)


def bare(lines: Sequence[BoxLine]) -> int:
    """How many of them have no open box."""
    return sum(line.code is None for line in lines)


def _line(place: boxes.Place) -> BoxLine:
    unit, box = place.unit, place.box
    return BoxLine(
        unit_id=unit.id,
        unit=unit.name,
        bureau=unit.kind in BUREAU_KINDS,
        depth=unit.path.count("/"),
        box_id=box.id if box else None,
        code=box.code if box else None,
        since=box.opened_at if box else None,
    )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
