"""Sheets as they come: headings found, titles and notes left out, every fault at its place."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.i18n import catalogue
from casework.importing import rows, sheets, templates, workbook
from casework.importing.faults import Unreadable
from casework.importing.header import recognise
from casework.importing.kinds import KINDS, STUDENTS, UNITS, USERS
from casework.importing.rows import Read
from casework.importing.sheets import Line
from casework.importing.words import ROLES
from casework.permissions import ASSIGNABLE, ROLE_LABELS
from casework.services.pages import labels

HEAD = ("学籍号", "学生姓名", "性别", "学校名称", "班级")
ZHANG = ("G370102201501010011", "张三", "男", "实验小学", "三(1)班")
LI = ("G370102201501010022", "李四", "女", "实验小学", "三(1)班")


def book(*lists: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> bytes:
    """A workbook with one sheet a list."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, lines in enumerate(lists):
        sheet = made.create_sheet(f"表{number + 1}")
        for line in lines:
            sheet.append(list(line))
        for place in merged:
            sheet.merge_cells(place)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(lines: Sequence[Sequence[str]], encoding: str, delimiter: str = ",") -> bytes:
    """A text file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(lines)
    return out.getvalue().encode(encoding)


def read(data: bytes, kind: str = "students") -> Read:
    """What is read of a file."""
    return rows.read(KINDS[kind], sheets.read(data))


def found(result: Read) -> list[tuple[str, str]]:
    """Code and name of the rows."""
    assert result.faults == ()
    return [(row.text("code"), row.text("name")) for row in result.rows]


BOTH = [(ZHANG[0], "张三"), (LI[0], "李四")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_of_every_origin_are_read(encoding: str, delimiter: str) -> None:
    assert found(read(text([HEAD, ZHANG, LI], encoding, delimiter))) == BOTH


def test_titles_notes_and_empty_lines_are_left_out() -> None:
    lines = [
        ["实验小学2026年秋季学期学生名册"],
        [],
        ["填表人:王老师", None, None, "日期:2026年9月1日"],
        ["学生信息", None, None, "所在班级信息"],
        HEAD,
        ZHANG,
        [None, "", "  "],
        HEAD,
        LI,
        ["合计", "2人"],
        ["备注:以上信息由班主任核对"],
        [None, None, "以上名单经学校审核确认无误,如有变动及时上报。"],
    ]
    result = read(book(lines, merged=["A1:E1", "A4:C4", "A11:E11"]))

    assert found(result) == BOTH
    assert [row.place.line for row in result.rows] == [6, 9]


@pytest.mark.parametrize("first", ["备注", "审核状态", "登记情况"])
@pytest.mark.parametrize("words", ["审核通过", "说明材料已交", "合计", "备注:无", "note"])
def test_no_row_is_lost_to_words_in_a_column_nobody_reads(first: str, words: str) -> None:
    lines = [(first, *HEAD), (words, *ZHANG), ("", *LI)]
    assert found(read(book(lines))) == BOTH

    (fault,) = read(book([*lines[:2], (words, *LI[:4], "")])).faults
    assert (fault.place.line, fault.column) == (3, "班级")


def test_who_is_called_like_a_note_has_an_account() -> None:
    head = ("登录名", "姓名", "角色", "单位")
    people = [(name, "诺特丽", "安全主任", "实验小学") for name in ("notely", "total01", "total")]
    result = read(book([head, *people, ("Total: 3", "", "", "")]), "users")
    assert [row.text("login") for row in result.rows] == ["notely", "total01", "total"]


@given(st.randoms(use_true_random=False), st.sampled_from(sorted(KINDS)))
def test_headings_are_found_in_any_order_and_word(rng: random.Random, name: str) -> None:
    kind = KINDS[name]
    chosen = [
        (
            c.name,
            rng.choice([c.heading, c.name.upper(), f" *{c.heading}（必填）：", f"{c.heading}\n"]),
        )
        for c in kind.columns
    ]
    rng.shuffle(chosen)
    header = recognise(kind, Line(1, (None, *(word for _, word in chosen), "身份证号")))

    assert header.places == {c: place + 1 for place, (c, _) in enumerate(chosen)}
    assert header.ignored == ("身份证号",)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_accepted_heading_means_its_column(kind: Any) -> None:
    for column in kind.columns:
        for word in (column.name, column.heading, *column.also.split()):
            assert list(recognise(kind, Line(1, (word,))).places) == [column.name], word


def test_every_role_can_be_imported() -> None:
    assert set(ROLES) == {role.value for role in ASSIGNABLE}


def test_cells_merged_downwards_hold_for_every_line() -> None:
    lines = [HEAD, ZHANG, (*LI[:4], None)]
    result = read(book(lines, merged=["E2:E3"]))

    assert [row.text("class") for row in result.rows] == ["三(1)班", "三(1)班"]


def test_every_sheet_with_headings_is_read_and_named_in_faults() -> None:
    bad = ("G1", "", "男", "实验小学", "三(2)班")
    result = read(book([HEAD, ZHANG], [["说明"], ["请勿修改"]], [HEAD, bad, bad]))

    places = [(f.place.sheet, f.place.line, f.column) for f in result.faults]
    assert places == [("表3", 2, "学生姓名"), ("表3", 3, "学生姓名"), ("表3", 3, "学籍号")]


def test_all_faults_are_told_with_line_and_column() -> None:
    lines = [
        HEAD,
        ("G1", "", "不详", "实验小学", "三(1)班"),
        (3.7e18, "赵六", "男", "实验小学", ""),
        ("学号二", "#N/A", "女", "实验小学", "三(1)班"),
        ZHANG,
        ZHANG,
    ]
    result = read(book(lines))

    assert {(f.place.line, f.column) for f in result.faults} == {
        *((2, "学生姓名"), (2, "性别"), (3, "学籍号"), (3, "班级")),
        *((4, "学籍号"), (4, "学生姓名"), (6, "学籍号")),
    }


def test_a_missing_column_is_named() -> None:
    result = read(book([("学号", "姓名"), ("1", "张三")]))

    assert [f.column for f in result.faults] == ["班级"]


def test_columns_nobody_asked_for_are_told_and_not_read() -> None:
    result = read(book([(*HEAD, "身份证号", "家长电话"), (*ZHANG, "370102", "138")]))

    assert result.ignored == ("身份证号", "家长电话")
    assert set(result.rows[0].values) == {"code", "name", "gender", "school", "class"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", templates.FORMATS)
def test_templates_are_read_back_and_their_example_is_no_row(kind: str, ending: str) -> None:
    data = templates.template(KINDS[kind], ending, str)

    result = read(data, kind)

    assert result.rows == ()
    assert [f.text.msgid for f in result.faults] == ["There is no filled line below the headings."]


def test_a_filled_template_is_read() -> None:
    made = openpyxl.load_workbook(io.BytesIO(templates.template(USERS, "xlsx", str)))
    made.worksheets[0].append(["t001", "王芳", "班主任、安全主管", "实验小学", "", "三(1)班"])
    out = io.BytesIO()
    made.save(out)

    row = read(out.getvalue(), "users").rows[0]

    assert (row.text("login"), row.text("role")) == ("t001", "teacher,safety_lead")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        b"\xd0\xcf\x11\xe0 old Excel",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xff\xff\xff",
        "姓名".encode(),
    ],
)
def test_what_is_no_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(min_value=0, max_value=5000))
def test_damaged_workbooks_are_refused_and_never_break(junk: bytes, at: int) -> None:
    good = _GOOD
    place = at % len(good)
    try:
        read(good[:place] + junk + good[place + len(junk) :])
    except Unreadable:
        return


_GOOD = book([HEAD, ZHANG, LI])


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/sharedStrings.xml", bytes(1_000_000))
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 999_999)

    with pytest.raises(Unreadable, match="unpack"):
        read(out.getvalue())


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LINES", 2)

    with pytest.raises(Unreadable, match="more than 2"):
        read(book([HEAD, ZHANG, LI]))


def test_formulas_are_read_as_values() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book([HEAD, ZHANG])))
    made.worksheets[0]["B2"] = '="王"&"五"'
    out = io.BytesIO()
    made.save(out)

    # No program has computed it yet: then it is empty, and never shown as a formula.
    result = read(out.getvalue())

    assert [f.column for f in result.faults] == ["学生姓名"]


def test_kinds_of_units_are_known_by_their_words() -> None:
    lines = [
        ("单位名称", "类型", "上级"),
        ("东山县教育局", "县教育局", ""),
        ("一中", "SCHOOL", "东山县教育局"),
    ]

    result = read(book(lines), "units")

    assert [row.text("kind") for row in result.rows] == ["county_bureau", "school"]
    assert UNITS.required
    assert STUDENTS.required


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_words_of_the_screens_are_understood(locale: str) -> None:
    words = catalogue(locale)
    role, kind = USERS.column("role"), UNITS.column("kind")

    for one in ASSIGNABLE:
        assert role.read(words.gettext(ROLE_LABELS[one])) == one.value
    for name, label in labels.UNITS.items():
        assert kind.read(words.gettext(label)) == name
