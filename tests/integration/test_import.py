"""Import on both databases: whole or nothing, again without duplicates, inside the reach, fast."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import clock
from casework.db import Database
from casework.models import Event, Membership, Student, Unit, User
from casework.permissions import SYSTEM, Actor
from casework.services import actors, logins, passwords, timeline
from casework.services.importing import run
from casework.services.importing.outcome import Outcome
from tests.factories import County, make_user
from tests.unit.test_import_sheets import text

PUPILS = ("学号", "姓名", "学校", "年级", "班级", "性别")
STAFF = ("工号", "姓名", "职务", "单位", "班级", "任职日期", "结束日期")


def take(
    database: Database,
    kind: str,
    lines: Sequence[Sequence[str]],
    actor: Actor = SYSTEM,
    within: str | None = None,
) -> Outcome:
    """Import these lines; the outcome also when there are faults."""
    parsed = run.parse(kind, text(lines, "utf-8"))
    try:
        with database.transaction() as session:
            return run.carry_out(session, actor, parsed, within)
    except run.Faulty as faulty:
        return faulty.outcome


def places(outcome: Outcome) -> list[tuple[int, str]]:
    """Line and column of the faults."""
    return [(fault.place.line, fault.column) for fault in outcome.faults]


def numbers(outcome: Outcome) -> tuple[int, int, int]:
    """Created, updated, unchanged."""
    assert places(outcome) == []
    return outcome.created, outcome.updated, outcome.unchanged


def pupil(database: Database, code: str) -> Student:
    with database.reading() as session:
        return session.scalars(select(Student).where(Student.code == code)).one()


def test_one_bad_line_and_nothing_is_taken_over(database: Database, county: County) -> None:
    lines = [PUPILS, ("n1", "张三", "S1", "", "K1", "男"), ("n2", "李四", "S1", "", "K9", "女")]

    outcome = take(database, "students", lines)

    assert places(outcome) == [(3, "班级")]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Student)) == len(county.pupils)
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_pupils_are_added_moved_and_found_again(database: Database, county: County) -> None:
    lines = [
        PUPILS,
        ("n1", "张三", "东山县第一中学", "七年级", "7.1班", "男"),
        ("N2", "李四", "东山县第一中学", "初一", "2班", "女"),
    ]
    assert numbers(take(database, "students", lines)) == (2, 0, 0)
    assert numbers(take(database, "students", lines)) == (0, 0, 2)

    moved = [PUPILS, ("n1", "张三", "", "", "七年级2班", ""), *lines[2:]]
    assert numbers(take(database, "students", moved)) == (0, 1, 1)

    assert pupil(database, "N1").unit_id == county.units["K2"]
    assert pupil(database, "N1").gender == "male", "an empty cell takes nothing away"


def test_leaving_is_kept_and_taken_back(database: Database, county: County) -> None:
    head = (*PUPILS[:2], "班级", "离校日期")
    take(database, "students", [head, ("2026001", "学生1", "K1", "2026年9月1日")])
    assert pupil(database, "2026001").left_on == date(2026, 9, 1)

    take(database, "students", [head[:3], ("2026001", "学生1", "K1")])
    assert pupil(database, "2026001").left_on == date(2026, 9, 1), "no column, no change"

    take(database, "students", [head, ("2026001", "学生1", "K1", "")])
    assert pupil(database, "2026001").left_on is None


def test_a_class_name_of_several_schools_needs_the_school(
    database: Database, county: County
) -> None:
    with database.transaction() as session:
        session.add(Unit(code="K4", kind="class", name="三年级1班", path="/x/"))
        other = session.scalars(select(Unit).where(Unit.code == "S3")).one()
        session.flush()
        made = session.scalars(select(Unit).where(Unit.code == "K4")).one()
        made.parent_id, made.path = other.id, f"{other.path}{made.id}/"
    lines = [("学号", "姓名", "班级"), ("n1", "张三", "三(1)班")]

    assert places(take(database, "students", lines)) == [(2, "班级")]
    assert numbers(take(database, "students", lines, within="S3")) == (1, 0, 0)
    with database.reading() as session:
        found = session.scalars(select(Student).where(Student.code == "N1")).one()
        assert found.unit.code == "K4"


def test_units_come_in_any_order_and_get_codes(database: Database, county: County) -> None:
    lines = [
        ("名称", "类型", "上级单位", "代码"),
        ("八年级1班", "班级", "东山县第三中学/八年级", ""),
        ("八年级", "年级", "东山县第三中学", ""),
        ("东山县第三中学", "初中", "东山县教育局", "S9"),
    ]
    assert numbers(take(database, "units", lines)) == (3, 0, 0)
    assert numbers(take(database, "units", lines)) == (0, 0, 3)
    with database.reading() as session:
        unit = session.scalars(select(Unit).where(Unit.name == "八年级1班")).one()
        codes = [session.get_one(Unit, n).code for n in actors.ancestors(unit.path)]
    assert codes == ["C", "B1", "S9", "S9-G1", "S9-G1-C1"]

    renamed = [lines[0], ("东山县第三实验中学", "学校", "", "S9")]
    assert numbers(take(database, "units", renamed)) == (0, 1, 0)


def test_units_are_not_moved_and_hang_where_they_may(database: Database, county: County) -> None:
    lines = [
        ("名称", "类型", "上级单位", "代码"),
        ("东山县第一中学", "学校", "西河县教育局", "S1"),
        ("七年级1班", "年级", "", "K1"),
        ("五班", "班级", "", ""),
        ("新班", "班级", "青云市教育局", ""),
    ]
    assert places(take(database, "units", lines)) == [
        *((2, "上级单位"), (3, "类型"), (4, "上级单位"), (5, "上级单位")),
    ]


def test_users_get_posts_once(database: Database, county: County) -> None:
    lines = [
        STAFF,
        ("wangfang", "王芳", "班主任", "东山县第一中学", "7.1班", "2026.9.1", ""),
        ("wangfang", "王芳", "心理老师", "东山县第一中学", "", "", ""),
        ("lihua", "李华", "校长、安全主管", "S2", "", "46266", "2027年7月31日"),
    ]
    outcome = take(database, "users", lines)
    assert (outcome.created, outcome.updated) == (2, 1)
    assert [one.login for one in outcome.logins] == ["wangfang", "lihua"]
    again = take(database, "users", lines)
    assert numbers(again) == (0, 0, 3)
    assert again.logins == []

    with database.reading() as session:
        rows = session.execute(
            select(User.login, Membership.role, Unit.code, Membership.from_on, Membership.until_on)
            .join(Membership, Membership.user_id == User.id)
            .join(Unit)
            .where(User.login.in_(("wangfang", "lihua")))
            .order_by(User.login.desc(), Membership.role)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("wangfang", "counsellor", "S1", date(2026, 9, 21), None),
        ("wangfang", "teacher", "K1", date(2026, 9, 1), None),
        ("lihua", "principal", "S2", date(2026, 9, 1), date(2027, 7, 31)),
        ("lihua", "safety_lead", "S2", date(2026, 9, 1), date(2027, 7, 31)),
    ]


def test_initial_passwords_log_in_and_wait_for_an_own_one(
    database: Database, county: County
) -> None:
    made = take(database, "users", [STAFF[:4], ("wang", "王", "教师", "S1")]).logins[0]

    with database.reading() as session:
        user_id = logins.authenticate(session, "wang", made.password)
        assert logins.authenticate(session, "wang", made.password + "x") is None
        quick = session.scalars(select(User.password_hash).where(User.login == "wang")).one()
    assert user_id is not None
    with database.transaction() as session:
        logins.begin(session, user_id, made.password)
        kept = session.get_one(User, user_id).password_hash
    assert passwords.is_initial(quick)
    assert kept == quick


def test_roles_stand_only_where_they_belong(database: Database, county: County) -> None:
    lines = [
        STAFF,
        ("a1", "甲", "县局专员", "东山县第一中学", "", "", ""),
        ("a2", "乙", "班主任", "东山县第一中学", "", "", ""),
        ("a3", "丙", "总统", "东山县第一中学", "", "", ""),
        ("a4", "丁", "班主任", "", "", "", ""),
        ("a5", "戊", "校长", "东山县第一中学", "", "2026-9-1", "2026-8-1"),
        ("a6", "己", "教师", "S1", "", "", ""),
        ("a6", "庚", "教师", "S2", "", "", ""),
    ]
    assert places(take(database, "users", lines)) == [
        *((2, "职务"), (3, "职务"), (4, "职务"), (5, "单位"), (6, "结束日期"), (8, "姓名")),
    ]


def test_every_fault_of_every_pupil_is_told_at_once(database: Database, county: County) -> None:
    lines = [
        PUPILS,
        ("学 号", "", "S1", "", "K9", "不男不女"),
        ("n2", "李四", "没有的学校", "", "K9", "中"),
        ("n3", "", "没有的学校", "", "", ""),
        ("n4", "王五", "S1", "#REF!", "K9", ""),
        ("n3", "赵六", "S1", "", "K1", "女"),
    ]
    assert places(take(database, "students", lines)) == [
        *((2, "学号"), (2, "姓名"), (2, "班级"), (2, "性别")),
        *((3, "学校"), (3, "性别")),  # without the school nobody can tell about the class
        *((4, "姓名"), (4, "学校"), (4, "班级")),
        *((5, "年级"), (6, "学号")),
    ]


def test_every_fault_of_every_post_is_told_at_once(database: Database, county: County) -> None:
    lines = [
        STAFF,
        ("a 中", "", "总统", "S9", "", "昨天", "2026-8-1"),
        ("a2", "甲", "总统", "S1", "K9", "2026-9-1", "2026-8-1"),
        ("a3", "乙", "班主任、县局专员", "S1", "", "某日", ""),
        ("a4", "丙", "班主任", "S1", "#N/A", "", ""),
        ("a4", "丁", "", "S9", "", "", ""),
        ("a2", "", "校长", "S1", "", "", ""),
    ]
    assert places(take(database, "users", lines)) == [
        *((2, "工号"), (2, "姓名"), (2, "职务"), (2, "单位"), (2, "任职日期")),
        *((3, "职务"), (3, "班级"), (3, "结束日期")),
        *((4, "职务"), (4, "职务"), (4, "任职日期")),
        *((5, "班级"), (6, "姓名"), (6, "职务"), (6, "单位"), (7, "姓名")),
    ]


def test_a_unit_of_a_faulty_row_is_there_for_the_rows_below_it(
    database: Database, county: County
) -> None:
    lines = [
        ("代码", "名称", "类型", "上级单位", "行政区划代码", "学段"),
        ("", "新一班", "班级", "新学校/七年级", "", ""),
        ("", "新二班", "班级", "八年级", "", "大学"),
        ("", "七年级", "年级", "新学校", "七", ""),
        ("", "八年级", "年纪", "新学校", "", ""),
        ("", "九年级", "年纪", "没有的学校", "", ""),
        ("S 9!", "新学校", "学校", "没有的局", "x", ""),
        ("", "新三班", "班级", "没有的年级", "", ""),
        ("K1", "七年级1班", "年级", "西河县教育局", "", ""),
        ("", "", "学校", "没有的局", "", ""),
    ]
    assert places(take(database, "units", lines)) == [
        *((3, "学段"), (4, "行政区划代码"), (5, "类型"), (6, "类型"), (6, "上级单位")),
        *((7, "代码"), (7, "上级单位"), (7, "行政区划代码"), (8, "上级单位")),
        *((9, "类型"), (9, "上级单位"), (10, "名称"), (10, "上级单位")),
    ]


@pytest.fixture
def county_admin(database: Database, county: County) -> Actor:
    """An administrator of the first county only."""
    with database.transaction() as session:
        user = make_user(session, "admin2", ("admin", county.units["B1"]))
        return actors.load_actor(session, user.id, clock.now())


def test_an_admin_imports_only_into_the_own_reach(
    database: Database, county: County, county_admin: Actor
) -> None:
    pupils = [
        ("学号", "姓名", "班级", "学校"),
        ("n1", "张三", "K1", ""),
        ("n2", "李四", "K3", "西河县实验学校"),
    ]
    assert places(take(database, "students", pupils, county_admin)) == [(3, "学校")]
    units = [("名称", "类型", "上级"), ("新学校", "学校", "西河县教育局"), ("新市", "市局", "")]
    assert places(take(database, "units", units, county_admin)) == [(2, "上级"), (3, "类型")]
    posts = [
        STAFF[:4],
        ("n1", "张", "市局专员", "C"),
        ("city1", "改名", "", ""),
        ("admin2", "教师admin2", "县局专员", "B1"),
    ]
    assert places(take(database, "users", posts, county_admin)) == [
        *((2, "单位"), (3, "工号"), (4, "职务")),
    ]


def test_an_admin_gives_no_post_to_somebody_of_another_county(
    database: Database, county: County, county_admin: Actor
) -> None:
    """A mistyped login must not show the children of this county to a stranger."""
    with database.transaction() as session:
        make_user(session, "nobody")
    lines = [
        STAFF[:4],
        ("officer2", "教师officer2", "县局专员", "B1"),
        ("lead1", "教师lead1", "分管副校长", "S2"),
        ("nobody", "教师nobody", "校长", "S2"),
    ]
    assert places(take(database, "users", lines, county_admin)) == [(2, "工号"), (4, "工号")]
    assert numbers(take(database, "users", [lines[0], lines[2]], county_admin)) == (0, 1, 0)
    assert numbers(take(database, "users", lines)) == (0, 2, 1)


def test_a_pupil_of_another_county_is_not_taken_away(
    database: Database, county: County, county_admin: Actor
) -> None:
    with database.transaction() as session:
        session.add(Student(code="X1", name="外县", unit_id=county.units["S3"]))
    lines = [("学号", "姓名", "班级"), ("X1", "外县", "K1")]

    assert places(take(database, "students", lines, county_admin)) == [(2, "学号")]
    assert numbers(take(database, "students", lines)) == (0, 1, 0)


def test_an_import_is_one_event_without_names(
    database: Database, county: County, county_admin: Actor
) -> None:
    lines = [PUPILS, ("n1", "张三丰", "S1", "", "K1", "男"), ("n2", "李四光", "S2", "", "K3", "女")]
    outcome = take(database, "students", lines, county_admin)

    with database.reading() as session:
        (event,) = timeline.bodies(session, "U-B1")
        timeline.verify(session)
    assert event["action"] == "records_imported"
    assert event["actor"] == {"id": county_admin.user_id, "role": "admin"}
    assert event["data"] == {
        "kind": "students",
        "sha256": outcome.sha256,
        **{"rows": 2, "created": 2, "updated": 0, "unchanged": 0},
    }
    assert "张三丰" not in json.dumps(event, ensure_ascii=False)


def test_a_preview_changes_nothing_and_tells_the_same(database: Database, county: County) -> None:
    lines = [STAFF[:4], ("wang", "王", "教师", "S1"), ("lead1", "新名", "", "")]
    parsed = run.parse("users", text(lines, "utf-8"))
    with database.reading() as session:
        seen = run.preview(session, SYSTEM, parsed)

    done = take(database, "users", lines)

    assert seen.counts == done.counts == {"rows": 2, "created": 1, "updated": 1, "unchanged": 0}
    assert [c.fields for c in done.changes] == [("职务",), ("姓名",)]


def test_a_county_starts_from_an_empty_database(database: Database, frozen: Any) -> None:
    lines = [
        ("单位代码", "单位名称", "单位类型", "上级单位", "行政区划代码"),
        ("C1", "海州市教育局", "市教育局", "", "3706"),
        ("B1", "福山区教育局", "区教育局", "C1", "370611"),
        ("S1", "福山区实验小学", "小学", "B1", ""),
    ]
    assert numbers(take(database, "units", lines)) == (3, 0, 0)
    with database.reading() as session:
        assert [e["action"] for e in timeline.bodies(session, "U-C1")] == ["records_imported"]
