"""Pupils: enrolled, moved, renamed, by their number; never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from casework.importing.faults import BadCell
from casework.importing.rows import Row
from casework.models import Student
from casework.services.importing.outcome import chunks
from casework.services.importing.places import Node
from casework.services.importing.work import BadLookup, Work, Write
from casework.text import N_, Text

ELSEWHERE = N_("A pupil with this number is on the roster of a unit beyond your reach.")
SCHOOLS = ("school",)
WHERE = ("school", "grade", "class")
COLUMNS = {"unit_id": "class", "name": "name", "gender": "gender", "left_on": "left"}
"""The columns of the table and those of the sheet."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What becomes of the rows: pupils to be added, pupils to be changed."""

    added: list[dict[str, Any]]
    changed: list[dict[str, Any]]


def plan(work: Work) -> Write:
    """Compare the rows with the rosters; faults and counts go to the outcome."""
    known = _known(work.session, work.rows)
    roster = Roster([], [])
    classes: dict[object, Node | BadLookup | None] = {}
    for row in work.rows:
        spelled = (*(row.text(name) for name in WHERE), row.bad.intersection(WHERE))
        if spelled not in classes:
            classes[spelled] = _class(work, row)
        found = classes[spelled]
        if isinstance(found, BadLookup):
            work.outcome.fault(row, found.column, found.text)
        _compare(work, row, found, known.get(row.text("code")), roster)
    return partial(_write, work.session, roster)


def _write(session: Session, roster: Roster) -> Iterator[int]:
    """Carry the plan out."""
    for part in chunks(roster.added):
        session.execute(insert(Student), part)
        yield len(part)
    # By the table, not by the entity: rows that change the same columns go in one statement.
    table: Any = Student.__table__
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in COLUMNS})
    )
    for part in chunks(roster.changed):
        session.connection().execute(statement, part)
        yield len(part)


def _class(work: Work, row: Row) -> Node | BadLookup | None:
    """The class, or what cannot be found; None when faulty cells leave it open."""
    school, column = work.within, "school"
    try:
        if row.text("school"):
            school = work.places.find(row.text("school"), SCHOOLS, work.within)
        if not row.bad.isdisjoint(WHERE):
            return None
        column = "class"
        return work.places.find_class(row.text("class"), row.text("grade"), school)
    except BadCell as bad:
        return BadLookup(column, bad.text)


def _known(session: Session, rows: tuple[Row, ...]) -> dict[str, Any]:
    columns = (Student.id, Student.code, *(getattr(Student, name) for name in COLUMNS))
    found = {}
    for part in chunks(row.text("code") for row in rows):
        query = select(*columns).where(Student.code.in_(part))
        found.update({row.code: row for row in session.execute(query)})
    return found


def _compare(
    work: Work, row: Row, klass: Node | BadLookup | None, known: Any, roster: Roster
) -> None:
    if known is not None and not work.places.reaches(work.places.by_id[known.unit_id]):
        work.outcome.fault(row, "code", Text(ELSEWHERE))
    if not isinstance(klass, Node) or row.place in work.outcome.faulty:
        return
    work.outcome.units.add(klass.path)
    code = row.text("code")
    wanted = {
        "unit_id": klass.id,
        "name": row.text("name"),
        "gender": row.text("gender"),
        "left_on": row.values.get("left"),
    }
    if known is None:
        roster.added.append({"code": code, **wanted})
        work.outcome.count(row, code, new=True)
        return
    if not wanted["gender"]:
        wanted["gender"] = known.gender
    if "left" not in row.values:
        wanted["left_on"] = known.left_on
    differing = [COLUMNS[name] for name, value in wanted.items() if getattr(known, name) != value]
    if differing:
        new = {f"new_{name}": value for name, value in wanted.items()}
        roster.changed.append({"row_id": known.id, **new})
    work.outcome.count(row, code, differing)
