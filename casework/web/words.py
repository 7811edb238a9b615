"""How templates say things: sentences in the reader's language, instants, spans, values."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask, request
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup, escape

from casework import clock
from casework.clock import LOCAL
from casework.http import reading, viewer
from casework.i18n import current_locale, say
from casework.permissions import Permission
from casework.services.messages import unread
from casework.text import Text
from casework.web.once import new_key

MINUTE = 60
DAY = timedelta(days=1)
MIDNIGHT = time(0)


def init_app(app: Flask) -> None:
    """Hand filters and the frame of every page to the templates."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters = {
        "t": say,
        "moment": moment,
        "by": by,
        "day": day,
        "span": span,
        "exact": exact,
        "hour": hour,
        "weekday": weekday,
        "local": local,
        "shown": shown,
    }
    app.jinja_env.filters.update(filters)
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """What the frame of every page needs: who looks, where, when, and what waits unread."""
    actor = viewer()
    return {
        "actor": actor,
        "lang": "zh-CN" if current_locale() == "zh_CN" else "en",
        "here": (request.endpoint or "").partition(".")[0],
        "server_now": clock.now(),
        "in_cases": actor is not None and actor.can(Permission.CASE_FILE),
        "in_rules": actor is not None and actor.can(Permission.RULE_READ),
        "in_calendar": actor is not None and actor.can(Permission.ZERO_READ),
        "in_findings": actor is not None and actor.can(Permission.FINDING_READ),
        "in_channels": actor is not None and actor.can(Permission.CHANNEL_READ),
        "keeps_boxes": actor is not None and actor.can(Permission.BOX_KEEP),
        "manages": actor is not None and actor.can(Permission.ACCOUNT_MANAGE),
        "on_board": actor is not None and actor.can(Permission.BOARD_READ),
        "of_city": actor is not None and any(p.unit_kind == "city_bureau" for p in actor.posts),
        "unread": _unread,
        "form_key": new_key,
    }


def _unread() -> int:
    actor = viewer()
    if actor is None:
        return 0
    with reading() as session:
        return unread(session, actor)


def moment(at: datetime) -> Markup:
    """An instant as people say it: today 17:30, or the date with the time."""
    here = at.astimezone(LOCAL)
    return _both(here.date(), f"{here:%H:%M}")


def by(at: datetime) -> Markup:
    """A due instant: midnight is written as 24:00 of the day that ends."""
    here = at.astimezone(LOCAL)
    if here.time() == MIDNIGHT:
        return _both(here.date() - DAY, "24:00")
    return moment(at)


def _both(on: date, clock_time: str) -> Markup:
    """A day and a time as a screen says it, and in full for paper, where no day is today."""
    near = day(on)
    said = near + clock_time if near.endswith("）") else f"{near} {clock_time}"
    paper = f"{on.isoformat()} {clock_time}"
    if said == paper:
        return escape(said)
    both = '<span class="on-screen">{}</span><span class="on-paper">{}</span>'
    return Markup(both).format(said, paper)  # noqa: S704  the words are escaped by format


def exact(at: datetime) -> str:
    """An instant to the second, as a receipt says it."""
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"


def hour(at: datetime) -> str:
    """The time of an instant whose day is said beside it."""
    return f"{at.astimezone(LOCAL):%H:%M}"


def weekday(on: date) -> str:
    """The day of the week, short."""
    return format_date(on, "EEE")


def day(on: date) -> str:
    """A day as people say it."""
    today = clock.today()
    near = {today - DAY: _("yesterday"), today: _("today"), today + DAY: _("tomorrow")}
    if on in near:
        return near[on]
    if on.year == today.year and on > today:
        return format_date(on, _("EEE d MMM"))
    if on.year == today.year:
        return format_date(on, _("d MMM"))
    return on.isoformat()


def span(left: timedelta) -> str:
    """A length of time in its two largest units, without a sign."""
    minutes = int(abs(left.total_seconds()) // MINUTE)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = []
    if days:
        parts.append(_("%(n)s d", n=days))
    if hours:
        parts.append(_("%(n)s h", n=hours))
    if not days and (minutes or not parts):
        parts.append(_("%(n)s min", n=minutes))
    return (" " if current_locale() == "en" else "").join(parts)


def local(at: datetime) -> str:
    """An instant as the browser's entry for date and time wants it."""
    return f"{at.astimezone(LOCAL):%Y-%m-%dT%H:%M}"


def shown(value: object) -> str:
    """A recorded value in words."""
    if isinstance(value, Text):
        return say(value)
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else str(value)
