"""What an office holds against a ruler: printed by LibreOffice, measured in millimetres."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image

from casework.documents.catalogue import KINDS
from tests.unit.documents import words_of
from tests.unit.documents.office import Page, Sign, pages
from tests.unit.documents.pages import CROWDED, EMOJI, PAGES, SIGNS

TOP, LEFT, RIGHT, BOTTOM = 37, 28, 184, 262
"""The edges of the type area on the sheet."""
DASH = "—"
EVERY = (*KINDS, *PAGES)


def printed(folder: Path, name: str) -> tuple[Page, ...]:
    return pages(folder / f"{name}.pdf")


def number_of(page: Page) -> list[Sign]:
    """The signs of the page number."""
    return [sign for sign in page.signs if sign.top > BOTTOM]


def pictured(folder: Path, name: str, number: int) -> Image.Image:
    """A page as a PNG picture, kept beside its PDF for whoever wants to look."""
    path = folder / f"{name}-{number}.png"
    if not path.exists():
        with pdfplumber.open(folder / f"{name}.pdf") as pdf:
            pdf.pages[number - 1].to_image(resolution=72).save(path, "PNG")
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return picture.convert("L")


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around everything that is clearly darker than paper."""
    return picture.point([255 if shade < 200 else 0 for shade in range(256)]).getbbox()


