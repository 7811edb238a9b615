"""班级安全管理日志 and 零报告日报: a class's day, and the day of all schools of a bureau."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from casework import clock
from casework.clock import LOCAL
from casework.documents.kinds import UNKNOWN
from casework.documents.words import SLOTS
from casework.models import Case, Shift, User
from casework.permissions import Role
from casework.services.actors import holders
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.matter import Matter
from casework.services.documents.values import Values
from casework.services.rolls import class_log as log
from casework.services.rolls.export import ENTRIES, MARKS
from casework.services.rolls.roster import pupils_of
from casework.services.rolls.shapes import LogDay
from casework.services.scope import parse_number
from casework.services.zero_reports import listing

ROLLS = frozenset({"class_name", "on", "rolls", "absences", "entries", "enrolled"})
FIGURES = frozenset(
    {
        *("on", "slot", "expected", "attested", "missing", "nothing", "with_cases", "units"),
        *("contradictions", "made_at"),
    }
)
LATE, NOT_CALLED, NOTHING, WITH_CASES, MISSING = "补报", "未点名", "无事", "{n}起", "未报"


def class_log(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a class's log for its day; from the rolls alone."""
    on = matter.held.document.on or clock.today()
    day = log.day(matter.session, matter.actor, matter.place.id, on)
    teachers = holders(matter.session, Role.TEACHER, matter.place, on)
    values: Values = {
        "class_name": day.unit,
        "on": on,
        "teacher": "、".join(user.name for user in teachers) or UNKNOWN,
        "enrolled": _enrolled(matter, day),
        "rolls": list(_rolls(day)),
        "absences": list(_absences(matter, day)),
        "entries": [
            {
                "time": _clock(entry.at),
                "kind": matter.say(ENTRIES.get(entry.kind, entry.kind)),
                "text": entry.text,
                "by": entry.by,
            }
            for entry in day.entries
        ],
    }
    return values, ROLLS


def zero_report(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a day's report on who has attested; the whole area of the unit."""
    on = matter.held.document.on or clock.today()
    below = matter.place.path
    rows = [
        row
        for row in listing.of_day(matter.session, matter.actor, on)
        if matter.below(row["unit_id"], below)
    ]
    signed = [row for row in rows if row["attested_at"] is not None]
    nothing = [row for row in signed if row["nothing"]]
    leader, person = _on_duty(matter)
    values: Values = {
        ADDRESSEE: matter.superior.name,
        "on": on,
        "slot": _slot(rows),
        "expected": len(rows),
        "attested": len(signed),
        "missing": len(rows) - len(signed),
        "nothing": len(nothing),
        "with_cases": len(signed) - len(nothing),
        "units": [_unit(matter, row) for row in rows],
        "contradictions": list(_contradictions(matter, rows)),
        "remark": UNKNOWN,
        "duty_person": person,
        "duty_leader": leader,
        "made_at": clock.now(),
    }
    return values, FIGURES


def _enrolled(matter: Matter, day: LogDay) -> int:
    if day.rolls:
        return max(roll.enrolled for roll in day.rolls)
    return len(pupils_of(matter.session, matter.place, day.on))


def _rolls(day: LogDay) -> Iterator[dict[str, str]]:
    for roll in day.rolls:
        yield {
            "period": roll.period_name,
            "taken_at": _clock(roll.taken_at),
            "enrolled": str(roll.enrolled),
            "present": str(roll.present_now),
            "by": roll.taken_by,
            "remark": LATE if roll.late else "",
        }
    called = {roll.period for roll in day.rolls}
    for due in day.expected:
        if due.period not in called and due.state == "missing":
            row = dict.fromkeys(("taken_at", "enrolled", "present", "by"), "")
            yield {**row, "period": due.period_name, "remark": NOT_CALLED}


def _absences(matter: Matter, day: LogDay) -> Iterator[dict[str, str]]:
    states = {line.number: line.state for line in day.absences}
    for roll in day.rolls:
        for mark in roll.marks:
            state = states.get(mark.case or "")
            yield {
                "student": mark.name,
                "period": roll.period_name,
                "mark": matter.say(MARKS.get(mark.kind, mark.kind)),
                "case": mark.case or "",
                "outcome": matter.say(state) if state else "",
            }


def _unit(matter: Matter, row: dict[str, Any]) -> dict[str, str]:
    """One school: what it reported, without the numbers of cases that others may not know of."""
    content = MISSING
    if row["attested_at"] is not None:
        content = NOTHING if row["nothing"] else WITH_CASES.format(n=len(row["cases"] or ()))
    at = row["attested_at"]
    return {
        "unit": row["unit"],
        "attested_at": matter.stamp(at),
        "content": content,
        "by": row["attested_by"] or "",
        "remark": LATE if row["late"] else "",
    }


def _contradictions(matter: Matter, rows: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    numbers = [number for row in rows for number in row["contradicted"]]
    ids = [parsed[1] for number in numbers if (parsed := parse_number(number))]
    query = select(Case.id, Case.known_at).where(Case.id.in_(ids))
    known = {row[0]: row[1] for row in matter.session.execute(query)}
    for row in rows:
        for number in row["contradicted"]:
            parsed = parse_number(number)
            at = known.get(parsed[1]) if parsed else None
            yield {"unit": row["unit"], "case": number, "known_at": matter.stamp(at)}


def _slot(rows: list[dict[str, Any]]) -> str:
    slots = {row["slot"] for row in rows}
    only = slots.pop() if len(slots) == 1 else "day"
    return only if only in SLOTS else "day"


def _on_duty(matter: Matter) -> tuple[str, str]:
    """The leader answering now, and who stands on the roster of duty."""
    office, now = matter.held.office, clock.now()
    shifts = select(User.name).join(Shift, Shift.user_id == User.id)
    present = (Shift.unit_id == office.id, Shift.from_at <= now, Shift.until_at > now)
    person = matter.session.scalar(shifts.where(*present).order_by(Shift.id).limit(1)) or ""
    role = Role.BUREAU_LEADER if office.kind in ("county_bureau", "city_bureau") else Role.PRINCIPAL
    leaders = holders(matter.session, role, office, now.astimezone(LOCAL).date())
    return (leaders[0].name if leaders else ""), person


def _clock(at: Any) -> str:
    return f"{at.astimezone(LOCAL):%H:%M}"
