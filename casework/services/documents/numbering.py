"""Numbers of documents: one series for a unit and a year, without gaps and without repeats.

The row of the series is the lock. It is raised in the transaction that issues the document, so that
an issue that fails gives its number back, and nobody else can have taken the next one meanwhile.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.models import DocumentSeries


def take(session: Session, unit_id: int, series: str, year: int) -> int:
    """The next number of the series; others who ask for one wait until this transaction ends."""
    insert: Any = (
        sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    )
    same = {"unit_id": unit_id, "series": series, "year": year}
    session.execute(insert(DocumentSeries).values(**same, last=0).on_conflict_do_nothing())
    taken = (
        update(DocumentSeries)
        .where(*(getattr(DocumentSeries, name) == value for name, value in same.items()))
        .values(last=DocumentSeries.last + 1)
        .returning(DocumentSeries.last)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(taken).scalar_one())


def following(session: Session, unit_id: int, series: str, year: int) -> int:
    """The number that the next document would get, if it were issued now; it is not taken."""
    last = session.scalar(
        select(DocumentSeries.last).where(
            DocumentSeries.unit_id == unit_id,
            DocumentSeries.series == series,
            DocumentSeries.year == year,
        )
    )
    return (last or 0) + 1
