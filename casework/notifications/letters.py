"""What a letter says: one shape for all of them, in the reader's language; pure.

No personal data leaves the system: a letter has a number, a type, a level, what is due, by when,
who must act, and a link. Subjects begin with the level and go on with the number: they sort.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casework.notifications.channels import Letter
from casework.notifications.channels.base import CUT
from casework.text import N_, Text

Say = Callable[[Text | str], str]
"""Puts a sentence into the reader's language."""

SUBJECT = N_("[Casework L%(level)s] %(number)s %(type)s %(what)s %(due)s")
DIGEST_SUBJECT = N_("[Casework L%(level)s] %(n)s messages, %(urgent)s of them escalated")
CASE = N_("Number: %(number)s %(type)s")
LEVEL = N_("Level: %(level)s")
DUTY = N_("Due: %(duty)s")
WHEN = N_("By: %(dues)s")
WHO = N_("To act: %(who)s")
LINK = N_("Open: %(url)s")
ACKNOWLEDGE = N_("Acknowledge by %(by)s, with one tap and without logging in: %(url)s")
DIGEST_HEAD = N_("%(n)s messages have come together, %(urgent)s of them escalated:")
MORE = N_("… and %(n)s more. All of them: %(url)s")
ALL = N_("All of them: %(url)s")


@dataclass(frozen=True, slots=True)
class Particulars:
    """One message with what it is about, as sentences."""

    sentence: Text
    level: int
    level_label: str
    at: datetime
    number: str = ""
    type_title: str = ""
    topic: Text | str = ""
    duty: Text | str = ""
    dues: Text | str = ""
    nearest: str = ""
    who: str = ""
    url: str = ""
    answer_url: str = ""
    answer_by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def single(uid: str, about: Particulars, say: Say) -> Letter:
    """The letter of one message."""
    lines = [say(about.sentence), ""]
    lines += [
        say(Text(template, {name: value}))
        for template, name, value in (
            (LEVEL, "level", Text(about.level_label) if about.level else ""),
            (DUTY, "duty", about.duty),
            (WHEN, "dues", about.dues),
            (WHO, "who", Text(about.who) if about.who else ""),
        )
        if value
    ]
    if about.number:
        kind = {"number": about.number, "type": Text(about.type_title)}
        lines.insert(2, say(Text(CASE, kind)))
    if about.answer_url:
        lines.append(_answer(about, say))
    lines.append(say(Text(LINK, {"url": about.url})))
    what = about.duty or about.topic
    values = {
        "level": about.level,
        "number": about.number,
        "type": Text(about.type_title) if about.type_title else "",
        "what": what,
        "due": about.nearest,
    }
    subject = " ".join(say(Text(SUBJECT, values)).split())
    body = "\n".join(lines)
    data = {**about.data, "url": about.url}
    return Letter(uid, subject, body, about.url, about.level, about.at, data, say(CUT))


@dataclass(frozen=True, slots=True)
class Digest:
    """Many messages in one letter: the most pressing as lines, the rest as a number."""

    lines: Sequence[Particulars]
    size: int
    escalated: int
    level: int
    at: datetime
    url: str


def digest(uid: str, about: Digest, say: Say) -> Letter:
    """The letter of a digest, in the order in which the messages were written."""
    counts = {"n": about.size, "urgent": about.escalated}
    body = [say(Text(DIGEST_HEAD, counts)), ""]
    body += [f"{n}. {_line(one, say)}" for n, one in enumerate(about.lines, 1)]
    rest = about.size - len(about.lines)
    more = Text(MORE, {"n": rest, "url": about.url}) if rest else Text(ALL, {"url": about.url})
    body += ["", say(more)]
    subject = say(Text(DIGEST_SUBJECT, {"level": about.level, **counts}))
    data = {
        "digest": True,
        "size": about.size,
        "escalated": about.escalated,
        "items": [dict(one.data) for one in about.lines],
        "url": about.url,
    }
    text = "\n".join(body)
    return Letter(uid, subject, text, about.url, about.level, about.at, data, say(CUT))


def _line(one: Particulars, say: Say) -> str:
    level = f"L{one.level} " if one.level else ""
    answer = _answer(one, say) if one.answer_url else ""
    return "\n   ".join(filter(None, (level + say(one.sentence), answer)))


def _answer(one: Particulars, say: Say) -> str:
    """How, and until when, the person who has been called acknowledges."""
    return say(Text(ACKNOWLEDGE, {"by": one.answer_by, "url": one.answer_url}))
