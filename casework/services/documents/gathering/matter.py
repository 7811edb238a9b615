"""A case as gatherers read it: what was recorded, with its texts, and in Chinese words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.documents import printing
from casework.documents.kinds import UNKNOWN
from casework.documents.words import CONSTITUTES
from casework.models import Case, Membership, Unit, User
from casework.permissions import ROLE_LABELS, Actor
from casework.services import timeline
from casework.services.actors import bureau_of, school_of
from casework.services.documents.gathering.codes import Codes, codes
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.pages.labels import EVENTS
from casework.services.views import TOLD, case_view
from casework.text import Text
from casework.workflows.case import FILE, CaseView, Record
from casework.workflows.definition import Field
from casework.workflows.registry import WORKFLOWS

MIDNIGHT = time(0)


@dataclass(frozen=True)
class Matter:
    """What a document is about. Everything of a case is read once, when it is first asked for."""

    session: Session
    press: Press
    actor: Actor
    held: Held

    @property
    def case(self) -> Case:
        """The case; only of documents that are about one."""
        assert self.held.case is not None  # noqa: S101 - for the type; the kind says so
        return self.held.case

    @property
    def place(self) -> Unit:
        """Where it is about."""
        return self.held.place

    @cached_property
    def school(self) -> Unit:
        """The school around the place, or the place itself above schools."""
        return school_of(self.session, self.place)

    @cached_property
    def superior(self) -> Unit:
        """To whom the office reports: a school to its bureau, a bureau to the one above."""
        office = self.held.office
        above = self.session.get(Unit, office.parent_id) if office.parent_id else None
        return bureau_of(self.session, above) if above else office

    @cached_property
    def view(self) -> CaseView:
        """The case, folded from its timeline."""
        return case_view(self.session, self.case)

    @cached_property
    def codes(self) -> Codes:
        """What stands in the place of names."""
        return codes(self.session, self.case)

    @cached_property
    def _texts(self) -> Mapping[int, Mapping[str, str]]:
        return timeline.texts(self.session, self.case.chain)

    def records(self, *actions: str) -> Iterator[Record]:
        """The records of these actions, or all of them, oldest first."""
        for record in self.view.history:
            if not actions or record.action in actions:
                yield record

    def last(self, *actions: str) -> Record | None:
        """The newest record of these actions."""
        return self.view.last(*actions)

    def told(self, record: Record | None, name: str) -> Any:
        """What was recorded under a name, texts in their words; None for nothing."""
        value = record.fields.get(name) if record else None
        if value == TOLD and record is not None:
            return self._texts.get(record.seq, {}).get(name)
        return value

    def latest(self, name: str, *actions: str, until: int | None = None) -> Any:
        """The newest answer under a name in these actions, or in all; 未知 counts as none."""
        found = None
        for record in self.records(*actions):
            value = self.told(record, name)
            if (until is None or record.seq <= until) and value not in (None, UNKNOWN):
                found = value
        return found

    def at(self, *actions: str) -> datetime | None:
        """When the newest of these actions was recorded."""
        record = self.last(*actions)
        return record.at if record else None

    def coded(self, text: object) -> str:
        """A text without the names of pupils; empty for nothing."""
        return self.codes.cover(text) if isinstance(text, str) and text != UNKNOWN else ""

    def moment(self, at: object) -> str:
        """An instant as it is printed; empty for none."""
        return printing.moment(at, self.press.zone) if isinstance(at, datetime) else ""

    def due(self, at: object) -> str:
        """An instant that ends something: midnight is 24 o'clock of the day that is over."""
        if not isinstance(at, datetime):
            return ""
        local = at.astimezone(self.press.zone)
        if local.time() != MIDNIGHT:
            return printing.moment(at, self.press.zone)
        return f"{printing.day(local.date() - timedelta(days=1))}24时"

    def stamp(self, at: object, *, ends: bool = False) -> str:
        """An instant as a narrow column of a table has it; empty for none."""
        if not isinstance(at, datetime):
            return ""
        local = at.astimezone(self.press.zone)
        if ends and local.time() == MIDNIGHT:
            return f"{local.date() - timedelta(days=1)} 24:00"
        return f"{local:%Y-%m-%d %H:%M}"

    def day(self, on: object) -> str:
        """A day as it is printed; empty for none."""
        if isinstance(on, datetime):
            on = on.astimezone(LOCAL).date()
        return printing.day(on) if isinstance(on, date) else ""

    def say(self, words: Text | str) -> str:
        """A label in Chinese."""
        return self.press.say(words)

    def word(self, record: Record | None, name: str) -> str:
        """What was chosen under a name, in Chinese words; several are joined."""
        value = record.fields.get(name) if record else None
        if record is None or value is None:
            return ""
        field = self._field(record.action, name)
        chosen = value if isinstance(value, list) else [value]
        if field is None or not field.choices:
            return "、".join(str(one) for one in chosen)
        labels = {str(choice.value): choice.label for choice in field.choices}
        return "、".join(self.say(labels.get(str(one), str(one))) for one in chosen)

    def label(self, action: str) -> str:
        """The name of a step in Chinese."""
        found = WORKFLOWS[self.case.case_type].action(action)
        return self.say(found.label if found else EVENTS.get(action, action))

    def role(self, role: str) -> str:
        """A post in Chinese."""
        return self.say(ROLE_LABELS.get(role, role))

    def finding(self, finding: str) -> str:
        """A finding on bullying in the words of official texts."""
        return CONSTITUTES.get(finding, finding)

    def below(self, unit_id: int, path: str) -> bool:
        """True when the unit is the one at the path, or lies below it."""
        unit = self.session.get(Unit, unit_id)
        return unit is not None and unit.path.startswith(path)

    def user(self, user_id: object) -> str:
        """The name of an account; empty for none."""
        user = self.session.get(User, user_id) if isinstance(user_id, int) else None
        return user.name if user else ""

    def post(self, user_id: object) -> str:
        """Unit and post of an account, as a list of people gives it."""
        found = self.session.execute(
            select(Unit.name, Membership.role)
            .join(Unit, Membership.unit_id == Unit.id)
            .where(Membership.user_id == user_id)
            .order_by(Membership.id)
            .limit(1)
        ).first()
        return f"{found[0]}{self.say(ROLE_LABELS[found[1]])}" if found else ""

    def _field(self, action: str, name: str) -> Field | None:
        workflow = WORKFLOWS[self.case.case_type]
        known = workflow.action(action)
        form = workflow.filing if action == FILE else known.fields if known else ()
        return next((field for field in form if field.name == name), None)


def joined(*sentences: str) -> str:
    """Sentences as paragraphs, without the empty ones."""
    return "\n".join(sentence for sentence in sentences if sentence)
