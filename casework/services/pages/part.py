"""The page of a case for who sees only a part of it: the children, the duty, the own steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from casework.models import Case, Clock, Unit
from casework.permissions import Actor
from casework.services import part_data
from casework.services.actors import school_of
from casework.services.pages import labels
from casework.services.pages.actions import Choices, choices
from casework.services.pages.case import PersonLine
from casework.services.pages.clocks import ClockLine, of_case
from casework.services.pages.closing import Ends, closers
from casework.services.pages.shown import Line
from casework.services.pages.timeline import EventLine, Narrator
from casework.services.parts import Seen, load_seen, people_of
from casework.services.views import case_view
from casework.workflows.case import FILE, CaseView
from casework.workflows.definition import Workflow
from casework.workflows.parts import Part
from casework.workflows.registry import WORKFLOWS

SHOWN = ("fields", "commitments")
"""What of an event's data belongs to the part: its entries, not what it did to the clocks."""


@dataclass(frozen=True, slots=True)
class PartHead:
    """What stands on top: no title, for that tells what happened."""

    number: str
    case_type: str
    type_title: str
    state_label: str
    final: bool
    school: str


@dataclass(frozen=True, slots=True)
class PartPage:
    """Everything the page shows; what else the case holds is withheld."""

    head: PartHead
    why: str
    people: tuple[PersonLine, ...]
    answers: tuple[Line, ...]
    running: tuple[ClockLine, ...]
    stopped: tuple[ClockLine, ...]
    closers: Mapping[int, Ends]
    actions: Choices
    events: tuple[EventLine, ...]
    done: bool


def part_page(
    session: Session, actor: Actor, number: str, *, done: bool = False
) -> PartPage | None:
    """The part of the case that is the actor's; None for who sees the whole. Raises NotFound."""
    seen = load_seen(session, actor, number)
    if seen.part is None:
        return None
    case, part, view = seen.case, seen.part, case_view(session, seen.case)
    narrator = Narrator(session, case, _bodies(session, actor, case, part))
    running, stopped = (
        [c for c in group if c.rule_id in part.clocks] for group in of_case(session, case)
    )
    able = choices(session, actor, case, view, part)
    return PartPage(
        head=_head(session, case),
        why=part.why,
        people=_people(session, seen, part),
        answers=_answers(narrator, WORKFLOWS[case.case_type], part, view),
        running=tuple(running),
        stopped=tuple(stopped),
        closers={
            one.id: closers(session, case, session.get_one(Clock, one.id), able) for one in running
        },
        actions=able,
        events=narrator.events(),
        done=done,
    )


def _head(session: Session, case: Case) -> PartHead:
    workflow = WORKFLOWS[case.case_type]
    return PartHead(
        case.number,
        case.case_type,
        workflow.title,
        workflow.state(case.state).label,
        case.final,
        school_of(session, case.unit).name,
    )


def _people(session: Session, seen: Seen, part: Part) -> tuple[PersonLine, ...]:
    rows = people_of(session, seen.case, part)
    units = {row.class_id: session.get(Unit, row.class_id) for row in rows if row.class_id}
    names = {unit_id: unit.name for unit_id, unit in units.items() if unit is not None}
    return tuple(
        PersonLine(labels.PARTS[row.part], row.name, names.get(row.class_id or 0, ""))
        for row in rows
    )


def _bodies(session: Session, actor: Actor, case: Case, part: Part) -> list[dict[str, Any]]:
    return [
        {**body, "data": {n: body["data"][n] for n in SHOWN if n in body["data"]}}
        for body in part_data.bodies(session, actor, case, part)
    ]


def _answers(
    narrator: Narrator, workflow: Workflow, part: Part, view: CaseView
) -> tuple[Line, ...]:
    """The answers of the part under the labels of the forms that asked for them."""
    asked = {field.name: FILE for field in workflow.filing}
    for action in workflow.actions:
        asked |= {f.name: action.name for f in action.fields if f.name not in asked}
    given = part.answers(view.history)
    return tuple(
        line
        for name, value in given.items()
        for line in narrator.values(asked[name], {name: value})
    )
