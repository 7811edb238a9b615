"""Counts similar illnesses where a sick mark was written, and lets SYSTEM open the emergency.

One emergency for each place and group of symptoms at a time: further pupils join it. After it has
ended another one opens from new illnesses only. An illness of which nobody has told any symptoms
counts towards every group of which somebody has, until it is counted in an emergency.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.deadlines.clusters import DAY, ClusterRules, Group, Met, Spell, first_met
from casework.models import Case, Cluster, Unit
from casework.permissions import SYSTEM
from casework.services.actors import school_of
from casework.services.clusters import records
from casework.services.clusters.spells import PLACES, places_of, spells_at
from casework.services.filing import NewCase, file_case
from casework.services.locking import hold_counts
from casework.services.policy import policy
from casework.services.subjects import region_of
from casework.services.views import case_view
from casework.text import N_
from casework.workflows.case import UNKNOWN

SOURCE = "cluster"
TITLE = N_("Similar illnesses in one class or dormitory")
FIELDS = {
    "category": "public_health",
    "statutory_grade": UNKNOWN,
    "school_grade": UNKNOWN,
    # How ill anybody is no machine can tell: the first report of a person says it.
    "dead": UNKNOWN,
    "injured": UNKNOWN,
    "missing": 0,
    "weapon": False,
}


Known = Sequence[tuple[Cluster, Case]]


@dataclass(frozen=True, slots=True)
class Watch:
    """One place and the days about which something new is known."""

    session: Session
    rules: ClusterRules
    place: Unit
    days: tuple[date, date]
    at: datetime

    @property
    def span(self) -> timedelta:
        """How far the widest window reaches beyond a day."""
        return (self.rules.widest - 1) * DAY

    @property
    def until(self) -> date:
        """The last day on which a window with something new in it can end; none lies ahead."""
        return min(self.days[1] + self.span, self.at.astimezone(LOCAL).date())


def check_pupils(
    session: Session,
    student_ids: Iterable[int],
    on: date,
    at: datetime,
    until: date | None = None,
) -> list[Case]:
    """Count again wherever these pupils belong: they are newly known to be ill, ``on`` or up to
    ``until``. Returns the emergencies that were opened.
    """
    places = places_of(session, student_ids, on, until or on)
    return check(session, places, on, at, until)


def check(
    session: Session, unit_ids: Iterable[int], on: date, at: datetime, until: date | None = None
) -> list[Case]:
    """Count again in these classes and dormitories, for illnesses of a day or of several days."""
    ids = sorted(set(unit_ids))
    if not ids:
        return []
    hold_counts(session, ids)  # two marks at once would both count one too few
    places = session.scalars(
        select(Unit).where(Unit.id.in_(ids), Unit.kind.in_(PLACES)).order_by(Unit.id)
    ).all()
    rules = policy(session).clusters
    watches = (Watch(session, rules, place, (on, until or on), at) for place in places)
    return [case for watch in watches for case in _watch(watch)]


def _watch(watch: Watch) -> Iterable[Case]:
    found = spells_at(
        watch.session, watch.rules, watch.place, watch.days[0] - watch.span, watch.until
    )
    if not found:
        return
    vague = watch.rules.unspecified
    for group in sorted(watch.rules.groups, key=lambda one: one is vague):
        known = _known(watch)
        mine = [spell for spell in found if group.name in spell.groups]
        standing = [row for row, case in known if not case.final and row.illness == group.name]
        if group is vague and not standing:
            # What nobody has described is no second outbreak beside the one that is known.
            standing = [row for row, case in known if not case.final]
            others = [records.pupils(watch.session, row) for row in standing[1:]]
            mine = [spell for spell in mine if not any(spell.pupil in one for one in others)]
        if mine and standing:
            _join(watch, standing[0], mine)
        elif mine:
            ended = [(row, case) for row, case in known if case.final]
            fresh = _fresh(watch, {group.name, vague.name}, ended, mine)
            if fresh and group is not vague:
                fresh += _untold(watch, found, known)
            yield from _judge(watch, group, fresh, known)


def _known(watch: Watch) -> Known:
    """The clusters of the place with their emergencies, the newest first."""
    query = (
        select(Cluster, Case)
        .join(Case, Cluster.case_id == Case.id)
        .where(Cluster.unit_id == watch.place.id)
        .order_by(Cluster.id.desc())
    )
    return [(row, case) for row, case in watch.session.execute(query)]


def _untold(watch: Watch, spells: list[Spell], known: Known) -> list[Spell]:
    """The illnesses that may be like any other, as far as no described emergency counts them."""
    vague = watch.rules.unspecified.name
    counted = {spell.pupil for spell in spells if not spell.untold}
    for row, case in known:
        if not case.final and row.illness != vague:
            counted |= records.pupils(watch.session, row)
    free = [spell for spell in spells if spell.untold and spell.pupil not in counted]
    ended = [(row, case) for row, case in known if case.final]
    return _fresh(watch, {row.illness for row, _ in ended}, ended, free)


def _judge(watch: Watch, group: Group, spells: list[Spell], known: Known) -> Iterable[Case]:
    """Open an emergency when a threshold is met; an undescribed one of the same pupils is it."""
    region = region_of(watch.session, watch.place) or policy(watch.session).region
    thresholds = watch.rules.thresholds_for(region)
    met = first_met(spells, thresholds, watch.days[0], watch.until, group.name)
    if met is None:
        return
    for row, case in known:
        vague = row.illness == watch.rules.unspecified.name and not case.final
        if vague and records.pupils(watch.session, row) & met.pupils:
            row.illness = group.name
            described = {"illness": group.name, "alike": group.title}
            records.note(watch.session, row, "cluster_described", described, watch.at)
            _join(watch, row, met.spells)
            return
    yield _open(watch, group, met)


def _open(watch: Watch, group: Group, met: Met) -> Case:
    report = NewCase(
        case_type="emergency",
        unit_id=school_of(watch.session, watch.place).id,
        title=TITLE,
        known_at=watch.at,
        fields=FIELDS,
        source=SOURCE,
    )
    case = file_case(watch.session, SYSTEM, report)
    row = Cluster(
        unit_id=watch.place.id,
        illness=group.name,
        from_on=min(max(spell.from_on, met.first_on) for spell in met.spells),
        found_at=watch.at,
        case_id=case.id,
    )
    watch.session.add(row)
    watch.session.flush()
    data = {
        "illness": group.name,
        "alike": group.title,
        "place": watch.place.code,
        "where": watch.place.name,
        "pupils": len(met.pupils),
        "days": met.threshold.days,
        "threshold": met.threshold.pupils,
        "last_on": met.last_on,
        "basis": watch.rules.basis,
    }
    records.note(watch.session, row, "cluster_found", data, watch.at)
    _join(watch, row, met.spells, founding=True)
    return case


def _join(watch: Watch, row: Cluster, spells: Iterable[Spell], *, founding: bool = False) -> None:
    """Make the pupils members, each once; their absences are linked with the emergency."""
    near = [spell for spell in spells if spell.until_on >= row.from_on - watch.span]
    joined = records.add_members(watch.session, row, near, watch.at)
    if joined and not founding:
        data = {"pupils": len(records.pupils(watch.session, row)), "joined": joined}
        records.note(watch.session, row, "cluster_joined", data, watch.at)


def _fresh(
    watch: Watch,
    illnesses: Collection[str],
    ended: Known,
    spells: list[Spell],
) -> list[Spell]:
    """The spells that belong to no cluster of these illnesses that is over."""
    for row, case in ended:
        if row.illness not in illnesses:
            continue
        over = _ended_on(watch.session, case)
        members = records.pupils(watch.session, row)
        rest = over + watch.rules.rest_days * DAY
        spells = [
            spell
            for spell in spells
            if spell.until_on < row.from_on - watch.span
            or spell.from_on > (rest if spell.pupil in members else over)
        ]
    return spells


def _ended_on(session: Session, case: Case) -> date:
    """The day on which the emergency came to its present end."""
    entered = case_view(session, case, links=False).entered(case.state)
    return (entered or case.filed_at).astimezone(LOCAL).date()
