"""What every case type shares: the common actions of any open state.

Source: domain of the project, "Common to all types". ``retype``, ``reassign``, ``extend`` and
supervision come with the machinery they need.
"""

from __future__ import annotations

from casework.permissions import LADDER, RANK, Role
from casework.text import N_
from casework.workflows.case import Context
from casework.workflows.definition import (
    Action,
    Effect,
    Field,
    FieldType,
    Guard,
    NotBefore,
    OnlyIf,
    State,
    any_open,
)
from casework.workflows.definitions.common_choices import (
    AMENDABLE,
    CHANNELS,
    EVIDENCE_KINDS,
    IMPOSSIBLE,
    MEASURES,
    RECIPIENTS,
    SIDES,
    TOLD,
)
from casework.workflows.definitions.fields import choice, figure, person, text, when
from casework.workflows.definitions.shared_facts import OF_SCHOOL, received
from casework.workflows.reports import ReportMark

NO_RECEIPT = N_("Write 未出具 when none was issued.")

ANYONE = (Role.STAFF, Role.COUNSELLOR)
"""Every member of staff in whose scope the case lies."""


REASON = text("reason", N_("Reason"))
NEW_FACT = text("new_fact", N_("New fact"))
NEW_FACT_KNOWN_AT = when("known_at", N_("When did staff first know the new fact?"))
REOPEN_FIELDS = (REASON, NEW_FACT, NEW_FACT_KNOWN_AT)


SCHOOL_ROLES = tuple(LADDER[: RANK[Role.BUREAU_OFFICER]])


def _not_of_the_school(context: Context) -> bool:
    return not context.case.acted_below(context.actor_id, SCHOOL_ROLES)


NOT_ACTED_FOR_SCHOOL = Guard(
    "not_acted_before",
    _not_of_the_school,
    N_("You have acted for the school in this case; another officer must acknowledge it."),
)


def _acknowledgeable(context: Context) -> bool:
    return not received(context.case)


NOT_YET_RECEIVED = Guard(
    "not_yet_received",
    _acknowledgeable,
    N_("The bureau has already acknowledged this case and every report of it."),
)


def _side_or_person(context: Context) -> bool:
    return context.value("side") is not None or context.value("person_id") is not None


SIDE_OR_PERSON = Guard(
    "side_or_person", _side_or_person, N_("Say which side or which child was meant.")
)


def record_report(states: tuple[State, ...]) -> Action:
    """Telling an outside recipient: the call stops the clock, the proof follows within 3 days."""
    return Action(
        "record_report",
        N_("Record an outside report"),
        any_open(states),
        ANYONE,
        fields=(
            choice("recipient", N_("Reported to"), RECIPIENTS),
            when("called_at", N_("Called at")),
            text("contact", N_("Person spoken to"), short=True),
            text("phone", N_("Telephone number"), short=True, keyboard="tel"),
            text(
                "receipt_number", N_("Receipt number"), short=True, hint=NO_RECEIPT, required=False
            ),
        ),
        instant="called_at",
    )


def acknowledge(states: tuple[State, ...]) -> Action:
    """The bureau confirms receipt of all that waits; the first time it sets ``received_at``."""
    return Action(
        "acknowledge",
        N_("Acknowledge receipt"),
        any_open(states),
        (Role.BUREAU_OFFICER,),
        guards=(NOT_YET_RECEIVED, NOT_ACTED_FOR_SCHOOL),
        effects=(Effect.RECEIVE,),
        marks=ReportMark.ACKNOWLEDGED,
    )


WHOSE = Field(
    OF_SCHOOL,
    FieldType.BOOLEAN,
    N_("Does that person belong to the school?"),
    required=False,
    hint=N_(
        "What the bureau records counts against a “nothing” of the school only after a yes here;"
        " what the school records itself always counts."
    ),
)


def record_knowledge(states: tuple[State, ...]) -> Action:
    """Who knew earlier: the earliest instant becomes ``known_at``; clocks only get tighter."""
    return Action(
        "record_knowledge",
        N_("Record who knew and when"),
        any_open(states),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=(
            text("knower", N_("Who knew"), short=True),
            text("post", N_("Post of that person"), short=True),
            when("learned_at", N_("Learned at")),
            text("evidence", N_("Evidence")),
            WHOSE,
        ),
        effects=(Effect.KNOW_EARLIER,),
        instant="learned_at",
        not_before=NotBefore.ANY,
    )


