"""The duties of a case by name: titles with their recipients, and the instants of their clocks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock
from casework.services.pages.clocks import recipient_label
from casework.services.policy import policy
from casework.text import N_, Text

TOWARDS = N_("%(duty)s (%(recipient)s)")


def titled(title: str, recipient: str | None) -> Text:
    """The title of a duty, with whom it is owed to where there are several."""
    if not recipient:
        return Text(title)
    return Text(TOWARDS, {"duty": Text(title), "recipient": Text(recipient_label(recipient))})


class Duties:
    """The clocks of one case, looked up by rule and recipient."""

    def __init__(self, session: Session, case: Case) -> None:
        rows = session.scalars(select(Clock).where(Clock.case_id == case.id).order_by(Clock.id))
        self._rows = tuple(rows)
        governed = policy(session)
        packs = governed.packs.for_region(case.region or governed.region)
        self._titles = {rule.id: rule.title for rule in packs.values()}
        self._titles |= {row.rule_id: row.terms["title"] for row in self._rows}

    def title(self, rule: str, recipient: str | None = None) -> Text:
        """The title as the row keeps it, else as the pack says."""
        return titled(self._titles.get(rule, rule), recipient)

    def row(self, rule: str, recipient: str | None, at: datetime) -> Clock | None:
        """The clock an event of that instant speaks of: the newest one born by then."""
        found = [
            row
            for row in self._rows
            if row.rule_id == rule and row.recipient == (recipient or "") and row.born_at <= at
        ]
        return found[-1] if found else None
