"""A school that attests, files and learns, step by step, beside a plain specification of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.errors import Invalid
from casework.models import Case, Signal, ZeroReport
from casework.services import approvals, filing
from casework.services.signals import disposing, explaining, receiving
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, act, bullying

KNEW = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}
WORDS = {"same_victim": True, "same_event": "同一事件"}


@dataclass(slots=True)
class Happening:
    """One event of the school, under whatever numbers.

    ``told``: who says since when the school knew; a signal says no more when it is taken up again.
    ``found``: what it has been found to contradict, which stays whatever is corrected later.
    """

    filed_at: datetime
    cases: list[Case]
    told: dict[str, datetime] = field(default_factory=dict)
    found: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Said:
    """The school has said "nothing": of which day, when, and the number of the signature."""

    on: date
    at: datetime
    number: int


@dataclass(slots=True)
class World:
    """What a walk has made so far."""

    session: Session
    county: County
    frozen: Frozen
    signed: list[ZeroReport] = field(default_factory=list)
    nothings: list[Said] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    known: list[Happening] = field(default_factory=list)

    def back(self, hours: int) -> datetime:
        return clock.now() - timedelta(hours=hours)

    def newest(self) -> Case | None:
        """The newest case that is still open."""
        found = [one.cases[-1] for one in self.known if not one.cases[-1].final]
        return found[-1] if found else None

    def of(self, case: Case) -> Happening:
        return next(one for one in self.known if case in one.cases)

    def files(self, case: Case, known: datetime | None = None) -> None:
        """A new event; the school has known of it since then, if it has."""
        told = {} if known is None else {case.number: known}
        self.known.append(Happening(clock.now(), [case], told))
        self.looks(self.known[-1])

    def hears(self, one: Happening, who: str, since: datetime) -> None:
        """Somebody says that the school had known since then."""
        one.told[who] = since
        self.looks(one)

    def looks(self, one: Happening) -> None:
        """What the event contradicts as far as is known now, each attestation once."""
        if one.told:
            new = contradicted(self.nothings, min(one.told.values()), one.filed_at)
            one.found += sorted(new - set(one.found))


def sign(world: World, hours: int, *, days_ago: int = 0) -> None:
    """Attest the morning or the afternoon of a day, nothing if that is allowed."""
    slot, day = "am" if hours % 2 else "pm", clock.today() - timedelta(days=days_ago)
    unit = world.county.units["S1"]
    signing = {"on": day, "slot": slot}
    if any(row.on == day and row.slot == slot for row in world.signed):
        return
    try:
        row = attest(world.session, world.county["lead1"], unit, nothing=True, **signing)
    except Invalid as refused:
        numbers = str(refused.errors["nothing"][0].params["numbers"]).split(", ")
        row = attest(
            world.session, world.county["lead1"], unit, nothing=False, cases=numbers, **signing
        )
    else:
        world.nothings.append(Said(day, clock.now(), row.id))
    world.signed.append(row)


def sign_late(world: World, hours: int) -> None:
    """Attest yesterday, which was left out."""
    sign(world, hours, days_ago=1)


def decoy(world: World, hours: int) -> None:
    """Nobody signs unasked, or instead of "nothing" what had been reported before."""
    lead, unit = world.county["lead1"], world.county.units["S1"]
    with pytest.raises(Invalid):
        attest(world.session, lead, unit, on=clock.today(), slot="day", nothing=bool(hours % 2))
    old = [case for one in world.known for case in one.cases if world.signed]
    old = [case for case in old if case.filed_at < (world.signed[-1].attested_at or clock.now())]
    old = [case for case in old if case.filed_at.astimezone(LOCAL).date() < clock.today()]
    if old and len({row.slot for row in world.signed if row.on == clock.today()}) < 2:
        done = {row.slot for row in world.signed if row.on == clock.today()}
        [slot, *_] = [one for one in ("am", "pm") if one not in done]
        signing = {"on": clock.today(), "slot": slot, "nothing": False, "cases": [old[-1].number]}
        with pytest.raises(Invalid):
            attest(world.session, lead, unit, **signing)


def file(world: World, hours: int, *, past_school: bool = False) -> None:
    known = world.back(hours)
    new = replace(bullying(world.county), known_at=known, occurred_at=None, past_school=past_school)
    world.files(filing.file_case(world.session, world.county["teacher1"], new), known)


def file_past_school(world: World, hours: int) -> None:
    file(world, hours, past_school=True)


def file_by_bureau(world: World, hours: int) -> None:
    """The bureau files at the school what it has known itself: the school has not."""
    known = world.back(hours)
    new = replace(bullying(world.county), known_at=known, occurred_at=None)
    world.files(filing.file_case(world.session, world.county["officer1"], new))


def learn(world: World, hours: int) -> None:
    """Somebody turns out to have known: of the school, unless the bureau does not say so."""
    case = world.newest()
    if case is None:
        return
    who, whose = (("lead1", {}), ("officer1", {"of_school": True}), ("officer1", {}))[hours % 3]
    said = {"learned_at": world.back(hours), **KNEW, **whose}
    act(world.session, world.county[who], case, "record_knowledge", **said)
    if who == "lead1" or whose:
        world.hears(world.of(case), f"learned at {clock.now()}", world.back(hours))


def call(world: World) -> Signal:
    """A call at the bureau, an hour before it is disposed of."""
    new = receiving.NewSignal("hotline", world.county.units["S1"], "家长来电")
    signal = receiving.receive(world.session, world.county["officer1"], new)
    world.frozen.forward(hours=1)
    world.signals.append(signal)
    return signal


def knowledge(world: World, hours: int) -> disposing.Knowledge:
    """The school knew, or has not known."""
    knew = world.back(hours) if hours % 3 else None
    return disposing.Knowledge(knew, "录音", "门卫") if knew else disposing.NOTHING


def hear(world: World, hours: int) -> None:
    """What nobody has filed: the bureau opens it."""
    signal, said = call(world), knowledge(world, hours)
    opening = disposing.Opening(
        case_type="bullying",
        title="来电反映",
        narrative="推搡",
        fields=bullying(world.county).fields,
    )
    officer = world.county["officer1"]
    found = disposing.open_case(world.session, officer, signal.id, opening, knowledge=said)
    world.files(world.session.get_one(Case, found.case_id))
    if said.since is not None:
        world.hears(world.known[-1], signal.number, said.since)


def hear_again(world: World, hours: int) -> None:
    """What is filed already: the bureau matches the call to it."""
    case = world.newest()
    if case is None:
        return
    signal, said, officer = call(world), knowledge(world, hours), world.county["officer1"]
    given = {"reason": "同一事件", "knowledge": said}
    disposing.match(world.session, officer, signal.id, case.number, **given)
    if said.since is not None:
        world.hears(world.of(case), signal.number, said.since)


def take_up_again(world: World, hours: int) -> None:
    """The newest signal is open again: what its disposition said holds no more."""
    if world.signals:
        signal = world.signals[-1]
        explaining.reopen(world.session, world.county["officer1b"], signal.id, "再次来电")
        for one in world.known:
            one.told.pop(signal.number, None)


def retype(world: World, hours: int) -> None:
    """The newest case goes on as another type: still the same event."""
    case = world.newest()
    if case is None or case.case_type != "bullying":
        return
    fields = {"case_type": "opinion", "reason": "转类"}
    asked = act(world.session, world.county["principal1"], case, "retype", **fields).approval
    if asked is None:
        return
    approvals.decide(world.session, world.county["officer1b"], asked.id, approve=True)
    query = select(Case).order_by(Case.id.desc()).limit(1)
    world.of(case).cases.append(world.session.scalars(query).one())


def merge(world: World, hours: int) -> None:
    """The two newest cases turn out to be one event."""
    same = [one for one in world.known if one.cases[-1].case_type == "bullying"]
    same = [one for one in same if not one.cases[-1].final and one.cases[-1].source == "staff"]
    if len(same) < 2:
        return
    target, duplicate = same[-2], same[-1]
    case, other = duplicate.cases[-1], target.cases[-1]
    fields = {"other_case": other.number, **WORDS}
    asked = act(world.session, world.county["lead1"], case, "merge_duplicate", **fields).approval
    if asked is None:
        return
    approvals.decide(world.session, world.county["principal1"], asked.id, approve=True)
    world.known.remove(duplicate)
    target.told |= duplicate.told
    target.filed_at = min(target.filed_at, duplicate.filed_at)
    target.cases = [*duplicate.cases, *target.cases]
    target.found += duplicate.found


def hand_over(world: World, hours: int) -> None:
    """Another school handles it; where it happened stays."""
    case = world.newest()
    if case is None or case.source != "staff":
        return
    fields = {"unit_id": world.county.units["S2"], "joining": [world.county.units["S1"]]}
    act(world.session, world.county["officer1"], case, "reassign", **fields, reason="两校学生")


STEPS: dict[str, Callable[[World, int], None]] = {
    step.__name__: step
    for step in (
        sign,
        sign_late,
        decoy,
        file,
        file_by_bureau,
        file_past_school,
        learn,
        hear,
        hear_again,
        take_up_again,
        retype,
        merge,
        hand_over,
    )
}


def contradicted(nothings: list[Said], knew: datetime, filed_at: datetime) -> set[int]:
    """The specification, by hand, out of what was said and when; whatever else was signed.

    Saying "nothing" while knowing, before it was filed, is untrue. The first time counts, and every
    time it was said of the very day.
    """
    untrue = [said for said in nothings if knew < said.at < filed_at]
    first = {min(untrue, key=lambda said: said.at).number} if untrue else set()
    day = knew.astimezone(LOCAL).date()
    return first | {said.number for said in untrue if said.on == day}
