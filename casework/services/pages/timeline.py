"""The timeline of a case in readable sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Event, Person, Unit, User
from casework.permissions import ROLE_LABELS
from casework.services import timeline
from casework.services.pages import labels
from casework.services.policy import policy
from casework.services.views import decode
from casework.text import N_, Text
from casework.timeline.chain import Row
from casework.timeline.rows import verify_rows
from casework.timeline.verifier import ChainFault
from casework.workflows.case import FILE, UNKNOWN
from casework.workflows.definition import Field, FieldType
from casework.workflows.registry import WORKFLOWS

ERASED = N_("(erased)")
YES, NO, NOT_KNOWN, NONE = N_("Yes"), N_("No"), N_("Not known"), N_("None")
REQUESTED_BY = N_("Asked for by")
STANDS_FOR = N_("Standing in for")
LATE_BY_SYSTEM = N_("The system itself was late.")
WHAT = N_("What")
DUTY, DUE, TOLD, LEVEL, FLAG, LIMIT = (
    N_("Duty"),
    N_("Due at"),
    N_("Told"),
    N_("Level"),
    N_("Flag"),
    N_("Limit"),
)
OTHER_CASE = N_("The merged case")

Shown = Text | datetime | date | str
"""A value as a template shows it: words, an instant, a day, or data as it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded entry: its label and its values."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in words. ``tone`` is "system" for what nobody did."""

    seq: int
    at: datetime
    who: str
    role: str
    label: str
    from_label: str
    to_label: str
    lines: tuple[Line, ...]
    started: tuple[str, ...]
    stopped: tuple[str, ...]
    system: bool
    action: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the stored chain holds; ``fault`` says where it does not."""

    length: int
    head: str
    fault: str = ""


class Narrator:
    """Turns the events of one case into sentences; names are read once for all of them."""

    def __init__(self, session: Session, case: Case) -> None:
        self._session, self._case = session, case
        self._workflow = WORKFLOWS[case.case_type]
        self._forms: dict[str, tuple[Field, ...]] = {
            FILE: self._workflow.filing,
            **{action.name: action.fields for action in self._workflow.actions},
        }
        self._bodies = timeline.bodies(session, case.chain)
        self._texts = timeline.texts(session, case.chain)
        self._users = _names(session, User, _user_ids(self._bodies, self._forms))
        people = select(Person).where(Person.case_id == case.id)
        self._people = {p.id: p for p in session.scalars(people)}
        self._titles = _titles(session, case)

    def events(self) -> tuple[EventLine, ...]:
        """Every event, newest first."""
        return tuple(self._event(body) for body in reversed(self._bodies))

    def facts(self) -> tuple[Line, ...]:
        """What was given when the case was filed."""
        return tuple(self._fields(self._bodies[0], FILE)) if self._bodies else ()

    def values(self, action: str, fields: Mapping[str, Any]) -> tuple[Line, ...]:
        """The values of a request that has not been carried out yet."""
        return tuple(
            Line(field.label, self._value(field, fields[field.name]))
            for field in self._forms.get(action, ())
            if field.name in fields
        )

    def label(self, action: str) -> str:
        """The words for an action or a system event."""
        found = self._workflow.action(action)
        return found.label if found else labels.EVENTS.get(action, action)

    def name(self, user_id: int | None) -> str:
        """The name of an account, empty for the system."""
        return self._users.get(user_id, "") if user_id is not None else ""

    def _event(self, body: Mapping[str, Any]) -> EventLine:
        actor, data, action = body["actor"], body["data"], body["action"]
        moved = body["from"] != body["to"] and body["to"] is not None
        clocks = data.get("clocks", {})
        named = data.get("requested") or action
        system = actor["id"] is None
        return EventLine(
            seq=body["seq"],
            at=datetime.fromisoformat(body["at"]),
            who=self.name(actor["id"]),
            role=ROLE_LABELS.get(actor["role"], actor["role"]),
            label=self.label(action),
            from_label=self._state(body["from"]) if moved else "",
            to_label=self._state(body["to"]) if moved else "",
            lines=(*self._extras(body), *self._fields(body, named), *self._second(data)),
            started=tuple(self._title(c["rule"]) for c in _listed(clocks, "started", "resumed")),
            stopped=tuple(self._title(c["rule"]) for c in _listed(clocks, "stopped")),
            system=system,
            action=action,
        )

    def _fields(self, body: Mapping[str, Any], action: str) -> list[Line]:
        given = {
            **body["data"].get("fields", {}),
            **dict.fromkeys(body["data"].get("commitments", {}), Text(ERASED)),
            **self._texts.get(body["seq"], {}),
        }
        found = [
            Line(field.label, self._value(field, given[field.name]))
            for field in self._forms.get(action, ())
            if field.name in given
        ]
        known = {field.name for field in self._forms.get(action, ())}
        if "reason" in given and "reason" not in known:
            found.append(Line(N_("Reason"), (given["reason"],)))
        return found

    def _value(self, field: Field, value: Any) -> tuple[Shown, ...]:
        if isinstance(value, list):
            return tuple(one for item in value for one in self._value(field, item)) or (Text(NONE),)
        if value == UNKNOWN and not any(choice.value == UNKNOWN for choice in field.choices):
            return (Text(NOT_KNOWN),)
        if isinstance(value, bool):
            return (Text(YES if value else NO),)
        for choice in field.choices:
            if choice.value == value:
                return (Text(choice.label),)
        return (self._reference(field, value),)

    def _reference(self, field: Field, value: Any) -> Shown:
        if field.type is FieldType.USER:
            return self.name(value)
        if field.type in {FieldType.PERSON, FieldType.PEOPLE} and value in self._people:
            return self._people[value].name
        if field.type is FieldType.UNIT and isinstance(value, int):
            unit = self._session.get(Unit, value)
            return unit.name if unit else str(value)
        shown = decode(value, field.type)
        return shown if isinstance(shown, Text | date) else str(shown)

    def _second(self, data: Mapping[str, Any]) -> list[Line]:
        found = []
        if "requested_by" in data:
            found.append(Line(REQUESTED_BY, (self.name(data["requested_by"]),)))
        if "stands_for" in data:
            label = ROLE_LABELS.get(data["stands_for"], data["stands_for"])
            found.append(Line(STANDS_FOR, (Text(label),)))
        return found

    def _extras(self, body: Mapping[str, Any]) -> list[Line]:
        """What the events of the system and of approvals carry besides fields."""
        data, found = body["data"], []
        if "requested" in data:
            found.append(Line(WHAT, (Text(self.label(data["requested"])),)))
        if "flag" in data:
            found.append(Line(FLAG, (Text(labels.FLAGS.get(data["flag"], data["flag"])),)))
        if isinstance(data.get("rule"), str):
            found.append(Line(DUTY, (Text(self._title(data["rule"])),)))
        if data.get("due_at"):
            found.append(Line(DUE, (datetime.fromisoformat(data["due_at"]),)))
        if data.get("limit_at"):
            found.append(Line(LIMIT, (datetime.fromisoformat(data["limit_at"]),)))
        if body["action"] == "rung_fired" and data.get("level"):
            found.append(Line(LEVEL, (Text(labels.level_label(data["level"])),)))
        if data.get("told"):
            found.append(Line(TOLD, tuple(self.name(user_id) for user_id in data["told"])))
        if data.get("duplicate"):
            found.append(Line(OTHER_CASE, (str(data["duplicate"]),)))
        if data.get("system_late"):
            found.append(Line(WHAT, (Text(LATE_BY_SYSTEM),)))
        return found

    def _state(self, name: str | None) -> str:
        return self._workflow.state(name).label if name else ""

    def _title(self, rule: str) -> str:
        return self._titles.get(rule, rule)


def chain(session: Session, case: Case) -> Chain:
    """Verify the chain of one case against its hashes, columns and head."""
    columns = tuple(getattr(Event, name) for name in Row._fields)
    rows = session.execute(
        select(*columns).where(Event.case_key == case.chain).order_by(Event.seq)
    ).all()
    try:
        verify_rows(rows, expected={case.chain: (case.head_seq, case.head_hash)})
    except ChainFault as fault:
        return Chain(case.head_seq, case.head_hash, str(fault))
    return Chain(case.head_seq, case.head_hash)


def _listed(clocks: Mapping[str, Any], *groups: str) -> list[Mapping[str, Any]]:
    return [clock for group in groups for clock in clocks.get(group, [])]


def _titles(session: Session, case: Case) -> dict[str, str]:
    """The titles of rules as the rows keep them, else as the pack says."""
    governed = policy(session)
    packs = governed.packs.for_region(case.region or governed.region)
    rows = session.execute(select(Clock.rule_id, Clock.terms).where(Clock.case_id == case.id))
    return {rule.id: rule.title for rule in packs.values()} | {
        rule_id: terms["title"] for rule_id, terms in rows
    }


def _names(session: Session, kind: type[User], ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(kind.id, kind.name).where(kind.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _user_ids(bodies: list[dict[str, Any]], forms: Mapping[str, tuple[Field, ...]]) -> set[int]:
    """Every account the events speak of: actors, requesters, listeners, values of user fields."""
    named = {f.name for form in forms.values() for f in form if f.type is FieldType.USER}
    found: set[int] = set()
    for body in bodies:
        data = body["data"]
        ids = [body["actor"]["id"], data.get("requested_by"), *(data.get("told") or ())]
        for name, value in data.get("fields", {}).items():
            if name in named:
                ids += value if isinstance(value, list) else [value]
        found |= {one for one in ids if isinstance(one, int)}
    return found
