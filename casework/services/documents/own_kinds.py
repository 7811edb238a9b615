"""Kinds that a bureau adds with a Word template of its own: uploaded, named, filled in, ended.

A template is checked before it is kept: one that could not be filled in later is refused with the
place and the reason. What was issued keeps the version it was made from.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.documents import templates
from casework.documents.compose import TO_BE_FILLED
from casework.documents.frame import Frame
from casework.documents.kinds import ItemType
from casework.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.models import DocumentTemplate, Unit
from casework.permissions import BUREAU_KINDS, Actor, Permission
from casework.services import timeline
from casework.services.documents import wording
from casework.services.documents.gathering.own import NAMES
from casework.services.documents.kinds import OWN
from casework.services.documents.press import Press
from casework.services.documents.recording import Held, locked
from casework.services.documents.values import Values
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text, one_line
from casework.workflows.registry import WORKFLOWS

BAD = N_("%(place)s: %(reason)s")
NOT_HERE = N_("Kinds of one's own are added by a bureau, for itself and those below it.")
NO_TYPE = N_("There is no such type of case.")
ENDED = N_("This kind has already been ended.")
TYPES = (ItemType.TEXT, ItemType.LINE, ItemType.INTEGER, ItemType.DATE, ItemType.DATETIME)
MOST = 2 * 1024 * 1024
TOO_LARGE = N_("A template has at most 2 MB.")
OTHER_SERIES = N_("This is the key of a series of the system; write the sign that is printed.")


@dataclass(frozen=True, slots=True)
class NewKind:
    """A template as it is handed in. ``name`` continues a kind that is there."""

    unit_id: int
    title: str
    case_types: Sequence[str] = ()
    series: str = ""
    name: str = ""


def add(
    session: Session, press: Press, actor: Actor, given: NewKind, stream: IO[bytes]
) -> DocumentTemplate:
    """Keep a template as a kind, or as the next version of one.

    Raises NotFound, NotAllowed, Invalid: for a bad template with every place and reason.
    """
    unit = keeper(session, actor, given.unit_id)
    title = checked_text("title", one_line(given.title))
    errors: dict[str, list[Text]] = {} if title else {"title": [Text(REQUIRED)]}
    if set(given.case_types) - set(WORKFLOWS):
        errors["case_types"] = [Text(NO_TYPE)]
    series = _series(given.series, errors)
    data = stream.read(MOST + 1)
    asked = _asked(data, errors)
    if errors:
        raise Invalid(errors)
    with press.store.temporary() as path:
        received = press.store.receive(io.BytesIO(data), path)
        press.store.keep(path, received.sha256, None)
    before = _newest(session, unit, given.name)
    known = {field["name"]: field for field in (before.fields if before else ())}
    row = DocumentTemplate(
        unit_id=unit.id,
        name=before.name if before else f"{OWN}{unit.id}_{_count(session, unit) + 1}",
        title=title,
        series=series,
        case_types=list(given.case_types),
        fields=[_again(known.get(name), name, columns) for name, columns in asked.items()],
        sha256=received.sha256,
        size=received.size,
    )
    return _kept(session, actor, unit, row, before, "document_kind_added")


def describe(
    session: Session, actor: Actor, template_id: int, fields: Mapping[str, Mapping[str, Any]]
) -> DocumentTemplate:
    """Say what its entries are called, of which type they are and whether they are required.

    That makes a new version: what is written in the former one keeps its entries.
    Raises NotFound, NotAllowed, Conflict for one that was ended.
    """
    before, unit = _held(session, actor, template_id)
    described = [_described(field, fields.get(field["name"], {})) for field in before.fields]
    if described == before.fields:
        return before
    row = DocumentTemplate(
        unit_id=unit.id,
        name=before.name,
        title=before.title,
        series=before.series,
        case_types=before.case_types,
        fields=described,
        sha256=before.sha256,
        size=before.size,
    )
    return _kept(session, actor, unit, row, before, "document_kind_described")


def end(session: Session, actor: Actor, template_id: int) -> DocumentTemplate:
    """Offer the kind no more; what was issued stays. Raises NotFound, NotAllowed, Conflict."""
    row, unit = _held(session, actor, template_id)
    row.ended_at, row.ended_by = clock.now(), actor.user_id
    session.flush()
    _record(session, actor, unit, "document_kind_ended", row)
    return row


def _held(session: Session, actor: Actor, template_id: int) -> tuple[DocumentTemplate, Unit]:
    """The template as it stands now, and its bureau, locked."""
    row = load(session, actor, template_id)
    unit = keeper(session, actor, row.unit_id)
    session.refresh(row)
    if row.ended_at is not None:
        raise Conflict(Text(ENDED))
    return row, unit


def _kept(
    session: Session,
    actor: Actor,
    unit: Unit,
    row: DocumentTemplate,
    before: DocumentTemplate | None,
    action: str,
) -> DocumentTemplate:
    """A new kind, or the next version of one, which ends the former."""
    row.version = before.version + 1 if before else 1
    row.uploaded_at, row.uploaded_by = clock.now(), actor.user_id or 0
    session.add(row)
    if before is not None and before.ended_at is None:
        before.ended_at, before.ended_by = row.uploaded_at, actor.user_id
    session.flush()
    _record(session, actor, unit, action, row)
    return row


def load(session: Session, actor: Actor, template_id: int) -> DocumentTemplate:
    """A template of a unit whose wording the actor keeps. Raises NotFound."""
    row = session.get(DocumentTemplate, template_id)
    unit = session.get(Unit, row.unit_id) if row else None
    if row is None or unit is None or not actor.can(Permission.WORDING_KEEP, unit.path):
        raise NotFound
    return row


def of_unit(session: Session, unit: Unit) -> list[DocumentTemplate]:
    """The kinds that this bureau has added and not ended."""
    query = select(DocumentTemplate).where(
        DocumentTemplate.unit_id == unit.id, DocumentTemplate.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(DocumentTemplate.id)))


def keeper(session: Session, actor: Actor, unit_id: int) -> Unit:
    """The bureau, locked, if the actor keeps its wording. Raises NotFound, NotAllowed."""
    known = session.get(Unit, unit_id)
    if known is None or not actor.can(Permission.WORDING_KEEP, known.path):
        raise NotFound
    if known.kind not in BUREAU_KINDS:
        raise NotAllowed(Text(NOT_HERE))
    return locked(session, unit_id)


def filled(session: Session, press: Press, held: Held, values: Values, frame: Frame) -> bytes:
    """The template of the document's kind, filled in; a draft marks what is missing."""
    row = session.get_one(DocumentTemplate, held.document.template_id)
    data = press.store.path(row.sha256).read_bytes()
    usual: dict[str, Any] = {}
    for item in held.kind.items:
        waits = frame.draft and item.required
        mark = TO_BE_FILLED.format(label=item.printed) if waits else ""
        rows = [dict.fromkeys((column.name for column in item.columns), mark)] if waits else []
        usual[item.name] = rows if item.type is ItemType.TABLE else mark
    plain = replace(frame, texts={})
    try:
        return templates.fill_template(data, {**usual, **values}, plain, held.kind.word)
    except templates.BadTemplate as bad:  # One that was kept before this was checked.
        raise Refused(_sentences(bad)) from bad


