"""漏报、谎报、瞒报: proposed with evidence, answered by the school, decided by a third person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import CaseworkError, Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Contradiction, Finding, Flag, Message, Unit
from casework.permissions import SYSTEM
from casework.services import clearing, filing, school_days, timeline
from casework.services.actors import load_actor
from casework.services.findings import answering, deciding, grounds, reading, subjects
from casework.services.findings.grounds import Ground
from casework.services.findings.proposing import Proposal, propose
from casework.services.pages.findings import findings_page
from casework.services.zero_reports.attesting import attest
from tests.conftest import Frozen
from tests.factories import County, act, bullying, make_user, report
from tests.integration.storytelling import NEVER_LATE

MON = date(2026, 9, 21)
LIMIT = datetime(2026, 10, 1, tzinfo=LOCAL)
"""Five working days after Tuesday the 22nd."""
ACCUSED = "9月21日11时，贵校值班人员已知悉七年级1班的事件，当日零报告为“无”，至今未上报。"
KEPT = "热线来电人为七年级1班家长，通话录音在局信访科。"


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test, in a term of the first county."""
    with database.transaction() as found:
        in_term(found, county)
        yield found


def in_term(session: Session, county: County) -> None:
    days = date(2026, 9, 1), date(2027, 1, 20)
    school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *days)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, 9, day), time(hour, minute), LOCAL)


def concealed(session: Session, county: County, frozen: Frozen, **more: object) -> Case:
    """The school knew on Monday at 11, attested nothing, and the bureau files on Tuesday."""
    frozen.move_to(at(21, 16, 30))
    attest(session, county["lead1"], county.units["S1"], on=MON, nothing=True)
    frozen.move_to(at(22, 9))
    new = replace(bullying(county), known_at=at(21, 11), occurred_at=None, **more)  # type: ignore[arg-type]
    case = filing.file_case(session, county["officer1"], new)
    knew = {"knower": "值班员", "post": "保卫科", "learned_at": at(21, 11), "evidence": "值班记录"}
    act(session, county["officer1"], case, "record_knowledge", **knew, of_school=True)
    return case


def proposed(session: Session, county: County, case: Case, **more: object) -> Finding:
    """A finding of concealment by the officer who filed."""
    given = Proposal("concealment", "case", case.number, ACCUSED, KEPT)
    return propose(session, county["officer1"], replace(given, **more))  # type: ignore[arg-type]


def refused(
    error: type[CaseworkError], do: Callable[..., object], *args: object, **more: object
) -> None:
    with pytest.raises(error):
        do(*args, **more)


