"""Two engines against plain specifications: contradicted attestations, and duties judged again.

Whatever the order of filing, attesting, signalling, merging, changing the type and learning who
knew earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import CaseworkError, Invalid
from casework.models import Case, Clock, Contradiction, Flag, Unit, ZeroReport
from casework.permissions import SYSTEM
from casework.services import approvals, filing, school_days, timeline
from casework.services.signals import disposing, receiving
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, act, bullying, report

MON = date(2026, 9, 21)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KNEW = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}
WORDS = {"same_victim": True, "same_event": "同一事件"}
SLOWLY = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(slots=True)
class Happening:
    """One event of the school, under whatever numbers: since when it knew, when it was filed.

    ``knew`` are all the instants that were held at some time, for what was found stays.
    """

    knew: list[datetime]
    filed_at: datetime
    cases: list[Case] = field(default_factory=list)


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
    known: list[Happening] = field(default_factory=list)

    def back(self, hours: int) -> datetime:
        return clock.now() - timedelta(hours=hours)

    def newest(self) -> Case | None:
        """The newest case that is still open."""
        found = [one.cases[-1] for one in self.known if not one.cases[-1].final]
        return found[-1] if found else None

    def of(self, case: Case) -> Happening:
        return next(one for one in self.known if case in one.cases)


def sign(world: World, hours: int) -> None:
    """Attest today's morning or afternoon, nothing if that is allowed."""
    slot = "am" if hours % 2 else "pm"
    unit = world.county.units["S1"]
    signing = {"on": clock.today(), "slot": slot}
    if any(row.on == clock.today() and row.slot == slot for row in world.signed):
        return
    try:
        row = attest(world.session, world.county["lead1"], unit, nothing=True, **signing)
    except Invalid as refused:
        numbers = str(refused.errors["nothing"][0].params["numbers"]).split(", ")
        row = attest(
            world.session, world.county["lead1"], unit, nothing=False, cases=numbers, **signing
        )
    else:
        world.nothings.append(Said(clock.today(), clock.now(), row.id))
    world.signed.append(row)


def decoy(world: World, hours: int) -> None:
    """Nobody signs unasked, or instead of "nothing" what had been reported before."""
    lead, unit = world.county["lead1"], world.county.units["S1"]
    with pytest.raises(Invalid):
        attest(world.session, lead, unit, on=clock.today(), slot="day", nothing=bool(hours % 2))
    old = [case for one in world.known for case in one.cases if world.signed]
    old = [case for case in old if case.filed_at < (world.signed[-1].attested_at or clock.now())]
    if old and len({row.slot for row in world.signed if row.on == clock.today()}) < 2:
        done = {row.slot for row in world.signed if row.on == clock.today()}
        [slot, *_] = [one for one in ("am", "pm") if one not in done]
        signing = {"on": clock.today(), "slot": slot, "nothing": False, "cases": [old[-1].number]}
        with pytest.raises(Invalid):
            attest(world.session, lead, unit, **signing)


def file(world: World, hours: int, *, past_school: bool = False) -> None:
    known = world.back(hours)
    new = replace(bullying(world.county), known_at=known, occurred_at=None, past_school=past_school)
    case = filing.file_case(world.session, world.county["teacher1"], new)
    world.known.append(Happening([known], clock.now(), [case]))


def file_past_school(world: World, hours: int) -> None:
    file(world, hours, past_school=True)


def file_by_bureau(world: World, hours: int) -> None:
    """The bureau files at the school what it has known itself: the school has not."""
    known = world.back(hours)
    new = replace(bullying(world.county), known_at=known, occurred_at=None)
    case = filing.file_case(world.session, world.county["officer1"], new)
    world.known.append(Happening([], clock.now(), [case]))


def learn(world: World, hours: int) -> None:
    """Somebody turns out to have known: of the school, unless the bureau does not say so."""
    case = world.newest()
    if case is None:
        return
    who, whose = (("lead1", {}), ("officer1", {"of_school": True}), ("officer1", {}))[hours % 3]
    said = {"learned_at": world.back(hours), **KNEW, **whose}
    act(world.session, world.county[who], case, "record_knowledge", **said)
    if who == "lead1" or whose:
        knew = world.of(case).knew
        knew.append(min([world.back(hours), *knew]))


def hear(world: World, hours: int) -> None:
    """A call at the bureau, disposed of an hour later: the school knew, or has not known."""
    call = receiving.NewSignal("hotline", world.county.units["S1"], "家长来电")
    signal = receiving.receive(world.session, world.county["officer1"], call)
    world.frozen.forward(hours=1)
    knew = world.back(hours) if hours % 3 else None
    opening = disposing.Opening(
        case_type="bullying",
        title="来电反映",
        narrative="推搡",
        fields=bullying(world.county).fields,
    )
    found = disposing.open_case(
        world.session,
        world.county["officer1"],
        signal.id,
        opening,
        knowledge=disposing.Knowledge(knew, "录音", "门卫") if knew else disposing.NOTHING,
    )
    case = world.session.get_one(Case, found.case_id)
    world.known.append(Happening([knew] if knew else [], clock.now(), [case]))


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
    target.knew = [*target.knew, *duplicate.knew]
    target.filed_at = min(target.filed_at, duplicate.filed_at)
    target.cases = [*duplicate.cases, *target.cases]


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
        decoy,
        file,
        file_by_bureau,
        file_past_school,
        learn,
        hear,
        retype,
        merge,
        hand_over,
    )
}


