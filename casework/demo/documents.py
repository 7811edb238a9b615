"""Documents of the demo county in every state: begun, handed in, issued, delivered, replaced.

All of it happens in the last half hour, when the cases are as far as they will come.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.demo.build import Places
from casework.demo.document_words import OFFICES, PAPERS, PROMISE, Issued, Paper
from casework.demo.everyday import Moment
from casework.demo.papers import word_file
from casework.i18n import render
from casework.models import Document, Person
from casework.permissions import Actor
from casework.services.documents import (
    delivering,
    drafting,
    issuing,
    keeping,
    own_kinds,
    replacing,
    reviewing,
)
from casework.services.documents.delivering import Handed
from casework.services.documents.drafting import Begun
from casework.services.documents.own_kinds import NewKind
from casework.services.documents.press import Press
from casework.services.evidence.store import Store
from casework.services.scope import parse_number


@dataclass(slots=True)
class Documents:
    """Who wrote, signed and delivered what; without a store there are none."""

    session: Session
    store: Store | None
    places: Places
    now: datetime
    numbers: Mapping[str, str]
    actor: Callable[[str], Actor]
    made: dict[str, int] = field(default_factory=dict)

    def moments(self) -> Iterator[Moment]:
        """Every document with its steps, each a little after the one before."""
        if self.store is None:
            return
        at = self.now - timedelta(minutes=25)
        yield at, self._offices
        for paper in PAPERS:
            at += timedelta(minutes=1)
            yield at, partial(self._write, paper)
        yield at + timedelta(minutes=1), self._deliver_again

    @property
    def _press(self) -> Press:
        assert self.store is not None  # noqa: S101 - for the type; moments() has looked
        return Press(self.store, lambda text: render(text, "zh_CN"))

    def _offices(self) -> None:
        """What the bureaus and schools write in their documents, and one kind of their own."""
        for code, (login, texts) in OFFICES.items():
            keeping.keep(self.session, self.actor(login), self.places.units[code], texts)
        title, case_types, paragraphs = PROMISE
        kind = NewKind(self.places.units["X1"], title, case_types, series="诺")
        file = io.BytesIO(word_file(paragraphs))
        own_kinds.add(self.session, self._press, self.actor("leader1"), kind, file)

    def _write(self, paper: Paper) -> None:
        document = self._begin(paper)
        self.made[paper.name] = document.id
        writer = self.actor(paper.by)
        if paper.until == "draft":
            return
        if paper.until == "issued" and paper.signed_by == paper.by:
            self._issue(paper, document)
        else:
            reviewing.submit(self.session, self._press, writer, *_at(document))
            if paper.reviewed_by:
                reviewing.review(self.session, self.actor(paper.reviewed_by), *_at(document))
            if paper.until == "issued":
                self._issue(paper, document)
        for handed in paper.handed if paper.until == "issued" else ():
            self._hand(paper, document, handed)

    def _begin(self, paper: Paper) -> Document:
        session, press, writer = self.session, self._press, self.actor(paper.by)
        if paper.replaces:
            old = session.get_one(Document, self.made[paper.replaces])
            document = replacing.replace(session, writer, *_at(old), paper.reason)
            return drafting.change(
                session, press, writer, *_at(document), paper.fields, whole=False
            )
        if paper.unit:
            on = (clock.now().astimezone(LOCAL) - timedelta(days=paper.days_ago)).date()
            about = Begun(on=on if paper.days_ago else None, fields=self._fields(paper))
            unit_id = self.places.units[paper.unit]
            return drafting.begin_at(session, press, writer, unit_id, paper.kind, about)
        person_id = self._person(paper)
        about = Begun(person_id=person_id, fields=self._fields(paper))
        number = self.numbers[paper.case]
        return drafting.begin(session, press, writer, number, paper.kind, about)

    def _fields(self, paper: Paper) -> dict[str, Any]:
        fields = dict(paper.fields)
        for name, days in paper.ahead.items():
            day = self.now.astimezone(LOCAL) + timedelta(days=days)
            fields[name] = day.replace(hour=9, minute=0, second=0, microsecond=0)
        return fields

    def _person(self, paper: Paper) -> int | None:
        if not paper.part:
            return None
        parsed = parse_number(self.numbers[paper.case])
        query = select(Person.id).where(Person.part == paper.part)
        return self.session.scalar(query.where(Person.case_id == (parsed or ("", 0))[1]).limit(1))

    def _issue(self, paper: Paper, document: Document) -> None:
        signer = self.actor(paper.signed_by)
        issuing.issue(self.session, self._press, signer, *_at(document))

    def _hand(self, paper: Paper, document: Document, handed: Issued) -> None:
        unit_id = self.places.units[handed.unit] if handed.unit else None
        given = Handed(
            how=handed.how,
            unit_id=unit_id,
            recipient=handed.recipient,
            receipt="waiting" if handed.unit else handed.receipt,
        )
        row = delivering.deliver(self.session, self.actor(paper.by), *_at(document), given)
        if handed.signed_by:
            signer = self.actor(handed.signed_by)
            delivering.receipt(self.session, signer, row.id, Handed("", receipt="signed"))

    def _deliver_again(self) -> None:
        """What has been replaced is delivered anew."""
        document = self.session.get_one(Document, self.made["decision_again"])
        given = Handed("in_person", recipient="学生乙的母亲", receipt="signed")
        delivering.deliver(self.session, self.actor("lead1"), *_at(document), given)


def _at(document: Document) -> tuple[int, int]:
    return document.id, document.version
