"""An issued file is the one of its hash, its words give it again, and its rows say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models import (
    Base,
    Case,
    DocumentContent,
    Event,
)
from casework.services import timeline
from casework.services.documents import (
    content,
    delivering,
    proving,
)
from casework.services.documents.delivering import Handed
from casework.services.documents.press import Press
from casework.timeline.verifier import ChainFault
from tests.factories import County
from tests.integration.documents import arranging as d

Harm = Callable[[Path], object]


def test_an_issued_document_is_the_file_of_its_hash_and_its_event_says_so(
    session: Session, county: County, press: Press, case: Case
) -> None:
    document = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)

    data = press.store.path(document.sha256 or "").read_bytes()
    assert len(data) == document.size
    body = session.scalar(
        select(Event.body).where(Event.case_key == case.chain, Event.seq == document.seq)
    )
    said = orjson.loads(body or "")["data"]
    assert said["sha256"] == document.sha256
    assert said["template"] == document.template_version
    kept = session.get_one(DocumentContent, document.id)
    assert said["content"] == content.commitment(kept)
    assert "课间" not in str(body)  # no personal words on the chain


def test_the_same_words_give_the_same_bytes(
    session: Session, county: County, press: Press, case: Case
) -> None:
    d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    [proved] = proving.prove_all(session, press)

    assert proved.proof == "same"


@pytest.mark.parametrize(
    ("harm", "proof"),
    [
        (lambda path: path.write_bytes(b"another"), "changed"),
        (lambda path: path.unlink(), "missing"),
    ],
)
def test_a_file_that_was_touched_is_told(
    session: Session, county: County, press: Press, case: Case, harm: Harm, proof: str
) -> None:
    document = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    harm(press.store.path(document.sha256 or ""))

    assert [one.proof for one in proving.prove_all(session, press)] == [proof]


def test_an_older_version_is_proved_by_its_hash_alone(
    session: Session, county: County, press: Press, case: Case
) -> None:
    document = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    document.template_version = "guardian_notice/0/0"

    assert proving.prove(session, press, document).proof == "hash_only"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("document", {"sha256": "0" * 64}),
        ("document", {"template_version": "another/1/1"}),
        ("document", {"state": "withdrawn", "withdrawn_at": d.LATER}),
        ("document_content", {"body": "{}"}),
        ("document_delivery", {"how": "post"}),
    ],
)
def test_a_row_that_says_something_else_than_the_chain_is_found(
    session: Session,
    county: County,
    press: Press,
    case: Case,
    table: str,
    change: dict[str, object],
) -> None:
    document = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    handed = Handed("in_person", recipient="监护人")
    delivering.deliver(session, *d.step(county["teacher1"], document), handed)
    timeline.verify(session)
    session.execute(update(Base.metadata.tables[table]).values(**change))
    session.expire_all()

    with pytest.raises(ChainFault):
        timeline.verify(session)
