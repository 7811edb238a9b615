"""Marks on the database itself: that it holds the demo county, for instance."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.models import Setting

DEMO = "demo"


def mark(session: Session, name: str, value: str) -> None:
    """Set a mark, or change its value."""
    session.merge(Setting(name=name, value=value))
    session.flush()


def marked(session: Session, name: str) -> str | None:
    """The value of a mark, or None."""
    row = session.get(Setting, name)
    return row.value if row else None


def is_demo(session: Session) -> bool:
    """True when the database holds the demo county: its clock may be shifted."""
    return marked(session, DEMO) is not None
