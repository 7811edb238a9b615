"""A signal comes in: checked, kept, its clocks started, and whoever must act is told.

It belongs to no case: its events stand on the chain of the bureau that disposes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid
from casework.models import Clock, Signal, SignalPerson, Student, Unit, User
from casework.permissions import SYSTEM, Actor, Role, in_words
from casework.services import references, subject_clocks, timeline
from casework.services.actors import school_of
from casework.services.clock_rows import listed
from casework.services.filing import NAIVE
from casework.services.locking import NO_KEY
from casework.services.reported import checked_text
from casework.services.signals.kinds import KINDS, Kind
from casework.services.signals.reach import answering_bureau, stands
from casework.services.signals.telling import tell_received
from casework.text import N_, Text
from casework.workflows.forms import FUTURE, TOLERANCE

SUBJECT = "signal"
TRIAGE, ALARM = "signal.triage", "signal.alarm"
LONGEST, SHORT = 10_000, 300
OLDEST = timedelta(days=400)
LONG = N_("This has more than %(most)s characters.")
NO_KIND = N_("There is no kind of signal “%(kind)s”; there are %(kinds)s.")
NO_UNIT = N_("You cannot enter a signal for this unit.")
NOT_YOURS = N_("This kind of signal is entered by: %(roles)s.")
NO_PLACE = N_("An alarm comes from a school or a place in it.")
TOO_OLD = N_("This lies more than %(days)s days back.")
MOST_PEOPLE = 50
TOO_MANY = N_("At most %(most)s people can be named.")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody the signal speaks of; an account or a pupil may be linked."""

    name: str = ""
    user_id: int | None = None
    student_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewSignal:
    """A signal as it comes in: about a school, what lies in it, or a whole bureau.

    ``received_at``: when it reached the bureau, by default now; the clock counts from there.
    ``contact``: whom to ask back. ``external_id``: the number elsewhere, as of a 12345 order.
    """

    kind: str
    unit_id: int
    text: str
    received_at: datetime | None = None
    occurred_at: datetime | None = None
    people: Sequence[Named] = ()
    contact: str = ""
    external_id: str = ""
    source_id: int | None = None


def receive(session: Session, actor: Actor, new: NewSignal) -> Signal:
    """Keep a signal and start its clocks. Raises Invalid with all faults by field.

    SYSTEM enters whatever comes through a door that knows nobody: a webhook, the public page.
    """
    at = clock.now()
    errors: dict[str, list[Text]] = {}
    kind, unit, role = _kind_and_place(session, actor, new)
    words = _text(new.text, "text", LONGEST, errors, required=True)
    contact = _text(new.contact, "contact", SHORT, errors)
    external = _text(new.external_id, "external_id", SHORT, errors)
    received_at = _instant(new.received_at, "received_at", at, errors) or at
    occurred_at = _instant(new.occurred_at, "occurred_at", at, errors)
    people = _people(session, unit, new.people, errors)
    if errors:
        raise Invalid(errors)
    bureau = answering_bureau(session, unit)
    signal = Signal(
        kind=kind.name,
        unit_id=unit.id,
        bureau_id=bureau.id,
        received_at=min(received_at, at),
        entered_at=at,
        entered_by=actor.user_id,
        source_id=new.source_id,
        external_id=external or None,
        occurred_at=occurred_at,
        words=words,
        contact=contact or None,
    )
    session.add(signal)
    session.flush()
    session.add_all([SignalPerson(signal_id=signal.id, **row) for row in people])
    session.flush()
    clocks = start_clocks(session, signal, unit, bureau, since=signal.received_at, at=at)
    _record(session, signal, unit, bureau, actor, role, clocks, len(people))
    tell_received(session, signal, unit, bureau, at)
    return signal


def start_clocks(
    session: Session, signal: Signal, unit: Unit, bureau: Unit, *, since: datetime, at: datetime
) -> list[Clock]:
    """The clock of the disposition at the bureau, and of an alarm the one at the school.

    An alarm that was seen already is not looked for again.
    """
    alarm = KINDS[signal.kind].alarm and signal.seen_at is None
    started = subject_clocks.start(
        session, SUBJECT, signal.id, bureau, at=at, since=since, known={"alarm": alarm}
    )
    school = school_of(session, unit)
    for one in started:
        if one.rule_id == ALARM:
            one.unit_id = school.id
    session.flush()
    return started


