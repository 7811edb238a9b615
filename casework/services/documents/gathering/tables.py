"""The tables that several documents carry: how deadlines were kept, and which flags there are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from casework import clock
from casework.models import Clock, Flag
from casework.services.documents.gathering.matter import Matter
from casework.services.pages.duties import titled
from casework.services.pages.labels import FLAGS

KEPT, LATE, RUNNING, OVERDUE = "按时", "超时", "进行中", "已超时"
STANDS, CLEARED = "有效", "已消除"


def title_of(matter: Matter, row: Clock) -> str:
    """What a deadline is about, in Chinese."""
    return matter.say(titled(row.terms["title"], row.recipient))


def clocks(matter: Matter) -> Iterator[dict[str, str]]:
    """Every deadline of the case with what became of it."""
    query = select(Clock).where(Clock.case_id == matter.case.id).order_by(Clock.id)
    for row in matter.session.scalars(query):
        if row.terms["ladder"] == "period":
            continue
        yield {
            "rule": title_of(matter, row),
            "started_at": matter.stamp(row.started_at),
            "limit_at": matter.stamp(row.limit_at or row.target_at, ends=True),
            "stopped_at": matter.stamp(row.stopped_at),
            "result": _result(row),
        }


def flags(matter: Matter) -> Iterator[dict[str, str]]:
    """Every flag of the case; a cleared one stays, with the reason."""
    query = select(Flag).where(Flag.case_id == matter.case.id).order_by(Flag.at, Flag.id)
    for row in matter.session.scalars(query):
        yield {
            "kind": matter.say(FLAGS.get(row.kind, row.kind)),
            "at": matter.stamp(row.at, ends=True),
            "state": CLEARED if row.cleared_at else STANDS,
            "reason": matter.coded(row.reason),
        }


def _result(row: Clock) -> str:
    due = row.limit_at or row.target_at
    end = row.stopped_at or clock.now()
    late = due is not None and end > due
    if row.stopped_at is None:
        return OVERDUE if late else RUNNING
    return LATE if late else KEPT
