"""The people of the demo answer when a level calls them: most within minutes, some never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.models import Call, User
from casework.permissions import Actor
from casework.services.calls import answering, climbing

SILENT_ONE_IN = 9
"""So that the demo shows calls that went on to the next person."""
MINUTE = timedelta(minutes=1)


class Answers:
    """Open calls as moments of the history: answered by whom they call, or gone on from."""

    def __init__(self, session: Session, actor: Callable[[str], Actor]) -> None:
        self._session = session
        self._actor = actor
        self._unable: set[int] = set()

    def next_at(self) -> datetime | None:
        """When the next call is answered, or given up."""
        return min((self._at(call) for call in self._open()), default=None)

    def pass_at(self, at: datetime) -> None:
        """Let everybody answer who would have by now, and go on where nobody did."""
        while due := [call for call in self._open() if self._at(call) <= at]:
            for call in due:
                if self._answers(call):
                    self._answer(call)
                else:
                    climbing.climb(self._session, [call.id], at)

    def _open(self) -> list[Call]:
        query = select(Call).where(Call.ended_at.is_(None)).order_by(Call.id)
        return list(self._session.scalars(query))

    def _answers(self, call: Call) -> bool:
        able = call.user_id is not None and call.id not in self._unable
        return able and call.id % SILENT_ONE_IN != SILENT_ONE_IN // 2

    def _at(self, call: Call) -> datetime:
        due_at = call.due_at or call.called_at
        if not self._answers(call):
            return due_at
        return min(due_at, call.called_at + MINUTE * (2 + call.id % 6))

    def _answer(self, call: Call) -> None:
        user = self._session.get_one(User, call.user_id)
        try:
            answering.acknowledge(self._session, self._actor(user.login), call.escalation_id)
        except NotAllowed:  # who acted for the school leaves it to the next person
            self._unable.add(call.id)
