"""What an emergency's forms ask; the four reports share one shape, so that they can be compared.

Content of a report: 生产安全事故报告和调查处理条例 arts 12 and 30; 突发事件应对法 art. 78.
"""

from __future__ import annotations

from dataclasses import replace

from casework.text import N_
from casework.workflows.case import UNKNOWN
from casework.workflows.definition import Choice, Field, FieldType, OnlyIf
from casework.workflows.definitions.common import NO_RECEIPT, REASON
from casework.workflows.definitions.common_choices import (
    RECIPIENTS,
)
from casework.workflows.definitions.emergency.casualties import CONFIRMED, REJECTED
from casework.workflows.definitions.fields import choice, fact, figure, text, when

CATEGORIES = (
    Choice("natural", N_("Natural disaster")),
    Choice("work_safety", N_("Work-safety accident")),
    Choice("fire", N_("Fire")),
    Choice("traffic_bus", N_("Traffic or school bus")),
    Choice("drowning", N_("Drowning")),
    Choice("public_health", N_("Public health")),
    Choice("food", N_("Food safety")),
    Choice("violence", N_("Violence, knife, trouble at the gate")),
    Choice("self_harm", N_("Self-harm")),
    Choice("staff_harm", N_("A pupil harmed by staff or an outsider")),
    Choice("injury", N_("Injury of a pupil")),
    Choice("network", N_("Network or data")),
    Choice("exam", N_("Examination")),
    Choice(UNKNOWN, N_("Not yet known")),
)
GRADES = (
    Choice("general", N_("General")),
    Choice("large", N_("Fairly large")),
    Choice("major", N_("Major")),
    Choice("extraordinary", N_("Extraordinary")),
)
CATEGORY = choice("category", N_("Kind of event"), CATEGORIES)
STATUTORY_GRADE = choice(
    "statutory_grade",
    N_("Grade by law"),
    GRADES,
    unknown=True,
    hint=N_("By deaths, grave injuries and losses: State Council Order 493, article 3."),
)
SCHOOL_GRADE = choice(
    "school_grade",
    N_("Grade by the school's plan"),
    GRADES,
    unknown=True,
    hint=N_("Far lower than the grade by law; see the local plan."),
)
FIGURES = (
    figure("dead", N_("Dead")),
    figure("injured", N_("Injured or ill")),
    figure("missing", N_("Missing")),
)
WEAPON = fact("weapon", N_("Is a weapon involved?"))
DANGERS = (
    fact("life_in_danger", N_("Is a life in danger?"), required=False),
    fact("sexual_harm", N_("Is there sexual harm?"), required=False),
)
CALLED = N_("Was 110, 119 or 120 called?")
LOSS = N_("Direct loss, in 10 000 yuan")

FILING = (
    CATEGORY,
    *FIGURES,
    WEAPON,
    *DANGERS,
    fact("emergency_call", CALLED, required=False),
    choice("statutory_grade", N_("Grade by law"), GRADES, unknown=True, required=False),
    choice("school_grade", N_("Grade by the school's plan"), GRADES, unknown=True, required=False),
    text("summary", N_("What happened, in short"), required=False),
    text("measures", N_("What has been done"), required=False),
)
"""Everything asked can be answered with 未知 at one tap: nothing may hold up a filing."""

BULLETIN = (
    text("informant", N_("Where the news comes from"), short=True, required=False, aside=True),
    figure("loss", LOSS, required=False, aside=True),
    text(
        "cause",
        N_("First cause"),
        hint=N_("Only what is certain; the cause may stay open."),
        required=False,
        aside=True,
    ),
    text("impact", N_("How far it reaches, and how it may go on"), required=False, aside=True),
    text("talk", N_("What is said in public and online"), required=False, aside=True),
    text(
        "next_steps", N_("Next steps, and what is asked of the bureau"), required=False, aside=True
    ),
    text(
        "on_the_spot",
        N_("Who is in charge on the spot, with telephone"),
        short=True,
        required=False,
        aside=True,
    ),
)
"""What a bulletin (信息快报) also holds; it may follow with the next report."""

