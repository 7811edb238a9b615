"""Cases of every type from report to closure: what is offered can be begun, and names no pupil."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import Database
from casework.documents.preview import Shown
from casework.models import Student
from casework.permissions import Actor
from casework.services.documents import drafting, offering, previewing
from casework.services.documents.detail import detail
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from casework.services.scope import load_case
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.doors import ServiceDoor
from tests.integration.storytelling import Sight, Step, Tale, Teller
from tests.integration.test_story_absence import MISSING
from tests.integration.test_story_bullying import SERIOUS
from tests.integration.test_story_emergency import ACCIDENT
from tests.integration.test_story_opinion import TALK

pytestmark = pytest.mark.one_database
WRITERS = ("lead1", "officer1")
NAMES_A_PUPIL = "absence_register"
OF_TYPE: Mapping[str, set[str]] = {
    "bullying": {
        *("bullying_investigation", "bullying_determination", "bullying_decision"),
        "guardian_notice",
    },
    "absence": {NAMES_A_PUPIL},
    "emergency": {"emergency_report"},
    "opinion": {"opinion_report", "opinion_form"},
}


class Writer(Teller):
    """Tells the story, and tries every document that is offered in each state of it."""

    def __init__(self, database: Database, county: County, frozen: Frozen, press: Press) -> None:
        super().__init__(ServiceDoor(database, county), frozen)
        self.press, self.begun, self.asked = press, set[str](), dict[str, set[str]]()
        self._seen: set[str] = set()

    def step(self, number: str, step: Step, before: Sight) -> Sight:
        after = super().step(number, step, before)
        with self.door.db.transaction() as session:
            for login in WRITERS:
                self._offered(session, self.door.county[login], number, step.action, after.state)
            session.rollback()
        return after

    def _offered(
        self, session: Session, actor: Actor, number: str, action: str, state: str
    ) -> None:
        case = load_case(session, actor, number)
        names = set(session.scalars(select(Student.name)))
        for one in offering.offers(session, actor, case):
            if one.due and action in one.after:
                self.asked.setdefault(action, set()).add(one.name)
            key = f"{actor.login} {one.name} {state}"
            if key in self._seen:
                continue
            self._seen.add(key)
            about = Begun(person_id=one.person_id, about_seq=one.seq)
            document = drafting.begin(session, self.press, actor, number, one.name, about)
            found = detail(session, self.press, actor, document.id)
            said = words(previewing.preview(session, self.press, actor, found))
            assert said.strip()
            if one.name != NAMES_A_PUPIL:
                assert not {name for name in names if name in said}, one.name
            self.begun.add(one.name)
            session.rollback()


def words(shown: list[Shown]) -> str:
    """Everything that a preview says."""
    return "\n".join(
        [*(one.text for one in shown), *(c.text for one in shown for row in one.rows for c in row)]
    )


@pytest.mark.parametrize(
    ("tale", "asked"),
    [
        (SERIOUS, {"bullying_investigation", "bullying_determination", "bullying_decision"}),
        (MISSING, {"closing_report"}),
        (ACCIDENT, {"emergency_report", "closing_report"}),
        (TALK, {"opinion_report", "closing_report"}),
    ],
    ids=("bullying", "absence", "emergency", "opinion"),
)
def test_what_is_offered_can_be_begun_and_names_no_pupil(
    database: Database,
    county: County,
    frozen: Frozen,
    press: Press,
    tale: Tale,
    asked: set[str],
) -> None:
    writer = Writer(database, county, frozen, press)
    writer.tell(tale)
    kind = tale.report.case_type
    others = set().union(*(names for other, names in OF_TYPE.items() if other != kind))
    assert OF_TYPE[kind] <= writer.begun
    assert {"supervision_notice", "closing_report", "audit_report"} <= writer.begun
    assert not others & writer.begun
    assert asked <= set().union(*writer.asked.values()), writer.asked
