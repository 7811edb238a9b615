"""How rows are locked, so that whoever merely refers to one need not wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

NO_KEY: Final[dict[str, Any]] = {"key_share": True}
"""For ``with_for_update``: on PostgreSQL ``FOR NO KEY UPDATE``, which keeps other writers out.

A row with a foreign key to a row locked so can be inserted meanwhile, which ``FOR UPDATE`` forbids:
a class that saves its roll would wait for its school's row while another waits for its tally.
"""

_COUNTING = 7_319_002
"""Tells the locks of ``hold_counts`` from others that this database may know."""


def hold_counts(session: Session, unit_ids: Iterable[int]) -> None:
    """Wait until nobody else counts at these units, and keep the others waiting until the end.

    Who calls a roll holds the class and goes on to the cases, a step of a case comes from the other
    side: the rows of neither can be this lock. On SQLite there is only one writer anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for one in sorted(set(unit_ids)):
        keys = (cast(_COUNTING, Integer), cast(one, Integer))
        session.execute(select(func.pg_advisory_xact_lock(*keys)))
