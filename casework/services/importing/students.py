"""Pupils: enrolled, moved, renamed, by their number; never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from casework.importing.faults import BadCell, Fault
from casework.importing.rows import Row
from casework.models import Student
from casework.services.importing.outcome import Tick, chunks
from casework.services.importing.places import Node
from casework.services.importing.work import Work, Write
from casework.text import N_, Text

ELSEWHERE = N_("A pupil with this number is on the roster of a unit beyond your reach.")
SCHOOLS = ("school",)
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
    classes: dict[tuple[str, str, str], Node | Fault] = {}
    for row in work.rows:
        spelled = (row.text("school"), row.text("grade"), row.text("class"))
        found = classes.get(spelled)
        if found is None:
            found = classes[spelled] = _class(work, row)
        if isinstance(found, Fault):
            work.outcome.faults.append(Fault(row.place, found.column, found.text))
            continue
        work.outcome.units.add(found.path)
        _compare(work, row, found, known.get(row.text("code")), roster)
    return partial(_write, work.session, roster)


def _write(session: Session, roster: Roster, tick: Tick) -> None:
    """Carry the plan out."""
    for part in chunks(roster.added, tick):
        session.execute(insert(Student), part)
    # By the table, not by the entity: rows that change the same columns go in one statement.
    table: Any = Student.__table__
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in COLUMNS})
    )
    for part in chunks(roster.changed, tick):
        session.connection().execute(statement, part)


def _class(work: Work, row: Row) -> Node | Fault:
    school, column = work.within, "school"
    try:
        if row.text("school"):
            school = work.places.find(row.text("school"), SCHOOLS, work.within)
        column = "class"
        return work.places.find_class(row.text("class"), row.text("grade"), school)
    except BadCell as bad:
        return row.fault(column, bad.text)


def _known(session: Session, rows: tuple[Row, ...]) -> dict[str, Any]:
    columns = (Student.id, Student.code, *(getattr(Student, name) for name in COLUMNS))
    found = {}
    for part in chunks(row.text("code") for row in rows):
        query = select(*columns).where(Student.code.in_(part))
        found.update({row.code: row for row in session.execute(query)})
    return found


def _compare(work: Work, row: Row, klass: Node, known: Any, roster: Roster) -> None:
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
    if not work.places.reaches(work.places.by_id[known.unit_id]):
        work.outcome.faults.append(row.fault("code", Text(ELSEWHERE)))
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
