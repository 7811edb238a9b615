"""Marks on the database itself: that it holds the demo county, for instance."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

from sqlalchemy.orm import Session

from casework.errors import Misconfigured
from casework.models import Setting
from casework.text import N_, Text

DEMO = "demo"
NOT_DEMO = N_("The clock can only be shifted on a database that holds the demo county.")
NOT_PUBLIC = N_("The demo county is served on this machine only, not on %(host)s.")


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


def check_demo(*, demo: bool, host: str, offset: timedelta) -> None:
    """Neither shift a real clock nor show the demo to others. Raises Misconfigured."""
    if offset and not demo:
        raise Misconfigured(Text(NOT_DEMO))
    if demo and not _is_loopback(host):
        raise Misconfigured(Text(NOT_PUBLIC, {"host": host}))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
