"""线索: what the bureau hears from elsewhere, its clocks, what becomes of it, whose fault it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Contradiction, Flag, Message, Person, Signal
from casework.permissions import SYSTEM
from casework.services import filing, school_days, timeline
from casework.services.intake import boxes, sending
from casework.services.pages import signals as signal_pages
from casework.services.signals import disposing, explaining, listing, matching, origins, seeing
from casework.services.signals.disposing import Knowledge, Opening
from casework.services.signals.receiving import Named, NewSignal, receive
from tests.conftest import Frozen
from tests.factories import FIELDS, MONDAY, County, bullying
from tests.integration.storytelling import NEVER_LATE
from tests.integration.test_zero_reports import MON, TERM, at, sign

OMISSION = "suspected_omission"


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test, in a term of the first county."""
    with database.transaction() as found:
        school_days.add_term(found, SYSTEM, county.units["B1"], "2026秋", *TERM)
        yield found


def hear(
    session: Session, county: County, kind: str = "hotline", who: str = "officer1", **more: Any
) -> Signal:
    """A signal about the first school."""
    unit = county.units[more.pop("unit", "S1")]
    return receive(
        session, county[who], NewSignal(kind, unit, more.pop("text", "有人来电"), **more)
    )


def opened(county: County, **more: Any) -> Opening:
    return Opening(
        "bullying", "课间推搡", unit_id=county.units["K1"], fields=FIELDS["bullying"], **more
    )


def knew(since: datetime | None) -> Knowledge:
    return Knowledge(since, "门卫值班记录" if since else "", "值班教师" if since else "")


def flags(session: Session, kind: str = OMISSION) -> list[tuple[int, int | None]]:
    """Where flags of this kind stand: the unit and the case."""
    rows = session.execute(select(Flag.unit_id, Flag.case_id).where(Flag.kind == kind))
    return sorted(((row[0], row[1]) for row in rows), key=repr)


def running(session: Session, signal: Signal) -> list[str]:
    query = select(Clock.rule_id).where(
        Clock.subject_kind == "signal", Clock.subject_id == signal.id, Clock.stopped_at.is_(None)
    )
    return sorted(session.scalars(query))


def actions(session: Session, chain: str) -> list[str]:
    return [body["action"] for body in timeline.bodies(session, chain)]


def test_a_hotline_call_meets_a_school_that_had_known_and_attested_nothing(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 16, 40))
    attested = sign(session, county)
    frozen.move_to(at(MON, 18))
    signal = hear(session, county, text="孩子今天在学校被几名同学打了", contact="13900000000")
    assert running(session, signal) == ["signal.triage"]
    with pytest.raises(NotFound):
        listing.one(session, county["principal1"], signal.id)  # the school hears nothing of it yet
    frozen.forward(hours=1)
    row = disposing.open_case(
        session, county["officer1"], signal.id, opened(county), knowledge=knew(at(MON, 11))
    )
    case = session.get_one(Case, row.case_id)
    assert (case.known_at, case.filed_at) == (at(MON, 11), at(MON, 19))
    assert case.source == "signal"  # who told is nobody's business at the school
    assert case.narrative == ""  # the words of the signal stay with the bureau
    assert (row.omitted, row.first_heard) == (True, False)
    contradicted = session.scalars(select(Contradiction)).one()
    assert (contradicted.zero_report_id, contradicted.case_id) == (attested.id, case.id)
    school = county.units["S1"]
    # Once for the "nothing" that was untrue, once for the case that nobody filed.
    assert [unit for unit, _ in flags(session)] == [school, school]
    assert (school, case.id) in flags(session)
    assert running(session, signal) == []
    assert "flag_raised" in actions(session, case.chain)
    assert [a for a in actions(session, "U-B1") if a.startswith("signal")] == [
        "signal_received",
        "signal_opened",
    ]
    seen = listing.one(session, county["lead1"], signal.id)
    assert seen["dispositions"][0]["case"] == case.number
    hidden = (seen["text"], seen["contact"], seen["people"], seen["dispositions"][0]["reason"])
    assert hidden == (None, None, None, None)
    timeline.verify(session)


