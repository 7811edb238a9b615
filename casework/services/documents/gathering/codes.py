"""代号 in the place of pupils' names: the same pupil has the same code in every document of a case.

未成年人保护法 arts 4 and 103: papers that go round name no child. Who is who stands on the page of
the case, for those who may see it, and on no paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Person

LETTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
PUPILS = frozenset({"victim", "actor", "witness", "injured", "absent"})
CODE = "学生{letter}"
REPORTER = "报告人"
GAPS = re.compile(r"[\s·•‧・]+")
ORDINARY = frozenset({"同学", "小朋友", "学生", "老师", "家长"})
"""What stands after a surname where the given name is not known: it is nobody's name."""
LEAST = 2
"""A single sign may be part of any word; it is not looked for."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a case by person, and every name with what stands in its place."""

    of: Mapping[int, str]
    names: Mapping[str, str]

    def cover(self, text: str) -> str:
        """The text with a code for each name that is known; longer names first."""
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, self.names[name])
        return text

    def left_in(self, texts: Iterable[str]) -> dict[str, str]:
        """The names that still stand in these texts, with their codes."""
        whole = "\n".join(_close(text) for text in texts)
        return {
            name: code
            for name, code in self.names.items()
            if any(form in whole for form in _forms(name, code))
        }


def _close(words: str) -> str:
    """Words without what may be set between the signs of a name."""
    return GAPS.sub("", words)


def _forms(name: str, code: str) -> set[str]:
    """A name as it may be written: the whole, and a pupil's also without the surname."""
    whole = _close(name)
    given = whole[1:]
    called = len(given) >= LEAST and code != REPORTER and given not in ORDINARY
    return {whole, given} if called else {whole}


NOBODY = Codes({}, {})


def codes(session: Session, case: Case) -> Codes:
    """The codes of everybody in a case who must not be named, in the order of their entry."""
    rows = session.scalars(select(Person).where(Person.case_id == case.id).order_by(Person.id))
    of: dict[int, str] = {}
    names: dict[str, str] = {}
    known: dict[object, str] = {}
    for person in rows:
        if person.part == "reporter":
            code = REPORTER
        elif person.part in PUPILS:
            same = person.student_id or person.name
            code = known.setdefault(same, _code(len(known)))
        else:
            continue
        of[person.id] = code
        if len(person.name) >= LEAST:
            names.setdefault(person.name, code)
    return Codes(of, names)


def _code(place: int) -> str:
    letter = LETTERS[place] if place < len(LETTERS) else str(place + 1)
    return CODE.format(letter=letter)
