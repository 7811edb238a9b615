"""To whom a document may go, and in which order it is delivered and signed for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid
from casework.models import Case, Document
from casework.services.documents import delivering, drafting, issuing
from casework.services.documents.delivering import Handed
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from tests.factories import County
from tests.integration.documents import arranging as d


def refused(
    session: Session, county: County, login: str, document: Document, to: Handed
) -> set[str]:
    with pytest.raises(Invalid) as found:
        delivering.deliver(session, *d.step(county[login], document), to)
    return set(found.value.errors)


def test_of_a_case_only_the_units_around_it_learn(
    session: Session, county: County, press: Press, case: Case
) -> None:
    people = ("officer1", "leader1")
    notice = d.issued(
        session, press, county, case, "supervision_notice", d.SUPERVISION, people=people
    )
    other = Handed("system", unit_id=county.units["S2"])
    assert refused(session, county, "officer1", notice, other) == {"unit_id"}
    for code in ("S1", "B1"):
        to = Handed("system", unit_id=county.units[code])
        delivering.deliver(session, *d.step(county["officer1"], notice), to)


def test_a_register_with_names_stays_in_the_school(
    session: Session, county: County, press: Press
) -> None:
    teacher, case = county["teacher1"], d.filed_absence(session, county)
    register = drafting.begin(session, press, teacher, case.number, "absence_register", Begun())
    issuing.issue(session, press, *d.step(teacher, register))
    bureau = Handed("system", unit_id=county.units["B1"])
    assert refused(session, county, "teacher1", register, bureau) == {"unit_id"}
    school = Handed("system", unit_id=county.units["S1"])
    delivering.deliver(session, *d.step(teacher, register), school)


def test_nobody_signs_before_the_delivery(
    session: Session, county: County, press: Press, case: Case
) -> None:
    document = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    document.issued_at = clock.now() - timedelta(hours=5)
    now = clock.now()
    early = now - timedelta(hours=3)
    to = Handed("in_person", now, recipient="监护人", receipt="signed", receipt_at=early)
    assert refused(session, county, "teacher1", document, to) == {"receipt_at"}
    waits = Handed("post", now, recipient="监护人")
    row = delivering.deliver(session, *d.step(county["teacher1"], document), waits)
    given = Handed("post", receipt="signed", receipt_at=early)
    with pytest.raises(Invalid) as found:
        delivering.receipt(session, county["teacher1"], row.id, given)
    assert set(found.value.errors) == {"receipt_at"}
