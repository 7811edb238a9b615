"""The page on which a school signs its day, and the bureau's view of all schools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.clock import LOCAL
from casework.errors import NotFound
from casework.models import Case, Unit, ZeroReport
from casework.permissions import Actor, Permission
from casework.services import clearing
from casework.services.pages import labels
from casework.services.pages.findings import of_day
from casework.services.zero_reports import listing
from casework.services.zero_reports.attesting import cases_of
from casework.text import N_
from casework.workflows.registry import WORKFLOWS

SLOTS: Mapping[str, str] = {"day": N_("The day"), "am": N_("Morning"), "pm": N_("Afternoon")}
BACK = 14
"""How many days the school's own list goes back."""


@dataclass(frozen=True, slots=True)
class CaseOfDay:
    """A case that belongs to the attestation."""

    number: str
    type_title: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class SignPage:
    """One school with what it owes now, each with the cases ``filed``, and what it has attested."""

    unit_id: int
    unit: str
    units: tuple[tuple[int, str], ...]
    on: date
    owed: tuple[Mapping[str, Any], ...]
    name: str
    past: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DayPage:
    """All schools of a bureau on one day; what is missing comes first."""

    on: date
    before: date
    after: date | None
    lines: tuple[Mapping[str, Any], ...]
    expected: int
    signed: int
    contradicted: int


def sign_page(session: Session, actor: Actor, unit_id: int | None = None) -> SignPage:
    """What the actor's school owes today. Raises NotFound without such a school."""
    schools = _schools(session, actor)
    school = next((one for one in schools if one.id == (unit_id or one.id)), None)
    if school is None:
        raise NotFound
    today, now = time.today(), time.now()
    days = [today - timedelta(days=n) for n in range(BACK)]
    lines = [
        line
        for day in days
        for line in listing.of_day(session, actor, day)
        if line["unit_id"] == school.id
    ]
    owed = [line for line in lines if line["attested_at"] is None]
    for line in owed:
        line["filed"] = _filed(cases_of(session, actor, school, line["on"], now))
    return SignPage(
        unit_id=school.id,
        unit=school.name,
        units=tuple((one.id, one.name) for one in schools),
        on=today,
        owed=tuple(owed),
        name=actor.name,
        past=tuple(line for line in lines if line["attested_at"] is not None),
    )


def _filed(cases: Iterable[Case]) -> tuple[CaseOfDay, ...]:
    return tuple(
        CaseOfDay(case.number, WORKFLOWS[case.case_type].title, case.filed_at) for case in cases
    )


def day_page(session: Session, actor: Actor, on: date | None) -> DayPage:
    """The schools in scope on a day, the missing and the contradicted first."""
    today = time.today()
    day = min(on or today, today)
    lines = listing.of_day(session, actor, day)
    for line in lines:
        line.update(_held_against(session, actor, line))
    lines.sort(key=lambda line: (line["attested_at"] is not None, not line["contradicted"]))
    return DayPage(
        on=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        lines=tuple(lines),
        expected=len(lines),
        signed=sum(line["attested_at"] is not None for line in lines),
        contradicted=sum(bool(line["contradicted"]) for line in lines),
    )


def _held_against(session: Session, actor: Actor, line: Mapping[str, Any]) -> dict[str, Any]:
    """The flags of a day in words, the findings on it, and what the actor may do about them."""
    if not (line["flags"] or line["contradicted"]):
        return {}
    flags = [
        {
            **flag,
            "label": labels.FLAGS.get(flag["kind"], flag["kind"]),
            "clearable": clearing.clearable(session, actor, flag["id"]),
        }
        for flag in line["flags"]
    ]
    above = actor.can(Permission.FINDING_PROPOSE, session.get_one(Unit, line["unit_id"]).path)
    findings = of_day(session, actor, line["id"], line["contradicted"])
    return {"flags": flags, "findings": findings, "may_propose": above}


def owed_now(session: Session, actor: Actor) -> tuple[Mapping[str, Any], ...]:
    """What the actor's own schools have still to attest, today and before."""
    ids = [school.id for school in _schools(session, actor)]
    first = time.now().astimezone(LOCAL).date() - timedelta(days=BACK)
    missing = ZeroReport.unit_id.in_(ids), ZeroReport.attested_at.is_(None), ZeroReport.on >= first
    days = session.scalars(select(ZeroReport.on).where(*missing).distinct()).all() if ids else []
    return tuple(
        line
        for day in sorted(days)
        for line in listing.of_day(session, actor, day)
        if line["unit_id"] in ids and line["attested_at"] is None
    )


def _schools(session: Session, actor: Actor) -> list[Unit]:
    """The schools whose day the actor may sign: those of own posts, not those overseen."""
    posts = [post for post in actor.posts if actor.can(Permission.ZERO_SIGN, post.path)]
    paths = {post.home for post in posts if post.unit_kind not in ("city_bureau", "county_bureau")}
    if not paths:
        return []
    inside = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    return list(session.scalars(select(Unit).where(Unit.kind == "school", inside)))
