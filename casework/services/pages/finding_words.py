"""What a finding is about and what it rests on, in words, as far as the reader may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    Clock,
    Contradiction,
    Event,
    Evidence,
    Flag,
    Signal,
    ZeroReport,
)
from casework.services.findings import grounds
from casework.services.findings.grounds import Ground
from casework.services.findings.subjects import Subject
from casework.services.pages import labels
from casework.services.pages.duties import titled
from casework.services.signals.kinds import KINDS as SIGNALS
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

FLAG = N_("Flag “%(flag)s”: %(duty)s")
DAY_FLAG = N_("Flag “%(flag)s”: the day %(on)s")
CONTRADICTION = N_("“Nothing” attested for %(on)s; %(number)s was known before")
EVIDENCE = N_("Evidence %(id)s (%(hash)s)")
ENTRY = N_("Timeline: %(event)s")
DAY = N_("Zero report for %(on)s")
SUBJECTS = {
    "case": N_("A case that the bureau handles"),
    "signal": N_("A signal at the bureau"),
    "zero_report": N_("A zero report"),
}
"""What a reader reads who may not know of the matter itself."""


@dataclass(frozen=True, slots=True)
class GroundLine:
    """One thing a finding rests on; ``value`` addresses it in a form."""

    value: str
    text: Text
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """What a finding is about; ``number`` is a case, ``on`` the day of a zero report."""

    kind: str
    ref: str
    text: Text
    number: str = ""
    on: str = ""


def subject_line(session: Session, kind: str, ref: str) -> SubjectLine:
    """The matter in words; without ``ref`` the reader may not know more than its kind."""
    if not ref:
        return SubjectLine(kind, "", Text(SUBJECTS[kind]))
    if kind == "case":
        title = Text(WORKFLOWS[_case(session, ref).case_type].title)
        return SubjectLine(kind, ref, title, number=ref)
    if kind == "zero_report":
        on = session.get_one(ZeroReport, int(ref)).on.isoformat()
        return SubjectLine(kind, ref, Text(DAY, {"on": on}), on=on)
    signal = session.get_one(Signal, int(ref))
    return SubjectLine(kind, ref, Text(SIGNALS[signal.kind].label))


def line(session: Session, ground: Ground, subject: Subject) -> GroundLine:
    """One ground in words."""
    value = f"{ground.kind}:{ground.ref}"
    if ground.kind == "flag":
        return _flag(session, value, ground)
    if ground.kind == "contradiction":
        one = session.get_one(Contradiction, ground.ref)
        on = session.get_one(ZeroReport, one.zero_report_id).on.isoformat()
        number = session.get_one(Case, one.case_id).number
        return GroundLine(value, Text(CONTRADICTION, {"on": on, "number": number}), one.known_at)
    if ground.kind == "evidence":
        piece = session.get_one(Evidence, ground.ref)
        said = {"id": piece.id, "hash": piece.sha256[:12]}
        return GroundLine(value, Text(EVIDENCE, said), piece.created_at)
    return _event(session, value, ground, subject)


def _flag(session: Session, value: str, ground: Ground) -> GroundLine:
    flag = session.get_one(Flag, ground.ref)
    said: dict[str, object] = {"flag": Text(labels.FLAGS.get(flag.kind, flag.kind))}
    day = grounds.day_of(session, ground)
    if day is not None:
        return GroundLine(value, Text(DAY_FLAG, said | {"on": day.on.isoformat()}), flag.at)
    clock = session.get_one(Clock, flag.clock_id)
    duty = titled(clock.terms["title"], clock.recipient)
    return GroundLine(value, Text(FLAG, said | {"duty": duty}), flag.at)


def _event(session: Session, value: str, ground: Ground, subject: Subject) -> GroundLine:
    case = subject.case
    if case is None:
        return GroundLine(value, Text(SUBJECTS["case"]), None)
    query = select(Event.body).where(Event.case_key == case.chain, Event.seq == ground.ref)
    body = orjson.loads(session.scalars(query).one())
    action = WORKFLOWS[case.case_type].action(body["action"])
    said = action.label if action else labels.EVENTS.get(body["action"], body["action"])
    at = datetime.fromisoformat(body["at"])
    return GroundLine(value, Text(ENTRY, {"event": Text(said)}), at)


def _case(session: Session, number: str) -> Case:
    return session.get_one(Case, int(number.rsplit("-", 1)[-1]))
