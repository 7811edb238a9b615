"""Numbers, titles, cleaning, faces, widths: the small pure parts of a document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents import charts
from casework.documents.cleaning import clean
from casework.documents.fonts import runs
from casework.documents.layout import TEXT_WIDTH
from casework.documents.numbering import chinese, heading_mark, number_text
from casework.documents.word.archive import packed, unpacked
from casework.documents.word.pictures import size_of
from casework.documents.word.titles import LONGEST, title_lines
from casework.documents.word.widths import fitted, needs
from casework.documents.word.wordml import width

VALUES = dict(zip("零一二三四五六七八九", range(10), strict=True))
PLACES = {"十": 10, "百": 100, "千": 1000}


def read(numeral: str) -> int:
    """A Chinese numeral as a number, the other way round."""
    whole, digit = 0, None
    for sign in numeral:
        if sign in PLACES:
            whole += (1 if digit is None else digit) * PLACES[sign]
            digit = None
        elif sign != "零" or numeral == "零":
            digit = VALUES[sign]
    return whole + (digit or 0)


@given(st.integers(0, 9999))
def test_chinese_numerals_can_be_read_back(n: int) -> None:
    assert read(chinese(n)) == n
    assert "零零" not in chinese(n)


@pytest.mark.parametrize(
    ("n", "written"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
    ],
)
def test_chinese_numerals_as_they_are_written(n: int, written: str) -> None:
    assert chinese(n) == written


def test_numbers_have_no_leading_zeros() -> None:
    year = "{mark}〔{year}〕{n}号"
    assert number_text(year, mark="东教督", year=2026, n=7) == "东教督〔2026〕7号"
    assert number_text("第{n}期", mark="", year=2026, n=12) == "第12期"
    assert number_text("{mark}{0}{n.real}", mark="甲", year=1, n=2) == "甲{0}{n.real}"


def test_the_marks_of_the_four_levels() -> None:
    assert [heading_mark(level, 3) for level in (1, 2, 3, 4)] == ["三、", "（三）", "3.", "（3）"]


@given(st.text(max_size=200))
def test_whatever_is_pasted_can_be_written_to_a_file(text: str) -> None:
    kept, _ = clean(text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", kept)
    kept.encode("utf-8")
    assert clean(kept) == (kept, "")
    assert "".join(piece for piece, _ in runs(kept)) == kept


@pytest.mark.parametrize(
    ("text", "kept", "left_out"),
    [
        ("一切正常👍🏽！", "一切正常！", "👍🏽"),
        ("❤️爱心", "爱心", "❤"),
        ("★重点 ♀ ①②", "★重点 ♀ ①②", ""),
        ("买买提·艾力 Tom Smith", "买买提·艾力 Tom Smith", ""),
        ("𠮷㼆喆", "𠮷㼆喆", ""),
        ("第一行\r\n第二行\t缩进", "第一行\n第二行 缩进", ""),
        ("\u202e倒写\u200b零宽", "倒写零宽", ""),
        ("👨‍👩‍👧家庭🇨🇳", "家庭", "👨👩👧🇨🇳"),
    ],
)
def test_what_is_cleaned_away(text: str, kept: str, left_out: str) -> None:
    assert clean(text) == (kept, left_out)


def test_rare_signs_get_a_face_that_holds_them() -> None:
    assert list(runs("学生𠮷祥、喆，Tom é")) == [
        ("学生", ""),
        ("𠮷", "rare"),
        ("祥、", ""),
        ("喆", "wide"),
        ("，Tom é", ""),
    ]


TITLES = st.text("东山县实验小学三年级学生课间踩踏受伤事件的（）2026年", min_size=1, max_size=60)


@given(TITLES)
def test_a_title_loses_nothing_by_its_breaks(title: str) -> None:
    lines = title_lines(title, "信息快报")
    assert "".join(lines) == title


@pytest.mark.parametrize(
    ("title", "ending", "lines"),
    [
        ("家长告知书", "家长告知书", ["家长告知书"]),
        (
            "关于东山县实验小学三年级学生课间踩踏受伤事件的信息快报（续报二）",
            "信息快报",
            ["关于东山县实验小学三年级学生课间", "踩踏受伤事件的信息快报（续报二）"],
        ),
        (
            "关于2026年2月信息报送和事件处置情况的督查通报",
            "督查通报",
            ["关于2026年2月信息报送和", "事件处置情况的督查通报"],
        ),
    ],
)
def test_long_titles_break_evenly_between_words(title: str, ending: str, lines: list[str]) -> None:
    assert title_lines(title, ending) == lines
    assert all(width(line) <= LONGEST for line in lines)


CELLS = st.text("校长已到场2026-3abc", max_size=60)


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5)
    )
)
def test_columns_fill_the_type_area_to_the_last_twip(rows: list[list[str]]) -> None:
    widths = fitted([1] * len(rows[0]), needs((), rows, 240))
    assert sum(widths) == TEXT_WIDTH
    assert all(one > 0 for one in widths)


def test_short_columns_stay_unbroken_beside_a_long_one() -> None:
    rows = [("1", "2026年3月2日", "很长的说明" * 20)]
    needed = needs((), rows, 240)
    widths = fitted([1, 1, 1], needed)
    assert widths[0] >= needed[0]
    assert widths[1] >= needed[1]


def test_a_zip_of_the_same_entries_is_the_same_file() -> None:
    entries = {"b.xml": b"2", "[Content_Types].xml": b"0", "a.xml": b"1"}
    data = packed(entries)
    assert data == packed(dict(reversed(entries.items())))
    assert list(unpacked(data)) == ["[Content_Types].xml", "a.xml", "b.xml"]


@pytest.mark.parametrize(
    ("text", "number"), [("95.0%", 95.0), ("12起", 12.0), ("—", 0.0), (None, 0.0)]
)
def test_figures_are_read_from_their_words(text: str | None, number: float) -> None:
    assert charts.figure(text) == number


def test_a_chart_is_a_picture_in_the_width_of_the_text_and_the_same_each_time() -> None:
    labels = ["东山县实验小学", "东山县职业技术教育中心学校附属实验幼儿园总园"]
    series = [("及时", [4.0, 0.0]), ("迟报", [2.0, 1.0])]
    png = charts.bars(labels, series)
    if png is None:
        pytest.skip("no Chinese font on this machine")
    assert png == charts.bars(labels, series)
    across, down = size_of(png)
    assert across == charts.WIDTH
    assert down < across
    with pytest.raises(ValueError, match="PNG"):
        size_of(b"GIF89a")
