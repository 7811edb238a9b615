"""The pages of findings: the list, one finding with its three voices, the form of a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotAllowed
from casework.models import Case, Finding, Unit
from casework.permissions import ROLE_LABELS, Actor, Permission
from casework.services import clearing
from casework.services.actors import bureau_of, school_of
from casework.services.findings import grounds, people, reading, subjects
from casework.services.findings.proposing import PROPOSED_BY, staff_of
from casework.services.findings.reading import FindingData
from casework.services.findings.words import (
    KINDS,
    MEANINGS,
    STATES,
    UNANSWERED,
    label_of,
)
from casework.services.handling import scene_of
from casework.services.pages import clocks, finding_words, labels
from casework.services.pages.clocks import ClockLine
from casework.services.pages.duties import titled
from casework.services.pages.finding_words import GroundLine, SubjectLine
from casework.text import Text

ENDED = frozenset({"upheld", "rejected", "withdrawn"})


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding in a list; ``clock`` is that of the answer while it is waited for."""

    id: int
    label: str
    state: str
    standing: bool
    ended: bool
    unit: str
    late: bool
    clock: ClockLine | None
    subject: SubjectLine


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """What waits for the reader, what else is open, what has ended."""

    waiting: tuple[FindingLine, ...]
    open: tuple[FindingLine, ...]
    ended: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class FindingPage:
    """One finding: what is alleged, what the unit answers, what is decided."""

    data: FindingData
    line: FindingLine
    meaning: str
    analogy: str
    grounds: tuple[GroundLine, ...]
    speaker: str
    decider: str


@dataclass(frozen=True, slots=True)
class ProposePage:
    """The form of a proposal: about what, against which unit, resting on what."""

    subject: SubjectLine
    kinds: tuple[tuple[str, str, str], ...]
    units: tuple[tuple[int, str], ...]
    unit_id: int
    by_analogy: bool
    grounds: tuple[GroundLine, ...]
    staff: tuple[tuple[int, str], ...]
    existing: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class CaseFindings:
    """What the pages of a case show of findings, and which of its flags the reader may clear."""

    lines: tuple[FindingLine, ...]
    may_propose: bool
    clearable: frozenset[int]


@dataclass(frozen=True, slots=True)
class ClearPage:
    """One flag and whether the reader may clear it."""

    flag_id: int
    label: str
    duty: Text
    at: datetime
    number: str
    unit: str
    cleared: bool


def findings_page(session: Session, actor: Actor) -> FindingsPage:
    """The findings in scope."""
    standing = reading.in_scope(session, actor, open_only=True)
    ended = reading.in_scope(session, actor, ended_only=True)
    return FindingsPage(
        tuple(_line(session, one) for one in standing if one.waits),
        tuple(_line(session, one) for one in standing if not one.waits),
        tuple(_line(session, one) for one in ended),
    )


def waiting_findings(session: Session, actor: Actor) -> tuple[FindingLine, ...]:
    """The findings that wait for this actor to answer or decide."""
    return tuple(_line(session, one) for one in reading.waiting_for(session, actor))


def of_day(
    session: Session, actor: Actor, report_id: int, numbers: Iterable[str]
) -> tuple[FindingLine, ...]:
    """The findings on an attested day, and on the cases that contradict it."""
    found = reading.about(session, actor, "zero_report", report_id)
    for number in numbers:
        found += reading.about(session, actor, "case", int(number.rsplit("-", 1)[-1]))
    return tuple(_line(session, one) for one in found)


