"""The vocabulary in which a case type is written: states, actions, fields, guards.

A :class:`Workflow` is data that validates itself on construction: known states, unique
(action, source), everything reachable, closure reachable from every state, roles on every action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from casework.permissions import Role
from casework.text import Text
from casework.workflows.case import CaseView, Context
from casework.workflows.checks import check
from casework.workflows.figures import FigureChange
from casework.workflows.parts import Part
from casework.workflows.reports import ReportKind, ReportMark

Predicate = Callable[[Context], bool]
FactValue = bool | int | str | None
Fact = Callable[[CaseView], FactValue]
Instant = Callable[[CaseView], datetime | None]
Series = Callable[[CaseView], tuple[FigureChange, ...]]


class Phase(StrEnum):
    """The five phases every case walks through."""

    REPORT = "report"
    VERIFICATION = "verification"
    INTERVENTION = "intervention"
    ESCALATION = "escalation"
    CLOSURE = "closure"


class FieldType(StrEnum):
    """The kinds of entry a form knows; the page and the API schema are generated from them."""

    TEXT = "text"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DATETIME = "datetime"
    DATE = "date"
    PERSON = "person"
    PEOPLE = "people"
    UNIT = "unit"
    CASE = "case"
    USER = "user"
    FILE = "file"


class Effect(StrEnum):
    """What an action changes on the case row besides its state; services hold one function each."""

    RECEIVE = "receive"
    RAISE_LEVEL = "raise_level"
    NEW_ROUND = "new_round"
    KNOW_EARLIER = "know_earlier"
    AMEND = "amend"
    MERGE = "merge"
    LINK = "link"
    RETYPE = "retype"
    REASSIGN = "reassign"
    TAKE_OVER = "take_over"
    EXTEND = "extend"
    COUNT_ILLNESS = "count_illness"


class NotBefore(StrEnum):
    """What the instant of an action cannot precede: nothing happens before anybody knew."""

    KNOWN = "known"
    STATE = "state"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice field with its label."""

    value: str | int
    label: str


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """The field belongs to the form only when another field has one of these values."""

    field: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a form.

    ``unknown``: 未知 is accepted (a field of fact). ``many``: a list of users or units.
    ``future``: an instant or day may lie ahead. ``after_event``: an instant not before the event
    and the first knowledge of it. ``short``: a text of one line; ``keyboard``: which one a phone
    shows (tel, url, decimal). ``kinds``: a unit of one of these, in reach of who enters it.
    ``usual``: the answer already ticked. ``aside``: under a fold. Text is personal: a commitment.
    """

    name: str
    type: FieldType
    label: str
    required: bool = True
    choices: tuple[Choice, ...] = ()
    only_if: OnlyIf | None = None
    unknown: bool = False
    many: bool = False
    future: bool = False
    after_event: bool = False
    minimum: int = 0
    maximum: int = 1_000_000
    hint: str = ""
    short: bool = False
    keyboard: str = ""
    kinds: tuple[str, ...] = ()
    usual: bool | None = None
    aside: bool = False

    def __post_init__(self) -> None:
        """Choices belong to choice fields, and to those only; what must be said is not folded."""
        if (self.type in {FieldType.CHOICE, FieldType.MULTICHOICE}) != bool(self.choices):
            raise ValueError(f"field {self.name}: choices and type do not fit")
        if self.aside and self.required:
            raise ValueError(f"field {self.name}: required, and yet aside")


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition with its refusal; ``satisfied_by`` names actions that would make it hold.

    ``silent``: where it refuses there is no occasion for the action, and pages leave it out.
    ``said``: the refusal in the words of the case at hand.
    """

    name: str
    holds: Predicate
    refusal: str
    satisfied_by: tuple[str, ...] = ()
    silent: bool = False
    said: Callable[[Context], Text] | None = None

    def check(self, context: Context) -> Text | None:
        """The refusal when the condition does not hold, else None."""
        if self.holds(context):
            return None
        return self.said(context) if self.said else Text(self.refusal)


@dataclass(frozen=True, slots=True)
class Second:
    """Whose approval the action needs, when the predicate holds (always, without one)."""

    roles: tuple[Role, ...]
    when: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """Other roles in place of the action's own when the predicate holds."""

    roles: tuple[Role, ...]
    when: Predicate


