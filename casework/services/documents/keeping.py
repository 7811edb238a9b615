"""Keeping a unit's wording: every change stands on its chain, old and new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.documents.catalogue import KINDS
from casework.documents.compose import unknown_places
from casework.errors import Invalid, NotFound
from casework.models import DocumentWording, Unit
from casework.permissions import Actor, Permission
from casework.services import timeline
from casework.services.documents import wording
from casework.services.documents.recording import locked
from casework.text import N_, Text
from casework.workflows.forms import checked_text, one_line

NO_SUCH = N_("There is no such text.")
NO_YEAR = N_("With {mark} a number needs {year} as well: without it, it comes again every year.")
SAME_MARK = N_("Another series of this unit has this mark; their numbers would be the same.")
NO_PLACE = N_("A number needs the place {n}; it may have {mark} and {year}.")
UNKNOWN_PLACE = N_("These places stand for nothing in this document: %(names)s.")
LONG = ("text.", "copies_to")
"""What may have several lines."""


def keep(session: Session, actor: Actor, unit_id: int, given: Mapping[str, str]) -> list[str]:
    """Set these texts of a unit; an empty one goes back to what is inherited. What has changed.

    Raises NotFound for a unit whose wording the actor does not keep, Invalid by name.
    """
    known = session.get(Unit, unit_id)
    if known is None or not actor.can(Permission.WORDING_KEEP, known.path):
        raise NotFound
    texts = _checked(given)
    unit = locked(session, unit_id)
    _demand_apart(wording.of(session, unit), texts)
    rows = {
        row.name: row
        for row in session.scalars(
            select(DocumentWording).where(DocumentWording.unit_id == unit.id)
        )
    }
    at, changed = clock.now(), {}
    for name, text in texts.items():
        row = rows.get(name)
        before = row.value if row else ""
        if text == before:
            continue
        changed[name] = {"before": before, "after": text}
        if not text:
            session.delete(row)
        elif row is None:
            new = DocumentWording(unit_id=unit.id, name=name, value=text, changed_at=at)
            new.changed_by = actor.user_id or 0
            session.add(new)
        else:
            row.value, row.changed_at, row.changed_by = text, at, actor.user_id or 0
    session.flush()
    if changed:
        role = next((post.own.value for post in actor.posts_at(unit.path)), "admin")
        data = {"texts": changed}
        entry = timeline.Entry(at, "wording_changed", actor.user_id, role, data=data)
        timeline.append(session, unit, entry)
    return sorted(changed)


def _places(name: str, text: str) -> dict[str, list[Text]]:
    """What is wrong with the ``{names}`` of a fixed text: none may stand for nothing."""
    if not name.startswith(wording.TEXT):
        return {}
    kind = KINDS[name.split(".")[1]]
    unknown = unknown_places(kind, text)
    return {name: [Text(UNKNOWN_PLACE, {"names": ", ".join(unknown)})]} if unknown else {}


def _checked(given: Mapping[str, str]) -> dict[str, str]:
    """The texts, checked. Raises Invalid by name."""
    names, errors, texts = set(wording.names()), {}, {}
    for name, value in given.items():
        if name not in names:
            errors[name] = [Text(NO_SUCH)]
            continue
        try:
            several = name.startswith(LONG)
            texts[name] = checked_text(name, value if several else one_line(value))
        except Invalid as fault:
            errors |= fault.errors
            continue
        errors |= _places(name, texts[name])
        if name.startswith(wording.NUMBER) and texts[name] and "{n}" not in texts[name]:
            errors[name] = [Text(NO_PLACE)]
        elif name.startswith(wording.NUMBER) and "{mark}" in value and "{year}" not in value:
            errors[name] = [Text(NO_YEAR)]
    if errors:
        raise Invalid(errors)
    return texts


def _demand_apart(said: wording.Wording, texts: Mapping[str, str]) -> None:
    """No two series that print their mark may have the same one. Raises Invalid by name."""
    office, marks = texts.get("office") or said.office, {}
    for series, kinds in wording.SERIES.items():
        mark, number = wording.MARK + series, wording.NUMBER + series
        if "{mark}" in (texts.get(number) or said.pattern(kinds[0])):
            own = texts.get(mark, said.own.get(mark, ""))
            marks[mark] = own or wording.usual_mark(office, series)
    times = Counter(marks.values())
    errors = {name: [Text(SAME_MARK)] for name in texts if name in marks and times[marks[name]] > 1}
    if errors:
        raise Invalid(errors)
