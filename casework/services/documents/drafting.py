"""Drafts: begun from what is known, completed by people, dropped with a reason.

A draft keeps only what somebody wrote; everything else is gathered afresh each time it is looked
at, so that it says what is known now. From its submission on it stands still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.documents.cleaning import Stripped, clean_values
from casework.documents.kinds import About, Item, Kind
from casework.documents.printing import filled
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Case, Document, DocumentTemplate, Person, Report, Unit
from casework.models.document import DRAFT, DROPPED, OPEN
from casework.permissions import BUREAU_KINDS, Actor, Permission
from casework.permissions import Standing as InRole
from casework.services.documents import content, frames, kinds, people, recording, scope, values
from casework.services.documents.gathering import gather
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.documents.values import Values
from casework.services.scope import load_case
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

NOT_HERE = N_("This kind of document does not belong here.")
NOT_NOW = N_("In the present state of the case there is no such document.")
NO_DRAFT = N_("This document is no draft any more.")
NOT_IN_CASE = N_("This person does not belong to the case.")
NO_REPORT = N_("There is no such report in the case.")
BEGUN = N_("There is already such a document about this report; it is replaced, not written again.")
LOCKED = N_("This comes from the records and cannot be changed here.")


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new document is about, besides its case or its unit."""

    person_id: int | None = None
    about_seq: int | None = None
    on: date | None = None
    fields: Mapping[str, object] = field(default_factory=dict)


def begin(
    session: Session, press: Press, actor: Actor, number: str, name: str, about: Begun
) -> Document:
    """Begin a document about a case.

    Raises NotFound out of scope and for no such kind, NotAllowed for who does not write it,
    Conflict where it does not belong, Invalid by field.
    """
    case = load_case(session, actor, number, lock=True)
    kind, template = kinds.named(session, name, case.unit)
    if not fits(kind, case):
        raise Conflict(Text(NOT_HERE))
    if kind.states and case.state not in kind.states:
        raise Conflict(Text(NOT_NOW))
    _demand_person(session, case, about.person_id)
    _demand_report(session, case, about.about_seq)
    return _begun(session, press, actor, kind, template, case.unit, case, about)


def begin_at(
    session: Session, press: Press, actor: Actor, unit_id: int, name: str, about: Begun
) -> Document:
    """Begin a document about a unit. Raises as :func:`begin` does."""
    unit = session.get(Unit, unit_id)
    if unit is None or not actor.can(Permission.DOCUMENT_READ, unit.path):
        raise NotFound
    kind, template = kinds.named(session, name, unit)
    if About.UNIT not in kind.about or (kind.unit_kinds and unit.kind not in kind.unit_kinds):
        raise Conflict(Text(NOT_HERE))
    return _begun(session, press, actor, kind, template, unit, None, about)


def change(
    session: Session,
    press: Press,
    actor: Actor,
    document_id: int,
    version: int,
    raw: Mapping[str, object],
    *,
    whole: bool = True,
) -> Document:
    """Write into a draft: the whole form, or only the entries that are given.

    Raises NotFound, Stale, Conflict when it is no draft, NotAllowed, Invalid by field.
    """
    held = recording.hold(session, actor, document_id, version)
    demand_draft(held)
    demand_writer(session, actor, held)
    enter(session, press, actor, held, raw, whole=whole)
    held.document.version += 1
    session.flush()
    return held.document


def drop(session: Session, actor: Actor, document_id: int, version: int, reason: str) -> Document:
    """Give a draft up, with the reason; its words go. Raises as :func:`change` does."""
    held = recording.hold(session, actor, document_id, version)
    if held.document.state not in OPEN:
        raise Conflict(Text(NO_DRAFT))
    standing = demand_writer(session, actor, held)
    words = checked_text("reason", reason)
    if not words:
        raise Invalid({"reason": [Text(REQUIRED)]})
    recording.record(
        session, held, actor, standing, "document_dropped", clock.now(), {"reason": words}
    )
    content.write(session, held.document, {content.OWN: {}})
    held.document.state = DROPPED
    held.document.version += 1
    session.flush()
    return held.document


def enter(
    session: Session,
    press: Press,
    actor: Actor,
    held: Held,
    raw: Mapping[str, object],
    *,
    whole: bool,
) -> None:
    """Keep what somebody wrote, as far as it differs from what is known. Raises Invalid."""
    known = gather(session, press, actor, held)
    items = frames.entries(held.kind)
    refused = {name: [Text(LOCKED)] for name in raw if name in known.locked}
    if refused and not whole:
        raise Invalid(refused)
    given = {name: value for name, value in raw.items() if name not in known.locked}
    checked = values.check(items, given)
    kept = {} if whole else dict(content.read(session, held.document)[content.OWN])
    for item in items:
        if item.name in known.locked or not (whole or item.name in given):
            continue
        kept.pop(item.name, None)
        value = checked.get(item.name)
        if item.name in checked and value != known.values.get(item.name):
            kept |= values.encoded({item.name: value})
        elif item.name not in checked and not values.blank(known.values.get(item.name)):
            kept[item.name] = None
    body = content.read(session, held.document)
    content.write(session, held.document, {**body, content.OWN: kept})


