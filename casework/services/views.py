"""From the database to the pure view: a case with its history, people, links and running clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Disposition, Link, Person, Signal
from casework.permissions import Actor
from casework.services import timeline
from casework.services.earlier import TAKES_OVER
from casework.services.policy import policy
from casework.services.scope import by_number, visible
from casework.workflows import case as pure
from casework.workflows.acts import told_by
from casework.workflows.definition import Action, FieldType, Workflow
from casework.workflows.definitions.shared_facts import ANONYMOUS, SIGNAL, calls
from casework.workflows.registry import WORKFLOWS

CHILDREN = ("victim", "actor", "injured", "absent")
OPENED = "opened"
"""What became of a signal from which a case was opened."""
TOLD = "…"
"""Stands in the history for a personal text: it was given, its words are not on the chain."""


def case_view(session: Session, case: Case, *, links: bool = True) -> pure.CaseView:
    """The case as facts and guards see it, folded from its own timeline."""
    bodies = timeline.bodies(session, case.chain)
    before = tuple(_before(session, _earlier_numbers(bodies), frozenset({case.chain})))
    return replace(
        new_view(session, case, _people(session, case.id)),
        history=history(bodies, WORKFLOWS[case.case_type]),
        links=_links(session, case) if links else (),
        running=running(session, case.id),
        before=tuple(_as_here(session, case, before)),
        heard_from=frozenset(_heard_from(session, case, (earlier for earlier, _ in before))),
    )


def new_view(
    session: Session, case: Case, people: Iterable[Person], earlier: str | None = None
) -> pure.CaseView:
    """A case that has been filed just now: nothing has been done yet, and nothing runs.

    ``earlier`` is the number of the case that goes on as this one.
    """
    before = _before(session, [earlier] if earlier else [], frozenset({case.chain}))
    return pure.CaseView(
        case_type=case.case_type,
        number=case.number,
        state=case.state,
        level=case.level,
        round=case.round,
        known_at=case.known_at,
        filed_at=case.filed_at,
        occurred_at=case.occurred_at,
        received_at=case.received_at,
        region=case.region,
        source=case.source,
        earlier=_earlier(session, case),
        people=_nameless(people),
        before=tuple(_as_here(session, case, before)),
    )


def _before(
    session: Session, numbers: Iterable[str], seen: frozenset[str]
) -> Iterator[tuple[Case, tuple[pure.Record, ...]]]:
    """The cases that this one goes on from, or that were merged into it, each with what was done.

    ``seen`` are the chains already read: two cases may in turn have been merged into each other.
    """
    for number in numbers:
        case = session.scalar(by_number(number))
        if case is None or case.chain in seen:
            continue
        theirs = timeline.bodies(session, case.chain)
        yield from _before(session, _earlier_numbers(theirs), seen | {case.chain})
        yield case, history(theirs, WORKFLOWS[case.case_type])


def _as_here(
    session: Session, case: Case, before: Iterable[tuple[Case, tuple[pure.Record, ...]]]
) -> Iterator[pure.Record]:
    """What was done there; a record about one of its people is about the same person here."""
    for other, done in before:
        same = _same_people(session, other, case)
        for record in done:
            whom = record.fields.get("person_id")
            fields = {**record.fields, "person_id": same.get(whom)} if whom else record.fields
            yield replace(record, fields=fields)


def _same_people(session: Session, other: Case, case: Case) -> Mapping[object, int]:
    """Who of another case is who in this one: the same pupil, else of the same name, each once.

    Two of whom nobody knows the name (不详) are two, in the order in which they were entered.
    """
    here, there = list(_people(session, case.id)), list(_people(session, other.id))
    same: dict[object, int] = {}
    for alike in (_same_pupil, _same_name):
        for row in (row for row in there if row.id not in same):
            found = next((one for one in here if one.part == row.part and alike(one, row)), None)
            if found is not None:
                same[row.id] = found.id
                here.remove(found)
    return same


def _same_pupil(one: Person, other: Person) -> bool:
    return one.student_id is not None and one.student_id == other.student_id


def _same_name(one: Person, other: Person) -> bool:
    return one.name == other.name and None in (one.student_id, other.student_id)


def _heard_from(session: Session, case: Case, before: Iterable[Case]) -> Iterator[str]:
    """On which other ways it was heard of; who sent a signal is nobody's business here.

    Only that an anonymous one has opened the case past the school must be known: its sender is to
    be asked, and the bureau alone reads it.
    """
    ids = [case.id]
    for earlier in before:
        ids.append(earlier.id)
        yield earlier.source
    query = select(Signal.kind, Disposition.outcome).join(Signal)
    for kind, outcome in session.execute(query.where(Disposition.case_id.in_(ids))):
        yield f"{SIGNAL}:{kind}" if (kind, outcome) == (ANONYMOUS, OPENED) else SIGNAL


def _earlier_numbers(bodies: list[dict[str, Any]]) -> Iterator[str]:
    """The numbers of those cases, as the events that took them over name them."""
    for body in bodies:
        name = TAKES_OVER.get(body["action"])
        if name is not None:
            yield str(body["data"][name])


def people(session: Session, case_id: int) -> tuple[pure.Person, ...]:
    """The people of a case without their names."""
    return _nameless(_people(session, case_id))


def _people(session: Session, case_id: int) -> Iterable[Person]:
    return session.scalars(select(Person).where(Person.case_id == case_id).order_by(Person.id))


def _nameless(rows: Iterable[Person]) -> tuple[pure.Person, ...]:
    return tuple(pure.Person(row.id, row.part, row.user_id, row.student_id) for row in rows)


def running(session: Session, case_id: int) -> tuple[pure.Running, ...]:
    """The running clocks of a case."""
    rows = session.scalars(
        select(Clock).where(Clock.case_id == case_id, Clock.stopped_at.is_(None)).order_by(Clock.id)
    )
    return tuple(
        pure.Running(row.rule_id, row.limit_at, row.recipient or None, _extension(session, row))
        for row in rows
    )


def _extension(session: Session, clock: Clock) -> int:
    """By how many units of its rule a clock may still be extended."""
    rule = policy(session).packs.for_region(clock.region).get(clock.rule_id)
    if rule is None or rule.extension is None:
        return 0
    left = len(clock.terms.get("extensions", ())) < rule.extension.times
    return rule.extension.amount if left else 0


def history(bodies: list[dict[str, Any]], workflow: Workflow) -> tuple[pure.Record, ...]:
    """The records among the events of a chain: the filing and the workflow's own actions."""
    known = {pure.FILE: workflow.filing} | {a.name: a.fields for a in workflow.actions}
    return tuple(
        _record(
            body,
            {field.name: field.type for field in known[body["action"]]},
            workflow.action(body["action"]),
        )
        for body in bodies
        if body["action"] in known and body["to"] is not None
    )


