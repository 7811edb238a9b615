"""Readers of single settings: text in, value out, ValueError with a sentence for a bad one.

No sentence repeats the value: it may be a password in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from casework.notifications.channels import alarms, check_alarm, mail_server

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d{1,4})W"
    r"|(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?)",
    re.ASCII,
)
SHORTEST_SECRET = 16


def path(text: str) -> Path:
    """A file or folder; a relative one counts from the working directory."""
    return Path(text).expanduser().absolute()


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of integers between two bounds, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader of one of a few words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return read


def named(*names: str) -> Callable[[str], tuple[tuple[str, str], ...]]:
    """A reader of ``name=value`` pairs between semicolons, for a few names."""

    def read(text: str) -> tuple[tuple[str, str], ...]:
        pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
        found = {name.strip(): value.strip() for name, _, value in pairs}
        if set(found) - set(names) or not all(found.values()):
            raise ValueError(f"must look like {names[0]}=…;{names[1]}=…, of {', '.join(names)}")
        return tuple(found.items())

    return read


def host(text: str) -> str:
    """A name or address to listen on."""
    if not re.fullmatch(r"[0-9A-Za-z.:_-]+", text):
        raise ValueError("must be a host name or an address")
    return text


def local_url(host_name: str, port: int) -> str:
    """Where a browser finds what listens here."""
    shown = f"[{host_name}]" if ":" in host_name else host_name
    return f"http://{shown}:{port}"


def base_url(text: str) -> str:
    """The address that people use, without a slash at its end."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://casework.example.org")
    return text.rstrip("/")


def sqlite_url(data_dir: Path) -> str:
    """The embedded database in the data folder."""
    return f"sqlite:///{(data_dir / 'casework.db').as_posix()}"


def database_url(text: str) -> str:
    """A SQLAlchemy address; PostgreSQL is spoken through psycopg, SQLite files become absolute."""
    scheme, mark, rest = text.partition("://")
    dialect = scheme.partition("+")[0]
    if mark and dialect in {"postgres", "postgresql"} and rest:
        return f"postgresql+psycopg://{rest}"
    if mark and dialect == "sqlite" and re.match(r"/[^:?]", rest):
        return f"sqlite:///{path(rest[1:]).as_posix()}"
    raise ValueError("must begin with sqlite:/// and name a file, or with postgresql://")


def secret_key(text: str) -> str:
    """The key that signs cookies."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return text


def region(text: str) -> str:
    """A GB/T 2260 prefix: province, city or county."""
    if not re.fullmatch(r"\d{2}(\d{2}){0,2}", text, re.ASCII):
        raise ValueError("must be the 2, 4 or 6 digits of a province, city or county (GB/T 2260)")
    return text


def timezone(text: str) -> ZoneInfo:
    """A zone of the tz database."""
    try:
        return ZoneInfo(text)
    except (KeyError, OSError, ValueError):
        raise ValueError("must be a time zone such as Asia/Shanghai") from None


def duration(text: str) -> timedelta:
    """An ISO 8601 duration of fixed length: weeks alone, or days, hours, minutes, seconds.

    A minus before it turns it round (ISO 8601-2, 4.4.1.9).
    """
    match = _DURATION.fullmatch(text)
    parts = match.groupdict() if match else {}
    sign = -1 if parts.pop("sign", "") else 1
    if not any(parts.values()):
        raise ValueError("must be a duration such as P3DT2H (no years, months or fractions)")
    return sign * timedelta(**{unit: int(n) for unit, n in parts.items() if n is not None})


def smtp_url(text: str) -> str:
    """The mail server, as ``casework.notifications.channels.mail_server`` reads it."""
    mail_server.parse(text)
    return text


def notify_urls(text: str) -> tuple[str, ...]:
    """The addresses of Apprise that hear when Casework itself is in trouble."""
    found = alarms.split(text)
    for n, url in enumerate(found, 1):
        if reason := check_alarm(url):
            raise ValueError(f"address {n} of {len(found)} cannot be used: {reason}")
    return found