@dataclass(frozen=True, slots=True)
class Standing:
    """The values as they stand, which of them come from the records, and what cannot be printed."""

    values: Values
    locked: frozenset[str] = frozenset()
    stripped: tuple[Stripped, ...] = ()


def effective(session: Session, press: Press, actor: Actor, held: Held) -> Standing:
    """The values: gathered and written over in a draft, else as they were frozen."""
    body = content.read(session, held.document)
    items = frames.entries(held.kind)
    if content.VALUES in body:
        return Standing(values.decoded(items, body[content.VALUES]))
    known = gather(session, press, actor, held)
    own = values.decoded(items, body[content.OWN])
    merged = {**known.values, **{k: v for k, v in own.items() if k not in known.locked}}
    cleaned, stripped = clean_values({k: v for k, v in merged.items() if v is not None})
    return Standing(cleaned, known.locked, stripped)


def asked(
    session: Session, press: Press, actor: Actor, document_id: int
) -> tuple[tuple[Item, ...], frozenset[str]]:
    """The entries of a draft's form, and which of them come from the records."""
    known = scope.load(session, actor, document_id)
    case = session.get_one(Case, known.case_id) if known.case_id else None
    kind = kinds.kind_of(session, known)
    held = Held(known, kind, case, recording.place_of(session, known, case))
    return frames.entries(kind), gather(session, press, actor, held).locked


def missing(kind: Kind, given: Values) -> list[Item]:
    """The entries without which the document cannot be issued."""
    return [i for i in frames.entries(kind) if i.required and not filled(i, given.get(i.name))]


def fits(kind: Kind, case: Case) -> bool:
    """True when the kind belongs to a case of this type."""
    return About.CASE in kind.about and (not kind.case_types or case.case_type in kind.case_types)


def demand_draft(held: Held) -> None:
    """Raise Conflict when the document is no draft."""
    if held.document.state != DRAFT:
        raise Conflict(Text(NO_DRAFT))


def demand_writer(session: Session, actor: Actor, held: Held) -> InRole:
    """The standing in which the actor writes it. Raises NotAllowed."""
    return people.demand(session, actor, held.scene, held.kind.drafters, people.WRITTEN_BY)


def _demand_person(session: Session, case: Case, person_id: int | None) -> None:
    person = session.get(Person, person_id) if person_id else None
    if person_id is not None and (person is None or person.case_id != case.id):
        raise Invalid({"person_id": [Text(NOT_IN_CASE)]})


def _demand_report(session: Session, case: Case, seq: int | None) -> None:
    same = (Report.case_id == case.id, Report.seq == seq)
    if seq is not None and session.scalar(select(Report.id).where(*same)) is None:
        raise Invalid({"about_seq": [Text(NO_REPORT)]})


def _demand_first(session: Session, kind: Kind, office: Unit, case: Case, seq: int | None) -> None:
    """Of one report an office writes one document; a second only replaces it. Raises Conflict."""
    same = select(Document.id).where(
        Document.case_id == case.id,
        Document.unit_id == office.id,
        Document.kind == kind.name,
        Document.about_seq == seq,
        Document.state != DROPPED,
    )
    if seq is not None and session.scalar(same.limit(1)) is not None:
        raise Conflict(Text(BEGUN))


def _begun(
    session: Session,
    press: Press,
    actor: Actor,
    kind: Kind,
    template: DocumentTemplate | None,
    place: Unit,
    case: Case | None,
    about: Begun,
) -> Document:
    office = people.office_of(session, actor, kind, place)
    scene = people.Scene(kind, office, place, case)
    standing = people.demand(session, actor, scene, kind.drafters, people.WRITTEN_BY)
    if actor.user_id is None:
        raise NotAllowed
    if case is None or office.kind in BUREAU_KINDS:
        office = recording.locked(session, office.id)
    if case is not None:
        _demand_first(session, kind, office, case, about.about_seq)
    at = clock.now()
    document = Document(
        kind=kind.name,
        template_id=template.id if template else None,
        unit=office,
        case_id=case.id if case else None,
        about_id=place.id if case is None else None,
        person_id=about.person_id,
        about_seq=about.about_seq,
        on=about.on,
        two_persons=kind.two_persons,
        created_at=at,
        created_by=actor.user_id,
    )
    session.add(document)
    session.flush()
    held = Held(document, kind, case, place)
    content.write(session, document, {content.OWN: {}})
    if about.fields:
        enter(session, press, actor, held, about.fields, whole=False)
    recording.record(session, held, actor, standing, "document_drafted", at)
    return document
