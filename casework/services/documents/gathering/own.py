"""A bureau's own kinds: what a template calls by one of these names is prefilled from the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.services.documents.gathering.matter import Matter
from casework.services.documents.values import Values
from casework.text import N_

NAMES: Mapping[str, tuple[str, Callable[[Matter], object]]] = {
    "案件编号": (N_("Case number"), lambda one: one.case.number),
    "事件名称": (N_("The event in one line"), lambda one: one.coded(one.case.title)),
    "学校": (N_("School"), lambda one: one.school.name),
    "单位": (N_("Class or unit"), lambda one: one.place.name),
    "事发时间": (N_("Happened at"), lambda one: one.moment(one.case.occurred_at)),
    "知悉时间": (N_("First known at"), lambda one: one.moment(one.case.known_at)),
    "录入时间": (N_("Filed at"), lambda one: one.moment(one.case.filed_at)),
    "接报时间": (N_("Received at"), lambda one: one.moment(one.case.received_at)),
    "事件经过": (N_("Course of the event"), lambda one: one.coded(one.case.narrative)),
    "学生代号": (N_("Code of the pupil"), lambda one: _codes(one)),
}
"""The names, what they mean, and where each comes from."""


def by_name(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of those entries whose names are known."""
    asked = {item.name for item in matter.held.kind.items}
    known = {name: find(matter) for name, (_, find) in NAMES.items() if name in asked}
    return {name: value for name, value in known.items() if value}, frozenset()


def _codes(matter: Matter) -> str:
    person_id = matter.held.document.person_id
    if person_id is not None:
        return matter.codes.of.get(person_id, "")
    return "、".join(dict.fromkeys(matter.codes.of.values()))