def _sentences(bad: templates.BadTemplate) -> list[Text]:
    return [Text(BAD, {"place": fault.place, "reason": fault.reason}) for fault in bad.faults]


def _asked(data: bytes, errors: dict[str, list[Text]]) -> templates.Asked:
    """What the template asks for; nothing, with every reason among the errors, for a bad one."""
    if len(data) > MOST:
        errors["file"] = [Text(TOO_LARGE)]
        return {}
    try:
        return templates.check_template(data, texts=NAMES)
    except templates.BadTemplate as bad:
        errors["file"] = _sentences(bad)
        return {}


def _series(given: str, errors: dict[str, list[Text]]) -> str:
    """The series it is numbered in: a sign that one of the system prints means that one."""
    series = checked_text("series", one_line(given))
    if series in wording.SERIES:
        errors["series"] = [Text(OTHER_SERIES)]
    return wording.SIGNED.get(series, series)


def _described(field: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    label = checked_text("label", one_line(str(given.get("label", "")))) or field["name"]
    kind = str(given.get("type", field["type"]))
    if field.get("columns"):
        kind = ItemType.TABLE.value
    elif kind not in TYPES:
        kind = ItemType.TEXT.value
    required = bool(given.get("required", False))
    return {**field, "label": label, "type": kind, "required": required}


def _again(before: dict[str, Any] | None, name: str, columns: Sequence[str]) -> dict[str, Any]:
    """The entry of this name: as it was described, while it asks for the same."""
    if before is not None and tuple(before.get("columns", ())) == tuple(columns):
        return before
    kind = ItemType.TABLE if columns else ItemType.TEXT
    label = before["label"] if before else name
    field = {"name": name, "label": label, "type": kind.value, "required": True}
    return {**field, "columns": list(columns)} if columns else field


def _newest(session: Session, unit: Unit, name: str) -> DocumentTemplate | None:
    if not name:
        return None
    query = select(DocumentTemplate).where(
        DocumentTemplate.unit_id == unit.id, DocumentTemplate.name == name
    )
    found = session.scalar(query.order_by(DocumentTemplate.version.desc()).limit(1))
    if found is None:
        raise NotFound
    return found


def _count(session: Session, unit: Unit) -> int:
    query = select(func.count(func.distinct(DocumentTemplate.name)))
    return session.scalar(query.where(DocumentTemplate.unit_id == unit.id)) or 0


def _record(session: Session, actor: Actor, unit: Unit, action: str, row: DocumentTemplate) -> None:
    data = {"template": row.id, "kind": row.name, "version": row.version, "sha256": row.sha256}
    role = next((p.own.value for p in actor.posts_at(unit.path)), "admin")
    timeline.append(
        session, unit, timeline.Entry(clock.now(), action, actor.user_id, role, data=data)
    )
