"""What becomes of a signal: matched to a filed case, or opened as one.

The bureau files, the school handles. Whether the school knew, and had not filed, is part of the
disposition; a bureau that takes its time is late itself and never makes the school late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid, NotFound
from casework.models import Case, Disposition, Signal, Unit
from casework.permissions import BUREAU_KINDS, Actor, Standing
from casework.services import cases, filing, timeline
from casework.services.actors import school_of
from casework.services.filing import NAIVE
from casework.services.handling import scene_of
from casework.services.reported import NewPerson
from casework.services.scope import load_case
from casework.services.signals import acts, omissions, own, shielding
from casework.services.signals.reach import held, load
from casework.services.signals.receiving import TRIAGE
from casework.services.zero_reports import contradictions
from casework.text import N_, Text
from casework.workflows.case import UNKNOWN
from casework.workflows.definitions.shared_facts import PAST_SCHOOL
from casework.workflows.forms import FUTURE, REQUIRED, TOLERANCE
from casework.workflows.registry import ENGINES

LEARNED = "record_knowledge"
NO_CASE = N_("You see no case %(number)s.")
PAST_ONLY = N_(
    "Whoever sent this report has not said that nobody of the staff is part of it: "
    "open it past the school."
)
OTHER_SCHOOL = N_(
    "The signal is about %(school)s, this is elsewhere. Explain the signal instead, so that a "
    "second person agrees, and enter a signal about the other place."
)
ELSEWHERE = N_("This case lies outside the bureau that this signal came to.")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Whether the school knew, since when, who, and by what that is known."""

    since: datetime | None = None
    evidence: str = ""
    knower: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """The case that a signal is opened as; without ``unit_id`` where the signal points to.

    The school reads the narrative, and never the words of the signal: those may tell who said them.
    """

    case_type: str
    title: str
    narrative: str = ""
    unit_id: int | None = None
    occurred_at: datetime | None = None
    people: Sequence[NewPerson] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    past_school: bool = False


NOTHING = Knowledge()


def match(
    session: Session,
    actor: Actor,
    signal_id: int,
    number: str,
    *,
    reason: str,
    knowledge: Knowledge = NOTHING,
) -> Disposition:
    """The signal speaks of a case that is filed already.

    Raises NotFound, NotAllowed, Conflict when disposed of or unseen, Invalid by field.
    """
    signal = load(session, actor, signal_id)
    case = _case(session, actor, number)
    bureau = held(session, signal)
    stands = acts.demand(actor, signal, bureau)
    acts.demand_open(signal)
    acts.demand_seen(signal)
    if not scene_of(session, case).path.startswith(bureau.path):
        raise Invalid({"case": [Text(ELSEWHERE)]})
    _demand_same_school(session, signal, scene_of(session, case), "case")
    words, at = acts.needed("reason", reason), clock.now()
    knew = _known(session, signal, knowledge, at)
    return _dispose(session, signal, bureau, actor, stands, case, "matched", words, knew, at)


def open_case(
    session: Session,
    actor: Actor,
    signal_id: int,
    opening: Opening,
    *,
    reason: str = "",
    knowledge: Knowledge = NOTHING,
) -> Disposition:
    """Nobody has filed it: the bureau does, and the school handles it.

    It is known since the school knew, else since now, when the school hears of it; what goes past
    the school is known since the signal came in. Raises as ``match``, and what filing raises.
    """
    signal = load(session, actor, signal_id, lock=True)
    bureau = session.get_one(Unit, signal.bureau_id)
    stands = acts.demand(actor, signal, bureau)
    acts.demand_open(signal)
    if not opening.past_school and shielding.past_school_only(session, signal):
        raise Invalid({"past_school": [Text(PAST_ONLY)]})
    unit_id = opening.unit_id or signal.unit_id
    place = session.get(Unit, unit_id)
    if place is not None:  # filing says what is wrong with one that is not there
        _demand_same_school(session, signal, place, "unit_id")
    words, at = acts.optional("reason", reason), clock.now()
    knew = _known(session, signal, knowledge, at)
    known_at = knew.since or at
    if opening.past_school:
        known_at = min(known_at, signal.received_at)
    report = filing.NewCase(
        case_type=opening.case_type,
        unit_id=unit_id,
        title=opening.title,
        narrative=opening.narrative,
        occurred_at=opening.occurred_at or signal.occurred_at,
        known_at=known_at,
        people=opening.people,
        fields=opening.fields,
        source=shielding.source_of(signal),
        past_school=opening.past_school,
    )
    case = filing.file_case(session, actor, report)
    return _dispose(session, signal, bureau, actor, stands, case, "opened", words, knew, at)


