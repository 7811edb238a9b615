"""The one page of a case, for every type: generated from its definition and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Person, Unit
from casework.permissions import Actor
from casework.services import handling
from casework.services.pages import approvals, documents, findings, labels, told
from casework.services.pages.actions import Choices, choices
from casework.services.pages.clocks import ClockLine, Kept, of_case
from casework.services.pages.closing import Ends, closers
from casework.services.pages.documents import CaseDocuments
from casework.services.pages.evidence import EvidenceLine, evidence_lines
from casework.services.pages.findings import CaseFindings
from casework.services.pages.head import Head, head_of, user_name
from casework.services.pages.levels import Levels, levels_of
from casework.services.pages.marks import newest_assessment
from casework.services.pages.reports import ReportsPart, reports_part
from casework.services.pages.result import Result, result_of
from casework.services.pages.shown import Line
from casework.services.pages.timeline import Chain, EventLine, Narrator, chain
from casework.services.pages.told import ToldLine
from casework.services.scope import load_case
from casework.services.views import case_view, linked_in_scope
from casework.workflows.case import CaseView
from casework.workflows.definitions.steering import handed_over
from casework.workflows.registry import WORKFLOWS

NEWEST = 25
"""How many events a page shows at first: a long story must still load on a slow phone."""

NEWEST_TOLD = 3
"""How many messages it shows of those told; all of them have a page of their own."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who plays a part."""

    part: str
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A linked case; shown by number and kind only."""

    number: str
    type_title: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Handling:
    """Who handles the case, when that is not plain: the scene, who joins, the hand-overs."""

    unit: str
    scene: str
    joining: tuple[str, ...]
    hand_overs: int
    waits: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows."""

    head: Head
    narrative: str
    occurred_at: datetime | None
    known_at: datetime
    filed_at: datetime
    received_at: datetime | None
    filed_late: bool
    lead: str
    filed_by: str
    assessed: EventLine | None
    assessment: tuple[Line, ...]
    facts: tuple[Line, ...]
    people: tuple[PersonLine, ...]
    running: tuple[ClockLine, ...]
    stopped: tuple[ClockLine, ...]
    actions: Choices
    closers: Mapping[int, Ends]
    approvals: tuple[approvals.ApprovalLine, ...]
    links: tuple[LinkLine, ...]
    handling: Handling
    events: tuple[EventLine, ...]
    chain: Chain
    reports: ReportsPart
    evidence: tuple[EvidenceLine, ...]
    result: Result | None
    findings: CaseFindings
    documents: CaseDocuments
    levels: Levels
    told: tuple[ToldLine, ...]
    told_in_all: int


FOUR_TIMES = ("occurred_at", "known_at", "filed_at", "received_at")


def case_page(
    session: Session,
    actor: Actor,
    number: str,
    done: int | None = None,
    *,
    newest: int | None = NEWEST,
) -> CasePage:
    """The case with everything the actor may see and do. Raises NotFound out of scope.

    ``done``, where on the chain the actor's act ended, adds its result; ``newest`` bounds events;
    without a bound everybody who was told is there, too, as for a print.
    """
    case = load_case(session, actor, number)
    narrator = Narrator(session, case)
    events = narrator.events()
    running, stopped = of_case(session, case)
    view = case_view(session, case)
    able = choices(session, actor, case, view)
    judged = newest_assessment(view)
    return CasePage(
        head=head_of(session, case),
        narrative=case.narrative,
        **{name: getattr(case, name) for name in FOUR_TIMES},
        filed_late=any(c.rule_id.endswith(".file") and c.kept is Kept.TOO_LATE for c in stopped),
        lead=case.lead.name if case.lead else "",
        filed_by=user_name(session, case.filed_by),
        assessed=next((e for e in events if e.seq == judged), None),
        assessment=narrator.given_at(judged) if judged else (),
        facts=narrator.facts(),
        people=_people(session, case),
        running=running,
        stopped=stopped,
        actions=able,
        closers=_closers(session, case, running, able),
        approvals=approvals.of_case(session, actor, case, narrator),
        links=_links(session, actor, case),
        handling=_handling(session, case, view),
        events=events[:newest],
        chain=chain(session, case),
        reports=reports_part(session, case, narrator),
        evidence=evidence_lines(session, case, events),
        result=result_of(session, actor, case, events, running, done) if done else None,
        findings=findings.of_case(session, actor, case),
        documents=documents.case_part(session, actor, case),
        levels=levels_of(session, actor, case),
        told=told.lines_of(session, case, NEWEST_TOLD if newest else None),
        told_in_all=told.count(session, case),
    )


def _closers(
    session: Session, case: Case, running: tuple[ClockLine, ...], able: Choices
) -> dict[int, Ends]:
    """What ends each running duty; what merely elapses is left alone."""
    return {
        one.id: closers(session, case, session.get_one(Clock, one.id), able)
        for one in running
        if not one.period
    }


def _people(session: Session, case: Case) -> tuple[PersonLine, ...]:
    query = (
        select(Person, Unit.name)
        .outerjoin(Unit, Person.class_id == Unit.id)
        .where(Person.case_id == case.id)
        .order_by(Person.id)
    )
    return tuple(
        PersonLine(labels.PARTS[person.part], person.name, unit or "")
        for person, unit in session.execute(query)
    )


def _handling(session: Session, case: Case, view: CaseView) -> Handling:
    scene = handling.scene_of(session, case)
    return Handling(
        unit=case.unit.name,
        scene=scene.name if scene.id != case.unit_id else "",
        joining=tuple(unit.name for unit in handling.joining(session, case.id)),
        hand_overs=handling.hand_overs(session, case.id),
        waits=handed_over(view),
    )


def _links(session: Session, actor: Actor, case: Case) -> tuple[LinkLine, ...]:
    return tuple(
        LinkLine(
            other.number,
            WORKFLOWS[other.case_type].title,
            WORKFLOWS[other.case_type].state(other.state).label,
        )
        for other in linked_in_scope(session, actor, case.id)
    )