def test_a_fight_in_the_evening_contradicts_no_attestation_of_the_afternoon(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 16, 50))
    sign(session, county)
    frozen.move_to(at(MON, 21))
    signal = hear(session, county, text="晚上八点宿舍楼前有人打架", occurred_at=at(MON, 20))
    frozen.forward(minutes=30)
    row = disposing.open_case(
        session, county["officer1"], signal.id, opened(county), knowledge=knew(at(MON, 20))
    )
    assert not row.omitted
    assert session.scalars(select(Contradiction)).all() == []
    assert flags(session) == []


def test_what_goes_past_the_school_contradicts_its_nothing_when_it_knew(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 17))
    sign(session, county)
    frozen.move_to(at(MON, 18))
    signal = hear(session, county, "petition", text="反映某教师体罚学生")
    frozen.forward(hours=2)
    past = opened(county, past_school=True)
    row = disposing.open_case(
        session, county["officer1"], signal.id, past, knowledge=knew(at(MON, 11))
    )
    case = session.get_one(Case, row.case_id)
    assert (case.unit_id, case.known_at) == (county.units["B1"], at(MON, 11))
    assert len(session.scalars(select(Contradiction)).all()) == 1
    assert {unit for unit, _ in flags(session)} == {county.units["S1"]}
    with pytest.raises(NotFound):
        listing.one(session, county["principal1"], signal.id)


def test_an_officer_who_waits_is_late_and_the_school_is_not(
    database: Database, county: County, frozen: Frozen
) -> None:
    named = county["officer1b"].user_id
    with database.transaction() as session:
        signal = hear(session, county, people=(Named(user_id=named),))
        signal_id = signal.id
    frozen.forward(hours=30)
    sweep(database, NEVER_LATE)
    with database.transaction() as session:
        assert flags(session, "overdue") == [(county.units["B1"], None)]
        heard = session.scalars(select(Message.user_id).where(Message.level > 0)).all()
        assert county["leader1"].user_id in heard
        assert named not in heard
        school = {county[who].user_id for who in ("lead1", "deputy1", "principal1", "staff1")}
        assert set(heard) & school == set()
        row = disposing.open_case(session, county["officer1"], signal_id, opened(county))
        case = session.get_one(Case, row.case_id)
        assert row.first_heard
        assert case.known_at == clock.now()  # the school hears of it now
        assert session.scalars(select(Flag).where(Flag.unit_id != county.units["B1"])).all() == []


def test_an_explanation_needs_another_person_and_the_clock_runs_until_then(
    session: Session, county: County, frozen: Frozen
) -> None:
    signal = hear(session, county)
    explaining.explain(session, county["officer1"], signal.id, "经核实为同名学校")
    assert (signal.state, running(session, signal)) == ("waiting", ["signal.triage"])
    with pytest.raises(NotAllowed):
        explaining.decide(session, county["officer1"], signal.id, approve=True)
    with pytest.raises(NotFound):  # the bureau of the other county
        explaining.decide(session, county["officer2"], signal.id, approve=True)
    with pytest.raises(Invalid):
        explaining.decide(session, county["officer1b"], signal.id, approve=False)
    explaining.decide(session, county["officer1b"], signal.id, approve=False, reason="未见核实记录")
    assert (signal.state, running(session, signal)) == ("open", ["signal.triage"])
    explaining.explain(session, county["officer1"], signal.id, "已与来电人核实")
    explaining.decide(session, county["leader1"], signal.id, approve=True)
    assert (signal.state, running(session, signal)) == ("explained", [])
    frozen.forward(days=1)
    explaining.reopen(session, county["officer1b"], signal.id, "来电人再次反映")
    assert (signal.state, running(session, signal)) == ("open", ["signal.triage"])
    again = session.scalars(select(Clock).order_by(Clock.id.desc())).first()
    assert again is not None
    assert (again.round, again.started_at) == (2, clock.now())
    told = listing.one(session, county["officer1"], signal.id)["dispositions"]
    assert [(d["outcome"], d["ended_why"]) for d in told] == [
        ("explained", "未见核实记录"),
        ("explained", "来电人再次反映"),
    ]
    timeline.verify(session)


