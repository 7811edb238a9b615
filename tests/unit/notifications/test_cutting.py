"""Text fits into the room of a channel, and says so when something was left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.notifications.channels import Letter
from casework.notifications.channels.cutting import cut, one_line, text_of, whole_of

LETTER = Letter(
    uid="m-1",
    subject="2026-QL-000018",
    body="",
    url="https://casework.example.org/cases/2026-QL-000018",
    level=1,
    at=datetime(2026, 9, 21, tzinfo=UTC),
    cut="以下内容已省略，全文见：",
)
LAST = f"{LETTER.cut} {LETTER.url}"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=400)
CHINESE = st.text(st.sampled_from("上报核实处置督办结案，。a \n😀é"), max_size=400)


@settings(deadline=None)
@given(text=TEXTS | CHINESE, longest=st.integers(0, 900))
def test_never_longer_than_the_room_and_never_half_a_character(text: str, longest: int) -> None:
    result = cut(text, longest, LETTER)

    assert len(result.encode()) <= longest
    assert "\ufffd" not in result or "\ufffd" in text
    if len(text.encode()) <= longest:
        assert result == text
    elif len(LAST.encode()) < longest:
        head, mark, last = result.rpartition("\n")
        assert (mark, last) == ("\n", LAST)
        assert text.startswith(head)
    else:
        assert text.startswith(result) or LAST.startswith(result)


@settings(deadline=None)
@given(text=CHINESE, longest=st.integers(100, 900))
def test_cut_text_ends_with_a_line_or_uses_half_of_the_room(text: str, longest: int) -> None:
    result = cut(text, longest, LETTER)

    if result != text:
        head = result.rpartition("\n")[0]
        room = longest - len(LAST.encode()) - 1
        if text[len(head)] != "\n":
            # No line end in the second half; not even one more character would have fitted.
            assert room - 4 < len(head.encode()) <= room
            assert "\n" not in head.encode()[room // 2 :].decode(errors="ignore")


def test_lines_stay_whole() -> None:
    lines = [f"2026-QL-{n:06}：完成调查，时限已过" for n in range(100)]

    result = cut("\n".join(lines), 2048, LETTER).split("\n")

    assert result[:-1] == lines[: len(result) - 1]
    assert result[-1] == LAST
    assert 2048 - 60 < len("\n".join(result).encode()) <= 2048


def test_one_endless_line_is_cut_inside() -> None:
    result = cut("督" * 1000, 500, LETTER)

    assert result.endswith(f"督\n{LAST}")
    assert 497 <= len(result.encode()) <= 500


def test_without_a_limit_nothing_is_cut() -> None:
    assert cut("x" * 10**6, None, LETTER) == "x" * 10**6


def test_link_stands_once() -> None:
    there = replace(LETTER, body=f"See {LETTER.url} now\n")
    absent = replace(LETTER, body="See\r\nbelow\n\n")

    assert text_of(there) == f"See {LETTER.url} now"
    assert text_of(absent) == f"See\nbelow\n{LETTER.url}"
    assert text_of(replace(absent, url="")) == "See\nbelow"
    assert whole_of(absent) == f"2026-QL-000018\nSee\nbelow\n{LETTER.url}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\r\nBcc: b", "a Bcc: b"), ("  a \t b ", "a b"), ("a\0\ud800b", "ab"), ("", "")],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected
