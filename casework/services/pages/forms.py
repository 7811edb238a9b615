"""The entries of a generated form with what each may be answered with in this case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.models import Case, Membership, Person, Unit, User
from casework.permissions import ROLE_LABELS, Actor
from casework.services.actors import ancestors, bureau_of, in_force, school_of
from casework.services.pages import labels
from casework.services.scope import parse_number
from casework.text import Text
from casework.workflows.definition import Field, FieldType
from casework.workflows.definitions.shared_facts import SIDES
from casework.workflows.registry import WORKFLOWS


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer; a label that is data (a name) is shown as it is."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form with its options: ``many`` of them, or one ``chosen`` from the start."""

    field: Field
    kind: str
    options: tuple[Option, ...] = ()
    many: bool = False
    chosen: str = ""


def as_is(words: str) -> Text:
    """Words that are data and not to be translated."""
    return Text("%(words)s", {"words": words})


def plain_entries(form: Sequence[Field]) -> tuple[Entry, ...]:
    """The entries of a form that names nothing of a case, such as a filing form."""
    return tuple(_entry(field, ()) for field in form)


def entries(session: Session, actor: Actor, case: Case, form: Sequence[Field]) -> tuple[Entry, ...]:
    """The entries of an action's form, with this case's people, staff and units to choose from."""
    finders = {
        FieldType.PERSON: _people,
        FieldType.PEOPLE: _people,
        FieldType.USER: _staff,
        FieldType.UNIT: _units,
    }
    known: dict[FieldType, tuple[Option, ...]] = {}
    for field in form:
        if field.type in finders and field.type not in known:
            known[field.type] = finders[field.type](session, case)
    made = (
        _entry(field, _within(session, actor, field) if field.kinds else known.get(field.type, ()))
        for field in form
    )
    only = _only_child(session, case)
    return tuple(replace(e, chosen=only) if e.field.type is FieldType.PERSON else e for e in made)


def form_of(number: str, action: str) -> tuple[Field, ...]:
    """The fields of an action in the kind of case the number tells. Raises NotFound."""
    parsed = parse_number(number)
    found = WORKFLOWS[parsed[0]].action(action) if parsed else None
    if found is None:
        raise NotFound
    return found.fields


def filing_form(case_type: str) -> tuple[Field, ...]:
    """The fields of a filing form. Raises NotFound."""
    workflow = WORKFLOWS.get(case_type)
    if workflow is None:
        raise NotFound
    return workflow.filing


def _entry(field: Field, options: tuple[Option, ...]) -> Entry:
    if field.choices:
        options = tuple(Option(str(c.value), Text(c.label)) for c in field.choices)
    many = field.many or field.type in {FieldType.MULTICHOICE, FieldType.PEOPLE}
    chosen = "" if field.usual is None else str(field.usual).lower()
    return Entry(field, field.type.value, options, many, chosen)


def _only_child(session: Session, case: Case) -> str:
    """The one person of the case, where no sides are told apart; empty when it is not so plain."""
    rows = session.execute(select(Person.id, Person.part).where(Person.case_id == case.id)).all()
    plain = len(rows) == 1 and rows[0][1] not in SIDES
    return str(rows[0][0]) if plain else ""


def _people(session: Session, case: Case) -> tuple[Option, ...]:
    rows = session.scalars(select(Person).where(Person.case_id == case.id).order_by(Person.id))
    sentence = "%(name)s · %(part)s"
    return tuple(
        Option(str(p.id), Text(sentence, {"name": p.name, "part": Text(labels.PARTS[p.part])}))
        for p in rows
    )


def _staff(session: Session, case: Case) -> tuple[Option, ...]:
    """Who works at the school of the case or at its bureau, each account once."""
    school, bureau = school_of(session, case.unit), bureau_of(session, case.unit)
    query = (
        select(User.id, User.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .where(or_(Unit.path.startswith(school.path, autoescape=True), Unit.id == bureau.id))
        .where(User.disabled_at.is_(None), *in_force(time.today()))
        .order_by(Unit.path, User.name)
    )
    found: dict[int, Option] = {}
    for user_id, name, role in session.execute(query):
        label = Text("%(name)s · %(role)s", {"name": name, "role": Text(ROLE_LABELS[role])})
        found.setdefault(user_id, Option(str(user_id), label))
    return tuple(found.values())


def _within(session: Session, actor: Actor, field: Field) -> tuple[Option, ...]:
    """The units of these kinds within the actor's own area."""
    inside = (Unit.path.startswith(post.path, autoescape=True) for post in actor.posts)
    query = select(Unit).where(Unit.kind.in_(field.kinds), or_(false(), *inside))
    rows = session.scalars(query.order_by(Unit.path))
    return tuple(Option(str(unit.id), as_is(unit.name)) for unit in rows)


def _units(session: Session, case: Case) -> tuple[Option, ...]:
    """The units around the case: those above it and those of its school."""
    school = school_of(session, case.unit)
    query = (
        select(Unit)
        .where(
            or_(
                Unit.path.startswith(school.path, autoescape=True),
                Unit.id.in_(ancestors(case.unit.path)),
            )
        )
        .order_by(Unit.path)
    )
    return tuple(Option(str(unit.id), as_is(unit.name)) for unit in session.scalars(query))