def test_an_alarm_reaches_all_levels_at_once_and_stops_when_somebody_has_looked(
    session: Session, county: County, frozen: Frozen
) -> None:
    place = NewSignal("smoke_alarm", county.units["K1"], "二号楼烟感报警")
    signal = receive(session, SYSTEM, place)
    told = set(session.scalars(select(Message.user_id)))
    everyone = ["lead1", "deputy1", "principal1", "officer1", "officer1b", "leader1", "city1"]
    assert told == {county[who].user_id for who in everyone}
    alarm = session.scalars(select(Clock).where(Clock.rule_id == "signal.alarm")).one()
    assert (alarm.unit_id, alarm.limit_at) == (
        county.units["S1"],
        MONDAY + timedelta(minutes=10),
    )
    with pytest.raises(Conflict):
        explaining.explain(session, county["officer1"], signal.id, "误报")
    frozen.forward(minutes=2)
    with pytest.raises(NotFound):
        seeing.see(session, county["lead2"], signal.id, "没有火")
    seeing.see(session, county["staff1"], signal.id, "到场查看，为粉尘误报")
    assert running(session, signal) == ["signal.triage"]
    assert alarm.stopped_by == "seen"
    assert flags(session, "overdue") == []
    explaining.explain(session, county["officer1"], signal.id, "粉尘误报")
    explaining.decide(session, county["officer1b"], signal.id, approve=True)
    assert running(session, signal) == []
    timeline.verify(session)


@pytest.mark.parametrize(("who", "real"), [("staff1", True), ("staff1", False), ("officer1", True)])
def test_a_school_that_has_seen_what_the_alarm_is_about_knew_of_it(
    session: Session, county: County, frozen: Frozen, who: str, real: bool
) -> None:
    """The gate saw the fire at two past ten, the school attested "nothing" in the afternoon."""
    frozen.move_to(at(MON, 10))
    signal = receive(session, SYSTEM, NewSignal("smoke_alarm", county.units["K1"], "烟感报警"))
    frozen.forward(minutes=2)
    seeing.see(session, county[who], signal.id, "垃圾桶着火，已扑灭", real=real)
    frozen.move_to(at(MON, 16, 40))
    attested = sign(session, county)
    frozen.move_to(at(MON, 17, 30))
    fire = Opening("emergency", "垃圾桶着火", fields={**FIELDS["emergency"], "category": "fire"})
    row = disposing.open_case(session, county["officer1"], signal.id, fire)
    case = session.get_one(Case, row.case_id)
    found = session.scalars(select(Contradiction.zero_report_id)).all()
    if who == "officer1" or not real:  # nobody of the school has seen anything
        assert (found, case.known_at, row.first_heard) == ([], at(MON, 17, 30), True)
        return
    assert (found, case.known_at) == ([attested.id], at(MON, 10, 2))
    assert (row.first_heard, row.omitted, row.evidence) == (False, False, signal.number)
    assert row.school_knew_at == at(MON, 10, 2)
    timeline.verify(session)


def test_whom_a_signal_names_never_hears_of_it(session: Session, county: County) -> None:
    own = county["counsellor1"]
    lead, officer = county["lead1"].user_id, county["officer1b"].user_id
    alert = hear(
        session,
        county,
        "counsellor_alert",
        "counsellor1",
        people=(Named(user_id=lead), Named(user_id=officer)),
    )
    assert listing.one(session, own, alert.id)["text"] == "有人来电"
    for who in ("lead1", "officer1b", "principal1", "officer2"):
        with pytest.raises(NotFound):
            listing.one(session, county[who], alert.id)
        assert listing.page(session, county[who], listing.Wanted())["items"] == []
    assert officer not in set(session.scalars(select(Message.user_id)))
    with pytest.raises(NotAllowed):
        explaining.explain(session, own, alert.id, "自己处置")
    with pytest.raises(Invalid) as fault:
        hear(session, county, "police_notice", "lead1")
    assert set(fault.value.errors) == {"kind"}


