"""What one transaction asks again and again and what hardly changes in it: asked once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from sqlalchemy.orm import Session

T = TypeVar("T")
KEY = "memo"


def forget(session: Session, key: Hashable) -> None:
    """Ask again next time: the answer has just changed."""
    session.info.get(KEY, {}).pop(key, None)


def remembered(session: Session, key: Hashable, ask: Callable[[], T]) -> T:
    """The answer to a question, kept for the life of this session."""
    memo = session.info.setdefault(KEY, {})
    if key not in memo:
        memo[key] = ask()
    return cast("T", memo[key])
