"""What must be recorded in a bullying case: its filing form and the fields of its actions."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Field, FieldType, OnlyIf
from casework.workflows.definitions.bullying.choices import (
    DELIVERIES,
    DISCIPLINE,
    FINDINGS,
    INJURIES,
    KINDS,
    MANDATORY_ITEMS,
    NO_FINDINGS,
    POLICE_RESULTS,
    REPORTER_ASKED,
    REQUESTERS,
    SEVERITIES,
    STATEMENT,
    TASK_KINDS,
    TASK_STATUS,
    VIEWS,
)
from casework.workflows.definitions.common import NEW_FACT, NEW_FACT_KNOWN_AT, NO_RECEIPT
from casework.workflows.definitions.common_choices import (
    SIDES,
)
from casework.workflows.definitions.fields import choice, fact, person, text, when

FILING = (
    choice("injury", N_("Is somebody hurt?"), INJURIES, unknown=True),
    fact("weapon", N_("Was a knife or another weapon used or shown?")),
    fact("sexual_harm", N_("Was there sexual harm?")),
    fact("self_harm", N_("Words or acts of self-harm?")),
    fact("extortion", N_("Was money or property extorted?")),
    fact("video_spread", N_("Is a video or picture of it spreading?")),
    Field(
        "kinds",
        FieldType.MULTICHOICE,
        N_("What kind of acts?"),
        required=False,
        choices=KINDS,
        unknown=True,
    ),
    text("place", N_("Place"), short=True, required=False, unknown=True),
    fact("going_on", N_("Is it still going on?"), required=False),
)

ACCEPT = (
    text("discovered_by", N_("Who discovered it"), short=True, unknown=True),
    text("stopped_by", N_("Who stopped it"), short=True, unknown=True),
    when("stopped_at", N_("When was it stopped?"), unknown=True),
    text("protection", N_("How is the victim protected now?"), unknown=True),
)

SCREEN = (
    choice("injury", N_("Injury"), INJURIES, unknown=True),
    fact("psychological_harm", N_("Psychological harm")),
    choice("severity", N_("Severity"), SEVERITIES, unknown=True),
    Field(
        "mandatory_items",
        FieldType.MULTICHOICE,
        N_("Situations of mandatory reporting"),
        choices=MANDATORY_ITEMS,
        unknown=True,
        hint=N_("Choose every one that applies; an empty list says that none does."),
    ),
    fact("sexual_harm", N_("Sexual harm")),
    fact("organised_crime", N_("Gang crime or campus loans")),
)

MERGE = (
    Field("other_case", FieldType.CASE, N_("The other case")),
    Field(
        "same_victim",
        FieldType.BOOLEAN,
        N_("The victim is the same"),
        required=False,
        hint=N_("Needed when no roster entry proves it."),
    ),
    text("same_event", N_("Why is it the same event?")),
)

INVESTIGATORS = Field(
    "investigators",
    FieldType.USER,
    N_("Investigators"),
    many=True,
    hint=N_("At least two, nobody named in the case."),
)
RESUME = (
    Field(
        "investigators",
        FieldType.USER,
        N_("Investigators"),
        required=False,
        many=True,
        hint=N_("At least two, nobody named in the case, unless they are recorded already."),
    ),
)

TRANSFER = (
    text("station", N_("Police station"), short=True),
    text("officer", N_("Police officer"), short=True, unknown=True),
    text("case_number", N_("Police case number"), short=True, hint=NO_RECEIPT),
    text("taken_over", N_("What do the police take over?"), unknown=True),
)
POLICE_NEWS = (
    when("heard_at", N_("When was it said?")),
    text("said", N_("What was said")),
)
RETURN_FROM_POLICE = (
    choice("result", N_("Result"), POLICE_RESULTS, unknown=True),
    text("document", N_("Document of the police"), short=True, hint=NO_RECEIPT),
)
CONCLUDE_BY_POLICE = (
    text("document", N_("Document of police or court"), short=True),
    choice("finding", N_("Finding"), FINDINGS),
)

PLAY = (
    Field("heard_alone", FieldType.BOOLEAN, N_("Was each child heard alone?")),
    fact("bodily_harm", N_("Any bodily harm?")),
    fact("mental_harm", N_("Any psychological harm?")),
    fact("property_harm", N_("Any harm to property?")),
    fact("objection", N_("Does any guardian object?")),
    fact("earlier_case", N_("Is there an earlier case with the same children?")),
    choice("finding", N_("Finding"), NO_FINDINGS[:1]),
)
UNPROVEN = (
    text("steps", N_("Steps tried")),
    choice("reporter_asked", N_("Was the reporter asked?"), REPORTER_ASKED),
    choice("finding", N_("Finding"), NO_FINDINGS[1:]),
)


def _statement(side: str, label: str, why: str) -> tuple[Field, Field]:
    name = f"{side}_statement"
    missing = OnlyIf(name, ("missing",))
    return choice(name, label, STATEMENT), text(f"{name}_why", why, only_if=missing)


REPORT = (
    *_statement("victim", N_("Victim's statement"), N_("Why is the victim's statement missing?")),
    *_statement("actor", N_("Actor's statement"), N_("Why is the actor's statement missing?")),
    *_statement("witness", N_("Witnesses' statements"), N_("Why are witnesses' words missing?")),
    text("evidence_list", N_("List of evidence")),
    text("report", N_("Report of the investigation")),
)
RETURN_FOR_FACTS = (text("reason", N_("Which facts are missing?")),)

DETERMINE = (
    Field("entitled", FieldType.INTEGER, N_("Members entitled to vote"), minimum=1, maximum=99),
    Field("present", FieldType.INTEGER, N_("Members present"), minimum=1, maximum=99),
    text("recusals", N_("Recusals"), unknown=True, hint=N_("Write 无 when nobody stepped aside.")),
    Field("votes_for", FieldType.INTEGER, N_("Votes for the finding"), maximum=99),
    fact("imbalance", N_("Imbalance of power")),
    fact("intent", N_("Intent or malice")),
    fact("harm", N_("Harm done")),
    choice("finding", N_("Finding"), FINDINGS),
    text("clause", N_("Clause it rests on"), short=True),
)

DELIVERED_AT = when("delivered_at", N_("Delivered at"))
APPEAL_TEXT = text("appeal_text", N_("How to ask for a review: text given"))


def _delivery(side: str, label: str, why: str) -> tuple[Field, Field]:
    name = f"{side}_delivery"
    impossible = OnlyIf(name, ("impossible",))
    return choice(name, label, DELIVERIES), text(f"{name}_why", why, only_if=impossible)


BOTH_SIDES = (
    *_delivery("victim", N_("Delivery to the victim's side"), N_("Why not to the victim's side?")),
    *_delivery("actor", N_("Delivery to the actor's side"), N_("Why not to the actor's side?")),
)
DELIVER_DECISION = (
    DELIVERED_AT,
    *BOTH_SIDES,
    Field("measures", FieldType.MULTICHOICE, N_("Measures decided"), choices=DISCIPLINE),
    APPEAL_TEXT,
)
DELIVER_NO_FINDING = (DELIVERED_AT, *BOTH_SIDES, APPEAL_TEXT)

TASK = (
    choice("kind", N_("Task"), TASK_KINDS),
    choice("side", N_("For which side"), SIDES, required=False),
    person("person_id", N_("For which child"), required=False),
    Field(
        "number",
        FieldType.INTEGER,
        N_("Number, if there are several"),
        required=False,
        minimum=1,
        maximum=99,
    ),
    choice("status", N_("Status"), TASK_STATUS),
    Field(
        "due_on",
        FieldType.DATE,
        N_("Due on"),
        future=True,
        only_if=OnlyIf("status", ("open",)),
    ),
    when("done_at", N_("Done at"), only_if=OnlyIf("status", ("done",))),
    text("reason", N_("Why is it dropped?"), only_if=OnlyIf("status", ("dropped",))),
)

REQUEST_REVIEW = (
    choice("requested_by", N_("Who asks for the review"), REQUESTERS, unknown=True),
    when("requested_at", N_("Asked on")),
    text("grounds", N_("Grounds")),
)
OPEN_REVIEW = (
    text("team", N_("Members of the review team")),
    text("school_file", N_("The school's file: what was received")),
)
REFUSE_REVIEW = (
    text("reasons", N_("Reasons in writing")),
    when("told_at", N_("Told at")),
)
REVIEW_DECISION = (
    text("decision", N_("Text of the decision")),
    when("told_at", N_("Told in writing at")),
)
CHANGE_FINDING = (
    choice("finding", N_("New finding"), FINDINGS),
    text("reason", N_("Reason")),
)

RECUR = (NEW_FACT, NEW_FACT_KNOWN_AT)
CLOSE = (
    choice("victim_view", N_("The victim's own view"), VIEWS),
    text("victim_words", N_("In the victim's words"), only_if=OnlyIf("victim_view", ("given",))),
    text("why_not", N_("Why is it impossible?"), only_if=OnlyIf("victim_view", ("impossible",))),
    when("results_told_at", N_("Results told to the guardians at")),
    Field(
        "appeal_waived",
        FieldType.BOOLEAN,
        N_("Both sides have waived the review in writing"),
        required=False,
    ),
)
