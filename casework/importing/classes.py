"""Class names that mean the same: 三年级1班, 三(1)班, 3.1班, 初一(1)班 are one spelling here."""

from __future__ import annotations

import re

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_GRADE = rf"(?P<stage>小|初|高)?(?P<grade>{_NUMBER})"
_CLASS = re.compile(rf"{_GRADE}(?:年级|年|级)?[(\[.\-_ 第]*(?P<number>{_NUMBER})[)\]]*班?")
_ALONE = re.compile(rf"[(\[第]*(?P<number>{_NUMBER})[)\]]*班?")
_YEAR = re.compile(rf"{_GRADE}(?:年级|年|级)?")
_SHIFT = {None: 0, "小": 0, "初": 6, "高": 9}


def class_key(name: str, grade: str = "") -> tuple[int, int] | None:
    """Grade and number of a class, or None when its name does not tell them both."""
    words, above = name.replace(" ", ""), grade.replace(" ", "")
    if (found := _ALONE.fullmatch(words)) and (year := _YEAR.fullmatch(above)):
        return _grade(year), whole(found["number"])
    if found := _CLASS.fullmatch(words):
        return _grade(found), whole(found["number"])
    return None


def grade_key(name: str) -> int | None:
    """The number of a grade, seven for 七年级 and 初一, or None."""
    found = _YEAR.fullmatch(name.replace(" ", ""))
    return _grade(found) if found else None


def whole(words: str) -> int:
    """A small number in digits or Chinese: 12, 十二, 二十."""
    if words.isdigit():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return _DIGITS.get(words, 0)
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def _grade(found: re.Match[str]) -> int:
    return _SHIFT[found["stage"]] + whole(found["grade"])
