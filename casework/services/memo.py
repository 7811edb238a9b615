"""What one transaction asks again and again and what cannot change in it: asked once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from sqlalchemy.orm import Session

T = TypeVar("T")
KEY = "memo"


def remembered(session: Session, key: Hashable, ask: Callable[[], T]) -> T:
    """The answer to a question, kept for the life of this session."""
    memo = session.info.setdefault(KEY, {})
    if key not in memo:
        memo[key] = ask()
    return cast("T", memo[key])
