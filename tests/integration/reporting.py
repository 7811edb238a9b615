"""Emergencies that reports are made about, for the tests of reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Clock, Report
from casework.services import filing
from tests.conftest import Frozen
from tests.factories import FIELDS, County, act, report

WORDS = {"summary": "体育课上受伤", "measures": "已送医"}


def figures(injured: int = 1, **more: Any) -> dict[str, Any]:
    """What a report states."""
    return {**FIELDS["emergency"], **WORDS, "injured": injured, **more}


def reports(session: Session, case: Case) -> list[Report]:
    """The reports in order."""
    query = select(Report).where(Report.case_id == case.id).order_by(Report.seq)
    return list(session.scalars(query))


def running(session: Session, case: Case) -> set[str]:
    """The rules of the running clocks, with their recipients."""
    rows = session.scalars(
        select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    )
    return {f"{row.rule_id}/{row.recipient}".rstrip("/") for row in rows}


def filed(session: Session, county: County, **fields: Any) -> Case:
    """An emergency in the first school."""
    made = report(county, "emergency")
    given = {**made.fields, **fields}
    new = filing.NewCase(
        **{name: getattr(made, name) for name in made.__slots__} | {"fields": given}
    )
    return filing.file_case(session, county["teacher1"], new)


def reported(session: Session, county: County, **fields: Any) -> Case:
    """An emergency whose initial report the safety lead has made."""
    case = filed(session, county, **fields)
    act(session, county["lead1"], case, "submit_initial_report", **figures(**fields), place="操场")
    return case


def acknowledged(session: Session, county: County, **fields: Any) -> Case:
    """An emergency in response."""
    case = reported(session, county, **fields)
    act(session, county["officer1"], case, "acknowledge")
    return case


def whole_story(session: Session, county: County, frozen: Frozen) -> Case:
    """Initial, update, final and supplement, each received."""
    case = acknowledged(session, county)
    lead, principal, officer = county["lead1"], county["principal1"], county["officer1"]

    def step(who: Any, action: str, **fields: Any) -> None:
        frozen.move_to(clock.now() + timedelta(minutes=10))
        act(session, who, case, action, **fields)

    why = {"change_reason": "又一人就医", "knower": "校医", "figure_known_at": "unknown"}
    step(lead, "submit_update", **figures(2), **why)
    step(lead, "submit_update", **figures(2))
    step(officer, "acknowledge")
    relay = {"superior": "city_bureau", "receipt_number": "未出具"}
    step(officer, "record_relay", relayed_at=clock.now(), **relay)
    step(principal, "mark_controlled", dead=0, injured=2, missing=0, remaining_risk="无")
    amended = {"field": "injured", "old": "2", "new_figure": 3, "reason": "就医", "knower": "校医"}
    step(lead, "amend_fact", **amended)
    step(lead, "supplement", **figures(3))
    step(officer, "acknowledge")
    step(principal, "submit_final_report", result="恢复", cause="unknown", next_steps="排查")
    step(principal, "sign_report")
    step(officer, "acknowledge")
    return case
