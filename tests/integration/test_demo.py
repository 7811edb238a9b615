"""The demo county: complete, made by the engine alone, the same again, with work for everybody."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.demo import county as data
from casework.demo.calls import Calls
from casework.demo.names import person
from casework.demo.play import load_demo
from casework.demo.stories import STORIES
from casework.errors import Conflict
from casework.i18n import catalogue, render
from casework.models import (
    Approval,
    Away,
    Case,
    Clock,
    Contradiction,
    Endpoint,
    Evidence,
    Finding,
    Flag,
    Heartbeat,
    Link,
    Membership,
    Message,
    Party,
    Person,
    Report,
    Rollcall,
    Shift,
    Signal,
    Student,
    Unit,
    User,
)
from casework.notifications.letters import single
from casework.permissions import ASSIGNABLE, Role
from casework.services import approvers, timeline
from casework.services.actors import load_actor
from casework.services.delivery.letters import Spoken
from casework.services.evidence.store import Store
from casework.services.pages import audit_clocks
from casework.services.policy import Policy
from casework.workflows.registry import WORKFLOWS
from tests.databases import in_info, lay
from tests.factories import MONDAY
from tests.integration.posting import office


@dataclass(frozen=True, slots=True)
class Demo:
    """The loaded county."""

    db: Database
    store: Store
    at: datetime


@pytest.fixture(scope="module")
def demo(demo_folder: Path, policy_in_force: Policy, tmp_path_factory: Any) -> Iterator[Demo]:
    """A copy of it; what its steps do is tested on both databases elsewhere."""
    folder: Path = tmp_path_factory.mktemp("demo")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    db = Database(f"sqlite:///{folder}/casework.db", in_info(policy_in_force))
    found = Demo(db, Store(folder), MONDAY)
    yield found
    found.db.dispose()


@pytest.fixture
def session(demo: Demo) -> Iterator[Session]:
    with demo.db.reading() as found, clock.at(demo.at):
        yield found


def count(session: Session, what: Any, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


def test_the_county_has_its_schools_classes_and_rosters(session: Session) -> None:
    kinds = Counter(session.scalars(select(Unit.kind)))
    assert kinds["city_bureau"] == 1
    assert (kinds["county_bureau"], kinds["school"], kinds["class"]) == (2, 6, 12)
    assert {"district", "dormitory", "bus", "placement"} <= set(kinds)
    for school in data.SCHOOLS:
        for place in (1, 2):
            unit = session.scalars(select(Unit).where(Unit.code == f"{school.code}K{place}")).one()
            pupils = session.scalars(select(Student).where(Student.unit_id == unit.id)).all()
            assert len({pupil.name for pupil in pupils}) == len(pupils) == school.size
            assert {pupil.gender for pupil in pupils} == {"female", "male"}


def test_no_invented_name_comes_twice() -> None:
    names = [person(index)[0] for index in range(2000)]
    assert len(set(names)) == len(names)


def test_every_role_has_somebody_and_every_promised_login_works(session: Session) -> None:
    roles = set(session.scalars(select(Membership.role)))
    assert roles | {Role.DUTY} == set(ASSIGNABLE)
    assert count(session, Shift) >= len(data.COUNTIES)
    assert count(session, Away, Away.deputy_id.is_not(None)) == 1
    logins = set(session.scalars(select(User.login)))
    posts = ("teacher", "grade", "lead", "counsellor", "deputy", "principal")
    assert {f"{post}{n}" for post in posts for n in range(1, 7)} <= logins
    assert {"officer1", "officer1b", "leader1", "officer2", "leader2", "city1", "admin1"} <= logins


def test_a_teaching_point_turns_to_its_central_school(session: Session) -> None:
    point = session.scalars(select(Unit).where(Unit.code == "S6")).one()
    principals = select(Membership.unit_id).where(Membership.role == Role.PRINCIPAL)
    held_at = set(session.scalars(principals))
    assert point.id not in held_at
    assert point.parent_id in held_at


@pytest.mark.parametrize("case_type", WORKFLOWS)
def test_every_state_is_to_be_seen(session: Session, case_type: str) -> None:
    shown = set(session.scalars(select(Case.state).where(Case.case_type == case_type)))
    states = {state.name for state in WORKFLOWS[case_type].states}
    assert states == shown


def test_every_open_case_has_a_running_clock_and_no_ended_one_has(session: Session) -> None:
    running = set(session.scalars(select(Clock.case_id).where(Clock.stopped_at.is_(None))))
    for case in session.scalars(select(Case)):
        assert (case.id in running) is not case.final, case.number


def test_cases_stand_on_every_level_and_carry_flags(session: Session) -> None:
    assert set(session.scalars(select(Case.level))) == {0, 1, 2, 3, 4}
    assert {"late_report", "overdue"} <= set(session.scalars(select(Flag.kind)))
    sources = set(session.scalars(select(Case.source)))
    assert "past_school" in sources


def test_histories_hold_what_officials_ask_for(session: Session) -> None:
    kinds = set(session.scalars(select(Report.kind)))
    assert {"initial", "update", "final", "supplement"} <= kinds
    assert {"lead", "joining", "scene"} <= set(session.scalars(select(Party.kind)))
    assert count(session, Evidence, Evidence.seq.is_not(None)) >= 2
    assert count(session, Link) >= 3
    decisions = set(session.scalars(select(Approval.decision)))
    assert {None, "approved", "void"} <= decisions


def test_the_stored_files_are_those_of_the_rows(demo: Demo, session: Session) -> None:
    for row in session.scalars(select(Evidence)):
        assert demo.store.path(row.sha256).stat().st_size == row.size


@pytest.mark.parametrize("login", ["principal1", "principal5", "officer1", "officer2", "leader1"])
def test_requests_wait_for_everybody_who_approves(session: Session, login: str) -> None:
    user = session.scalars(select(User).where(User.login == login)).one()
    actor = load_actor(session, user.id, clock.now())
    assert approvers.waiting_for(session, actor, 10)


def test_the_chains_are_whole_and_the_sweep_has_passed(session: Session) -> None:
    assert timeline.verify(session).chains >= len(STORIES)
    assert count(session, Heartbeat) == 1


def test_every_end_of_a_clock_has_words(session: Session) -> None:
    """What stops clocks in these stories is every kind of thing that does."""
    ends = {
        clock.stop.msgid
        for case in session.scalars(select(Case))
        for clock in audit_clocks.clocks(session, case, ())
        if clock.line.stopped_at is not None
    }
    assert {"extended", "lapsed", "approved", "filed"} <= ends
    chinese = catalogue("zh_CN")
    assert not [msgid for msgid in ends if chinese.gettext(msgid) == msgid]


def test_the_last_days_were_lived_through(session: Session) -> None:
    """Rolls are called and one came too late; the days are attested, one of them wrongly."""
    assert count(session, Rollcall) > 50
    assert {flag.kind for flag in session.scalars(select(Flag))} >= {
        *("roll_missing", "zero_report_missing", "suspected_omission"),
    }
    assert count(session, Contradiction) == 2
    standing = Flag.kind == "suspected_omission", Flag.cleared_at.is_(None)
    assert count(session, Flag, *standing, Flag.case_id.is_(None)) == 2, "on what was attested"
    assert session.scalars(select(Finding.kind)).all() == ["concealment"]
    assert {one.state for one in session.scalars(select(Signal))} == {
        *("open", "opened", "explained"),
    }


def test_somebody_has_called_about_the_fight_before_the_morning_has_begun() -> None:
    days = [date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)]
    early = datetime.combine(days[-1], time(7, 50), LOCAL)
    calls: Any = Calls(None, None, early, days, None)  # type: ignore[arg-type]

    told = {act.func.__name__: at for at, act in calls.moments()}

    assert {"_hear_of_the_fight", "_open_fight", "_propose", "_reply"} <= set(told)
    assert told["_propose"] == datetime.combine(days[-2], time(10, 30), LOCAL)


def test_no_title_has_a_comma_of_half_width() -> None:
    half = re.compile(r"[\u4e00-\u9fff],[\u4e00-\u9fff]")

    assert [told.title for told in STORIES if half.search(f"{told.title}{told.narrative}")] == []


def test_the_same_instant_makes_the_same_county(
    demo: Demo, sqlite_template: Path, tmp_path: Path, policy: Policy
) -> None:
    """Of every eighth story: each is told by what every other one does, too."""
    found = []
    for name in ("one.db", "two.db"):
        made = Database(lay(sqlite_template, tmp_path / name), in_info(policy))
        with clock.at(demo.at):
            load_demo(made, stories=STORIES[::8])
        with made.reading() as session:
            found.append((cases(session), flags(session)))
        made.dispose()
    assert found[0] == found[1]
    assert all(found[0])


def cases(session: Session) -> list[tuple[object, ...]]:
    rows = session.scalars(select(Case).order_by(Case.id))
    return [(c.number, c.title, c.state, c.level, c.version, c.head_seq) for c in rows]


def flags(session: Session) -> list[tuple[object, ...]]:
    rows = session.scalars(select(Flag).order_by(Flag.case_id, Flag.rule_id, Flag.at))
    return [(flag.case_id, flag.kind, flag.rule_id, flag.at) for flag in rows]


def test_a_loaded_county_is_not_loaded_again(demo: Demo) -> None:
    with pytest.raises(Conflict):
        load_demo(demo.db, demo.store)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_message_makes_a_letter_without_anybodys_name(demo: Demo, locale: str) -> None:
    """What the engine wrote in all these histories, as it would leave the house."""
    courier = office()
    somewhere = Endpoint(id=1, user_id=None, channel="email")
    with demo.db.reading() as session:
        names = set(session.scalars(select(Person.name))) | set(session.scalars(select(User.name)))
        names |= set(session.scalars(select(Student.name)))
        rows = session.execute(select(Message, Case).outerjoin(Case)).all()
        spoken = Spoken(session, [message for message, _ in rows], courier)
        texts = []
        for message, case in rows:
            about = spoken.particulars(message, case, somewhere)
            letter = single("uid", about, lambda text: render(text, locale))
            texts.append(f"{letter.subject}\n{letter.body}")
            assert case is None or case.number in letter.subject
    assert len(texts) > 1000
    whole = "\n".join(texts)
    assert not [name for name in names if len(name) > 1 and name in whole]
    assert not re.findall(r"%\(\w+\)s", whole)