def amend_fact(states: tuple[State, ...]) -> Action:
    """Correct a recorded fact: old and new are both kept, with the reason."""
    figures = ("dead", "injured", "missing")
    return Action(
        "amend_fact",
        N_("Correct a fact"),
        any_open(states),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=(
            choice("field", N_("Which fact"), AMENDABLE),
            text("old", N_("Recorded so far")),
            text("new", N_("Corrected to"), required=False),
            when("new_time", N_("Corrected time"), only_if=OnlyIf("field", ("occurred_at",))),
            figure("new_figure", N_("Corrected figure"), only_if=OnlyIf("field", figures)),
            text("reason", N_("Why")),
            text(
                "knower", N_("Who knew it, and when"), short=True, only_if=OnlyIf("field", figures)
            ),
            when(
                "figure_known_at",
                N_("Since when was the changed figure known?"),
                required=False,
                unknown=True,
                after_event=True,
                only_if=OnlyIf("field", figures),
            ),
        ),
        effects=(Effect.AMEND,),
    )


def notify_guardians(states: tuple[State, ...]) -> Action:
    """Guardians told, or why that is impossible. 未成年人保护法 arts 37 and 39."""
    return Action(
        "notify_guardians",
        N_("Tell the guardians"),
        any_open(states),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=(
            choice("side", N_("Side"), SIDES, required=False),
            person("person_id", N_("Child"), required=False),
            choice("outcome", N_("Outcome"), TOLD),
            choice("reason", N_("Why not"), IMPOSSIBLE, only_if=OnlyIf("outcome", ("impossible",))),
            when("told_at", N_("Told at")),
            choice("channel", N_("How"), CHANNELS, required=False),
        ),
        guards=(SIDE_OR_PERSON,),
        instant="told_at",
    )


def _kept_somewhere(context: Context) -> bool:
    kept = context.value("file") is not None or context.value("kept_by") is not None
    return kept or context.value("lost") is True


KEPT_SOMEWHERE = Guard(
    "kept_somewhere", _kept_somewhere, N_("Attach the file, or say where it is kept and by whom.")
)


def secure_evidence(states: tuple[State, ...]) -> Action:
    """Evidence saved, or lost and why."""
    return Action(
        "secure_evidence",
        N_("Secure evidence"),
        any_open(states),
        ANYONE,
        fields=(
            choice("kind", N_("What"), EVIDENCE_KINDS),
            Field("lost", FieldType.BOOLEAN, N_("Is it lost?"), usual=False),
            Field(
                "file",
                FieldType.FILE,
                N_("The file"),
                required=False,
                only_if=OnlyIf("lost", (False,)),
            ),
            when("saved_at", N_("Saved at"), only_if=OnlyIf("lost", (False,))),
            text(
                "kept_by",
                N_("Kept where, by whom"),
                short=True,
                required=False,
                hint=N_("Not needed when the file itself is attached."),
                only_if=OnlyIf("lost", (False,)),
            ),
            text(
                "hash",
                N_("Fingerprint of an original that stays elsewhere (SHA-256)"),
                short=True,
                required=False,
                aside=True,
                hint=N_(
                    "Only if the technician gave you one. That of a file sent here is computed."
                ),
            ),
            text("reason", N_("Why it is lost"), only_if=OnlyIf("lost", (True,))),
        ),
        guards=(KEPT_SOMEWHERE,),
    )


def add_note(states: tuple[State, ...]) -> Action:
    """A note by anyone in the case."""
    fields = (text("text", N_("Note")),)
    return Action("add_note", N_("Add a note"), any_open(states), ANYONE, fields=fields)


def raise_level(states: tuple[State, ...]) -> Action:
    """Anyone in the case may call the next level; it never falls again."""
    return Action(
        "raise_level",
        N_("Call the next level"),
        any_open(states),
        ANYONE,
        fields=(REASON,),
        guards=(
            Guard("below_top", lambda c: c.case.level < 4, N_("The highest level is reached.")),
        ),
        effects=(Effect.RAISE_LEVEL,),
    )


def record_accountability(states: tuple[State, ...]) -> Action:
    """Who was held to account, how and on which basis."""
    return Action(
        "record_accountability",
        N_("Record accountability"),
        any_open(states),
        (Role.BUREAU_LEADER,),
        fields=(
            text("person", N_("Person"), short=True),
            text("post", N_("Post"), short=True),
            choice("measure", N_("Measure"), MEASURES),
            text("basis", N_("Basis")),
        ),
    )


def common_actions(states: tuple[State, ...], *, acknowledging: bool = True) -> tuple[Action, ...]:
    """The common actions of a type; ``acknowledging`` False where receipt is a transition."""
    first = (record_report(states), notify_guardians(states), secure_evidence(states))
    received = (acknowledge(states),) if acknowledging else ()
    rest = (record_knowledge, amend_fact, add_note, raise_level, record_accountability)
    return (*first, *received, *(make(states) for make in rest))
