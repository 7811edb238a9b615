"""What the first page shows beside the own duties, by post: as data, one function a section.

Each section says what would be here when it is empty, and its number is the length of the list
behind it, for both are asked with the same filters; only of what was no event, the list is longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from casework.models import Unit
from casework.permissions import Actor, Post, Role
from casework.services.pages.case_filters import Filters, as_args
from casework.services.pages.not_events import NotEvent, everything, not_events
from casework.services.pages.queue import CaseRow, how_many, queue_page
from casework.services.pages.today_posts import PostState, Superior, classes_of, posts_open
from casework.text import N_
from casework.workflows.definition import Phase

MOST = 5
"""How many cases a section shows; the rest stands in its list."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: cases with the list they are the head of, or posts, classes, no events.

    ``total`` counts the whole list. ``first``: it stands above the own duties.
    """

    key: str
    title: str
    empty: str
    total: int
    unit: str = ""
    rows: tuple[CaseRow, ...] = ()
    args: Mapping[str, str] | None = None
    posts: tuple[PostState, ...] = ()
    classes: tuple[Superior, ...] = ()
    not_events: tuple[NotEvent, ...] = ()
    first: bool = False


Maker = Callable[[Session, Actor, Post], Section]


def sections(session: Session, actor: Actor) -> tuple[Section, ...]:
    """The sections of all the actor's posts, those of the first post first, each once."""
    found: dict[tuple[str, int], Section] = {}
    for post in actor.posts:
        for make in SECTIONS.get(post.powers, ()):
            key = make.__name__, post.unit_id
            if key not in found:
                made = make(session, actor, post)
                found[key] = replace(made, key=f"{made.key}-{post.unit_id}")
    return tuple(found.values())


def new_reports(session: Session, actor: Actor, post: Post) -> Section:
    """What has been reported and nobody has taken up."""
    return _cases(
        session,
        actor,
        Section(
            "new-reports",
            N_("New reports to take up"),
            N_("No new report. Whatever is reported at your school stands here at once."),
            0,
            first=True,
        ),
        Filters(unit_id=post.unit_id, phase=Phase.REPORT),
    )


def open_cases(session: Session, actor: Actor, post: Post) -> Section:
    """The open cases of the unit, the nearest clock first."""
    return _cases(
        session,
        actor,
        Section(
            "open-cases",
            N_("Open cases"),
            N_("No open case here. Reports stand here until they are closed."),
            0,
        ),
        Filters(unit_id=post.unit_id),
    )


def unsigned_reports(session: Session, actor: Actor, post: Post) -> Section:
    """The cases with a report that nobody has signed."""
    return _cases(
        session,
        actor,
        Section(
            "unsigned",
            N_("Reports not signed yet"),
            N_("Every report to the bureau is signed. One that is not stands here."),
            0,
        ),
        Filters(unit_id=post.unit_id, unsigned=True),
    )


def support(session: Session, actor: Actor, post: Post) -> Section:
    """The cases in which children need the counsellor."""
    return _cases(
        session,
        actor,
        Section(
            "support",
            N_("Children who need support"),
            N_("No child needs you now. After bullying, an injury or words of self-harm it does."),
            0,
            first=True,
        ),
        Filters(part=True),
    )


def posts(session: Session, actor: Actor, post: Post) -> Section:
    """The posts of the school that nobody answers for at the desk: vacant, or away."""
    lines = posts_open(session, _unit(session, post))
    return Section(
        "posts",
        N_("Posts vacant or away"),
        N_("Every post is held and nobody is away."),
        len(lines),
        posts=lines,
        first=True,
    )


def classes(session: Session, actor: Actor, post: Post) -> Section:
    """The classes whose teachers' first superior one is, with their open cases."""
    unit = _unit(session, post)
    lines = classes_of(session, unit, lambda wanted: how_many(session, actor, wanted))
    return Section(
        "classes",
        N_("Classes and their teachers"),
        N_("No class belongs to this grade yet. The administrator enters them."),
        len(lines),
        unit=unit.name,
        classes=lines,
    )


def no_events(session: Session, actor: Actor, post: Post) -> Section:
    """What a school has called no event, while the bureau can still look at it fresh."""
    lines = not_events(session, actor, post)
    return Section(
        "no-events",
        N_("Marked as no event, today or since the last worked day"),
        N_("None. What a school marks as no event stands here until the next worked day is over."),
        len(lines),
        unit=_unit(session, post).name,
        not_events=lines,
        args=as_args(everything(post)),
        first=bool(lines),
    )


SECTIONS: Mapping[Role, tuple[Maker, ...]] = {
    Role.PRINCIPAL: (posts, open_cases, unsigned_reports),
    Role.DEPUTY: (posts, open_cases),
    Role.SAFETY_LEAD: (new_reports,),
    Role.GRADE_LEAD: (open_cases, classes),
    Role.COUNSELLOR: (support,),
    Role.BUREAU_OFFICER: (no_events,),
    Role.BUREAU_LEADER: (no_events,),
}


def _cases(session: Session, actor: Actor, empty: Section, wanted: Filters) -> Section:
    """The section filled with the head of the list that these filters make."""
    unit = session.get(Unit, wanted.unit_id) if wanted.unit_id else None
    return Section(
        empty.key,
        empty.title,
        empty.empty,
        how_many(session, actor, wanted),
        unit=unit.name if unit else "",
        rows=queue_page(session, actor, wanted).rows[:MOST],
        args=as_args(wanted),
        first=empty.first,
    )


def _unit(session: Session, post: Post) -> Unit:
    return session.get_one(Unit, post.unit_id)