def test_what_is_wrong_is_said_at_its_field(session: Session, county: County) -> None:
    for wrong, field in (
        ({"kind": "rumour"}, "kind"),
        ({"unit": "S3"}, "unit_id"),
        ({"text": " "}, "text"),
        ({"text": "坏\x00字"}, "text"),
        ({"received_at": clock.now() + timedelta(hours=1)}, "received_at"),
        ({"occurred_at": clock.now().replace(tzinfo=None)}, "occurred_at"),
        ({"people": (Named(student_id=county.pupils["2026004"]),)}, "people.0.student_id"),
        ({"people": (Named(user_id=999),)}, "people.0.user_id"),
        ({"kind": "smoke_alarm", "unit": "B1"}, "unit_id"),
    ):
        with pytest.raises(Invalid) as fault:
            hear(session, county, **wrong)
        assert field in fault.value.errors
    signal = hear(session, county)
    for knowledge, field in (
        (Knowledge(clock.now()), "evidence"),
        (Knowledge(clock.now() + timedelta(hours=1), "记录"), "school_knew_at"),
    ):
        with pytest.raises(Invalid) as fault:
            disposing.open_case(
                session, county["officer1"], signal.id, opened(county), knowledge=knowledge
            )
        assert set(fault.value.errors) == {field}
    with pytest.raises(Invalid):
        disposing.match(session, county["officer1"], signal.id, "2026-QL-000099", reason="同一事")


def test_a_proposal_says_why_and_decides_nothing(session: Session, county: County) -> None:
    same = filing.file_case(session, county["teacher1"], bullying(county))
    other = filing.NewCase("bullying", county.units["K3"], "别校的事", fields=FIELDS["bullying"])
    filing.file_case(session, county["teacher2"], other)
    names = session.scalars(select(Person.name).where(Person.case_id == same.id)).all()
    signal = hear(session, county, text=f"家长说{names[0]}在走廊和人发生冲突")
    found = matching.proposals(session, county["officer1"], signal)
    assert [one.case.id for one in found] == [same.id]
    assert sum(reason.points for reason in found[0].reasons) == found[0].score <= 100
    assert len(found[0].reasons) == 4  # place, time, people, words
    assert matching.proposals(session, county["officer1"], signal) == found
    assert signal.state == "open"
    row = disposing.match(session, county["officer1"], signal.id, same.number, reason="同一起事件")
    assert not row.first_heard
    assert "signal_matched" in actions(session, same.chain)
    with pytest.raises(Conflict):
        disposing.match(session, county["officer1"], signal.id, same.number, reason="再来")


def test_what_was_said_tells_the_cases_of_one_day_apart(session: Session, county: County) -> None:
    """The same school on the same day, and one of them at the very place that the call is about."""
    words = "家长来电反映,孩子放学路上被高年级学生推搡、抢走文具。"
    told = replace(bullying(county), title="放学路上被高年级学生推搡", narrative=words)
    wanted = filing.file_case(session, county["teacher1"], told)
    meal = filing.NewCase("opinion", county.units["S1"], "午餐分量不足", fields=FIELDS["opinion"])
    filing.file_case(session, county["lead1"], meal)
    call = "我们班有人总在放学路上堵一个女生要零食和钱，她不敢说。"
    signal = hear(session, county, text=call)
    first, second = matching.proposals(session, county["officer1"], signal)
    assert (first.case.id, first.score > second.score) == (wanted.id, True)
    assert sum(reason.points for reason in first.reasons) == first.score <= 100


