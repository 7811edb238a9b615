"""The head of every page about one case: number, state, level, flags, the path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Flag, Unit, User
from casework.services.actors import ancestors
from casework.services.pages import labels
from casework.services.views import case_view
from casework.workflows.definition import Phase
from casework.workflows.registry import WORKFLOWS


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One of the five phases on the path strip."""

    label: str
    walked: bool
    present: bool


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag in words; it stays visible when it has been cleared."""

    label: str
    rule: str
    at: datetime
    cleared_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """What every page about one case shows on top."""

    number: str
    type_title: str
    title: str
    state_label: str
    final: bool
    level: int
    level_label: str
    version: int
    units: tuple[str, ...]
    flags: tuple[FlagLine, ...]
    path: tuple[PhaseStep, ...]


def head_of(session: Session, case: Case) -> Head:
    """The head of the page of a case."""
    workflow = WORKFLOWS[case.case_type]
    ids = ancestors(case.unit.path)
    units = session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)).all()
    return Head(
        number=case.number,
        type_title=workflow.title,
        title=case.title,
        state_label=workflow.state(case.state).label,
        final=case.final,
        level=case.level,
        level_label=labels.level_label(case.level),
        version=case.version,
        units=tuple(unit.name for unit in units if unit.kind != "city_bureau"),
        flags=_flags(session, case),
        path=_path(session, case),
    )


def _path(session: Session, case: Case) -> tuple[PhaseStep, ...]:
    """The five phases; escalation counts as walked when the level has reached the county."""
    workflow = WORKFLOWS[case.case_type]
    entered = {r.to_state for r in case_view(session, case, links=False).history}
    walked = {workflow.state(name).phase for name in entered}
    if case.level >= labels.COUNTY:
        walked.add(Phase.ESCALATION)
    return tuple(
        PhaseStep(labels.PHASES[phase], phase in walked, phase == case.phase) for phase in Phase
    )


def _flags(session: Session, case: Case) -> tuple[FlagLine, ...]:
    query = (
        select(Flag, Clock.terms)
        .join(Clock, Flag.clock_id == Clock.id)
        .where(Flag.case_id == case.id)
        .order_by(Flag.id)
    )
    return tuple(
        FlagLine(
            labels.FLAGS.get(flag.kind, flag.kind),
            terms["title"],
            flag.at,
            flag.cleared_at,
            flag.reason or "",
        )
        for flag, terms in session.execute(query)
    )


def user_name(session: Session, user_id: int | None) -> str:
    """The name of an account, empty for none."""
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
