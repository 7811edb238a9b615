"""Cells: whatever people type or Excel makes of it comes out clean, or is refused with a reason."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.importing import cells
from casework.importing.cells import EPOCH, SERIALS
from casework.importing.classes import class_key, whole
from casework.importing.faults import BadCell

RAW = st.one_of(
    st.none(),
    st.text(max_size=200),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
)
READERS = (cells.text, cells.name, cells.code, cells.unit_code, cells.login, cells.region)
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))
WRITTEN = (
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}-{0.month:02}-{0.day:02}",
    "{0.year}{0.month:02}{0.day:02}",
    "{0.year}-{0.month:02}-{0.day:02} 00:00:00",
    " {0.year} 年 {0.month} 月 {0.day} 日\u200b",
)
WIDE = {ord(c): ord(c) + 0xFEE0 for c in map(chr, range(0x21, 0x7F))}


@given(RAW)
def test_every_cell_is_clean_or_refused_with_a_reason(raw: object) -> None:
    for read in READERS:
        try:
            words = read(raw)
        except BadCell:
            continue
        assert words == words.strip()
        assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in words)
        assert read(words) == words, "reading what was read changes nothing"


@given(RAW)
def test_a_day_is_a_day_or_refused(raw: object) -> None:
    try:
        found = cells.day(raw)
    except BadCell:
        return
    assert found is None or (isinstance(found, date) and not isinstance(found, datetime))


@given(DAYS, st.sampled_from(WRITTEN))
def test_days_are_read_however_they_are_written(day: date, written: str) -> None:
    text = written.format(day)

    assert cells.day(text) == day
    assert cells.day(text.translate(WIDE)) == day


@given(st.sampled_from(SERIALS))
def test_serial_numbers_of_excel_are_days(serial: int) -> None:
    expected = EPOCH + timedelta(days=serial)

    assert cells.day(serial) == cells.day(float(serial)) == cells.day(str(serial)) == expected


@given(st.from_regex(r"[0-9A-Z][0-9A-Z._-]{0,30}", fullmatch=True))
def test_full_width_codes_are_the_same_codes(code: str) -> None:
    plain = cells.code(code)

    assert cells.code(code.translate(WIDE)) == plain
    assert cells.code(f"\u200b '{code}\u00a0\t") == plain


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_numbers_that_excel_made_floats_are_the_digits_again(number: int) -> None:
    assert cells.code(float(number)) == cells.code(number) == str(number)
    assert cells.code(f"{number}.0") == str(number)


@pytest.mark.parametrize("lost", [3.7010220150101e17, 10**17, "3.70102E+17", float("nan")])
def test_numbers_whose_digits_are_lost_are_refused(lost: object) -> None:
    with pytest.raises(BadCell, match="rounded"):
        cells.code(lost)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
def test_errors_of_excel_are_no_names(error: str) -> None:
    with pytest.raises(BadCell, match="error of Excel"):
        cells.name(error)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张\u3000三", "张三"),
        (" 欧阳 娜娜 ", "欧阳娜娜"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("Anna  Maria Li", "Anna Maria Li"),
        ("王\u200b五\x07", "王五"),
    ],
)
def test_spaces_that_align_chinese_names_go(typed: str, name: str) -> None:
    assert cells.name(typed) == name


@pytest.mark.parametrize("day", ["2026年9月", "2026-13-01", "31.12.", "明天", "2026-02-30"])
def test_half_days_are_refused(day: str) -> None:
    with pytest.raises(BadCell):
        cells.day(day)


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("三(1)班", ""),
        ("三年级1班", ""),
        ("三年级一班", ""),
        ("三年1班", ""),
        ("3.1班", ""),
        ("3-1", ""),
        ("小三(1)班", ""),
        ("1班", "三年级"),
        ("(1)班", "小三"),
        ("一班", "3年级"),
        ("1", "三年级"),
    ],
)
def test_spellings_of_a_class_are_one_class(name: str, grade: str) -> None:
    assert class_key(name, grade) == (3, 1)


def test_stages_count_on() -> None:
    assert class_key("初一(2)班") == class_key("七年级2班") == (7, 2)
    assert class_key("高三12班") == (12, 12)
    assert class_key("护理一班") is None
    assert [whole(n) for n in ("十", "十二", "二十", "二十三", "7")] == [10, 12, 20, 23, 7]