@dataclass(frozen=True, slots=True)
class Crossing:
    """A linked case of another type that SYSTEM opens when the predicate holds after the action."""

    case_type: str
    when: Predicate
    fields: Mapping[str, object]
    title: str


@dataclass(frozen=True, slots=True)
class Move:
    """From any of the sources to the destination; ``dest`` None keeps the state (marked =)."""

    sources: tuple[str, ...]
    dest: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing people (or SYSTEM) can do in a case.

    ``instant`` names the field that tells when the thing really happened: clocks start and stop
    then, not when it is typed; ``not_before`` bounds it. ``tells``: whom the action informs,
    ``notice``: the message to those of them who read it here. ``report``: doing it makes a numbered
    report; ``marks``: it signs, acknowledges or relays those that wait for that. ``around``: it may
    end a duty without doing what the duty asks.
    """

    name: str
    label: str
    moves: tuple[Move, ...]
    roles: tuple[Role, ...]
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    second: tuple[Second, ...] = ()
    stricter: tuple[Restriction, ...] = ()
    effects: tuple[Effect, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    tells: tuple[str, ...] = ()
    notice: str = "told"
    report: ReportKind | None = None
    marks: ReportMark | None = None
    instant: str | None = None
    not_before: NotBefore = NotBefore.KNOWN
    around: bool = False

    def dest(self, source: str) -> str | None:
        """The state after the action from ``source``; None when it is impossible there."""
        return next((m.dest or source for m in self.moves if source in m.sources), None)

    def roles_for(self, context: Context) -> tuple[Role, ...]:
        """Who may do it in this context: the first restriction that applies, else all roles."""
        return next((one.roles for one in self.stricter if one.when(context)), self.roles)

    def second_for(self, context: Context) -> tuple[Role, ...] | None:
        """Whose approval is needed in this context, or None."""
        needed = (one.roles for one in self.second if one.when is None or one.when(context))
        return next(needed, None)


@dataclass(frozen=True, slots=True)
class State:
    """A state with its label (标签) and phase."""

    name: str
    label: str
    phase: Phase
    final: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """One case type. ``prefix`` is its mark in case numbers, e.g. QL.

    ``since``: when a fact came to hold, if not by its entry. ``at_once``: when this fact begins to
    hold, SYSTEM performs that action. ``one_open_for``: a pupil with this part has at most one open
    case of the type. ``report_facts``: what reports state beside their own entries; ``series``: how
    its figures moved. ``part_for``: the roles that see a part instead of the whole.
    """

    case_type: str
    prefix: str
    title: str
    initial: str
    states: tuple[State, ...]
    filing: tuple[Field, ...]
    actions: tuple[Action, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    instants: Mapping[str, Instant] = field(default_factory=dict)
    since: Mapping[str, Instant] = field(default_factory=dict)
    at_once: Mapping[str, str] = field(default_factory=dict)
    report_facts: Mapping[str, Fact] = field(default_factory=dict)
    series: Series | None = None
    one_open_for: str | None = None
    part_for: Mapping[Role, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a definition that could trap a case or name what does not exist."""
        check(self)

    @property
    def open_states(self) -> tuple[str, ...]:
        """Names of the states that are not final, in the order of the story."""
        return tuple(state.name for state in self.states if not state.final)

    def state(self, name: str) -> State:
        """The state with this name; KeyError when there is none."""
        return {state.name: state for state in self.states}[name]

    def action(self, name: str) -> Action | None:
        """The action with this name, or None."""
        return {action.name: action for action in self.actions}.get(name)

    @property
    def makes_reports(self) -> bool:
        """True when cases of this type have numbered reports."""
        return any(action.report is not None for action in self.actions)

    def actions_from(self, state: str) -> tuple[Action, ...]:
        """The actions that exist in a state, in the order of the definition."""
        return tuple(action for action in self.actions if action.dest(state) is not None)


def any_open(states: Iterable[State]) -> tuple[Move, ...]:
    """The moves of an action that keeps the state and exists in every open one."""
    return (Move(tuple(state.name for state in states if not state.final)),)
