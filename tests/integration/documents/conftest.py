"""What every test of documents has: a press, a session that is kept, a case, a complete draft."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from casework.db import Database
from casework.models import Case, Document
from casework.services.documents import drafting
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from tests.factories import County, file_bullying
from tests.integration.documents import arranging as d


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return d.press(tmp_path)


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    with database.transaction() as found:
        yield found


@pytest.fixture
def case(session: Session, county: County) -> Case:
    return file_bullying(session, county)


@pytest.fixture
def draft(session: Session, county: County, press: Press, case: Case) -> Document:
    about = Begun(fields=d.NOTICE)
    return drafting.begin(session, press, county["teacher1"], case.number, "guardian_notice", about)