def finding_page(session: Session, actor: Actor, finding_id: int) -> FindingPage:
    """One finding. Raises NotFound out of scope and for whom it accuses."""
    data = reading.read(session, actor, finding_id)
    row = session.get_one(Finding, finding_id)
    subject = subjects.of(session, row.subject_kind, row.subject_id)
    unit = session.get_one(Unit, row.unit_id)
    out = people.out_of(session, row, subject)
    role, _ = people.voice(session, unit, time.now(), out)
    return FindingPage(
        data,
        _line(session, data),
        MEANINGS[data.kind],
        label_of(data.kind, by_analogy=data.by_analogy),
        tuple(finding_words.line(session, one, subject) for one in data.grounds),
        ROLE_LABELS[role],
        ROLE_LABELS[people.deciders(unit)[0]],
    )


def propose_page(session: Session, actor: Actor, kind: str, ref: str) -> ProposePage:
    """The form for a matter. Raises NotFound out of scope, NotAllowed for other roles."""
    subject = subjects.load(session, actor, kind, ref)
    units = _respondents(session, actor, subject.unit)
    if not units:
        roles = [Text(ROLE_LABELS[role]) for role in people.proposers(subject.unit)]
        raise NotAllowed(Text(PROPOSED_BY, {"roles": roles}))
    about = reading.about(session, actor, subject.kind, subject.id)
    analogy = subject.by_analogy(session)
    return ProposePage(
        finding_words.subject_line(session, kind, subject.ref),
        tuple((k, label_of(k, by_analogy=analogy), MEANINGS[k]) for k in KINDS),
        tuple((unit.id, unit.name) for unit in units),
        units[0].id,
        analogy,
        tuple(finding_words.line(session, g, subject) for g in grounds.possible(session, subject)),
        tuple((user.id, user.name) for user in staff_of(session, units[0])),
        tuple(_line(session, one) for one in about),
    )


def of_case(session: Session, actor: Actor, case: Case, *, audited: bool = False) -> CaseFindings:
    """What the pages of a case show; to who reads no findings, nothing.

    ``audited``: who reads is known not to have acted for the school, and proposes nothing there.
    """
    if not actor.paths(Permission.FINDING_READ):
        return CaseFindings((), may_propose=False, clearable=frozenset())
    may = Permission.FINDING_PROPOSE
    return CaseFindings(
        tuple(_line(session, one) for one in reading.about(session, actor, "case", case.id)),
        bool(
            not audited
            and actor.paths(may)
            and _respondents(session, actor, scene_of(session, case))
        ),
        clearing.of_case(session, actor, case, impartial=audited),
    )


def clear_page(session: Session, actor: Actor, flag_id: int) -> ClearPage:
    """The form that clears a flag. Raises NotFound and NotAllowed as clearing does."""
    seen = clearing.load(session, actor, flag_id)
    clearing.may_clear(session, actor, seen)
    number = seen.subject.number if isinstance(seen.subject, Case) else ""
    return ClearPage(
        flag_id,
        labels.FLAGS.get(seen.flag.kind, seen.flag.kind),
        titled(seen.clock.terms["title"], seen.clock.recipient),
        seen.flag.at,
        number,
        seen.blamed.name,
        seen.flag.cleared_at is not None,
    )


def _respondents(session: Session, actor: Actor, scene: Unit) -> list[Unit]:
    """The units against which this actor may propose in a matter there, the school first."""
    school = school_of(session, scene)
    both = {one.id: one for one in (school, bureau_of(session, school))}
    may = Permission.FINDING_PROPOSE
    return [
        unit
        for unit in both.values()
        if people.standing_over(actor, unit, people.proposers(unit), may) is not None
    ]


def _line(session: Session, data: FindingData) -> FindingLine:
    asked = data.asked
    waits = data.state == "proposed" and asked is not None
    state = UNANSWERED if waits and data.ripe else STATES[data.state]
    upheld = data.state == "upheld"
    return FindingLine(
        data.id,
        label_of(data.kind, by_analogy=data.by_analogy),
        state,
        upheld,
        data.state in ENDED,
        data.unit,
        data.late,
        clocks.line(asked, time.now()) if waits and asked is not None else None,
        finding_words.subject_line(session, data.subject_kind, data.subject_ref),
    )
