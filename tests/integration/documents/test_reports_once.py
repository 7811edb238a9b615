"""Each report of a case has one document of an office, which is about a report that there is."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid
from casework.models import Report
from casework.services.documents import drafting
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from tests.factories import County
from tests.integration.documents import arranging as d


def test_a_report_that_is_not_in_the_case_has_no_document(
    session: Session, county: County, press: Press
) -> None:
    case, lead = d.filed_emergency(session, county), county["lead1"]
    with pytest.raises(Invalid) as refused:
        drafting.begin(session, press, lead, case.number, "emergency_report", Begun(about_seq=999))
    assert set(refused.value.errors) == {"about_seq"}


def test_a_report_has_one_document_until_it_is_given_up(
    session: Session, county: County, press: Press
) -> None:
    case, lead = d.filed_emergency(session, county), county["lead1"]
    seq = session.scalars(select(Report.seq).where(Report.case_id == case.id)).first()
    about = Begun(about_seq=seq)
    first = drafting.begin(session, press, lead, case.number, "emergency_report", about)
    with pytest.raises(Conflict):
        drafting.begin(session, press, lead, case.number, "emergency_report", about)
    drafting.drop(session, *d.step(lead, first), "写错了")
    drafting.begin(session, press, lead, case.number, "emergency_report", about)
