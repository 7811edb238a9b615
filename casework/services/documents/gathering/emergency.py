"""突发事件信息快报: one report of an emergency as it stood when it was made."""

from __future__ import annotations

from casework.documents.kinds import UNKNOWN
from casework.models import Report
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.matter import Matter, joined
from casework.services.documents.gathering.sources import source_of
from casework.services.documents.values import Values
from casework.services.reports.writing import of_case

FIGURES = ("dead", "injured", "missing")
GRADED = ("category", "statutory_grade", "school_grade")
LOSS = "{loss}万元"
ON_SITE = "{leader}于{at}到达现场，启动预案：{plan}，牵头部门：{department}。"
NUMBERED = frozenset({"update", "supplement"})


def report(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of the report that the document is about, or of the newest one."""
    row = _row(matter)
    until = row.seq if row else None
    values: Values = {
        ADDRESSEE: matter.superior.name,
        "stage": row.kind if row else "initial",
        "subject": matter.coded(matter.case.title),
        "reporting_unit": matter.held.office.name,
        "reported_at": row.made_at if row else None,
        "received_at": (row.acknowledged_at if row else None) or UNKNOWN,
        "source": source_of(matter.case.source),
        "occurred_at": matter.case.occurred_at or UNKNOWN,
        "place": matter.coded(matter.latest("place", until=until)) or UNKNOWN,
        "course": matter.coded(matter.latest("summary", until=until) or matter.case.narrative),
        "cause": matter.coded(matter.latest("cause", until=until)),
        "impact": matter.coded(matter.latest("impact", until=until)) or UNKNOWN,
        "measures": matter.coded(matter.latest("measures", until=until)),
        "on_site": _on_site(matter, until) or UNKNOWN,
        "trend": matter.coded(matter.latest("remaining_risk", until=until)) or UNKNOWN,
        "opinion": UNKNOWN,
        "next_steps": matter.coded(matter.latest("next_steps", until=until)),
        "lead": matter.latest("leader", "record_on_site", until=until) or UNKNOWN,
        "contact": UNKNOWN,
    }
    if row is not None and row.kind in NUMBERED:
        values["sequence"] = row.n
    return {**values, **_stated(matter, row), **_harm(matter, until)}, frozenset()


def _row(matter: Matter) -> Report | None:
    rows = of_case(matter.session, matter.case)
    wanted = matter.held.document.about_seq
    standing = [row for row in rows if not row.superseded]
    return next((row for row in rows if row.seq == wanted), standing[-1] if standing else None)


def _stated(matter: Matter, row: Report | None) -> Values:
    """Category, grades and figures as the report states them, or as they were filed."""
    found: Values = {}
    for name in (*GRADED, *FIGURES):
        value = getattr(row, name) if row else matter.latest(name)
        found[name] = UNKNOWN if value is None else value
    return found


def _harm(matter: Matter, until: int | None) -> Values:
    gravely = matter.latest("gravely_injured", until=until)
    injured = matter.latest("injured", until=until)
    loss = matter.latest("loss", until=until)
    known = isinstance(gravely, int) and isinstance(injured, int) and injured >= gravely
    return {
        "gravely_injured": UNKNOWN if gravely is None else gravely,
        "slightly_injured": injured - gravely if known else UNKNOWN,
        "loss": LOSS.format(loss=loss) if isinstance(loss, int) else UNKNOWN,
    }


def _on_site(matter: Matter, until: int | None) -> str:
    """Who was on the spot when, one sentence for each arrival."""
    return joined(
        *(
            ON_SITE.format(
                leader=matter.told(one, "leader"),
                at=matter.moment(matter.told(one, "arrived_at")),
                plan=matter.told(one, "plan_id"),
                department=matter.told(one, "lead_department"),
            )
            for one in matter.records("record_on_site")
            if until is None or one.seq <= until
        )
    )