REPORT = (
    CATEGORY,
    STATUTORY_GRADE,
    SCHOOL_GRADE,
    *FIGURES,
    WEAPON,
    *DANGERS,
    text("summary", N_("What happened, in short"), hint=N_("Facts at once, causes with care.")),
    text("measures", N_("What has been done")),
    figure("gravely_injured", N_("Of these gravely injured"), required=False),
    *BULLETIN,
)
PLACE = text("place", N_("Place"), short=True, unknown=True)
INITIAL_REPORT = (
    *REPORT,
    PLACE,
    Field(
        "signatory",
        FieldType.USER,
        N_("Who signs"),
        required=False,
        hint=N_("The signature may follow; the report does not wait for it."),
    ),
)
CHANGES = (
    text("change_reason", N_("Why something differs from the last report"), required=False),
    text("knower", N_("If a figure rose: who knew it, and when"), short=True, required=False),
    when(
        "figure_known_at",
        N_("Since when was the changed figure known?"),
        required=False,
        unknown=True,
        after_event=True,
        hint=N_("Answer this when a figure rose; “not known” is an answer."),
    ),
)
LATER_REPORT = (*REPORT, *CHANGES)
CORRECTION = (
    replace(CATEGORY, required=False),
    *(replace(one, required=False) for one in FIGURES),
    replace(PLACE, required=False),
    text("cause", N_("Cause"), unknown=True, required=False),
    text("summary", N_("What happened, in short"), required=False),
    text("measures", N_("What has been done"), required=False),
    text("change_reason", N_("Why the report has to be corrected")),
    *CHANGES[1:],
)
"""Corrects the newest report; what is left out stays as it was."""

INFORM = (
    text("informed", N_("Who was told"), short=True, hint=N_("The principal, or who stands in.")),
    when("informed_at", N_("Told at")),
)
CALL_BACK = (
    text("callback_number", N_("Number called back"), short=True, keyboard="tel"),
    when("called_back_at", N_("Called back at")),
)
NOT_EVENT = (
    REASON,
    text("witness", N_("Who saw that it was nothing"), short=True),
    fact("emergency_call", CALLED),
)
RELAY = (
    choice("superior", N_("Passed on to"), RECIPIENTS),
    when("relayed_at", N_("Passed on at")),
    text("receipt_number", N_("Receipt number"), short=True, hint=NO_RECEIPT),
)
ON_SITE = (
    text("leader", N_("Person in charge"), short=True),
    when("arrived_at", N_("Arrived at")),
    text("plan_id", N_("Contingency plan"), short=True),
    text("lead_department", N_("Leading department"), short=True),
)
REGRADE = (STATUTORY_GRADE, SCHOOL_GRADE, REASON)
CONTROLLED = (*FIGURES, text("remaining_risk", N_("Remaining risk")), *CHANGES)
REVIEW_FIGURES = (
    choice(
        "verdict",
        N_("The lower figure"),
        (
            Choice(CONFIRMED, N_("Is confirmed and counts from now on")),
            Choice(REJECTED, N_("Is not confirmed; the higher one stays")),
        ),
        hint=N_("The case page shows both figures, who stated them and when they were known."),
    ),
    text("evidence", N_("By what this was checked")),
)
FLARE_UP = (text("flare_up", N_("What flared up again")),)
REFUTE = (text("reason", N_("Why it was no event")),)
FINAL_REPORT = (
    text("result", N_("Result of the response")),
    text("cause", N_("Cause"), unknown=True, hint=N_("The cause may stay unknown.")),
    text("next_steps", N_("Aftercare and next steps")),
)
INVESTIGATORS = (
    Field("investigators", FieldType.USER, N_("Investigators"), required=False, many=True),
    text("outside_body", N_("Outside body that investigates"), short=True, required=False),
)

OWN, OUTSIDE = "own_report", "outside_document"
FINDINGS_BY = (
    Choice(OWN, N_("Own six-part report")),
    Choice(OUTSIDE, N_("Document of the outside body")),
)


def _part(name: str, label: str) -> Field:
    return text(name, label, only_if=OnlyIf("source", (OWN,)))


FINDINGS = (
    choice("source", N_("Findings by"), FINDINGS_BY),
    _part("unit_overview", N_("1. The unit")),
    _part("course", N_("2. Course of the event and rescue")),
    _part("casualties_and_losses", N_("3. Casualties and losses")),
    _part("cause_and_nature", N_("4. Cause and nature")),
    _part("responsibility", N_("5. Responsibility and proposals")),
    _part("prevention", N_("6. Prevention and rectification")),
    text(
        "document",
        N_("Title and number of the document"),
        short=True,
        only_if=OnlyIf("source", (OUTSIDE,)),
    ),
)
HAZARD = (
    text("problem", N_("Problem")),
    Field("responsible", FieldType.USER, N_("Responsible person")),
    text("measure", N_("Measure")),
    text(
        "funds",
        N_("Funds"),
        short=True,
        keyboard="decimal",
        hint=N_("Write 0 when none are needed."),
    ),
    Field("due_on", FieldType.DATE, N_("Due on"), future=True),
)
HAZARD_ACCEPTANCE = (
    Field(
        "hazard",
        FieldType.INTEGER,
        N_("Number of the hazard"),
        minimum=1,
        maximum=999,
        hint=N_("In the order in which the hazards were recorded."),
    ),
    text("evidence", N_("Evidence of the acceptance")),
)
CONCLUDE = (
    Field(
        "keep_in_ledger",
        FieldType.BOOLEAN,
        N_("Keep unfinished hazards in the ledger?"),
        required=False,
        hint=N_("Each keeps its person and due day; the bureau must consent."),
    ),
)
