"""Actions of any open case by which others than its lead steer it: 转类, 移交, 延期, 督办.

Source: domain of the project, "Common to all types". None of them loosens a clock but an approved
extension, and none takes a flag away.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.permissions import Role
from casework.text import N_
from casework.workflows.case import CaseView, Context, Record, Running
from casework.workflows.definition import (
    Action,
    Choice,
    Effect,
    Field,
    FieldType,
    Guard,
    Move,
    Phase,
    Second,
    State,
    any_open,
)
from casework.workflows.definitions.common import NOT_ACTED_FOR_SCHOOL, REASON
from casework.workflows.definitions.fields import choice, text, when

RETYPED = State("retyped", N_("Carried on as another type"), Phase.CLOSURE, final=True)
TYPES = (
    Choice("bullying", N_("Bullying")),
    Choice("absence", N_("Absent pupil")),
    Choice("emergency", N_("Emergency")),
    Choice("opinion", N_("Public opinion")),
)
EXTENSIBLE = (Choice("emergency.investigate", N_("Finish the accident investigation")),)
"""The duties whose rule allows an extension; the start compares them with the rule packs."""
SUPERVISION = "supervise.reply"
"""The duty to reply to a supervision; it moves along when a case is merged or changes its type."""
LEADING = ("school", "county_bureau", "city_bureau")
"""The kinds of units that can handle a case."""
MOST_DAYS = 366


def open_supervision(case: CaseView) -> Record | None:
    """The supervision whose reply has not been accepted yet, or None."""
    last = case.last("supervise", "accept_supervision")
    return last if last is not None and last.action == "supervise" else None


def _supervised(context: Context) -> bool:
    return context.case.runs(SUPERVISION)


def _replied(context: Context) -> bool:
    supervision = open_supervision(context.case)
    since = supervision.seq if supervision else 0
    return any(reply.seq > since for reply in context.case.records("reply_supervision"))


def _due_ahead(context: Context) -> bool:
    due = context.value("due_at")
    latest = context.now + timedelta(days=MOST_DAYS)
    return isinstance(due, datetime) and context.now < due <= latest


def handed_over(case: CaseView) -> bool:
    """True while the unit to which the case was handed has not accepted it."""
    last = case.last("reassign", "accept_reassignment")
    return last is not None and last.action == "reassign"


def extensible(case: CaseView, rule_id: object) -> Running | None:
    """The running clock of a rule that may still be extended, or None."""
    found = (one for one in case.running if one.rule_id == rule_id and one.extension)
    return next(found, None)


def _may_be_extended(context: Context) -> bool:
    return any(extensible(context.case, rule.value) for rule in EXTENSIBLE)


def _within_bounds(context: Context) -> bool:
    running = extensible(context.case, context.value("rule"))
    amount = context.value("amount")
    return running is not None and isinstance(amount, int) and amount <= running.extension


EXTENSION_ALLOWED = Guard(
    "extension_allowed",
    _may_be_extended,
    N_("No running duty of this case may be extended: only a rule that says so allows it."),
    silent=True,
)
WITHIN_EXTENSION = Guard(
    "within_extension", _within_bounds, N_("The text does not allow so long an extension.")
)
NO_SUPERVISION = Guard(
    "no_supervision",
    lambda context: not _supervised(context),
    N_("A supervision is under way already; its reply must be accepted first."),
    ("accept_supervision",),
)
SUPERVISED = Guard(
    "supervised",
    _supervised,
    N_("No supervision is under way."),
    ("supervise",),
    silent=True,
)
DUE_AHEAD = Guard("due_ahead", _due_ahead, N_("The reply is due after now, and within a year."))
REPLIED = Guard(
    "replied",
    _replied,
    N_("The school has not replied to the supervision yet."),
    ("reply_supervision",),
)
HANDED_OVER = Guard(
    "handed_over",
    lambda context: handed_over(context.case),
    N_("The case waits for nobody to take it over."),
    silent=True,
)


def retype(states: tuple[State, ...], case_type: str) -> Action:
    """Carry the case on as another type: clocks, flags, level and ``known_at`` move along."""
    others = tuple(one for one in TYPES if one.value != case_type)
    return Action(
        "retype",
        N_("Carry on as another type"),
        (Move(tuple(s.name for s in states if not s.final), RETYPED.name),),
        (Role.PRINCIPAL,),
        fields=(choice("case_type", N_("The right type"), others), REASON),
        second=(Second((Role.BUREAU_OFFICER,)),),
        effects=(Effect.RETYPE,),
        around=True,
    )


def reassign(states: tuple[State, ...]) -> Action:
    """Hand the case to another school or to the bureau, with schools that join in (联合调查)."""
    lead = Field("unit_id", FieldType.UNIT, N_("Who handles the case from now on"), kinds=LEADING)
    joining = Field(
        "joining",
        FieldType.UNIT,
        N_("Schools that take part"),
        required=False,
        many=True,
        kinds=("school",),
    )
    return Action(
        "reassign",
        N_("Hand the case over"),
        any_open(states),
        (Role.BUREAU_OFFICER,),
        fields=(lead, joining, REASON),
        effects=(Effect.REASSIGN,),
    )


def accept_reassignment(states: tuple[State, ...]) -> Action:
    """The new owner takes the case over; the clocks have run on."""
    return Action(
        "accept_reassignment",
        N_("Take the case over"),
        any_open(states),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        guards=(HANDED_OVER,),
        effects=(Effect.TAKE_OVER,),
    )


def extend(states: tuple[State, ...]) -> Action:
    """Extend a duty whose rule allows it; flags already raised stay."""
    return Action(
        "extend",
        N_("Ask for an extension"),
        any_open(states),
        (Role.PRINCIPAL,),
        fields=(
            choice("rule", N_("Which duty"), EXTENSIBLE),
            Field(
                "amount",
                FieldType.INTEGER,
                N_("By how many days"),
                minimum=1,
                maximum=MOST_DAYS,
            ),
            text("basis", N_("The text that allows it")),
            REASON,
        ),
        guards=(EXTENSION_ALLOWED, WITHIN_EXTENSION),
        second=(Second((Role.BUREAU_LEADER,)),),
        effects=(Effect.EXTEND,),
    )


def supervise(states: tuple[State, ...]) -> Action:
    """督办: a matter and a day by which the school replies; legal clocks run on beside it."""
    return Action(
        "supervise",
        N_("Put under supervision"),
        any_open(states),
        (Role.BUREAU_LEADER, Role.CITY_OFFICER),
        fields=(
            text("matter", N_("What is to be done")),
            text("basis", N_("Basis"), required=False),
            when("due_at", N_("Reply due by"), future=True),
        ),
        guards=(NO_SUPERVISION, DUE_AHEAD),
        tells=(Role.PRINCIPAL,),
    )


def reply_supervision(states: tuple[State, ...]) -> Action:
    """The school's measures with their evidence."""
    return Action(
        "reply_supervision",
        N_("Reply to the supervision"),
        any_open(states),
        (Role.PRINCIPAL,),
        fields=(text("measures", N_("Measures taken")), text("evidence", N_("Evidence"))),
        guards=(SUPERVISED,),
        tells=(Role.BUREAU_OFFICER,),
    )


def accept_supervision(states: tuple[State, ...]) -> Action:
    """The bureau has verified the measures: the supervision ends."""
    return Action(
        "accept_supervision",
        N_("Accept the reply to the supervision"),
        any_open(states),
        (Role.BUREAU_OFFICER,),
        fields=(text("verified", N_("How it was verified")),),
        guards=(SUPERVISED, REPLIED, NOT_ACTED_FOR_SCHOOL),
        tells=(Role.PRINCIPAL,),
    )


def steering_actions(states: tuple[State, ...], case_type: str) -> tuple[Action, ...]:
    """The steering actions of a type."""
    makers = (
        *(supervise, reply_supervision, accept_supervision),
        *(reassign, accept_reassignment, extend),
    )
    return (*(make(states) for make in makers), retype(states, case_type))
