"""Which pages are walked, by whom; every address that answers with a page must be among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from casework import create_app
from config.settings import Settings
from tests.e2e.people import Person

NOT_PAGES = frozenset(
    {
        *("static", "health.healthz", "health.metrics"),
        *("evidence.show", "evidence.progress", "audit.export", "admin_import.empty"),
        *("roll_door.worker", "roll_door.door", "class_log.export"),
        *("intake_boxes.picture", "calendar_feed.show"),
        *("papers.picture", "papers.file", "papers.bundle", "wording.template"),
    }
)
"""What answers with something else than a page, besides everything of the API."""
BY: dict[str, tuple[str, ...]] = {
    "teacher1": (
        *("/", "/report", "/report/bullying", "/report/absence", "/report/emergency"),
        *("/report/opinion", "/cases", "/messages", "/me", "/me/password", "/help", "/roster"),
        *("/help/bullying", "/help/absence", "/help/emergency", "/help/opinion", "/approvals"),
        *("/cases?q=nothing-is-called-so", "/cases/none", "/county"),
        *("/tell", "/tell/answers", "/tell/none", "/tell?lang=en", "/tell/answers?lang=en"),
        "/acknowledge/none",
        *("/calls", "/me/notifications", "/messages/parcels/none"),
    ),
    "teacher1b": (
        *("/roll", "/roll/offline", "/roll/saved", "/roll/999999/correct", "/leaves"),
        *("/class-log", "/class-log/month"),
    ),
    "staff6": ("/", "/cases", "/messages"),
    "counsellor1": ("/", "/cases"),
    "grade1": ("/",),
    "lead1": (
        *("/", "/cases?closed=1", "/roster", "/zero-report", "/rolls", "/documents"),
        *("/documents/new", "/documents?show=withdrawn"),
    ),
    "principal1": ("/", "/approvals", "/calendar", "/periods", "/channels", "/messages"),
    "duty1": ("/", "/roster", "/calls"),
    "officer1": (
        *("/", "/county", "/county?sort=open&level=1", "/county?stage=primary", "/rules"),
        *("/zero-reports", "/approvals", "/messages", "/roster", "/calendar"),
        *("/boxes", "/boxes/1/poster", "/findings/new/zero_report/1", "/signals/new"),
        *("/calls", "/channels", "/me/notifications", "/escalations/999999/phone"),
    ),
    "leader1": ("/", "/approvals", "/wording", "/bulletins"),
    "city1": ("/", "/city", "/cases?closed=1", "/county", "/calls"),
    "admin1": (
        *("/", "/admin/accounts", "/admin/accounts?q=nobody-is-called-so", "/admin/accounts/new"),
        *("/admin/accounts/teacher1", "/admin/vacancies", "/admin/import", "/me"),
        *("/admin/reach", "/channels"),
    ),
}
"""Addresses that stand as they are. Among them are empty lists, a 404 and a 403."""
IN_ENGLISH: dict[str, tuple[str, ...]] = {
    "teacher2": ("/", "/report/emergency", "/help/bullying", "/cases", "/me", "/roster"),
    "officer2": (
        *("/", "/county", "/rules", "/approvals", "/calls", "/channels", "/messages"),
        "/me/notifications",
    ),
}
ACTION = re.compile(r'href="(/cases/\d{4}-[A-Z]{2}-\d+/actions/(\w+))')
CASE = re.compile(r'href="(/cases/(\d{4}-[A-Z]{2}-\d+))"')
KIND = re.compile(r"-([A-Z]{2})-")
ENTRY = re.compile(r'name="([\w.]+)"')
FEW = 4
"""Whoever has more steps than this to choose from is in the middle of an open case."""
PAPER = re.compile(r'href="(/cases/\d{4}-[A-Z]{2}-\d+/reports/\d+)"')
SCHOOL = re.compile(r'href="(/county/schools/\d+)"')
LISTS = (
    *("/calls", "/signals", "/reconciliation", "/county/flags", "/findings"),
    *("/zero-reports", "/documents"),
)
FOUND = (
    (r"/escalations/\d+/phone", 1),
    (r"/signals/\d+", 6),
    (r"/signals/\d+/open/\w+", 1),
    (r"/signals/\d+/conversation", 1),
    (r"/reconciliation/schools/\d+", 3),
    (r"/findings/\d+", 1),
    (r"/flags/\d+/clear", 1),
    (r"/documents/\d+", 8),
    (r"/documents/\d+/preview", 1),
)
"""What links lead an officer to, and how many of each kind are looked at."""


def of_cases(who: Person) -> Iterator[str]:
    """Of each kind an open case, a long one and an ended one, its papers; a form of each step.

    Only what is linked is found: a step without a link has no form. A form that asks the same in
    another kind is the same page.
    """
    seen: set[object] = set()
    longest: dict[str, tuple[int, str]] = {}
    for path in dict.fromkeys(found[0] for found in CASE.findall(_all_lists(who))):
        text, kind = _get(who, path), KIND.findall(path)[0]
        links = ACTION.findall(text)
        longest[kind] = max(longest.get(kind, (0, "")), (len(text), path))
        wanted: list[tuple[object, str]] = [
            ((kind, len(links) > FEW), path),
            ((kind, "audit"), f"{path}/audit"),
            ((kind, "told"), f"{path}/told"),
            ((kind, "events"), f"{path}/audit?part=events"),
            ((kind, "filed"), f"/report/filed{path.removeprefix('/cases')}"),
            *(((kind, "paper"), link) for link in PAPER.findall(text)[:1]),
        ]
        for link, name in links:
            if (kind, name) not in seen:
                seen.add((kind, name))
                wanted.append(((name, *ENTRY.findall(_get(who, link))), link))
        yield from (one for key, one in wanted if key not in seen)
        seen |= {key for key, _ in wanted}
    yield from (path for _, path in longest.values())
    yield from SCHOOL.findall(_get(who, "/county"))[:1]


def of_bureau(who: Person) -> Iterator[str]:
    """What the bureau hears of and asks about: the lists, and the first pages they lead to."""
    text = "".join(_get(who, path) for path in LISTS)
    yield from LISTS
    for pattern, most in FOUND:
        for path in list(dict.fromkeys(re.findall(f'href="({pattern})[?#"]', text)))[:most]:
            text += _get(who, path)
            yield path


def _all_lists(who: Person) -> str:
    """Every page of the list of cases, one after the other."""
    text, path = "", "/cases?closed=1"
    while path:
        page = _get(who, path)
        text += page
        more = re.search(r'href="(/cases\?[^"]*cursor=[^"]*)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    return text


def _get(who: Person, path: str) -> str:
    """As the page itself would ask: with the login of its browser."""
    return who.page.context.request.get(f"{who.url}{path}").text()


def site(folder: Path) -> Flask:
    """The application, only to ask which address belongs to which endpoint."""
    return create_app(Settings(database_url="sqlite://", secret_key="-" * 32, data_dir=folder))


def pages_of(app: Flask) -> set[str]:
    """Every endpoint that answers GET with a page."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api")
    } - NOT_PAGES