def test_the_school_reads_nothing_of_the_case_that_tells_who_called(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = filing.file_case(session, county["teacher1"], bullying(county))
    called = clock.now() - timedelta(hours=1)
    frozen.forward(hours=3)
    signal = hear(session, county)
    words = Knowledge(called, "来电人王阿姨在食堂说的", "保安老李")
    disposing.match(
        session, county["officer1"], signal.id, case.number, reason="同一事", knowledge=words
    )
    session.refresh(case)
    assert case.known_at == called
    texts = timeline.texts(session, case.chain).values()
    told = [value for one in texts for value in one.values()]
    assert signal.number in told
    whole = "".join([*told, *map(str, timeline.bodies(session, case.chain))])
    assert not any(word in whole for word in ("王阿姨", "老李"))
    inner = listing.one(session, county["officer1"], signal.id)["dispositions"][0]
    assert inner["evidence"] == words.evidence
    assert "老李" in str(timeline.texts(session, "U-B1"))


def test_the_school_learns_the_day_and_that_it_came_from_outside(
    session: Session, county: County, frozen: Frozen
) -> None:
    signal = hear(session, county, "petition")
    frozen.forward(hours=3)
    row = disposing.open_case(session, county["officer1"], signal.id, opened(county))
    case = session.get_one(Case, row.case_id)
    found = listing.one(session, county["teacher1"], signal.id)
    midnight = MONDAY.astimezone(clock.LOCAL).replace(hour=0, minute=0)
    assert (found["kind"], found["clocks"]) == ("outside", [])
    assert found["received_at"] == found["entered_at"] == midnight
    page = signal_pages.signal_page(session, county["teacher1"], signal.id)
    shown = signal_pages.queue_page(session, county["teacher1"], "disposed", "", None).rows
    assert (page.kind, shown[0].kind, shown[0].received_at) == (
        *("From outside", "From outside"),
        midnight,
    )
    asked = listing.Wanted(kind="petition")
    assert listing.page(session, county["teacher1"], asked)["items"] == []
    assert listing.page(session, county["officer1"], asked)["items"] != []
    head = origins.origins(session, case)[0]
    chain = str([*timeline.bodies(session, case.chain), head.chip, head.sentence])
    assert "petition" not in chain.lower()
    assert "2026-09-21" in head.sentence.params["on"]  # type: ignore[operator]


def test_an_anonymous_report_that_may_be_about_staff_never_reaches_the_school(
    session: Session, county: County
) -> None:
    box = boxes.open_box(session, county["officer1"], county.units["S1"])
    filed = filing.file_case(session, county["teacher1"], bullying(county))
    officer = county["officer1"]

    def sent(said: str) -> int:
        words = sending.Report("操场上有人打架", said, False, f"h{said}", f"s{said}")
        return sending.send(session, box.id, words).signal_id

    for said in ("yes", "unknown"):
        with pytest.raises(Invalid) as fault:
            disposing.open_case(session, officer, sent(said), opened(county))
        assert set(fault.value.errors) == {"past_school"}
    disposing.match(session, officer, sent("yes"), filed.number, reason="同一事")
    assert "signal_matched" not in actions(session, filed.chain)
    assert origins.origins(session, filed) == ()
    past = opened(county, past_school=True)
    disposing.open_case(session, officer, sent("unknown"), past)
    disposing.open_case(session, officer, sent("no"), opened(county))
    seen = listing.page(session, county["lead1"], listing.Wanted())["items"]
    assert [one["kind"] for one in seen] == ["outside"]
    assert len(listing.page(session, officer, listing.Wanted())["items"]) == 3


def test_a_signal_about_one_school_is_not_disposed_of_at_another(
    session: Session, county: County
) -> None:
    other = filing.NewCase("bullying", county.units["K3"], "别校的事", fields=FIELDS["bullying"])
    elsewhere = filing.file_case(session, county["teacher2"], other)
    signal, officer = hear(session, county), county["officer1"]
    with pytest.raises(Invalid) as fault:
        disposing.match(session, officer, signal.id, elsewhere.number, reason="同一事")
    assert set(fault.value.errors) == {"case"}
    there = Opening("bullying", "推搡", unit_id=county.units["K3"], fields=FIELDS["bullying"])
    with pytest.raises(Invalid) as fault:
        disposing.open_case(session, officer, signal.id, there, knowledge=knew(clock.now()))
    assert set(fault.value.errors) == {"unit_id"}
    about_all = hear(session, county, unit="B1")
    disposing.match(session, officer, about_all.id, elsewhere.number, reason="同一事")


def test_what_the_school_entered_itself_is_judged_by_when_it_did(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(MON, 17))
    signal = hear(session, county, "safety_observer", "staff1", received_at=at(MON, 10))
    row = disposing.open_case(
        session, county["officer1"], signal.id, opened(county), knowledge=knew(at(MON, 11))
    )
    assert (row.omitted, row.first_heard) == (True, False)
    plain = hear(session, county, "safety_observer", "staff1")
    row = disposing.open_case(session, county["officer1"], plain.id, opened(county))
    assert not row.first_heard
    sentence = origins.origins(session, session.get_one(Case, row.case_id))[0].sentence
    assert sentence.msgid == origins.OPENED_ON


GRACE = timedelta(hours=2)
"""The target of the rule by which bullying is to be filed."""


HEARD = 10
"""The hour at which the signal comes in; the others lie around it."""


@pytest.mark.one_database
def test_the_flag_is_on_the_school_exactly_when_it_knew_and_had_not_filed_in_time(
    database: Database, county: County, frozen: Frozen
) -> None:
    """Whatever anybody knew when, however slow, and whether it was the school or the bureau."""

    def hour(n: int) -> datetime:
        return MONDAY + timedelta(hours=n)

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        knew_at=st.none() | st.integers(HEARD - 4, HEARD + 2),
        filed_at=st.none() | st.integers(HEARD - 3, HEARD + 4),
        slow=st.sampled_from([0, 1, 3, 30]),
    )
    @example(knew_at=HEARD - 1, filed_at=None, slow=0)
    @example(knew_at=HEARD - 1, filed_at=None, slow=3)
    @example(knew_at=HEARD - 4, filed_at=HEARD - 1, slow=1)
    def check(knew_at: int | None, filed_at: int | None, slow: int) -> None:
        heard_at, done = HEARD, HEARD + slow
        knew_at = None if knew_at is None or knew_at > done else knew_at
        filed_at = None if filed_at is None or filed_at > done else filed_at
        with database.rehearsal() as session:
            case = None
            if filed_at is not None:
                frozen.move_to(hour(filed_at))
                case = filing.file_case(session, county["teacher1"], bullying(county))
            frozen.move_to(hour(max(heard_at, filed_at or 0)))
            signal = hear(session, county, received_at=hour(heard_at))
            assert running(session, signal) == ["signal.triage"]
            frozen.move_to(hour(done))
            said = knew(None if knew_at is None else hour(knew_at))
            officer = county["officer1"]
            if case is None:
                row = disposing.open_case(
                    session, officer, signal.id, opened(county), knowledge=said
                )
            else:
                row = disposing.match(
                    session, officer, signal.id, case.number, reason="同一事", knowledge=said
                )
            assert running(session, signal) == []
            before = knew_at is not None and knew_at < heard_at
            unfiled = filed_at is None or filed_at > heard_at
            late = hour(done if filed_at is None else filed_at) > hour(knew_at or 0) + GRACE
            assert row.omitted == (before and unfiled and late)
            school = county.units["S1"]
            assert bool(flags(session)) == row.omitted
            assert {unit for unit, _ in flags(session)} <= {school}
            if knew_at is None:  # nobody's slowness but the bureau's own
                bureau = county.units["B1"]
                places = select(Flag.unit_id).where(Flag.unit_id != bureau)
                assert session.scalars(places).all() == []

    check()
