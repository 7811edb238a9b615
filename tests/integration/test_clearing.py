"""A flag is cleared, never deleted: from above the unit it is about, with a reason, in sight."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import CaseworkError, Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.models import Case, Clock, Flag
from casework.services import clearing, filing, flags, timeline
from casework.services.findings import deciding
from casework.services.findings.grounds import Ground
from casework.services.findings.proposing import Proposal, propose
from casework.services.pages.audit import audit_page
from casework.services.pages.case import case_page
from casework.services.reported import NewPerson
from tests.factories import County, act, bullying

WHY = "监控显示当时已电话报告。"


def late(session: Session, county: County, **more: object) -> tuple[Case, int]:
    """A case filed two days after somebody knew, and the flag of its filing."""
    known = clock.now() - timedelta(days=2)
    new = replace(bullying(county), known_at=known, occurred_at=known, **more)  # type: ignore[arg-type]
    case = filing.file_case(session, county["teacher1"], new)
    query = select(Flag.id).where(Flag.case_id == case.id, Flag.rule_id == "bullying.file")
    return case, session.scalars(query).one()


def refused(
    error: type[CaseworkError],
    session: Session,
    county: County,
    who: str,
    flag: int,
    why: str = WHY,
) -> None:
    with pytest.raises(error):
        clearing.clear_flag(session, county[who], flag, why)


def test_cleared_from_above_and_shown_with_who_and_why(database: Database, county: County) -> None:
    with database.transaction() as session:
        case, flag = late(session, county)
        for who in ("teacher1", "lead1", "principal1"):
            refused(NotAllowed, session, county, who, flag)
        for who in ("principal2", "officer2"):
            refused(NotFound, session, county, who, flag)
        refused(Invalid, session, county, "officer1", flag, " ")
        # Who has acted in the school's place does not judge what the school did.
        told = {"side": "victim", "outcome": "reached", "told_at": clock.now()}
        act(session, county["officer1b"], case, "notify_guardians", **told)
        refused(NotAllowed, session, county, "officer1b", flag)
        clearing.clear_flag(session, county["officer1"], flag, WHY)
        refused(Conflict, session, county, "leader1", flag)
        number = case.number

        body = timeline.bodies(session, case.chain)[-1]
        assert (body["action"], body["data"]["flag"]) == ("flag_cleared", "late_report")
        assert body["actor"] == {"id": county["officer1"].user_id, "role": "bureau_officer"}
        timeline.verify(session)
    with database.reading() as session:
        [line] = [
            one for one in case_page(session, county["lead1"], number).head.flags if one.id == flag
        ]
        assert (line.cleared_at, line.cleared_by, line.reason) == (clock.now(), "教师officer1", WHY)
        page = audit_page(session, county["leader1"], number)
        [row] = [one for one in page.flags if one.id == flag]
        assert (row.cleared_by, row.reason) == (county["officer1"].user_id, WHY)


@pytest.mark.one_database
def test_no_bureau_clears_its_own_and_nobody_what_names_him(
    database: Database, county: County
) -> None:
    with database.transaction() as session:
        officer = NewPerson("某", "staff", user_id=county["officer1"].user_id)
        people = (*bullying(county).people, officer)
        case, flag = late(session, county, people=people)
        refused(NotFound, session, county, "officer1", flag)
        told = {"recipient": "bureau", "called_at": clock.now(), "contact": "某", "phone": "110"}
        act(session, county["lead1"], case, "record_report", **told)
        row = session.scalars(
            select(Clock).where(Clock.case_id == case.id, Clock.owner == "bureau_officer")
        ).first()
        assert row is not None
        own = flags.raise_kind(session, case, row, "overdue", clock.now(), clock.now())
        assert own is not None
        for who in ("officer1b", "leader1"):
            refused(NotAllowed, session, county, who, own.id)
        clearing.clear_flag(session, county["city1"], own.id, WHY)
        clearing.clear_flag(session, county["leader1"], flag, WHY)


@pytest.mark.one_database
def test_what_a_finding_rests_on_stands(database: Database, county: County) -> None:
    with database.transaction() as session:
        case, flag = late(session, county)
        given = Proposal(
            "omission", "case", case.number, "迟报两日", "台账", grounds=(Ground("flag", flag),)
        )
        finding = propose(session, county["officer1"], given)
        refused(Refused, session, county, "officer1", flag)
        deciding.withdraw(session, county["officer1"], finding.id, reasons="再核。")
        clearing.clear_flag(session, county["officer1"], flag, WHY)
