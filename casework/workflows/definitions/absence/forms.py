"""What must be recorded in an absence: its filing form and the fields of its actions.

Every required field of a step that SYSTEM may do accepts 未知.
"""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Field, FieldType, OnlyIf
from casework.workflows.definitions.absence.choices import (
    ALARM_BY,
    CAUSES,
    CLOSING_OUTCOMES,
    CONDITIONS,
    CONTACTS,
    LEAVE_GROUNDS,
    LEAVE_KINDS,
    OUTCOMES,
    PERIODS,
    PROGRESS,
    SEARCHED,
    STRICT_REASONS,
    SYMPTOMS,
    TALKS,
)
from casework.workflows.definitions.common_choices import (
    CHANNELS,
)
from casework.workflows.definitions.fields import choice, fact, figure, text, when

REASONS = N_("Reasons to search at once")
FILING = (
    Field(
        "student_id",
        FieldType.INTEGER,
        N_("Student"),
        required=False,
        minimum=1,
        hint=N_("Or name the child as absent among the people of the case."),
    ),
    choice("period", N_("Which roll-call"), PERIODS, required=False, unknown=True),
    when("bell_at", N_("Bell or check"), required=False, unknown=True),
    fact("strict", N_("Is there reason to search at once?"), required=False),
    Field(
        "strict_reasons",
        FieldType.MULTICHOICE,
        REASONS,
        required=False,
        choices=STRICT_REASONS,
        unknown=True,
    ),
)
MISS_AGAIN = FILING[1:3] + FILING[4:]
"""At which roll the pupil was missing again, and why to search at once; SYSTEM knows no more."""

MATCH_LEAVE = (
    choice("ground", N_("Leave on file or word of a guardian"), LEAVE_GROUNDS, unknown=True),
    choice("leave_kind", N_("Kind of leave"), LEAVE_KINDS, unknown=True),
    choice("channel", N_("How it was learned"), CHANNELS, unknown=True),
)
CORRECT_ROLL = (
    text("seen_by", N_("Who saw the student"), short=True),
    text("place", N_("Where"), short=True),
    when("seen_at", N_("When")),
)
LOG_CONTACT = (
    choice("whom", N_("Person called"), CONTACTS),
    text(
        "number",
        N_("Number dialled"),
        short=True,
        keyboard="tel",
        hint=N_("The last four digits are enough."),
    ),
    choice("channel", N_("How"), CHANNELS),
    choice("outcome", N_("Outcome"), OUTCOMES),
    when("called_at", N_("Called at"), required=False),
)
LOCATE = (
    text("place", N_("Where the student is"), short=True),
    text("seen_by", N_("Who saw the student or spoke to them"), short=True),
    choice("cause", N_("Reason"), CAUSES, unknown=True),
)
START_TRACING = (
    text("leader", N_("Who leads the search"), short=True, unknown=True),
    text("places_checked", N_("Places checked so far"), unknown=True),
)
MARK_STRICT = (
    Field("strict_reasons", FieldType.MULTICHOICE, REASONS, choices=STRICT_REASONS, unknown=True),
)
DECLARE_MISSING = (
    when("last_seen_at", N_("Last seen at"), unknown=True),
    text("last_place", N_("Last seen where"), short=True, unknown=True),
    text("clothing", N_("Clothing"), unknown=True),
    text("guardian_statement", N_("What the guardians say"), unknown=True),
    text("steps", N_("Steps tried")),
)
LOG_SEARCH = (
    Field("searched", FieldType.MULTICHOICE, N_("Places searched"), choices=SEARCHED),
    text("video", N_("Video looked through"), unknown=True),
    text("people_asked", N_("People asked"), unknown=True),
    when("searched_at", N_("Searched at"), required=False),
)
POLICE_ENGAGED = (
    text("station", N_("Police station"), short=True),
    text("officer", N_("Police officer"), short=True, unknown=True),
    choice("alarm_by", N_("Who called the police"), ALARM_BY, unknown=True),
    when("alarm_at", N_("Police called at")),
)
FIND = (
    choice("condition", N_("Condition"), CONDITIONS, unknown=True),
    text("place", N_("Found where"), short=True),
    text("handed_to", N_("Handed over to whom"), short=True),
    fact("all_notified", N_("Have all who were searching been told?")),
    when("found_at", N_("Found at"), required=False),
)
CLOSE_UNRESOLVED = (text("police_document", N_("Document of the police"), short=True),)
MARK_SICK = (
    Field("symptoms", FieldType.MULTICHOICE, N_("Symptoms"), choices=SYMPTOMS, unknown=True),
    Field("onset_on", FieldType.DATE, N_("Ill since"), unknown=True),
    text("hospital", N_("Hospital and diagnosis"), short=True, unknown=True),
    Field("class_id", FieldType.UNIT, N_("Class"), unknown=True),
    Field("dormitory_id", FieldType.UNIT, N_("Dormitory"), unknown=True),
    fact("shared_meals", N_("Shared meals or water with other ill pupils?")),
)
DAILY_UPDATE = (
    choice("status", N_("Status today"), PROGRESS, unknown=True),
    text("details", N_("Details"), required=False),
)
MARK_TRUANT = (
    choice("cause", N_("Cause known so far"), CAUSES, unknown=True),
    Field("first_unexcused_on", FieldType.DATE, N_("First unexcused day"), unknown=True),
)
RECORD_TALK = (
    choice("kind", N_("Talk or home visit"), TALKS),
    text("result", N_("Result")),
    when("talked_at", N_("When"), required=False),
)
DROPOUT = (
    figure("days_unexcused", N_("Unexcused days")),
    figure("home_visits", N_("Home visits made")),
)
_RETURNED = OnlyIf("outcome", ("returned",))
CLOSE = (
    choice("outcome", N_("Outcome"), CLOSING_OUTCOMES),
    when("returned_at", N_("Back at school since"), only_if=_RETURNED, unknown=True),
    choice("cause", N_("Cause"), CAUSES, only_if=_RETURNED, unknown=True),
    text(
        "proof",
        N_("What proves it"),
        only_if=OnlyIf("outcome", ("moved", "died", "not_persuaded")),
    ),
)