def contradicted(nothings: list[Said], one: Happening) -> set[int]:
    """The specification, by hand, out of what was said and when; whatever else was signed.

    Saying "nothing" while knowing, before it was filed, is untrue. The first time counts, and every
    time it was said of the very day.
    """
    found: set[int] = set()
    for knew in one.knew:
        untrue = [said for said in nothings if knew < said.at < one.filed_at]
        found |= {min(untrue, key=lambda said: said.at).number} if untrue else set()
        day = knew.astimezone(LOCAL).date()
        found |= {said.number for said in untrue if said.on == day}
    return found


@SQLITE
def test_a_contradiction_is_found_exactly_when_there_is_one(
    database: Database, county: County, frozen: Frozen
) -> None:
    frozen.move_to(datetime.combine(date(2026, 8, 31), time(9), LOCAL))
    with database.transaction() as session:
        days = date(2026, 9, 1), date(2027, 1, 20)
        twice = ("sensitive", "敏感时段", *days, 2)
        school_days.add_special(session, SYSTEM, county.units["B1"], *twice)
    often = ["sign", "sign", "sign", "file", "file", "learn", *STEPS]

    @SLOWLY
    @given(st.lists(st.tuples(st.sampled_from(often), st.integers(0, 60)), min_size=4, max_size=10))
    def check(walk: list[tuple[str, int]]) -> None:
        frozen.move_to(datetime.combine(MON, time(8), LOCAL))
        with database.rehearsal() as session:
            world = World(session, county, frozen)
            for name, hours in walk:
                frozen.forward(hours=9)
                with suppress(CaseworkError):  # refused: nothing has changed
                    STEPS[name](world, hours)
            rows = session.scalars(select(Contradiction)).all()
            for one in world.known:
                ids = {case.id for case in one.cases}
                found = [row.zero_report_id for row in rows if row.case_id in ids]
                assert len(found) == len(set(found))  # once for one event
                assert set(found) == contradicted(world.nothings, one), walk
            _nothing_tells_the_school(session, county, [row.case_id for row in rows])
            timeline.verify(session)

    check()


def _nothing_tells_the_school(session: Session, county: County, ids: list[int]) -> None:
    """What went past the school stands on its case, and neither at the day nor on the chain."""
    unit = session.get_one(Unit, county.units["S1"])
    told = [
        b["data"] for b in timeline.bodies(session, unit.chain) if "contradicted" in b["action"]
    ]
    for case in (session.get_one(Case, one) for one in ids):
        hidden = case.source == "past_school"
        assert (case.number in {data["case"] for data in told}) is not hidden
        at_case = select(Flag).where(Flag.case_id == case.id, Flag.kind == "suspected_omission")
        assert not hidden or session.scalars(at_case).first() is not None


@SQLITE
def test_every_duty_is_late_by_the_earliest_knowledge_whatever_the_order(
    database: Database, county: County, frozen: Frozen
) -> None:
    """Filing and each outward report, reported before or after it turns out who knew earlier."""
    step = st.sampled_from(["learn", "police", "health", "bureau", "occurred"])

    @SLOWLY
    @given(st.integers(0, 300), st.lists(st.tuples(step, st.integers(0, 600)), max_size=6))
    def check(before: int, walk: list[tuple[str, int]]) -> None:
        frozen.move_to(datetime.combine(MON, time(14), LOCAL))
        with database.rehearsal() as session:
            case = _food_poisoning(session, county, before)
            for name, minutes in walk:
                frozen.forward(minutes=20)
                standing = _flags(session, case)
                _step(session, county, case, name, minutes)
                assert standing <= _flags(session, case)  # none is lifted
            clocks = session.scalars(
                select(Clock).where(
                    Clock.case_id == case.id, Clock.rule_id == "emergency.initial_report"
                )
            ).all()
            assert {row.recipient for row in clocks} >= {"bureau", "health"}
            for row in clocks:
                limit = case.known_at + timedelta(hours=2)
                flagged = (row.rule_id, row.recipient, "late_report") in _flags(session, case)
                late = (row.stopped_at or clock.now()) > limit
                assert flagged is late or (row.stopped_at is None and not flagged), walk

    check()


def _food_poisoning(session: Session, county: County, before: int) -> Case:
    new = replace(
        report(county, "emergency", category="food"),
        known_at=clock.now() - timedelta(minutes=before),
    )
    return filing.file_case(session, county["lead1"], new)


def _step(session: Session, county: County, case: Case, name: str, minutes: int) -> None:
    back = clock.now() - timedelta(minutes=minutes)
    if name == "learn":
        act(session, county["officer1"], case, "record_knowledge", learned_at=back, **KNEW)
    elif name == "occurred":
        told = {"field": "occurred_at", "old": "-", "new": "-", "new_time": back, "reason": "监控"}
        act(session, county["officer1"], case, "amend_fact", **told)
    else:
        told = {"recipient": name, "called_at": clock.now(), "contact": "某", "phone": "110"}
        act(session, county["lead1"], case, "record_report", **told)


def _flags(session: Session, case: Case) -> set[tuple[str, str, str]]:
    query = select(Clock.rule_id, Clock.recipient, Flag.kind).join(Flag, Flag.clock_id == Clock.id)
    return {
        (row[0], row[1], row[2]) for row in session.execute(query.where(Flag.case_id == case.id))
    }
