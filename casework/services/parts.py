"""Who sees only a part of a case: the fence behind which the rest of it is withheld.

``scope.visible`` and ``scope.load_case`` know the whole alone: whatever is built on them stays shut
to a part. What is open to it asks here, and gets the part along with the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Case, Event, Person
from casework.permissions import PERMISSIONS, Actor, Permission, Role, in_words
from casework.services.memo import remembered
from casework.services.references import NO_PERSON
from casework.services.scope import by_number, load_case, names, reached, visible
from casework.services.views import history
from casework.text import N_, Text
from casework.workflows import case as pure
from casework.workflows.definition import Action, FieldType, Workflow
from casework.workflows.parts import Part
from casework.workflows.registry import WORKFLOWS

NOT_YOURS = N_("“%(action)s” is for: %(roles)s.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as somebody sees it: the whole, or only ``part``."""

    case: Case
    part: Part | None = None


def load_seen(session: Session, actor: Actor, number: str, *, lock: bool = False) -> Seen:
    """The case with the part that is seen of it. Raises NotFound when nothing is."""
    if not sees_parts(actor):
        return Seen(load_case(session, actor, number, lock=lock))
    found = by_number(number).where(or_(visible(actor), in_part(session, actor)))
    whole = select(Case.id).join(Case.unit).where(visible(actor))
    case: Case | None = session.scalar(
        found.with_for_update(of=Case, key_share=True) if lock else found
    )
    if case is None or case.number != number:
        raise NotFound
    if session.scalar(whole.where(Case.id == case.id)) is not None:
        return Seen(case)
    return Seen(case, _part_at(session, actor, case))


def in_part(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The cases of which the actor sees only a part; the statement must join ``unit``."""
    found = [
        and_(Case.case_type == workflow.case_type, _concerned(session, workflow, part, paths))
        for role, paths in _paths(actor).items()
        for workflow, part in _declared(role)
    ]
    if not found:
        return false()
    return and_(or_(*found), ~names(actor), ~visible(actor))


def clocks_told(actor: Actor) -> frozenset[str]:
    """The rules whose clocks belong to some part of the actor's."""
    return frozenset(
        rule for role in _paths(actor) for _, part in _declared(role) for rule in part.clocks
    )


def sees_parts(actor: Actor) -> bool:
    """True for somebody who sees parts of cases."""
    return bool(_paths(actor))


def actions_from(workflow: Workflow, state: str, part: Part | None) -> tuple[Action, ...]:
    """The actions of a state, those of the part alone and narrowed to it."""
    actions = workflow.actions_from(state)
    if part is None:
        return actions
    narrowed = (part.narrowed(action) for action in actions)
    return tuple(action for action in narrowed if action is not None)


def narrowed(part: Part | None, action: Action) -> Action:
    """The action as it may be done. Raises NotAllowed when it is not of the part."""
    found = action if part is None else part.narrowed(action)
    if found is None:
        raise NotAllowed(not_yours(action, action.roles))
    return found


def not_yours(action: Action, roles: tuple[Role, ...]) -> Text:
    """Whose step it is, in words."""
    return Text(NOT_YOURS, {"action": Text(action.label), "roles": in_words(roles)})


def check_people(
    session: Session, seen: Seen, action: Action, values: Mapping[str, object]
) -> None:
    """Raise Invalid for a person of the case whom the part does not tell of."""
    if seen.part is None:
        return
    told = {person.id for person in people_of(session, seen.case, seen.part)}
    wrong = {
        field.name: [Text(NO_PERSON, {"id": str(values[field.name])})]
        for field in action.fields
        if field.type is FieldType.PERSON and values.get(field.name) not in {None, *told}
    }
    if wrong:
        raise Invalid(wrong)


def people_of(session: Session, case: Case, part: Part) -> list[Person]:
    """The people of the case whom the part tells of."""
    mine = (Person.case_id == case.id, Person.part.in_(part.people))
    return list(session.scalars(select(Person).where(*mine).order_by(Person.id)))


def _paths(actor: Actor) -> dict[Role, tuple[str, ...]]:
    """Where the actor sees parts, by the role that does."""
    found: dict[Role, tuple[str, ...]] = {}
    for post in actor.posts:
        if Permission.CASE_PART in PERMISSIONS[post.role]:
            found[post.role] = (*found.get(post.role, ()), post.path)
    return found


def _declared(role: Role) -> Iterator[tuple[Workflow, Part]]:
    for workflow in WORKFLOWS.values():
        if role in workflow.part_for:
            yield workflow, workflow.part_for[role]


def _part_at(session: Session, actor: Actor, case: Case) -> Part:
    """The part of a case that is known to be seen only in part."""
    for role, paths in _paths(actor).items():
        part = WORKFLOWS[case.case_type].part_for.get(role)
        here = select(Case.id).join(Case.unit).where(Case.id == case.id, reached(paths))
        if part is not None and session.scalar(here) is not None:
            return part
    raise NotFound


def _concerned(
    session: Session, workflow: Workflow, part: Part, paths: tuple[str, ...]
) -> ColumnElement[bool]:
    if part.needed is None:
        return reached(paths)
    return Case.id.in_(_needing(session, workflow, part, paths))


def _needing(session: Session, workflow: Workflow, part: Part, paths: tuple[str, ...]) -> list[int]:
    """The cases of the type in these places that concern the role, as their histories say.

    Histories are read anew only when some case of them has changed.
    """
    inside = and_(Case.case_type == workflow.case_type, reached(paths))
    stand = select(func.count(), func.sum(Case.head_seq)).select_from(Case).join(Case.unit)
    changed = tuple(session.execute(stand.where(inside)).one())

    def ask() -> list[int]:
        cases = session.scalars(select(Case).join(Case.unit).where(inside)).all()
        views = _views(session, workflow, cases)
        return [case.id for case in cases if part.concerns(views[case.id])]

    return remembered(session, ("part", workflow.case_type, tuple(paths), changed), ask)


def _views(session: Session, workflow: Workflow, cases: Sequence[Case]) -> dict[int, pure.CaseView]:
    """The histories and people of many cases, read with one statement each."""
    ids = [case.id for case in cases]
    chains = select(Event.case_key, Event.body).where(
        Event.case_key.in_([case.chain for case in cases])
    )
    bodies: dict[str, list[str]] = {}
    for key, body in session.execute(chains.order_by(Event.case_key, Event.seq)):
        bodies.setdefault(key, []).append(body)
    people: dict[int, tuple[pure.Person, ...]] = {}
    for row in session.scalars(select(Person).where(Person.case_id.in_(ids)).order_by(Person.id)):
        one = pure.Person(row.id, row.part, row.user_id, row.student_id)
        people[row.case_id] = (*people.get(row.case_id, ()), one)
    return {
        case.id: pure.CaseView(
            case_type=case.case_type,
            number=case.number,
            state=case.state,
            level=case.level,
            round=case.round,
            known_at=case.known_at,
            filed_at=case.filed_at,
            people=people.get(case.id, ()),
            history=history([orjson.loads(b) for b in bodies.get(case.chain, ())], workflow),
        )
        for case in cases
    }
