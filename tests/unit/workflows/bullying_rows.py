"""What may happen in a bullying case until its investigation has ended, line by line."""

from __future__ import annotations

from dataclasses import replace

from casework.errors import NotAllowed
from casework.permissions import Role
from casework.workflows.case import UNKNOWN, Person
from casework.workflows.definitions.bullying import BULLYING
from tests.unit.workflows.builders import (
    ACTOR,
    BOTH_REPORTED,
    BOTH_TOLD,
    POLICE,
    VICTIM,
    VICTIM_TOLD,
    Row,
    case_in,
    linked,
)
from tests.unit.workflows.bullying_samples import (
    ACCUSED,
    ASKED,
    BUREAU_2ND,
    CALM,
    LEAD,
    NAMED,
    OFFICER,
    PLAY,
    PRINCIPAL,
    PRINCIPAL_2ND,
    SCREENED,
    SERIOUS,
    SEXUAL,
    SIDES,
    TEACHER,
    TWO,
    UNFINISHED,
)

OTHER = replace(case_in(BULLYING, "verifying"), number="2026-QL-000002", people=(VICTIM,))
MERGED = {"same_event": "the same break"}


def merging(why: str, expected: str | set[str], other: object, **given: object) -> Row:
    """A row about merging into another case."""
    return Row(
        why,
        "reported",
        "merge_duplicate",
        expected,
        fields={**MERGED, "other_case": "2026-QL-000002", **given.pop("extra", {})},  # type: ignore[dict-item]
        refs={"other_case": other} if other else {},  # type: ignore[dict-item]
        case={"people": (VICTIM,), **given.pop("case", {})},  # type: ignore[dict-item]
        **given,  # type: ignore[arg-type]
    )


STRANGER = replace(OTHER, people=(Person(9, "victim", student_id=99),))
NAMELESS = replace(OTHER, people=(Person(9, "victim"),))

REPORTING = (
    Row("the lead accepts", "reported", "accept", "verifying"),
    Row("a teacher does not accept", "reported", "accept", NotAllowed, TEACHER),
    Row("the principal stands in for the lead", "reported", "accept", "verifying", PRINCIPAL),
    Row("screening keeps the state", "verifying", "screen", "verifying", fields=CALM),
    Row("a teacher does not screen", "verifying", "screen", NotAllowed, TEACHER, CALM),
    Row("the lead alone cannot lower", "verifying", "screen", NotAllowed, LEAD, CALM, (SERIOUS,)),
    Row(
        "the principal lowers with the bureau",
        *("verifying", "screen", "verifying", PRINCIPAL, CALM, (SERIOUS,)),
        second=BUREAU_2ND,
    ),
    Row("unknown lowers nothing", *("verifying", "screen", "verifying", LEAD),
        fields={**CALM, "severity": UNKNOWN}, past=(SERIOUS,)),
    Row("a teacher escalates", "reported", "escalate", "escalated", TEACHER),
    Row("also from the committee", "determining", "escalate", "escalated"),
    Row("staff alone do not", "reported", "escalate", NotAllowed, Role.STAFF),
    merging("same victim by roster", "merged", OTHER, second=PRINCIPAL_2ND),
    merging("anonymous: bureau", "merged", OTHER, case={"source": "anonymous"}, second=BUREAU_2ND),
    merging("from a signal: bureau", "merged", OTHER, case={"source": "signal"}, second=BUREAU_2ND),
    merging("staff named: bureau", "merged", OTHER, case={"people": (VICTIM, ACCUSED)},
            second=BUREAU_2ND),
    merging("another victim", {"same_victim"}, STRANGER),
    merging("another victim, whatever is said", {"same_victim"}, STRANGER,
            extra={"same_victim": True}),
    merging("no roster entry, not confirmed", {"same_victim"}, NAMELESS),
    merging("no roster entry, confirmed", "merged", NAMELESS, extra={"same_victim": True},
            second=PRINCIPAL_2ND),
    merging("itself", {"other_is_another"}, replace(OTHER, number="2026-QL-000001")),
    merging("closed already", {"other_is_open"}, replace(OTHER, state="closed")),
    merging("another type", {"other_is_bullying"}, replace(OTHER, case_type="absence")),
    merging("one past the school", {"no_school_learns"}, OTHER, case={"source": "past_school"}),
    merging("into one past the school", {"no_school_learns"}, replace(OTHER, source="past_school")),
    merging("one past the school, which has taken it over", "merged", OTHER,
            past=(("accept_reassignment", {}),), case={"source": "past_school"}, second=BUREAU_2ND),
    merging("both past the school", "merged", replace(OTHER, source="past_school"),
            case={"source": "past_school"}, second=BUREAU_2ND),
    merging("not to be found", {"same_victim", "other_is_open", "other_is_bullying",
                                "other_is_another"}, None),
)  # fmt: skip

