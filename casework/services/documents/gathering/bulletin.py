"""督查通报: a bureau's month in words and tables; no child, and no school that may still answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casework import clock
from casework.clock import LOCAL
from casework.models import Unit
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.area import WITHHELD
from casework.services.documents.gathering.matter import Matter
from casework.services.documents.gathering.month import Month, month_of
from casework.services.documents.gathering.tables import title_of
from casework.services.documents.values import Values
from casework.services.findings.words import label_of
from casework.services.pages.labels import FLAGS

LOCKED = frozenset({"month", "totals", "timeliness", "overdue", "flags", "findings", "annex"})
ANY_SCHOOL, NO_NUMBER, ALL = "某校", "—", "各学校"
REST, UNLISTED = "其余", "另有{n}项，未逐项列出"
UPHELD = "认定成立"
OVERVIEW = (
    "本月全{area}共有学校{schools}所，新增案件{cases}起，办结{closed}起。应当报送的事项{due}项，"
    "按时报送{on_time}项，及时率{rate}；迟报{late}项。超时限事项{overdue}项，产生时限标记{flags}个，"
    "认定成立{findings}件，零报告缺报{zero}次。"
)
TOTALS = (
    ("新增案件（起）", lambda one: sum(one.cases.values())),
    ("办结案件（起）", lambda one: sum(one.closed.values())),
    ("应报事项（项）", lambda one: sum(one.due.values())),
    ("迟报（项）", lambda one: sum(one.late.values())),
    ("超时限事项（项）", lambda one: sum(one.overdue.values())),
    ("时限标记（个）", lambda one: one.flagged),
    ("认定成立（件）", lambda one: len(one.findings)),
    ("零报告缺报（次）", lambda one: sum(one.zero.values())),
)


def values(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of the bulletin of a month; the last whole one, where none is named."""
    first = month_from(matter.held.document.on)
    now = month_of(matter.session, matter.place, first, lines=True)
    before = month_of(matter.session, matter.place, _month_before(first))
    names = {school.id: school.name for school in now.schools} | {WITHHELD: ANY_SCHOOL}
    found: Values = {
        ADDRESSEE: ALL,
        "month": f"{first.year}年{first.month}月",
        "area": _area(matter.place),
        "overview": _overview(matter.place, now),
        "totals": [_total(name, count(now), count(before)) for name, count in TOTALS],
        "timeliness": list(_timeliness(now, names)),
        "overdue": list(_overdue(matter, now, names)),
        "flags": list(_flags(matter, now, names)),
        "findings": list(_findings(matter, now, names)),
        "annex": list(_annex(now, names)),
    }
    return found, LOCKED


def month_from(on: date | None) -> date:
    """The first day of the month that is meant: the one of the day, else the last whole one."""
    return on.replace(day=1) if on else _month_before(clock.today().replace(day=1))


def rate(due: int, late: int) -> str:
    """The share that was in time."""
    return f"{100 * (due - late) / due:.1f}%" if due else NO_NUMBER


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _area(bureau: Unit) -> str:
    return "全市" if bureau.kind == "city_bureau" else "全县"


def _overview(bureau: Unit, now: Month) -> str:
    due, late = sum(now.due.values()), sum(now.late.values())
    return OVERVIEW.format(
        area=_area(bureau).removeprefix("全"),
        schools=len(now.schools),
        cases=sum(now.cases.values()),
        closed=sum(now.closed.values()),
        due=due,
        on_time=due - late,
        rate=rate(due, late),
        late=late,
        overdue=sum(now.overdue.values()),
        flags=now.flagged,
        findings=len(now.findings),
        zero=sum(now.zero.values()),
    )


def _total(name: str, now: int, before: int) -> dict[str, str]:
    change = now - before
    sign = "+" if change > 0 else ""
    return {"name": name, "now": str(now), "before": str(before), "change": f"{sign}{change}"}


def _order(now: Month) -> list[int]:
    return [*(school.id for school in now.schools), WITHHELD]


def _timeliness(now: Month, names: dict[int, str]) -> Iterator[dict[str, str]]:
    """Who had anything to report, the least punctual first."""
    ids = [one for one in _order(now) if now.due[one]]
    for one in sorted(ids, key=lambda one: -now.late[one] / now.due[one]):
        due, late = now.due[one], now.late[one]
        yield {
            "school": names[one],
            "due": str(due),
            "on_time": str(due - late),
            "late": str(late),
            "rate": rate(due, late),
        }


def _overdue(matter: Matter, now: Month, names: dict[int, str]) -> Iterator[dict[str, str]]:
    for line in now.lines:
        yield {
            "school": names[line.school],
            "case": line.number or NO_NUMBER,
            "rule": title_of(matter, line.clock),
            "overdue": _span(line.late),
        }
    if rest := sum(now.overdue.values()) - len(now.lines):
        yield {"school": REST, "case": NO_NUMBER, "rule": UNLISTED.format(n=rest), "overdue": "—"}


def _span(late: timedelta) -> str:
    minutes = int(late.total_seconds()) // 60
    if minutes >= 1440:
        return f"{minutes // 1440}天{minutes % 1440 // 60}小时"
    return f"{minutes // 60}小时{minutes % 60}分" if minutes >= 60 else f"{max(minutes, 1)}分"


def _flags(matter: Matter, now: Month, names: dict[int, str]) -> Iterator[dict[str, str]]:
    order = {one: place for place, one in enumerate(_order(now))}
    for (school, kind), (count, cleared) in sorted(
        now.flags.items(), key=lambda item: (order[item[0][0]], item[0][1])
    ):
        yield {
            "school": names[school],
            "kind": matter.say(FLAGS.get(kind, kind)),
            "count": str(count),
            "cleared": str(cleared),
        }


def _findings(matter: Matter, now: Month, names: dict[int, str]) -> Iterator[dict[str, str]]:
    for one in now.findings:
        on = one.decided_at.astimezone(LOCAL).date() if one.decided_at else None
        yield {
            "school": names.get(one.unit_id, ANY_SCHOOL),
            "kind": matter.say(label_of(one.kind, by_analogy=one.by_analogy)),
            "decision": UPHELD,
            "on": matter.day(on),
        }


def _annex(now: Month, names: dict[int, str]) -> Iterator[dict[str, str]]:
    """Every school; what is withheld stands in a line of its own, if there is anything."""
    counted = (now.cases, now.closed, now.late, now.overdue, now.zero)
    for one in _order(now):
        if one == WITHHELD and not any(figures[one] for figures in counted):
            continue
        yield {
            "school": names[one],
            "cases": str(now.cases[one]),
            "closed": str(now.closed[one]),
            "late": str(now.late[one]),
            "overdue": str(now.overdue[one]),
            "zero": str(now.zero[one]),
            "rate": rate(now.due[one], now.late[one]),
        }
