"""Reports as they are made: what their event says, and the row that repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Report
from casework.permissions import Role, Standing
from casework.services import clocks
from casework.services.policy import policy
from casework.services.reports.content import MARKS, REPORT, columns, marked
from casework.services.timeline import instant_text
from casework.services.views import facts
from casework.workflows.acts import happened_at
from casework.workflows.case import CaseView
from casework.workflows.definition import Action, Workflow
from casework.workflows.registry import WORKFLOWS
from casework.workflows.reports import ReportKind, ReportMark


def said(
    session: Session,
    case: Case,
    after: CaseView,
    action: Action,
    standing: Standing,
    fields: Mapping[str, object],
    at: datetime,
) -> dict[str, Any]:
    """What the event of a step says of reports; nothing for most steps."""
    if not WORKFLOWS[case.case_type].makes_reports:
        return {}
    made: dict[str, Any] = {}
    if action.report is not None:
        made[REPORT] = _report(session, case, after, action.report, standing)
    if action.marks is not None:
        waiting = _lacking(session, case, action.marks)
        at = happened_at(action, fields, at)
        if waiting:
            made[MARKS] = {"mark": action.marks.value, "reports": waiting, "at": instant_text(at)}
    return made


def keep(session: Session, case: Case, body: str) -> None:
    """Bring the rows of the reports to what a new event of the case says."""
    event = orjson.loads(body)
    if REPORT in event["data"]:
        corrected = event["data"][REPORT].get("corrects")
        previous = _at(session, case, corrected) if corrected else None
        if previous is not None:
            previous.superseded = True
        session.add(
            Report(
                case_id=case.id,
                previous_id=previous.id if previous else None,
                **columns(event),
            )
        )
    seqs, changes = marked(event)
    for seq in seqs:
        row = _at(session, case, seq)
        for name, value in changes.items():
            setattr(row, name, value)
    session.flush()


def of_case(session: Session, case: Case) -> list[Report]:
    """The reports of a case in the order in which they were made."""
    query = select(Report).where(Report.case_id == case.id).order_by(Report.seq)
    return list(session.scalars(query))


def recipients(session: Session, case: Case, view: CaseView) -> list[str]:
    """Who must be told by the rules in force, as far as the case is known."""
    context = {**facts(view), "case_type": view.case_type, "region": view.region}
    rules = clocks.rules_of(policy(session), case).values()
    found = [one for rule in rules if rule.per_recipient for one in rule.recipients(context)]
    return [one for one in dict.fromkeys(found) if one is not None]


def signers(workflow: Workflow) -> tuple[Role, ...]:
    """Who signs the reports of a type."""
    signing = (a for a in workflow.actions if a.marks is ReportMark.SIGNED)
    return tuple(role for action in signing for role in action.roles)


def _report(
    session: Session, case: Case, after: CaseView, kind: ReportKind, standing: Standing
) -> dict[str, Any]:
    workflow = WORKFLOWS[case.case_type]
    rows = of_case(session, case)
    number = _number(rows, kind)
    own = {standing.role, standing.stands_for} & set(signers(workflow))
    return {
        **number,
        "signed": bool(own),
        "stated": {name: fact(after) for name, fact in workflow.report_facts.items()},
        "recipients": recipients(session, case, after),
    }


def _number(rows: list[Report], kind: ReportKind) -> dict[str, Any]:
    """The next number of the kind; a correction takes that of the newest report, one version on."""
    if kind is not ReportKind.CORRECTION or not rows:
        n = 1 + sum(row.kind == kind.value and row.version == 1 for row in rows)
        return {"kind": kind.value, "n": n, "version": 1}
    newest = rows[-1]
    version = {"kind": newest.kind, "n": newest.n, "version": newest.version + 1}
    return {**version, "corrects": newest.seq}


def _lacking(session: Session, case: Case, mark: ReportMark) -> list[int]:
    """The reports, by seq, that do not bear this mark yet."""
    column = getattr(Report, f"{mark.value}_at")
    query = select(Report.seq).where(Report.case_id == case.id, column.is_(None))
    return list(session.scalars(query.order_by(Report.seq)))


def _at(session: Session, case: Case, seq: int) -> Report | None:
    return session.scalar(select(Report).where(Report.case_id == case.id, Report.seq == seq))