def covered(page: Page) -> Iterator[tuple[Sign, Sign]]:
    """Pairs of signs that lie on each other by more than a third of the smaller one."""
    cells: dict[tuple[int, int], list[Sign]] = {}
    for sign in page.signs:
        column, row = int(sign.left // 6), int(sign.top // 6)
        for near in (
            (c, r) for c in (column - 1, column, column + 1) for r in (row - 1, row, row + 1)
        ):
            for other in cells.get(near, ()):
                across = min(sign.right, other.right) - max(sign.left, other.left)
                down = min(sign.bottom, other.bottom) - max(sign.top, other.top)
                smaller = min(one.area for one in (sign, other))
                if across > 0 and down > 0 and across * down > smaller / 3:
                    yield sign, other
        cells.setdefault((column, row), []).append(sign)


@pytest.mark.parametrize("name", EVERY)
def test_every_page_is_a4_and_nothing_leaves_the_type_area(paper_folder: Path, name: str) -> None:
    for page in printed(paper_folder, name):
        assert (round(page.width), round(page.height)) == (210, 297)
        inside = [s for s in page.signs if TOP - 1 <= s.top <= BOTTOM]
        assert inside, "no page is empty"
        for sign in inside:
            assert sign.left >= LEFT - 0.5, sign
            # Punctuation may hang over the edge by its own width.
            over = 6 if sign.text in "，。、；：！？）”》" else 0.5
            assert sign.right <= RIGHT + over, sign
            assert sign.bottom <= BOTTOM + 0.5, sign


@pytest.mark.parametrize("name", KINDS)
def test_what_stands_in_the_file_stands_on_the_paper(paper_folder: Path, name: str) -> None:
    file = (paper_folder / f"{name}.docx").read_bytes()
    wanted = Counter("".join(words_of.document(file)).replace(" ", "").replace("\u3000", ""))
    found = Counter("".join(s.text for page in printed(paper_folder, name) for s in page.signs))
    assert not wanted - found


def test_a_full_page_holds_22_lines_of_28_signs(paper_folder: Path) -> None:
    for page in printed(paper_folder, "full_pages")[1:3]:
        lines = [line for line in page.lines() if DASH not in line]
        assert len(lines) == 22
        assert {len(line) for line in lines} == {28}


def test_lines_stand_a_22nd_of_the_type_area_apart(paper_folder: Path) -> None:
    page = printed(paper_folder, "full_pages")[1]
    tops = sorted({round(s.top, 1) for s in page.signs if s.top < BOTTOM and s.text in SIGNS})
    steps = [after - before for before, after in zip(tops, tops[1:], strict=False)]
    assert all(abs(step - 225 / 22) < 0.15 for step in steps)
    assert TOP <= tops[0] <= TOP + 4


@pytest.mark.parametrize("name", EVERY)
def test_page_numbers_stand_outside_between_dashes(paper_folder: Path, name: str) -> None:
    for place, page in enumerate(printed(paper_folder, name), start=1):
        signs = number_of(page)
        assert "".join(s.text for s in signs) == f"{DASH}{place}{DASH}"
        assert {round(s.size) for s in signs} == {14}
        if place % 2:
            assert abs(RIGHT - signs[-1].right - 5.6) < 1, "one sign from the right edge"
        else:
            assert abs(signs[0].left - LEFT - 5.6) < 1, "one sign from the left edge"
        middle = (signs[0].top + signs[0].bottom) / 2
        assert abs(middle - BOTTOM - 7) < 1, "the dashes stand 7 mm below the type area"


@pytest.mark.parametrize("name", ["supervision_notice", "interview_notice", "bulletin", *CROWDED])
def test_the_imprint_stands_at_the_foot_of_the_last_page(paper_folder: Path, name: str) -> None:
    *before, last = printed(paper_folder, name)
    lines = [line for line in last.lines() if DASH not in line]
    assert lines[-2] == "抄送：东山县人民政府办公室，东山县公安局。"
    assert lines[-1].endswith("印发")
    lowest = max(s.bottom for s in last.signs if s.top < BOTTOM)
    assert BOTTOM - lowest < 6
    assert not any("印发" in line for page in before for line in page.lines())


@pytest.mark.parametrize("name", EVERY)
def test_no_sign_covers_another(paper_folder: Path, name: str) -> None:
    for page in printed(paper_folder, name):
        assert list(covered(page)) == []


@pytest.mark.parametrize("name", EVERY)
def test_the_signature_never_stands_alone_on_a_page(paper_folder: Path, name: str) -> None:
    for page in printed(paper_folder, name):
        lines = page.lines()
        if any(line == "2026年3月3日" for line in lines):
            assert not lines[0].startswith(("签发人", "东山县实验小学", "东山县教育局"))


def test_a_long_narrative_with_rare_signs_is_printed_whole(paper_folder: Path) -> None:
    text = "".join(s.text for page in printed(paper_folder, "narrative") for s in page.signs)
    assert text.count("𠮷") == text.count("㼆") == text.count("喆") > 80
    assert text.count("TomSmith") > 80
    assert not set(EMOJI) & set(text)
    assert "(cid:" not in text


def test_a_draft_says_so_on_every_page(paper_folder: Path) -> None:
    for page in printed(paper_folder, "draft"):
        assert "未经签发，不得使用" in page.lines()[0]
    text = "".join(line for page in printed(paper_folder, "draft") for line in page.lines())
    assert "【待填写：事件名称】" in text
    assert "【待填写：已采取措施】" in text
    for name in KINDS:
        for page in printed(paper_folder, name):
            assert "草稿" not in "".join(page.lines())


def test_tables_repeat_their_head_on_the_next_page(paper_folder: Path) -> None:
    *_, before, last = printed(paper_folder, "bulletin")
    assert any(line.startswith("学校新增案件") for line in before.lines())
    assert last.lines()[0].startswith("学校新增案件")


def test_the_bulletin_shows_its_charts(paper_folder: Path) -> None:
    assert sum(page.pictures for page in printed(paper_folder, "bulletin")) == 2


def test_a_long_office_stays_on_the_sheet_over_its_date(paper_folder: Path) -> None:
    page = printed(paper_folder, "long_office")[0]
    office = [s for s in page.signs if s.text in "东山县康美镇城乡居民社区联合教育集团附属实验小学"]
    assert max(s.right for s in office) <= RIGHT + 0.5


@pytest.mark.parametrize("name", ["supervision_notice", "emergency_report"])
def test_the_red_rule_is_as_wide_as_the_text_4_mm_below_the_number(
    paper_folder: Path, name: str
) -> None:
    page = printed(paper_folder, name)[0]
    (rule,) = {line for line in page.rules if line.red}
    assert abs(rule.left - LEFT) < 1
    assert abs(rule.right - RIGHT) < 1
    above = [s.bottom for s in page.signs if s.bottom < rule.top]
    assert 3 < rule.top - max(above) < 6


def test_the_red_head_begins_35_mm_below_the_type_area(paper_folder: Path) -> None:
    page = printed(paper_folder, "supervision_notice")[0]
    head = [s for s in page.signs if s.size > 30]
    assert "".join(s.text for s in head) == "东山县教育局文件"
    assert abs(min(s.top for s in head) - TOP - 35) < 4


def test_a_long_red_head_stays_on_one_line(paper_folder: Path) -> None:
    page = printed(paper_folder, "long_head")[0]
    assert page.lines()[0] == "东山县康美镇中心学校附属幼儿园信息快报"


@pytest.mark.parametrize("name", KINDS)
def test_as_a_picture_every_page_has_ink_and_clean_margins(paper_folder: Path, name: str) -> None:
    for number, page in enumerate(printed(paper_folder, name), start=1):
        picture = pictured(paper_folder, name, number)
        dots = picture.width / page.width
        edges = ink(picture)
        assert edges, "no page is empty"
        left, top, right, bottom = (edge / dots for edge in edges)
        assert left > LEFT - 1, "the binding edge is free"
        assert right < RIGHT + 6, "at most punctuation hangs over the edge"
        assert top > TOP - 1, "nothing stands over the text of an issued document"
        assert BOTTOM + 5 < bottom < BOTTOM + 11, "the page number is the last"
