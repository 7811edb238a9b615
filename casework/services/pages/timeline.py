"""The timeline of a case in readable sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Event, Person, Unit, User
from casework.permissions import ROLE_LABELS
from casework.services import timeline
from casework.services.pages import files, happenings, labels
from casework.services.pages.duties import Duties
from casework.services.pages.shown import Line, Shown
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
WHAT = N_("What")
OTHER_CASE = N_("The merged case")
CLUSTER: Mapping[str, str] = {
    "alike": N_("Similar symptoms"),
    "where": N_("Where"),
    "pupils": N_("Pupils"),
}
"""What the events of a cluster of illnesses say, in this order."""

ClockKey = tuple[str, str]
"""A clock within one case: its rule and its recipient, empty for none."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in words. ``tone`` is "system" for what nobody did."""

    seq: int
    at: datetime
    who: str
    role: str
    label: Text
    from_label: str
    to_label: str
    lines: tuple[Line, ...]
    started: tuple[Text, ...]
    stopped: tuple[Text, ...]
    begun: tuple[ClockKey, ...]
    system: bool
    action: str
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the stored chain holds; ``fault`` says where it does not."""

    length: int
    head: str
    fault: str = ""


class Narrator:
    """Turns the events of one case into sentences; names are read once for all of them."""

    def __init__(
        self, session: Session, case: Case, bodies: list[dict[str, Any]] | None = None
    ) -> None:
        """``bodies``: the events that are told; all of them unless given."""
        self._session, self._case = session, case
        self._workflow = WORKFLOWS[case.case_type]
        self._forms: dict[str, tuple[Field, ...]] = {
            FILE: self._workflow.filing,
            **{action.name: action.fields for action in self._workflow.actions},
        }
        self._bodies = timeline.bodies(session, case.chain) if bodies is None else bodies
        self._texts = timeline.texts(session, case.chain)
        self._users = _names(session, User, _user_ids(self._bodies, self._forms))
        people = select(Person).where(Person.case_id == case.id)
        self._people = {p.id: p for p in session.scalars(people)}
        self._duties = Duties(session, case)

    def events(self) -> tuple[EventLine, ...]:
        """Every event, newest first."""
        found, level = [], 0
        for body in self._bodies:
            found.append(self._event(body, level))
            level = happenings.level_after(body, level)
        return tuple(reversed(found))

    def facts(self) -> tuple[Line, ...]:
        """What was given when the case was filed."""
        return tuple(self._fields(self._bodies[0], FILE)) if self._bodies else ()

    def given_at(self, seq: int) -> tuple[Line, ...]:
        """What was given with the act at this place."""
        bodies = (body for body in self._bodies if body["seq"] == seq)
        return tuple(line for body in bodies for line in self._fields(body, body["action"]))

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

    def _event(self, body: Mapping[str, Any], level: int) -> EventLine:
        actor, data, action = body["actor"], body["data"], body["action"]
        moved = body["from"] != body["to"] and body["to"] is not None
        clocks = data.get("clocks", {})
        named = data.get("requested") or action
        fired = action == "rung_fired"
        begun = _listed(clocks, "started", "resumed")
        return EventLine(
            seq=body["seq"],
            at=datetime.fromisoformat(body["at"]),
            who=self.name(actor["id"]),
            role=ROLE_LABELS.get(actor["role"], actor["role"]),
            label=happenings.rung_label(body, level)
            if fired
            else happenings.named(body, self.label(action)),
            from_label=self._state(body["from"]) if moved else "",
            to_label=self._state(body["to"]) if moved else "",
            lines=(*self._extras(body), *self._fields(body, named), *self._second(data)),
            started=tuple(self._title(c) for c in begun),
            stopped=tuple(self._title(c) for c in _listed(clocks, "stopped")),
            begun=tuple((c["rule"], c.get("recipient") or "") for c in begun),
            system=actor["id"] is None,
            action=action,
            files=files.ids(data),
        )

    def _fields(self, body: Mapping[str, Any], action: str) -> list[Line]:
        given = {
            **body["data"].get("fields", {}),
            **dict.fromkeys(body["data"].get("commitments", {}), Text(ERASED)),
            **self._texts.get(body["seq"], {}),
            **files.in_words(body["data"]),
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
        if field.type is FieldType.FILE and not isinstance(value, Text):
            return Text(files.WAITING, {"id": value})
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
        found += happenings.lines(body, self._duties, self.name)
        if data.get("duplicate"):
            found.append(Line(OTHER_CASE, (str(data["duplicate"]),)))
        alike = {name: label for name, label in CLUSTER.items() if name in data}
        return found + [Line(label, (Text(str(data[name])),)) for name, label in alike.items()]

    def _state(self, name: str | None) -> str:
        return self._workflow.state(name).label if name else ""

    def _title(self, clock: Mapping[str, Any]) -> Text:
        return self._duties.title(clock["rule"], clock.get("recipient"))


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


def _names(session: Session, kind: type[User], ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(kind.id, kind.name).where(kind.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _user_ids(bodies: list[dict[str, Any]], forms: Mapping[str, tuple[Field, ...]]) -> set[int]:
    """Every account the events speak of: actors, requesters, listeners, values of user fields."""
    named = {f.name for form in forms.values() for f in form if f.type is FieldType.USER}
    found: set[int] = set()
    for body in bodies:
        data = body["data"]
        ids = [body["actor"]["id"], data.get("requested_by"), *happenings.accounts(data)]
        for name, value in data.get("fields", {}).items():
            if name in named:
                ids += value if isinstance(value, list) else [value]
        found |= {one for one in ids if isinstance(one, int)}
    return found
