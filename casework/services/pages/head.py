"""The head of every page about one case: number, state, level, flags, the path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Flag, Unit, User
from casework.services.actors import ancestors
from casework.services.pages import labels
from casework.services.pages.duties import titled
from casework.services.pages.marks import Mark, marks
from casework.services.signals.origins import Origin, origins
from casework.services.views import case_view
from casework.text import Text
from casework.workflows.case import CaseView
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
    rule: Text
    at: datetime
    cleared_at: datetime | None
    reason: str
    id: int
    cleared_by: str


@dataclass(frozen=True, slots=True)
class FlagCount:
    """Equal flags as one badge: how many stand, and the duties they are about."""

    label: str
    count: int
    cleared: bool
    rules: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What every page about one case shows on top."""

    number: str
    case_type: str
    type_title: str
    title: str
    state_label: str
    final: bool
    level: int
    level_label: str
    version: int
    units: tuple[str, ...]
    marks: tuple[Mark, ...]
    outside: tuple[Origin, ...]
    flags: tuple[FlagLine, ...]
    flag_counts: tuple[FlagCount, ...]
    path: tuple[PhaseStep, ...]


def head_of(session: Session, case: Case) -> Head:
    """The head of the page of a case."""
    workflow = WORKFLOWS[case.case_type]
    ids = ancestors(case.unit.path)
    units = session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)).all()
    view = case_view(session, case)
    flags = _flags(session, case)
    outside = origins(session, case)
    return Head(
        number=case.number,
        case_type=case.case_type,
        type_title=workflow.title,
        title=case.title,
        state_label=workflow.state(case.state).label,
        final=case.final,
        level=case.level,
        level_label=labels.level_label(case.level),
        version=case.version,
        units=tuple(unit.name for unit in units if unit.kind != "city_bureau"),
        marks=(*marks(view), *(Mark(one.chip, one.first_heard) for one in outside)),
        outside=outside,
        flags=flags,
        flag_counts=_counted(flags),
        path=_path(case, view),
    )


def _path(case: Case, view: CaseView) -> tuple[PhaseStep, ...]:
    """The five phases; escalation counts as walked when the level has reached the county."""
    workflow = WORKFLOWS[case.case_type]
    entered = {r.to_state for r in view.history}
    walked = {workflow.state(name).phase for name in entered}
    if case.level >= labels.COUNTY:
        walked.add(Phase.ESCALATION)
    return tuple(
        PhaseStep(labels.PHASES[phase], phase in walked, phase == case.phase) for phase in Phase
    )


def _flags(session: Session, case: Case) -> tuple[FlagLine, ...]:
    query = (
        select(Flag, Clock.terms, Clock.recipient, User.name)
        .join(Clock, Flag.clock_id == Clock.id)
        .outerjoin(User, Flag.cleared_by == User.id)
        .where(Flag.case_id == case.id)
        .order_by(Flag.id)
    )
    return tuple(
        FlagLine(
            labels.FLAGS.get(flag.kind, flag.kind),
            titled(terms["title"], recipient),
            flag.at,
            flag.cleared_at,
            flag.reason or "",
            flag.id,
            cleared_by or "",
        )
        for flag, terms, recipient, cleared_by in session.execute(query)
    )


def _counted(flags: tuple[FlagLine, ...]) -> tuple[FlagCount, ...]:
    """Equal flags together, those that still stand apart from those that were cleared."""
    groups: dict[tuple[str, bool], list[Text]] = {}
    for flag in flags:
        groups.setdefault((flag.label, flag.cleared_at is not None), []).append(flag.rule)
    return tuple(
        FlagCount(label, len(rules), cleared, tuple(rules))
        for (label, cleared), rules in groups.items()
    )


def user_name(session: Session, user_id: int | None) -> str:
    """The name of an account, empty for none."""
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