RESUMABLE = (SCREENED, *BOTH_REPORTED, *BOTH_TOLD)
POLICE_WORK = (
    Row("reported, screened, told, named", "escalated", "resume", "investigating",
        fields=TWO, past=RESUMABLE, case=SIDES),
    Row("investigators recorded before", "escalated", "resume", "investigating",
        past=(NAMED, *RESUMABLE), case=SIDES),
    Row("recorded before, but named since", "escalated", "resume", {"impartial_investigators"},
        past=(NAMED, *RESUMABLE), case={"people": (VICTIM, ACTOR, ACCUSED)}),
    Row("no investigators at all", "escalated", "resume", {"two_investigators"},
        past=RESUMABLE, case=SIDES),
    Row("the bureau does not know", "escalated", "resume", {"reported_to_both"},
        fields=TWO, past=(SCREENED, POLICE, *BOTH_TOLD), case=SIDES),
    Row("not screened", "escalated", "resume", {"screened"},
        fields=TWO, past=(*BOTH_REPORTED, *BOTH_TOLD), case=SIDES),
    Row("actor's guardians not told", "escalated", "resume", {"guardians_told"},
        fields=TWO, past=(SCREENED, *BOTH_REPORTED, VICTIM_TOLD), case=SIDES),
    Row("sexual harm is never resumed", "escalated", "resume", {"police_only"},
        fields=TWO, past=(SEXUAL, *BOTH_REPORTED, *BOTH_TOLD), case=SIDES),
    Row("the principal hands over", "escalated", "transfer", "transferred", PRINCIPAL),
    Row("the lead does not", "escalated", "transfer", NotAllowed),
    Row("news while escalated", "escalated", "record_police_news", "escalated"),
    Row("news while transferred", "transferred", "record_police_news", "transferred"),
    Row("back from the police", "transferred", "return_from_police", "investigating"),
    Row("the bureau concludes", "transferred", "conclude_by_police", "disposing", OFFICER),
    Row("the school does not conclude", "transferred", "conclude_by_police", NotAllowed, PRINCIPAL),
)  # fmt: skip