def _record(
    body: dict[str, Any], types: Mapping[str, FieldType], action: Action | None
) -> pure.Record:
    data = body["data"]
    fields = {name: decode(value, types.get(name)) for name, value in data["fields"].items()}
    fields |= dict.fromkeys(data.get("commitments", {}), TOLD)
    return pure.Record(
        action=body["action"],
        at=datetime.fromisoformat(body["at"]),
        actor_id=body["actor"]["id"],
        actor_role=body["actor"]["role"],
        fields=fields,
        from_state=body["from"],
        to_state=body["to"],
        round=data["round"],
        requested_by=data.get("requested_by"),
        stands_for=data.get("stands_for"),
        seq=body["seq"],
        tells=told_by(action, fields),
        happened=_happened(data.get("core")),
    )


def _happened(core: Mapping[str, Any] | None) -> datetime | None:
    if core is None:
        return None
    told = core["occurred_at"]
    return datetime.fromisoformat(core["known_at"] if told == pure.UNKNOWN else told)


def decode(value: Any, kind: FieldType | None) -> Any:
    """A value of an event back as the type of its field."""
    if isinstance(value, str) and value != pure.UNKNOWN:
        if kind is FieldType.DATETIME:
            return datetime.fromisoformat(value)
        if kind is FieldType.DATE:
            return date.fromisoformat(value)
    return value


def linked_in_scope(session: Session, actor: Actor, case_id: int) -> list[Case]:
    """The cases bound to this one that the actor may know of."""
    ids = [case.id for case in linked_cases(session, case_id)]
    query = select(Case).join(Case.unit).where(Case.id.in_(ids), visible(actor))
    return list(session.scalars(query.order_by(Case.id)))


def linked_cases(session: Session, case_id: int) -> list[Case]:
    """The cases bound to this one, in either direction."""
    pairs = session.execute(
        select(Link.case_id, Link.other_id).where(
            or_(Link.case_id == case_id, Link.other_id == case_id)
        )
    ).all()
    ids = {one for pair in pairs for one in pair} - {case_id}
    if not ids:
        return []
    return list(session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id)))


def _earlier(session: Session, case: Case) -> bool:
    """True when a pupil of this case plays a part in an older case of the same type."""
    own = select(Person.student_id).where(
        Person.case_id == case.id, Person.student_id.is_not(None), Person.part.in_(CHILDREN)
    )
    older = (
        select(Person.id)
        .join(Case, Person.case_id == Case.id)
        .where(Case.case_type == case.case_type, Case.id < case.id, Person.student_id.in_(own))
    )
    return session.scalar(select(older.exists())) or False


def _links(session: Session, case: Case) -> tuple[pure.Link, ...]:
    found = []
    for other in linked_cases(session, case.id):
        view = case_view(session, other, links=False)
        found.append(_link(view, is_open=not other.final))
    return tuple(found)


def _link(view: pure.CaseView, *, is_open: bool) -> pure.Link:
    return pure.Link(
        number=view.number,
        case_type=view.case_type,
        open=is_open,
        facts=facts(view),
        instants={n: at(view) for n, at in WORKFLOWS[view.case_type].instants.items()},
        calls=calls(view),
        state=view.state,
    )


def facts(view: pure.CaseView) -> dict[str, Any]:
    """The named facts of a case: what clocks and linked cases decide on."""
    return {name: fact(view) for name, fact in WORKFLOWS[view.case_type].facts.items()}