def _demand_same_school(session: Session, signal: Signal, scene: Unit, name: str) -> None:
    """A signal about a school is disposed of to that school. Raises Invalid at ``name``."""
    school = school_of(session, session.get_one(Unit, signal.unit_id))
    if school.kind not in BUREAU_KINDS and school_of(session, scene).id != school.id:
        raise Invalid({name: [Text(OTHER_SCHOOL, {"school": school.name})]})


def _case(session: Session, actor: Actor, number: str) -> Case:
    """The case, locked before the bureau's chain. Raises Invalid at ``case``."""
    try:
        return load_case(session, actor, number, lock=True)
    except NotFound:
        raise Invalid({"case": [Text(NO_CASE, {"number": number[:64]})]}) from None


def _dispose(
    session: Session,
    signal: Signal,
    bureau: Unit,
    actor: Actor,
    stands: Standing,
    case: Case,
    outcome: str,
    reason: str,
    knew: Knowledge,
    at: datetime,
) -> Disposition:
    found = omissions.judged(session, signal, case, outcome, knew.since, at)
    row = Disposition(
        signal_id=signal.id,
        outcome=outcome,
        case_id=case.id,
        at=at,
        by_id=actor.user_id,
        reason=reason,
        school_knew_at=knew.since,
        evidence=knew.evidence or None,
        first_heard=found.first_heard,
        omitted=found.omitted_since is not None,
    )
    session.add(row)
    signal.state = outcome
    session.flush()
    acts.stop(session, signal, TRIAGE, "disposed", bureau, at)
    data, private = (
        {"case": case.number, **_said(row)},
        {"reason": reason, "evidence": knew.evidence, "knower": knew.knower},
    )
    acts.write(session, signal, bureau, actor, stands, f"signal_{outcome}", at, data, private)
    if outcome == "matched":
        _on_the_case(session, signal, case, actor, stands, row, at)
        _learned(session, actor, signal, case, knew)
    if found.omitted_since is not None:
        omissions.flag(session, signal, case, found.omitted_since, at)
    if knew.since is not None:
        contradictions.check(session, case, at)  # it asks what the disposition says
    return row


def _said(row: Disposition) -> dict[str, object]:
    """What the disposition says about the school."""
    names = ("school_knew_at", "first_heard", "omitted")
    return {name: getattr(row, name) for name in names}


def _on_the_case(
    session: Session,
    signal: Signal,
    case: Case,
    actor: Actor,
    stands: Standing,
    row: Disposition,
    at: datetime,
) -> None:
    """The case's own timeline, which the school reads, says that a signal is about it."""
    if case.source != PAST_SCHOOL and shielding.past_school_only(session, signal):
        return
    shielded = signal.kind in shielding.SHIELDED
    data = {
        "signal": signal.number,
        "kind": shielding.OUTSIDE if shielded else signal.kind,
        "received_at": shielding.day(signal.received_at) if shielded else signal.received_at,
        "first_heard": row.first_heard,
    }
    entry = timeline.Entry(
        at, "signal_matched", actor.user_id, stands.role.value, data=timeline.plain(data)
    )
    timeline.append(session, case, entry)
    session.flush()


def _learned(session: Session, actor: Actor, signal: Signal, case: Case, knew: Knowledge) -> None:
    """The school knew earlier than it has said: the case keeps that, and its clocks tighten.

    The school reads the case, so who knew and by what that is known stay with the bureau: those
    words may tell who called. The case names the number of the signal, where they stand.
    """
    possible = {action.name for action in ENGINES[case.case_type].workflow.actions_from(case.state)}
    if knew.since is None or knew.since >= case.known_at or LEARNED not in possible:
        return
    values = {
        "knower": UNKNOWN,
        "post": UNKNOWN,
        "learned_at": knew.since.isoformat(),
        "evidence": signal.number,
    }
    cases.perform_action(session, actor, case.number, LEARNED, version=case.version, fields=values)


def _known(session: Session, signal: Signal, knowledge: Knowledge, at: datetime) -> Knowledge:
    """What is said of the school's knowledge; an alarm that it has seen speaks for itself."""
    said = _checked(knowledge, at)
    seen = own.seen_since(session, signal) if said.since is None else None
    if seen is None:
        return said
    return Knowledge(seen, said.evidence or signal.number, said.knower)


def _checked(knowledge: Knowledge, at: datetime) -> Knowledge:
    """What is said of the school's knowledge. Raises Invalid by field."""
    since = knowledge.since
    evidence = acts.optional("evidence", knowledge.evidence)
    knower = acts.optional("knower", knowledge.knower)
    if since is None:
        return Knowledge(None, evidence, knower)
    if since.tzinfo is None:
        raise Invalid({"school_knew_at": [Text(NAIVE)]})
    if since > at + TOLERANCE:
        raise Invalid({"school_knew_at": [Text(FUTURE)]})
    if not evidence:
        raise Invalid({"evidence": [Text(REQUIRED)]})
    return Knowledge(min(since, at), evidence, knower)