READY = (SCREENED, *BOTH_TOLD)
INVESTIGATION = (
    Row("screened, told, two named", "verifying", "open_investigation", "investigating",
        fields=TWO, past=READY, case=SIDES),
    Row("one investigator", "verifying", "open_investigation", {"two_investigators"},
        fields={"investigators": [71]}, past=READY, case=SIDES),
    Row("the accused investigates", "verifying", "open_investigation", {"impartial_investigators"},
        fields=TWO, past=READY, case={"people": (VICTIM, ACTOR, ACCUSED)}),
    Row("a reporter may investigate", "verifying", "open_investigation", "investigating",
        fields=TWO, past=READY,
        case={"people": (VICTIM, ACTOR, Person(4, "reporter", user_id=71))}),
    Row("screening unfinished", "verifying", "open_investigation", {"screened"},
        fields=TWO, past=(UNFINISHED, *BOTH_TOLD), case=SIDES),
    Row("serious, unreported", "verifying", "open_investigation", {"reported_if_forced"},
        fields=TWO, past=(SERIOUS, *BOTH_TOLD), case=SIDES),
    Row("serious, reported to both", "verifying", "open_investigation", "investigating",
        fields=TWO, past=(SERIOUS, *BOTH_REPORTED, *BOTH_TOLD), case=SIDES),
    Row("sexual harm", "verifying", "open_investigation", {"police_only"},
        fields=TWO, past=(SEXUAL, *BOTH_REPORTED, *BOTH_TOLD), case=SIDES),
    Row("unknown actor without a record", "verifying", "open_investigation", {"guardians_told"},
        fields=TWO, past=(SCREENED, VICTIM_TOLD), case={"people": (VICTIM,)}),
    Row("play", "verifying", "dismiss_as_play", "disposing", PRINCIPAL, PLAY, READY, SIDES),
    Row("not the lead", "verifying", "dismiss_as_play", NotAllowed, LEAD, PLAY, READY, SIDES),
    Row("an injury needs the bureau", "verifying", "dismiss_as_play", "disposing",
        PRINCIPAL, PLAY, READY, {**SIDES, "filing": {"injury": "minor"}}, second=BUREAU_2ND),
    Row("anonymous needs the bureau", "verifying", "dismiss_as_play", "disposing",
        PRINCIPAL, PLAY, READY, {**SIDES, "source": "anonymous"}, second=BUREAU_2ND),
    Row("a signal needs the bureau", "verifying", "dismiss_as_play", "disposing",
        PRINCIPAL, PLAY, READY, {**SIDES, "source": "signal"}, second=BUREAU_2ND),
    Row("staff named needs the bureau", "verifying", "dismiss_as_play", "disposing",
        PRINCIPAL, PLAY, READY, {"people": (VICTIM, ACTOR, ACCUSED)}, second=BUREAU_2ND),
    Row("an earlier case needs the bureau", "verifying", "dismiss_as_play", "disposing",
        PRINCIPAL, {**PLAY, "earlier_case": UNKNOWN}, READY, SIDES, second=BUREAU_2ND),
    Row("a linked earlier case as well", "verifying", "dismiss_as_play", "disposing", PRINCIPAL,
        PLAY, READY, {**SIDES, "links": linked("bullying", is_open=False)}, second=BUREAU_2ND),
    Row("not heard alone", "verifying", "dismiss_as_play", {"heard_alone"},
        PRINCIPAL, {**PLAY, "heard_alone": False}, READY, SIDES),
    Row("property broken", "verifying", "dismiss_as_play", {"harmless"},
        PRINCIPAL, {**PLAY, "property_harm": True}, READY, SIDES),
    Row("harm unknown", "verifying", "dismiss_as_play", {"harmless"},
        PRINCIPAL, {**PLAY, "mental_harm": UNKNOWN}, READY, SIDES),
    Row("a guardian objects", "verifying", "dismiss_as_play", {"no_objection"},
        PRINCIPAL, {**PLAY, "objection": True}, READY, SIDES),
    Row("a weapon is no play", "verifying", "dismiss_as_play", {"not_forced"},
        PRINCIPAL, PLAY, READY, {**SIDES, "filing": {"weapon": True}}),
    Row("not screened", "verifying", "dismiss_as_play", {"screened"},
        PRINCIPAL, PLAY, BOTH_TOLD, SIDES),
    Row("guardians not told", "verifying", "dismiss_as_play", {"guardians_told"},
        PRINCIPAL, PLAY, (SCREENED,), SIDES),
    Row("unproven with the bureau", "investigating", "close_unproven", "disposing",
        fields=ASKED, second=BUREAU_2ND),
    Row("anonymous reporter not asked", "investigating", "close_unproven", {"reporter_asked"},
        fields={**ASKED, "reporter_asked": "known"}, case={"source": "anonymous"}),
    Row("a known reporter", "verifying", "close_unproven", "disposing",
        fields={**ASKED, "reporter_asked": "known"}, second=BUREAU_2ND),
    Row("sexual harm: police first", "verifying", "close_unproven", {"police_first"},
        fields=ASKED, past=(SEXUAL,)),
    Row("sexual harm, police answered", "investigating", "close_unproven", "disposing",
        fields=ASKED, past=(SEXUAL, ("return_from_police", {})), second=BUREAU_2ND),
)  # fmt: skip
