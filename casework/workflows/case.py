"""What the pure layer knows of a case: an immutable view, folded from its own history.

Facts and guards are functions of :class:`CaseView`; nothing here touches the database, so the same
functions decide in production, in the property tests and in the simulated demo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

UNKNOWN = "unknown"
"""未知: allowed in every field of fact; never counts as an answer that calms."""

GOES_ON = frozenset({"retyped", "merged"})
"""States of every type in which a case has ended only because it goes on as another one."""

FILE = "file"
"""The action name of the first record of every case: its filing."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a part in the case; ``user_id`` links an account (conflict of interest)."""

    id: int
    part: str
    user_id: int | None = None
    student_id: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One thing done to the case, as the timeline keeps it; a personal text is there or not."""

    action: str
    at: datetime
    actor_id: int | None
    actor_role: str
    fields: Mapping[str, object]
    from_state: str | None
    to_state: str
    round: int = 1
    requested_by: int | None = None
    stands_for: str | None = None
    seq: int = 0
    tells: tuple[str, ...] = ()
    """Whom it informed, as its definition or its recipient says."""
    happened: datetime | None = None
    """When the event was filed to have happened; while that was 未知, when it was known."""


@dataclass(frozen=True, slots=True)
class Link:
    """Another case bound to this one, as far as this case's guards must know it."""

    number: str
    case_type: str
    open: bool
    facts: Mapping[str, object] = field(default_factory=dict)
    instants: Mapping[str, datetime | None] = field(default_factory=dict)
    calls: tuple[tuple[str, datetime], ...] = ()
    """Whom it has told outside, and when."""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A running clock, as far as guards must know it.

    ``extension``: by how many units of its rule it may still be extended; 0 when not at all.
    """

    rule_id: str
    limit_at: datetime | None
    recipient: str | None = None
    extension: int = 0


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case as its facts and guards see it.

    ``region`` is a GB/T 2260 code or empty; ``earlier``: the same pupils had a case of this type.
    ``before`` is what was done while it was still a case of another type, and in duplicates merged
    into it: it binds people, a pupil once meant stays meant, who was hurt then is hurt, who was
    told is told; no more. ``heard_from`` are the ways on which the bureau or the school heard of it
    besides: the sources of those cases, and ``signal`` when one was matched to it.
    """

    case_type: str
    number: str
    state: str
    level: int
    round: int
    known_at: datetime
    filed_at: datetime
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    region: str = ""
    source: str = "staff"
    earlier: bool = False
    people: tuple[Person, ...] = ()
    history: tuple[Record, ...] = ()
    links: tuple[Link, ...] = ()
    running: tuple[Running, ...] = ()
    before: tuple[Record, ...] = ()
    heard_from: frozenset[str] = frozenset()

    def records(self, *actions: str, this_round: bool = False) -> Iterator[Record]:
        """The records of these actions, oldest first; of the present round only, if asked."""
        for record in self.history:
            if record.action in actions and (not this_round or record.round == self.round):
                yield record

    def last(self, *actions: str, this_round: bool = False) -> Record | None:
        """The newest record of these actions, or None."""
        found = list(self.records(*actions, this_round=this_round))
        return found[-1] if found else None

    def values(self, name: str) -> Iterator[object]:
        """Every value ever recorded under a field name, oldest first, 未知 left out."""
        for record in self.history:
            value = record.fields.get(name)
            if value is not None and value != UNKNOWN:
                yield value

    def latest(self, name: str) -> object | None:
        """The newest value recorded under a field name that is not 未知, or None."""
        return next(reversed(list(self.values(name))), None)

    def ever(self, name: str, *wanted: object) -> bool:
        """True when one of the wanted values (by default True) was ever recorded under the name."""
        accepted = wanted or (True,)
        return any(value in accepted for value in self.values(name))

    def parts(self, *parts: str) -> tuple[Person, ...]:
        """The people with one of these parts."""
        return tuple(person for person in self.people if person.part in parts)

    def entered(self, state: str) -> datetime | None:
        """When the case last entered the state, or None."""
        instants = [r.at for r in self.history if r.to_state == state and r.from_state != state]
        return instants[-1] if instants else None

    def runs(self, *rule_ids: str) -> bool:
        """True when a clock of one of these rules is running."""
        return any(clock.rule_id in rule_ids for clock in self.running)

    def acted(self, user_id: int | None) -> bool:
        """True when this person has acted in the case or requested an action in it."""
        return user_id is not None and any(
            user_id in (record.actor_id, record.requested_by)
            for record in (*self.before, *self.history)
        )

    def acted_below(self, user_id: int | None, roles: Iterable[str]) -> bool:
        """True when this person has acted in one of these roles, or in the place of one."""
        below = set(roles)
        return user_id is not None and any(
            user_id in (r.actor_id, r.requested_by) and {r.stands_for or r.actor_role} & below
            for r in (*self.before, *self.history)
        )

    def then(self, record: Record) -> CaseView:
        """The case as it will be once the record has been made."""
        return replace(
            self, state=record.to_state, round=record.round, history=(*self.history, record)
        )


@dataclass(frozen=True, slots=True)
class Context:
    """One attempt at an action: what guards, stricter roles and second persons are decided on.

    ``case`` is the case before, ``then`` the case with this attempt recorded. ``refs`` maps a field
    of type ``case`` to the case it names, resolved in the actor's scope by the service.
    """

    case: CaseView
    then: CaseView
    action: str
    fields: Mapping[str, object]
    actor_id: int | None
    actor_role: str
    now: datetime
    refs: Mapping[str, CaseView] = field(default_factory=dict)

    def value(self, name: str) -> object | None:
        """The value given now under a field name, or None."""
        return self.fields.get(name)
