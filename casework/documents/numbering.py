"""How numbers are written: 发文字号, 期号, Chinese numerals, the marks of headings."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
PATTERN = re.compile(r"\{(mark|year|n)\}")


def number_text(pattern: str, *, mark: str, year: int, n: int) -> str:
    """A number as it is printed: ``{mark}〔{year}〕{n}号`` gives 东教督〔2026〕1号."""
    known = {"mark": mark, "year": str(year), "n": str(n)}
    return PATTERN.sub(lambda found: known[found[1]], pattern)


def chinese(n: int) -> str:
    """A whole number from 0 to 9999 in Chinese numerals: 12 is 十二, 105 is 一百零五."""
    if not 0 <= n <= 9999:
        raise ValueError("only numbers from 0 to 9999 are written in Chinese numerals")
    written = ""
    digits = str(n)
    for index, digit in enumerate(map(int, digits)):
        place = len(digits) - 1 - index
        if digit:
            written += DIGITS[digit] + PLACES[place]
        elif written and not written.endswith("零"):
            written += "零"
    written = written.rstrip("零") or DIGITS[0]
    return written.removeprefix("一") if 10 <= n <= 19 else written


def heading_mark(level: int, n: int) -> str:
    """The mark of the n-th heading of a level: 一、 then （一） then 1. then （1）."""
    return (f"{chinese(n)}、", f"（{chinese(n)}）", f"{n}.", f"（{n}）")[level - 1]
