"""The page of one action with its generated form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.permissions import Actor
from casework.services.pages.actions import Refusal, choices, demand
from casework.services.pages.forms import Entry, entries
from casework.services.pages.head import Head, head_of
from casework.services.pages.timeline import EventLine, Narrator
from casework.services.parts import Seen, load_seen, narrowed, people_of
from casework.services.views import case_view
from casework.workflows.definition import Action, FieldType
from casework.workflows.registry import ENGINES


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action with its generated form."""

    head: Head
    action: str
    label: str
    moves_to: str
    second: bool
    reports: bool
    entries: tuple[Entry, ...]
    changes: tuple[EventLine, ...]
    refusals: tuple[Refusal, ...]
    gone: bool
    done: EventLine | None
    now: datetime


def action_page(
    session: Session,
    actor: Actor,
    number: str,
    action: str,
    since: int | None = None,
    *,
    again: bool = False,
) -> ActionPage:
    """The form of one action. Raises NotFound out of scope; WrongState or NotAllowed at first.

    ``again`` shows a form once more after a refusal, whatever it was, so that nothing typed is
    lost. ``since`` is the version a stale form was opened at: what has changed since is listed,
    and who did the step, if it is ``gone`` by now. ``refusals`` are those no entry can remove.
    """
    seen = load_seen(session, actor, number)
    case = seen.case
    engine = ENGINES[case.case_type]
    known = engine.workflow.action(action)
    if known is None:
        raise NotFound
    found = narrowed(seen.part, known)
    if not again:
        demand(session, actor, case, engine.find(action, case.state))
    gone = found.dest(case.state) is None
    dest = engine.workflow.state(found.dest(case.state) or case.state)
    newer = _newer(session, seen) if since is not None else ()
    return ActionPage(
        head=head_of(session, case),
        action=action,
        label=found.label,
        moves_to=dest.label if dest.name != case.state else "",
        second=bool(found.second),
        reports=found.report is not None,
        entries=_told(session, seen, entries(session, actor, case, found.fields)),
        changes=_changes(newer, case.version - (since or case.version)),
        refusals=_against(session, actor, seen, found),
        gone=gone,
        done=next((e for e in newer if e.action == action), None) if gone else None,
        now=time.now(),
    )


def _newer(session: Session, seen: Seen) -> tuple[EventLine, ...]:
    """What happened in the case; of one that is seen in part, nothing is told."""
    return () if seen.part is not None else Narrator(session, seen.case).events()


def _told(session: Session, seen: Seen, form: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries, of the people of a case only those who are told of."""
    if seen.part is None:
        return form
    known = {str(person.id) for person in people_of(session, seen.case, seen.part)}
    return tuple(
        replace(
            entry,
            options=tuple(option for option in entry.options if option.value in known),
            chosen=entry.chosen if entry.chosen in known else "",
        )
        if entry.field.type is FieldType.PERSON
        else entry
        for entry in form
    )


def _against(session: Session, actor: Actor, seen: Seen, action: Action) -> tuple[Refusal, ...]:
    """What refuses the step now whatever will be entered."""
    view = case_view(session, seen.case)
    found = choices(session, actor, seen.case, view, seen.part).refused
    return next((line.refusals for line in found if line.name == action.name), ())


def _changes(events: tuple[EventLine, ...], steps: int) -> tuple[EventLine, ...]:
    """The newest events back to the step after which the form was opened."""
    found, left = [], steps
    for event in events:
        if left <= 0:
            break
        found.append(event)
        left -= event.to_label != "" or not event.system
    return tuple(found)
