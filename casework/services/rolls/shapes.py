"""What the services of rolls take and give: plain data, no entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

AWAY = frozenset({"absent", "leave_personal", "leave_sick"})
"""Kinds of marks of who is not here; ``late`` is here by now, and counts as present."""
ON_LEAVE = {"leave_personal": "personal", "leave_sick": "sick"}
"""Kinds of marks that need a leave, with the kind of leave."""


@dataclass(frozen=True, slots=True)
class NewPeriod:
    """A roll of every day. ``weekdays``: ISO digits ("7" for Sundays), empty for all days."""

    code: str
    name: str
    unit_kind: str
    bell: time
    days: str = "school"
    weekdays: str = ""


@dataclass(frozen=True, slots=True)
class NewLeave:
    """A leave as it is entered; ``period`` empty for the whole day; ``said_by`` is personal."""

    student_id: int
    kind: str
    from_on: date
    until_on: date
    said_by: str
    channel: str
    period: str = ""
    symptoms: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewMark:
    """A pupil who was not simply present. ``kind``: absent, leave_personal, leave_sick, late, or
    in corrections present; empty for away, by the leave on file if there is one.

    Somebody who says ``absent`` is believed before any leave on file.

    A leave kind needs a leave on file, or ``said_by`` and ``channel``, which put one on file for
    this period. ``strict_reasons`` (STRICT_REASONS of the absence) make the search start at once.
    """

    student_id: int
    kind: str = ""
    said_by: str = ""
    channel: str = ""
    symptoms: Sequence[str] = ()
    strict_reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewRoll:
    """A roll as a device sends it: ``taken_at`` when it was called, ``device_at`` what the device's
    clock said when it was sent; without them the arrival counts.
    """

    unit_id: int
    on: date
    period: str
    present: int
    absent: Sequence[NewMark] = ()
    taken_at: datetime | None = None
    device_at: datetime | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a roll says of a pupil now; ``first`` what the first roll said."""

    student_id: int
    name: str
    kind: str
    first: str
    symptoms: tuple[str, ...] = ()
    case: str | None = None
    """The number of the absence case, as far as the reader may know of it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Who corrected a roll, when and why."""

    at: datetime
    by: str
    role: str
    reason: str
    changed: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roll:
    """A saved roll as it stands now, with the counts of the first one."""

    id: int
    unit_id: int
    unit: str
    on: date
    period: str
    period_name: str
    bell_at: datetime
    taken_at: datetime
    arrived_at: datetime
    judged_at: datetime
    judged_by: str
    doubt: str
    taken_by: str
    role: str
    stands_for: str | None
    enrolled: int
    present: int
    present_now: int
    limit_at: datetime | None
    late: bool
    marks: tuple[Mark, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that somebody should take in a case now, with the fields known already."""

    number: str
    action: str
    student_id: int
    name: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving or correcting: the roll, the cases opened, what is proposed."""

    roll: Roll
    opened: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    repeated: bool = False
    """The same roll had arrived before: nothing was done again."""


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """A leave on file."""

    id: int
    student_id: int
    name: str
    kind: str
    from_on: date
    until_on: date
    period: str
    channel: str
    symptoms: tuple[str, ...]
    said_by: str
    recorded_at: datetime
    recorded_by: str
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A leave that was entered, and what it settles in cases opened before."""

    leave: LeaveLine
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Pupil:
    """A line of the sheet: ``preset`` is the kind of mark that is known already, or empty."""

    student_id: int
    code: str
    name: str
    preset: str = ""
    leave_until: date | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a teacher calls: the pupils, what is known of them, the saved roll if there is one."""

    unit_id: int
    unit: str
    unit_kind: str
    on: date
    period: str
    period_name: str
    bell_at: datetime
    target_at: datetime | None
    limit_at: datetime | None
    pupils: tuple[Pupil, ...]
    saved: Roll | None
    may_save: bool
    why_not: str = ""
    """A sentence (msgid) when it may not be saved now."""
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One roll of a day on somebody's list: ``state`` is saved, due, missing (past the target) or
    later.
    """

    unit_id: int
    unit: str
    unit_kind: str
    on: date
    period: str
    period_name: str
    bell_at: datetime
    target_at: datetime | None
    limit_at: datetime | None
    state: str
    taken_at: datetime | None = None
    present_now: int | None = None
    enrolled: int | None = None
    absent: int | None = None


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence of the day: case, state and outcome, as far as the reader may know of it."""

    number: str
    name: str
    state: str
    final: bool
    known_at: datetime


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry made by hand."""

    at: datetime
    by: str
    role: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class LogDay:
    """The safety log of a unit on a day."""

    unit_id: int
    unit: str
    on: date
    expected: tuple[Due, ...]
    rolls: tuple[Roll, ...]
    absences: tuple[AbsenceLine, ...]
    leaves: tuple[LeaveLine, ...]
    entries: tuple[EntryLine, ...]

    @property
    def by_hand(self) -> tuple[AbsenceLine, ...]:
        """The absences that no roll of the day has found: somebody has filed them."""
        marked = {mark.case for roll in self.rolls for mark in roll.marks}
        return tuple(line for line in self.absences if line.number not in marked)


@dataclass(frozen=True, slots=True)
class DaySum:
    """One day of the monthly view: counts only."""

    on: date
    expected: int
    saved: int
    late: int
    absent: int
    on_leave: int
    sick: int
    late_pupils: int
    cases: int
    entries: int


@dataclass(frozen=True, slots=True)
class LogMonth:
    """A month of a unit's safety log."""

    unit_id: int
    unit: str
    first: date
    days: tuple[DaySum, ...]