def test_three_people_find_a_concealment(
    session: Session, database: Database, county: County, frozen: Frozen
) -> None:
    case = concealed(session, county, frozen)
    [found] = session.scalars(select(Contradiction)).all()
    subject = subjects.load(session, county["officer1"], "case", case.number)
    offered = grounds.possible(session, subject)
    assert Ground("contradiction", found.id) in offered
    assert {ground.kind for ground in offered} == {"flag", "contradiction", "event"}

    refused(
        NotAllowed,
        propose,
        session,
        county["lead1"],
        Proposal("omission", "case", case.number, "a", "b"),
    )
    finding = proposed(session, county, case, grounds=tuple(offered))
    refused(Conflict, proposed, session, county, case)
    running = session.scalars(select(Clock).where(Clock.subject_kind == "finding")).one()
    assert (running.owner, running.target_at, running.limit_at) == (
        "principal",
        at(29, 0),  # the 25th to the 27th are days off
        LIMIT,
    )
    refused(
        Refused, deciding.decide, session, county["leader1"], finding.id, uphold=True, reasons="x"
    )

    seen = reading.read(session, county["principal1"], finding.id)
    assert (seen.accusation.text, seen.evidence, seen.may_reply) == (ACCUSED, "", True)
    assert seen.withheld == 0
    for who in ("lead1", "deputy1"):
        refused(NotAllowed, answering.reply, session, county[who], finding.id, "x")
    for who in ("principal2", "officer2"):
        refused(NotFound, answering.reply, session, county[who], finding.id, "x")
    refused(Invalid, answering.reply, session, county["principal1"], finding.id, " ")
    frozen.move_to(at(24, 9))
    answering.reply(session, county["principal1"], finding.id, "值班教师以为是打闹。")
    refused(Conflict, answering.reply, session, county["principal1"], finding.id, "again")
    assert [one.id for one in reading.waiting_for(session, county["leader1"])] == [finding.id]

    for who in ("officer1", "principal1"):
        refused(
            NotAllowed, deciding.decide, session, county[who], finding.id, uphold=True, reasons="x"
        )
    refused(
        Invalid, deciding.decide, session, county["leader1"], finding.id, uphold=True, reasons=""
    )
    deciding.decide(
        session, county["leader1"], finding.id, uphold=True, reasons="监控与值班记录相符。"
    )
    assert (finding.state, finding.by_analogy) == ("upheld", True)
    refused(Conflict, deciding.withdraw, session, county["officer1"], finding.id, reasons="x")

    steps = ["finding_proposed", "finding_replied", "finding_upheld"]
    for chain in (case.chain, "U-S1"):
        bodies = timeline.bodies(session, chain)
        assert [b["action"] for b in bodies if b["action"] in steps] == steps
    said = [
        value for texts in timeline.texts(session, case.chain).values() for value in texts.values()
    ]
    assert not {ACCUSED, KEPT} & set(said)  # the case is read by others
    told = select(Message.template, Message.user_id).where(Message.template.like("finding%"))
    heard = {(row[0], row[1]) for row in session.execute(told)}
    assert ("finding_proposed", county["principal1"].user_id) in heard
    assert ("finding_replied", county["leader1"].user_id) in heard
    assert {("finding_upheld", county[who].user_id) for who in ("principal1", "officer1")} <= heard

    [flag] = [g.ref for g in offered if g.kind == "flag"][:1]
    refused(Refused, clearing.clear_flag, session, county["officer1b"], flag, "误报")
    timeline.verify(session)


@pytest.mark.one_database
def test_whoever_stands_on_both_sides_is_passed_over(
    session: Session, county: County, frozen: Frozen
) -> None:
    """The principal is accused, the leader proposes: the deputy answers, the city decides."""
    case = concealed(session, county, frozen)
    principal = county["principal1"].user_id
    given = Proposal("concealment", "case", case.number, ACCUSED, KEPT, accused=(principal or 0,))
    finding = propose(session, county["leader1"], given)

    refused(NotFound, reading.read, session, county["principal1"], finding.id)
    refused(NotFound, answering.reply, session, county["principal1"], finding.id, "x")
    assert session.scalars(select(Clock.owner).where(Clock.subject_kind == "finding")).all() == [
        "deputy"
    ]
    refused(NotAllowed, answering.reply, session, county["lead1"], finding.id, "x")
    answering.reply(session, county["deputy1"], finding.id, "学校已自查。")
    [body] = [b for b in timeline.bodies(session, "U-S1") if b["action"] == "finding_replied"]
    assert (body["actor"]["role"], body["data"]["stands_for"]) == ("deputy", "principal")

    told = select(Message.user_id).where(Message.template == "finding_replied")
    assert session.scalars(told).all() == [county["city1"].user_id]
    refused(
        NotAllowed,
        deciding.decide,
        session,
        county["leader1"],
        finding.id,
        uphold=False,
        reasons="x",
    )
    deciding.decide(session, county["city1"], finding.id, uphold=False, reasons="证据不足。")
    assert finding.state == "rejected"
    heard = set(session.scalars(select(Message.user_id).where(Message.template.like("finding%"))))
    assert principal not in heard