def _kind_and_place(session: Session, actor: Actor, new: NewSignal) -> tuple[Kind, Unit, Role]:
    """What it is and where; faults here end the check, for the rest depends on them."""
    kind = KINDS.get(new.kind)
    if kind is None:
        known = {"kind": new.kind[:64], "kinds": ", ".join(KINDS)}
        raise Invalid({"kind": [Text(NO_KIND, known)]})
    unit = session.get(Unit, new.unit_id) if new.unit_id else None
    if unit is None or not (actor is SYSTEM or actor.files_at(unit.path)):
        raise Invalid({"unit_id": [Text(NO_UNIT)]})
    if kind.alarm and school_of(session, unit).kind != "school":
        raise Invalid({"unit_id": [Text(NO_PLACE)]})
    if actor is SYSTEM:
        return kind, unit, Role.SYSTEM
    found = stands(actor, unit, kind.enter)
    if found is None:
        raise Invalid({"kind": [Text(NOT_YOURS, {"roles": in_words(kind.enter)})]})
    return kind, unit, found.role


def _text(
    value: str, name: str, most: int, errors: dict[str, list[Text]], *, required: bool = False
) -> str:
    text = checked_text(value, name, errors, required=required)
    if name not in errors and len(text) > most:
        errors[name] = [Text(LONG, {"most": most})]
    return text


def _instant(
    value: datetime | None, name: str, at: datetime, errors: dict[str, list[Text]]
) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        errors[name] = [Text(NAIVE)]
    elif value > at + TOLERANCE:
        errors[name] = [Text(FUTURE)]
    elif value < at - OLDEST:
        errors[name] = [Text(TOO_OLD, {"days": OLDEST.days})]
    return value


def _people(
    session: Session, unit: Unit, given: Sequence[Named], errors: dict[str, list[Text]]
) -> list[dict[str, Any]]:
    if len(given) > MOST_PEOPLE:
        errors["people"] = [Text(TOO_MANY, {"most": MOST_PEOPLE})]
        return []
    rows: list[dict[str, Any]] = []
    for place, person in enumerate(given):
        spot, name = f"people.{place}", person.name
        user = session.get(User, person.user_id) if person.user_id else None
        pupil = session.get(Student, person.student_id) if person.student_id else None
        if person.user_id is not None and user is None:
            errors[f"{spot}.user_id"] = [Text(references.NO_USER, {"id": person.user_id})]
        if person.student_id is not None and not _of_here(session, pupil, unit):
            missing = Text(references.NO_STUDENT, {"id": person.student_id})
            errors[f"{spot}.student_id"] = [missing]
            continue
        known = pupil.name if pupil else user.name if user else ""
        name = _text(name or known, f"{spot}.name", SHORT, errors, required=True)
        rows.append({"name": name, "user_id": person.user_id, "student_id": person.student_id})
    return rows


def _of_here(session: Session, pupil: Student | None, unit: Unit) -> bool:
    """The pupil belongs to the school that the signal is about, or lies below its bureau."""
    if pupil is None:
        return False
    home = school_of(session, unit).path
    return session.get_one(Unit, pupil.unit_id).path.startswith(home)


def _record(
    session: Session,
    signal: Signal,
    unit: Unit,
    bureau: Unit,
    actor: Actor,
    role: Role,
    clocks: Sequence[Clock],
    people: int,
) -> None:
    """The first event, on the chain of the bureau; what names anybody is committed to only."""
    locked = session.get_one(Unit, bureau.id, with_for_update=NO_KEY, populate_existing=True)
    data = {
        "signal": signal.id,
        "kind": signal.kind,
        "unit": unit.code,
        "received_at": signal.received_at,
        "occurred_at": signal.occurred_at,
        "people": people,
        "clocks": {"started": [listed(one) for one in clocks]},
    }
    private = {"text": signal.words, "contact": signal.contact or ""}
    entry = timeline.Entry(
        signal.entered_at,
        "signal_received",
        actor.user_id,
        role.value,
        data=timeline.plain(data),
        private={name: value for name, value in private.items() if value},
    )
    signal.seq = timeline.append(session, locked, entry).seq
    session.flush()
