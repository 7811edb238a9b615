"""What an opinion case's forms ask, from what was seen to how it was answered."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.case import UNKNOWN
from casework.workflows.definition import Choice, Field, FieldType, OnlyIf
from casework.workflows.definitions.common import NO_RECEIPT, REASON
from casework.workflows.definitions.fields import choice, fact, figure, text, when

LEVELS = (
    Choice("blue", N_("Blue")),
    Choice("yellow", N_("Yellow")),
    Choice("orange", N_("Orange")),
    Choice("red", N_("Red")),
)
TRUTHS = (
    Choice("true", N_("True")),
    Choice("partly", N_("Partly true")),
    Choice("false", N_("False")),
    Choice(UNKNOWN, N_("Not yet known")),
)
PLATFORM = text("platform", N_("Platform"), short=True, unknown=True)
PUPIL = N_("Is it about a pupil?")
EXPOSED = N_("Is a minor's face, name or school to be seen?")
NAMED = N_("Is one of our units or pupils named?")

DANGERS = (
    fact("minor_exposed", EXPOSED, required=False),
    fact("death", N_("Is it about a death?"), required=False),
    fact("sexual_harm", N_("Is there sexual harm?"), required=False),
)
FILING = (
    PLATFORM,
    text("url", N_("Link"), short=True, keyboard="url", required=False),
    when("first_posted_at", N_("First posted at"), unknown=True, required=False),
    fact("about_pupil", PUPIL, required=False),
    fact("unit_or_pupil_named", NAMED, required=False),
    *DANGERS,
)
"""Everything asked can be answered with 未知 at one tap: nothing may hold up a filing."""

OTHER_REGION = "other_region"
GROUNDS = (
    Choice(OTHER_REGION, N_("Another region; passed on")),
    Choice("same_name", N_("A place or school of the same name")),
    Choice("duplicate", N_("Already on file")),
    Choice("unrelated", N_("Has nothing to do with us")),
)
DISMISS = (
    choice("ground", N_("Why it is dismissed"), GROUNDS),
    text("passed_to", N_("Passed on to"), short=True, only_if=OnlyIf("ground", (OTHER_REGION,))),
    when("passed_at", N_("Passed on at"), only_if=OnlyIf("ground", (OTHER_REGION,))),
    Field(
        "duplicate_of",
        FieldType.CASE,
        N_("The case on file"),
        required=False,
        only_if=OnlyIf("ground", ("duplicate",)),
    ),
    fact("unit_or_pupil_named", NAMED),
)
GRADE = (
    choice("truth", N_("Is it true?"), TRUTHS),
    choice("level", N_("Level"), LEVELS),
    figure("spread", N_("Views, reposts and comments so far")),
    text("level_inputs", N_("What else the level rests on")),
    Field("responsible_unit_id", FieldType.UNIT, N_("Responsible unit")),
    fact("about_pupil", PUPIL, required=False),
    Field(
        "linked_case",
        FieldType.CASE,
        N_("The case behind it"),
        required=False,
        hint=N_("Needed when it is about a pupil and not false."),
    ),
    Field(
        "no_linked_case",
        FieldType.BOOLEAN,
        N_("There is no case behind it"),
        required=False,
        hint=N_("Needs the signature of a second officer when it is about a pupil."),
    ),
    *DANGERS,
)

AUTHORITIES = (
    Choice("police", N_("Police")),
    Choice("cyberspace", N_("Cyberspace administration")),
)
REFERRAL = (
    choice("handed_to", N_("Handed to"), AUTHORITIES),
    text("evidence_pack", N_("What the evidence pack holds")),
    text("receipt_number", N_("Receipt number"), short=True, hint=NO_RECEIPT),
)
WATCH_ONLY = (text("reason", N_("Why there is no response")),)
RESPOND = (
    Field("lawful_owner", FieldType.USER, N_("Lawful handling: who")),
    Field("guidance_owner", FieldType.USER, N_("Guidance of opinion: who")),
    Field("ground_owner", FieldType.USER, N_("Control on the ground: who")),
)
"""三同步: the three that move together, each with an owner."""

WORDING = (
    text("draft", N_("Draft of the wording")),
    text("spokesperson", N_("Spokesperson"), short=True),
    Field(
        "minor_identifiable",
        FieldType.BOOLEAN,
        N_("Does the draft show a minor's name, face or school?"),
        hint=N_("Read it through for names, pictures and school names first."),
    ),
)
RETURN = (REASON,)
RELEASE = (
    text("sign_offs", N_("Who signed")),
    text("channel", N_("Channel"), short=True),
    text("release_text", N_("Text as released")),
    when("released_at", N_("Released at")),
)
PRESS_CONFERENCE = (
    when("held_at", N_("Held at")),
    text("place", N_("Place"), short=True),
)
PRESS_DECISION = (
    text("deciding_body", N_("Who decided"), short=True),
    Field("held", FieldType.BOOLEAN, N_("Will there be a press conference?")),
    REASON,
)
TAKEDOWN_RESULTS = (
    Choice("asked", N_("Asked, no answer yet")),
    Choice("removed", N_("Removed")),
    Choice("refused", N_("Refused")),
)
TAKEDOWN = (
    PLATFORM,
    text("url", N_("Link"), short=True, keyboard="url"),
    when("requested_at", N_("Asked at")),
    choice("result", N_("Result"), TAKEDOWN_RESULTS),
)
SPREAD_TODAY = (
    figure("spread", N_("Views, reposts and comments today")),
    fact("below_threshold", N_("Is the spread below the threshold?")),
    fact("minor_exposed", EXPOSED, required=False),
)
CLOSE = (
    text("lessons", N_("Lessons")),
    fact("underlying_late", N_("Was a case behind it reported late?")),
)