@pytest.mark.one_database
def test_silence_is_flagged_and_a_late_answer_still_counts(
    database: Database, county: County, frozen: Frozen
) -> None:
    principal = county["principal1"].user_id or 0
    with database.transaction() as session:
        in_term(session, county)
        case = concealed(session, county, frozen)
        late, mute, third = (
            proposed(session, county, case, kind=kind, accused=accused).id
            for kind, accused in (
                ("concealment", ()),
                ("omission", ()),
                ("false_report", (principal,)),
            )
        )
        deciding.withdraw(session, county["officer1"], third, reasons="重复。")
    frozen.move_to(LIMIT.replace(hour=9))
    sweep(database, NEVER_LATE)
    with database.transaction() as session:
        query = select(Flag).join(Clock).where(Clock.subject_kind == "finding")
        flags = session.scalars(query).all()
        raised = ("overdue", county.units["S1"], LIMIT)
        assert [(flag.kind, flag.unit_id, flag.at) for flag in flags] == [raised] * 2
        answering.reply(session, county["principal1"], late, "迟来的答复。")
        assert reading.read(session, county["leader1"], late).late
        for one in (late, mute):
            deciding.decide(session, county["leader1"], one, uphold=True, reasons="如前。")
        timeline.verify(session)


@pytest.mark.one_database
def test_only_the_city_finds_on_a_bureau(session: Session, county: County, frozen: Frozen) -> None:
    second = make_user(session, "city2", ("city_officer", county.units["C"]))
    case = concealed(session, county, frozen)
    given = Proposal("omission", "case", case.number, ACCUSED, KEPT, unit_id=county.units["B1"])
    refused(NotAllowed, propose, session, county["leader1"], given)
    refused(Invalid, propose, session, county["city1"], replace(given, unit_id=county.units["B2"]))
    finding = propose(session, county["city1"], given)
    answering.reply(session, county["leader1"], finding.id, "县局已核。")
    refused(
        NotAllowed, deciding.decide, session, county["city1"], finding.id, uphold=True, reasons="x"
    )
    decider = load_actor(session, second.id, clock.now())
    deciding.decide(session, decider, finding.id, uphold=True, reasons="属实。")
    assert finding.state == "upheld"


@pytest.mark.one_database
def test_what_went_past_the_school_stays_at_the_bureau(
    session: Session, county: County, frozen: Frozen
) -> None:
    """A teacher went past the school: the bureau sees the contradiction, the school does not."""
    frozen.move_to(at(21, 16, 30))
    row = attest(session, county["lead1"], county.units["S1"], on=MON, nothing=True)
    frozen.move_to(at(22, 9))
    new = replace(bullying(county), known_at=at(21, 11), occurred_at=None, past_school=True)
    case = filing.file_case(session, county["teacher1"], new)
    [one] = session.scalars(select(Contradiction)).all()
    [flag] = session.scalars(select(Flag).where(Flag.kind == "suspected_omission")).all()
    assert (one.zero_report_id, flag.case_id, flag.unit_id) == (row.id, case.id, county.units["S1"])
    unit = session.get_one(Unit, county.units["S1"])
    assert "zero_report_contradicted" not in {
        b["action"] for b in timeline.bodies(session, unit.chain)
    }
    told = set(session.scalars(select(Message.user_id).where(Message.template == "contradicted")))
    assert told == {county["officer1"].user_id, county["officer1b"].user_id}

    rests = (Ground("flag", flag.id), Ground("contradiction", one.id), Ground("event", 1))
    finding = proposed(session, county, case, grounds=rests)
    seen = reading.read(session, county["principal1"], finding.id)
    assert (seen.accusation.text, seen.subject_ref, seen.grounds, seen.withheld) == (
        ACCUSED,
        "",
        (),
        3,
    )
    assert case.number not in str(seen)
    params = session.scalars(
        select(Message.params).where(Message.template == "finding_proposed")
    ).all()
    assert case.number not in str(params)


@pytest.mark.one_database
def test_no_analogy_at_an_accident_at_work(
    session: Session, county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(22, 9))
    new = report(county, "emergency", category="work_safety")
    case = filing.file_case(session, county["lead1"], new)
    finding = proposed(session, county, case)
    assert not finding.by_analogy


@pytest.mark.one_database
def test_a_long_list_costs_few_statements_more(session: Session, county: County) -> None:
    def cost(size: int) -> int:
        for _ in range(size):
            case = filing.file_case(session, county["officer1"], bullying(county))
            proposed(session, county, case)
        session.commit()
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        page = findings_page(session, county["leader1"])
        assert all(line.subject.number for line in (*page.waiting, *page.open))
        return len(asked)

    first = cost(1)
    assert (cost(5) - first) / 5 <= 8
