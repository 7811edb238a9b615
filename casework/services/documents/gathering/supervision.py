"""督办通知书 and 约谈通知书: what is overdue or flagged, and what the bureau has recorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework import clock
from casework.clock import LOCAL
from casework.models import Clock, Flag
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.matter import Matter, joined
from casework.services.documents.gathering.tables import title_of
from casework.services.documents.values import Values
from casework.services.pages.labels import FLAGS

OVERDUE = "“{duty}”应于{at}前完成，至今未完成。"
LATE = "“{duty}”应于{at}前完成，实际于{done}完成。"
FLAGGED = "系统已标记：{flags}。"
NUMBERED = "案件编号：{number}。"


def notice(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a supervision notice: matter, basis and day as they were recorded."""
    record = matter.last("supervise") if matter.held.case else None
    due = matter.told(record, "due_at")
    values: Values = {
        ADDRESSEE: matter.school.name,
        "unit": matter.school.name,
        "matter": _short(matter.coded(matter.told(record, "matter"))) if record else None,
        "demands": matter.coded(matter.told(record, "matter")) if record else None,
        "basis": matter.told(record, "basis"),
        "problems": _problems(matter) if matter.held.case else None,
        "due_on": due.astimezone(LOCAL).date() if isinstance(due, datetime) else None,
    }
    return values, frozenset()


def interview(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a summons: whom the bureau has recorded, and on which basis."""
    record = matter.last("record_accountability") if matter.held.case else None
    person, post = matter.told(record, "person"), matter.told(record, "post")
    values: Values = {
        ADDRESSEE: matter.school.name,
        "unit": matter.school.name,
        "persons": [f"{person}（{post}）"] if person else None,
        "reason": _problems(matter) if matter.held.case else None,
        "basis": matter.told(record, "basis"),
    }
    return values, frozenset()


def _short(words: str) -> str:
    """The first sentence, as a heading can hold it."""
    first = words.splitlines()[0] if words else ""
    return first.split("。")[0][:60]


def _problems(matter: Matter) -> str:
    """The case by its number, every duty that passed its limit, the flags that stand."""
    now = clock.now()
    rows = matter.session.scalars(
        select(Clock)
        .where(Clock.case_id == matter.case.id, Clock.limit_at.is_not(None))
        .order_by(Clock.limit_at, Clock.id)
    )
    sentences = [NUMBERED.format(number=matter.case.number)]
    for row in rows:
        end = row.stopped_at or now
        if row.limit_at is None or end <= row.limit_at or row.terms["ladder"] == "period":
            continue
        words = OVERDUE if row.stopped_at is None else LATE
        sentences.append(
            words.format(
                duty=title_of(matter, row),
                at=matter.due(row.limit_at),
                done=matter.moment(row.stopped_at),
            )
        )
    kinds = matter.session.scalars(
        select(Flag.kind).where(Flag.case_id == matter.case.id, Flag.cleared_at.is_(None))
    )
    flags = "、".join(dict.fromkeys(matter.say(FLAGS.get(kind, kind)) for kind in kinds))
    if flags:
        sentences.append(FLAGGED.format(flags=flags))
    return joined(*sentences)
