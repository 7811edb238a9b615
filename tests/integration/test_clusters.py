"""Similar illnesses in one place open one emergency with its clocks, whatever the order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.models import (
    AbsenceMark,
    Case,
    Clock,
    Cluster,
    ClusterMember,
    Leave,
    Period,
    Rollcall,
    Seat,
    SickMark,
    Student,
)
from casework.services import approvals, filing, timeline, units
from casework.services.clusters import records
from casework.services.clusters.watching import check_pupils
from casework.services.rolls import correcting, leaves, saving
from casework.services.rolls.shapes import NewLeave, NewMark, NewRoll
from casework.services.views import linked_cases
from tests.conftest import Frozen
from tests.factories import MONDAY, County, act, make_student
from tests.integration import rolling

TODAY = MONDAY.date()
SICK = {"onset_on": "unknown", "hospital": "unknown", "shared_meals": False}
SICK |= {"class_id": "unknown", "dormitory_id": "unknown"}


def enrol(session: Session, county: County, unit: str = "K1") -> list[int]:
    """Seven pupils of a class."""
    there = county.units[unit]
    return [make_student(session, f"{unit}-{n}", there).id for n in range(7)]


def mark_sick(session: Session, county: County, pupil: int, *symptoms: str) -> Case:
    """The class teacher misses a pupil and learns of an illness."""
    missed = filing.NewCase(
        "absence",
        county.units["K1"],
        "早读未到",
        known_at=clock.now(),
        fields={"student_id": pupil, "period": "morning", "strict": False},
    )
    case = filing.file_case(session, county["teacher1"], missed)
    act(session, county["teacher1"], case, "mark_sick", symptoms=list(symptoms), **SICK)
    return case


def emergencies(session: Session) -> list[Case]:
    """What similar illnesses have opened, oldest first."""
    query = select(Case).where(Case.case_type == "emergency", Case.source == "cluster")
    return list(session.scalars(query.order_by(Case.id)))


def running(session: Session, case: Case) -> set[tuple[str, str]]:
    """The running clocks of a case: rule and recipient."""
    query = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    return {(row.rule_id, row.recipient or "") for row in session.scalars(query)}


def tell(session: Session, county: County, case: Case, recipient: str) -> None:
    """The safety lead calls somebody."""
    called = {"recipient": recipient, "called_at": clock.now(), "contact": "值班员"}
    called |= {"phone": "unknown", "receipt_number": "none"}
    act(session, county["lead1"], case, "record_report", **called)


def test_three_alike_in_a_day_open_one_emergency_which_others_join(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        pupils = enrol(session, county)
        sick = [mark_sick(session, county, pupils[0], "fever")]
        sick.append(mark_sick(session, county, pupils[1], "vomiting"))
        sick.append(mark_sick(session, county, pupils[2], "cough", "rash"))
        assert emergencies(session) == [], "two are alike, the third is not"
        sick.append(mark_sick(session, county, pupils[3], "breathing"))
        (found,) = emergencies(session)
        assert found.unit_id == county.units["S1"]
        assert found.known_at == clock.now()
        linked = {case.id for case in linked_cases(session, found.id)}
        assert linked == {sick[0].id, sick[2].id, sick[3].id}
        assert running(session, found) >= {
            ("absence.cluster", ""),
            ("emergency.initial_report", "bureau"),
            ("emergency.initial_report", "health"),
        }

    frozen.forward(days=1)
    with database.transaction() as session:
        later = mark_sick(session, county, pupils[4], "fever")
        (found,) = emergencies(session)
        assert later.id in {case.id for case in linked_cases(session, found.id)}
        tell(session, county, found, "bureau")
        assert ("absence.cluster", "") in running(session, found)
        tell(session, county, found, "health")
        assert ("absence.cluster", "") not in running(session, found)
        events = [event["action"] for event in timeline.bodies(session, found.chain)]
        assert events[:3] == ["file", "cluster_found", "cluster_joined"]
        why = {"reason": "普通感冒", "witness": "校医", "emergency_call": False}
        asked = act(session, county["lead1"], found, "mark_not_event", **why).approval
        assert asked is not None
        approvals.decide(session, county["officer1"], asked.id, approve=True)
        assert found.final

    frozen.forward(days=1)
    with database.transaction() as session:
        old = session.get_one(Student, pupils[0]).id
        leave(session, county, old, TODAY + timedelta(2), TODAY + timedelta(2), ["fever"])
        fresh = [mark_sick(session, county, pupil, "fever") for pupil in pupils[5:]]
        assert len(emergencies(session)) == 1, "a pupil of the old cluster is no new case"
        extra = make_student(session, "K1-x", county.units["K1"]).id
        fresh.append(mark_sick(session, county, extra, "fever"))
        first, second = emergencies(session)
        assert {case.id for case in linked_cases(session, second.id)} == {c.id for c in fresh}
        timeline.verify(session)


WORDS = ("vomiting", "", "", "fever", "", "fever", "fever")


def test_what_nobody_described_counts_with_what_somebody_did_once(
    app: Flask, app_county: County, frozen: Frozen
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        rolling.open_school(session, app_county)
        frozen.move_to(rolling.at(8, 3))
        opened = []
        for pupil, *symptoms in zip(enrol(session, app_county), WORDS, strict=True):
            leave(session, app_county, pupil, TODAY, TODAY, [one for one in symptoms if one])
            opened.append(len(emergencies(session)))
        assert opened == [0, 0, 1, 1, 1, 1, 2], "three vomit or may; three have fever"
        there, told = app_county.units["K2"], {"said_by": "父亲", "channel": "phone"}
        ill = [
            NewMark(one, "leave_sick", symptoms=words, **told)  # type: ignore[arg-type]
            for one, words in zip(
                enrol(session, app_county, "K2"), (("rash",), (), (), ()), strict=False
            )
        ]
        roll = NewRoll(there, TODAY, "morning", 4, ill)
        saving.save_roll(session, app_county["teacher1b"], roll)
        rows = session.scalars(select(Cluster).order_by(Cluster.id)).all()
        assert [row.illness for row in rows] == ["gastro", "respiratory", "rash"]
        counted = [len(records.pupils(session, row)) for row in rows]
        assert counted == [4, 3, 4], "each in one of them"


def test_a_roll_a_sick_note_and_a_correction_count_together(
    app: Flask, app_county: County, frozen: Frozen, login: Callable[[str], FlaskClient]
) -> None:
    db: Database = app.extensions["casework"].db
    frozen.move_to(rolling.at(6))
    with db.transaction() as session:
        rolling.open_school(session, app_county)
        first, second, third = rolling.a_class(session, app_county.units["K1"], 3)
        teacher = app_county["teacher1"]
        note = NewLeave(first, "sick", TODAY, TODAY, "母亲", "phone", symptoms=["rash"])
        leaves.record_leave(session, teacher, note)
        frozen.move_to(rolling.at(8, 3))
        told = {"said_by": "父亲", "channel": "phone", "symptoms": ("rash",)}
        sick = NewMark(second, "leave_sick", **told)  # type: ignore[arg-type]
        roll = NewRoll(
            app_county.units["K1"], TODAY, "morning", 3, (NewMark(first, "leave_sick"), sick)
        )
        saved = saving.save_roll(session, teacher, roll)
        assert emergencies(session) == []
        ill = NewMark(third, "leave_sick", **told)  # type: ignore[arg-type]
        correcting.correct_roll(session, teacher, saved.roll.id, [ill], "看错了")
        (found,) = emergencies(session)
        row = session.scalars(select(Cluster)).one()
        assert (row.case_id, row.unit_id, row.illness) == (found.id, app_county.units["K1"], "rash")
        number = found.number
    page = login("lead1").get(f"/cases/{number}").text
    for words in ("同一班级或宿舍出现多名相似症状学生", "发现聚集性相似症状", "皮疹", "七年级1班"):
        assert words in page


def leave(
    session: Session, county: County, pupil: int, first: date, last: date, symptoms: list[str]
) -> None:
    """A sick note, counted at once."""
    given = Leave(
        student_id=pupil,
        unit_id=county.units["K1"],
        kind="sick",
        from_on=first,
        until_on=last,
        channel="phone",
        symptoms=symptoms,
        recorded_at=clock.now(),
        seq=1,
    )
    session.add(given)
    session.flush()
    check_pupils(session, [pupil], first, clock.now(), last)


def called(session: Session, unit_id: int, period: Period, on: date) -> int:
    """The roll of a day, made once."""
    known = session.scalar(
        select(Rollcall.id).where(Rollcall.unit_id == unit_id, Rollcall.on == on)
    )
    if known is not None:
        return known
    at = datetime.combine(on, period.bell, clock.LOCAL)
    row = Rollcall(
        unit_id=unit_id,
        on=on,
        period=period.code,
        period_id=period.id,
        **dict.fromkeys(("bell_at", "taken_at", "arrived_at", "judged_at"), at),
        judged_by="taken",
        role="teacher",
        enrolled=7,
        present=0,
        digest="",
        seq=1,
    )
    session.add(row)
    session.flush()
    return row.id


MARKS = st.lists(
    st.tuples(
        st.sampled_from(("roll", "leave", "case")),
        st.integers(0, 6),
        st.integers(0, 5),
        st.integers(0, 2),
        st.sampled_from(("fever", "vomiting")),
    ),
    min_size=3,
    max_size=11,
)
GROUPS = {"fever": "respiratory", "vomiting": "gastro"}


def is_cluster(marks: Iterable[tuple[int, int, int]]) -> bool:
    """Counts heads: three on a day, or five on three days in a row; nothing of the future."""
    ill = {(pupil, day) for pupil, first, last in marks for day in range(first, last + 1)}
    for day in range(6):
        today = {p for p, d in ill if d == day}
        if len(today) >= 3 or len({p for p, d in ill if day - 2 <= d <= day}) >= 5:
            return True
    return False


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(marks=MARKS, data=st.data())
def test_an_emergency_opens_with_the_mark_that_first_meets_a_threshold(
    app: Flask, app_county: County, marks: list[tuple[str, int, int, int, str]], data: st.DataObject
) -> None:
    """Marks of all three sources, of pupils of two classes in one dormitory, in any order."""
    db: Database = app.extensions["casework"].db
    with db.transaction() as session:
        rolled = session.begin_nested()
        house = units.add_unit(session, "D1", "dormitory", "一号楼", "S1")
        halves = enrol(session, app_county, "K1")[:4] + enrol(session, app_county, "K2")[:3]
        start = TODAY - timedelta(5)
        session.add_all(Seat(student_id=p, unit_id=house.id, from_on=start) for p in halves)
        period = Period(
            unit_id=app_county.units["S1"],
            code="night",
            name="晚查寝",
            unit_kind="dormitory",
            bell=MONDAY.time(),
            from_on=start,
            set_at=MONDAY,
        )
        session.add(period)
        session.flush()
        case = mark_sick(session, app_county, app_county.pupils["2026001"], "eyes")
        done: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        for source, who, first, length, symptom in data.draw(st.permutations(marks)):
            last = first if source == "roll" else first + length
            for place in ("D1", "K1" if who < 4 else "K2"):
                done.setdefault((place, GROUPS[symptom]), []).append((who, first, last))
            on, until, pupil = start + timedelta(first), start + timedelta(last), halves[who]
            if source == "leave":
                leave(session, app_county, pupil, on, until, [symptom])
            elif source == "roll":
                roll = called(session, house.id, period, on)
                mark = AbsenceMark(rollcall_id=roll, student_id=pupil, kind="leave_sick")
                mark.symptoms = [*_kept(session, roll, pupil), symptom]
                session.add(mark)
                session.flush()
                check_pupils(session, [pupil], on, clock.now())
            else:
                class_id = session.get_one(Student, pupil).unit_id
                session.add_all(
                    SickMark(
                        case_id=case.id,
                        student_id=pupil,
                        unit_id=place_id,
                        from_on=on,
                        until_on=until,
                        symptoms=[symptom],
                    )
                    for place_id in (class_id, house.id)
                )
                session.flush()
                check_pupils(session, [pupil], on, clock.now(), until)
            found = session.scalars(select(Cluster)).all()
            codes = {app_county.units["K1"]: "K1", app_county.units["K2"]: "K2", house.id: "D1"}
            assert sorted((codes[row.unit_id], row.illness) for row in found) == sorted(
                at for at, known in done.items() if is_cluster(known)
            )
        members = session.execute(select(ClusterMember.cluster_id, ClusterMember.student_id)).all()
        assert len(members) == len(set(members)), "each pupil once"
        rolled.rollback()


def _kept(session: Session, roll: int, pupil: int) -> list[str]:
    """What the newest mark of the pupil in the roll says already: it alone holds."""
    query = select(AbsenceMark).where(
        AbsenceMark.rollcall_id == roll, AbsenceMark.student_id == pupil
    )
    newest = session.scalars(query.order_by(AbsenceMark.id.desc())).first()
    return list(newest.symptoms) if newest else []
