"""From what was tapped to the marks of a roll: names checked, leave matched, faults by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from casework.models import AbsenceMark
from casework.models.absence_mark import KINDS
from casework.models.base import table_of
from casework.services.rolls import words
from casework.services.rolls.roster import ABSENT, SICK_STATE, Known
from casework.services.rolls.shapes import AWAY, ON_LEAVE, NewMark
from casework.text import N_, Text
from casework.workflows.definitions.absence.choices import STRICT_REASONS, SYMPTOMS

NO_PUPIL = N_("Nobody with the number %(id)s is on this list.")
TWICE = N_("This pupil stands here twice.")
NO_LEAVE = N_("There is no leave on file: say who said so and how, or mark the pupil absent.")
ONLY_LATER = N_("Who is present is not listed; only a correction says so.")
SAME = N_("The roll says so already.")


_INSERT = insert(table_of(AbsenceMark))


@dataclass(frozen=True, slots=True)
class Line:
    """One mark to be written; ``claims`` a leave that must be put on file first."""

    known: Known
    kind: str
    symptoms: list[str]
    given: NewMark
    spot: str
    claims: bool = False

    @property
    def student_id(self) -> int:
        """Whose mark it is."""
        return self.known.student_id

    @property
    def leave_id(self) -> int | None:
        """The leave on file that the mark goes by."""
        matches = self.kind in ON_LEAVE and self.known.leave is not None
        return self.known.leave.id if matches and self.known.leave is not None else None


def resolve(
    known: Mapping[int, Known],
    given: Sequence[NewMark],
    *,
    before: Mapping[int, str] | None = None,
) -> list[Line]:
    """The marks that are meant, leave on file matched. Raises Invalid at ``absent.N…``.

    ``before`` are the present kinds of a roll that is corrected.
    """
    errors: words.Errors = {}
    lines: list[Line] = []
    seen: set[int] = set()
    for place, mark in enumerate(given):
        spot = f"absent.{place}."
        pupil = known.get(mark.student_id)
        if pupil is None:
            errors[f"{spot}student_id"] = [Text(NO_PUPIL, {"id": mark.student_id})]
            continue
        if pupil.student_id in seen:
            errors[f"{spot}student_id"] = [Text(TWICE)]
        seen.add(pupil.student_id)
        lines.append(_line(errors, pupil, mark, spot, before))
    words.demand(errors)
    return lines


def _line(
    errors: words.Errors,
    pupil: Known,
    mark: NewMark,
    spot: str,
    before: Mapping[int, str] | None,
) -> Line:
    words.one_of(errors, f"{spot}kind", mark.kind or ABSENT, KINDS)
    kind, claims = _kind(errors, pupil, mark, spot)
    if before is None and kind == "present":
        errors[f"{spot}kind"] = [Text(ONLY_LATER)]
    elif before is not None and before.get(pupil.student_id, "present") == kind:
        errors[f"{spot}kind"] = [Text(SAME)]
    words.some_of(errors, f"{spot}strict_reasons", mark.strict_reasons, STRICT_REASONS)
    symptoms = words.some_of(errors, f"{spot}symptoms", mark.symptoms, SYMPTOMS)
    if kind != "leave_sick":
        symptoms = []
    elif not symptoms and pupil.leave is not None:
        symptoms = list(pupil.leave.symptoms)
    return Line(pupil, kind, symptoms, mark, spot, claims)


def _kind(errors: words.Errors, pupil: Known, mark: NewMark, spot: str) -> tuple[str, bool]:
    """The kind that holds, and whether it claims a leave that is not on file yet.

    A leave on file says which leave it is, but whoever looks for the pupil in vain and says so
    is believed before it; an illness that is followed up already needs no other leave.
    """
    if mark.kind and mark.kind not in AWAY:
        return mark.kind, False
    if mark.kind == ABSENT or mark.strict_reasons:
        return ABSENT, False
    if pupil.leave is not None:
        return f"leave_{pupil.leave.kind}", False
    if not mark.kind:
        return ABSENT, False
    if mark.kind == "leave_sick" and pupil.case is not None and pupil.case.state == SICK_STATE:
        return mark.kind, False
    if not (mark.said_by.strip() and mark.channel):
        errors[f"{spot}leave"] = [Text(NO_LEAVE)]
    return mark.kind, True


def write(
    session: Session,
    rollcall_id: int,
    lines: Iterable[Line],
    cases: Mapping[int, int],
    leaves: Mapping[int, int],
    correction_id: int | None = None,
) -> list[AbsenceMark]:
    """Insert the marks in one statement; ``cases`` and ``leaves`` are ids by pupil.

    What comes back is only to be read: the session does not keep it.
    """
    rows: list[dict[str, Any]] = [
        {
            "rollcall_id": rollcall_id,
            "student_id": line.student_id,
            "kind": line.kind,
            "symptoms": line.symptoms,
            "leave_id": leaves.get(line.student_id, line.leave_id),
            "case_id": cases.get(line.student_id),
            "correction_id": correction_id,
        }
        for line in lines
    ]
    if rows:
        session.execute(_INSERT, rows)
    return [AbsenceMark(**row) for row in rows]


def as_text(lines: Iterable[Line]) -> str:
    """The marks as the text to which the event of the roll commits."""
    pairs = sorted([line.student_id, line.kind] for line in lines)
    return orjson.dumps(pairs).decode()
