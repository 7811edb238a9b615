"""结案报告: the whole course of a case, what came of it, and what lies in its archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from casework.clock import LOCAL
from casework.documents.kinds import UNKNOWN
from casework.documents.words import FINDING_GRADES, OUTCOMES
from casework.models import Document
from casework.models.document import ISSUED
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.matter import Matter, joined
from casework.services.documents.gathering.tables import clocks, flags
from casework.services.documents.kinds import kind_of
from casework.services.documents.values import Values
from casework.services.evidence import register
from casework.services.evidence.kinds import KINDS
from casework.workflows.registry import WORKFLOWS

LOCKED = frozenset({"clocks", "flags", "archive", "case_number", "case_type"})
STEP = "{at}，{who}：{what}。"
HELD = "{person}（{post}）：{measure}。依据：{basis}"
TOLD = "{at}将处理结果告知监护人。"
TOLD_ONCE = "{at}告知监护人（{outcome}）。"
HAZARD = "问题：{problem}；措施：{measure}；完成时限：{due}。"
FINDING = ("determine", "conclude_by_police", "change_finding", "dismiss_as_play", "close_unproven")
MOST_STEPS = 40
QUIET = frozenset({"add_note", "log_contact", "log_search", "log_figures", "daily_update"})
"""Steps that tell nothing of how a case was handled as a whole."""


def report(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a closing report."""
    case = matter.case
    closed = matter.at("close") if case.final else None
    values: Values = {
        ADDRESSEE: matter.superior.name,
        "subject": matter.coded(case.title),
        "case_number": case.number,
        "case_type": case.case_type,
        "occurred_at": case.occurred_at or UNKNOWN,
        "known_at": case.known_at,
        "filed_at": case.filed_at,
        "received_at": case.received_at or UNKNOWN,
        "closed_on": closed.astimezone(LOCAL).date() if closed else None,
        "course": matter.coded(matter.latest("summary") or case.narrative),
        "handling": joined(*_steps(matter)),
        "result": _result(matter),
        "cause": matter.coded(matter.latest("cause", "submit_final_report", "supplement")) or None,
        "accountability": joined(*_accountability(matter)) or UNKNOWN,
        "told": joined(*_told(matter)),
        "rectification": joined(*_hazards(matter)),
        "lessons": matter.coded(matter.latest("lessons", "close")),
        "clocks": list(clocks(matter)),
        "flags": list(flags(matter)),
        "archive": list(archive(matter)),
    }
    return values, LOCKED


def archive(matter: Matter) -> Iterator[dict[str, str]]:
    """The issued documents by number, then the files by hash."""
    query = select(Document).where(
        Document.case_id == matter.case.id,
        Document.state == ISSUED,
        Document.id != matter.held.document.id,
    )
    papers = [
        (kind_of(matter.session, row).word, row.symbol or (row.sha256 or "")[:16])
        for row in matter.session.scalars(query.order_by(Document.issued_at, Document.id))
    ]
    papers += [
        (f"第{row.id}号证据文件（{KINDS[row.media_type].ending.upper()}）", row.sha256[:16])
        for row in register.of_case(matter.session, matter.case)
    ]
    for number, (name, mark) in enumerate(papers, 1):
        yield {"number": str(number), "name": name, "mark": mark}


def _steps(matter: Matter) -> Iterator[str]:
    """The steps that moved the case or told somebody, with who took them in which post."""
    told = [one for one in matter.records() if one.action not in QUIET]
    moving = [one for one in told if one.from_state != one.to_state or one.tells]
    for record in moving[:MOST_STEPS]:
        yield STEP.format(
            at=matter.moment(record.at),
            who=matter.role(record.actor_role),
            what=matter.label(record.action),
        )


def _result(matter: Matter) -> str:
    """The finding of a bullying case, the result of an emergency, else how the case ended."""
    finding = matter.latest("finding", *FINDING)
    if isinstance(finding, str):
        grade = FINDING_GRADES.get(finding, "")
        return matter.finding(finding) + (f"（{grade}）" if grade != "不适用" else "") + "。"
    result = matter.coded(matter.latest("result", "submit_final_report"))
    if result or not matter.case.final:
        return result
    outcome = matter.word(matter.last("close"), "outcome")
    state = WORKFLOWS[matter.case.case_type].state(matter.case.state)
    return outcome or OUTCOMES.get(state.name, matter.say(state.label))


def _accountability(matter: Matter) -> Iterator[str]:
    for one in matter.records("record_accountability"):
        yield HELD.format(
            person=matter.told(one, "person") or "",
            post=matter.told(one, "post") or "",
            measure=matter.word(one, "measure"),
            basis=matter.told(one, "basis") or "",
        )


def _told(matter: Matter) -> Iterator[str]:
    at = matter.latest("results_told_at", "close")
    if isinstance(at, datetime):
        yield TOLD.format(at=matter.moment(at))
        return
    for one in matter.records("notify_guardians"):
        told = matter.told(one, "told_at") or one.at
        yield TOLD_ONCE.format(at=matter.moment(told), outcome=matter.word(one, "outcome"))


def _hazards(matter: Matter) -> Iterator[str]:
    for one in matter.records("record_hazard"):
        yield HAZARD.format(
            problem=matter.coded(matter.told(one, "problem")),
            measure=matter.coded(matter.told(one, "measure")),
            due=matter.day(matter.told(one, "due_on")),
        )
    tasks: dict[tuple[object, ...], str] = {}
    for task in matter.records("record_task"):
        key = tuple(task.fields.get(name) for name in ("kind", "side", "person_id"))
        tasks[key] = f"{matter.word(task, 'kind')}：{matter.word(task, 'status')}。"
    yield from tasks.values()
