"""Which roles exist at which kinds of units; a post anywhere else is a mistake of the sheet."""

from __future__ import annotations

from collections.abc import Mapping

from casework.permissions import Role
from casework.services.pages.labels import UNITS
from casework.text import N_, Text

_SCHOOLS = ("school", "district")
_BUREAUS = ("county_bureau", "city_bureau")

PLACES: Mapping[str, tuple[str, ...]] = {
    Role.STAFF: (*_SCHOOLS, "grade", "class", "dormitory", "bus", "placement", *_BUREAUS),
    Role.TEACHER: ("class",),
    Role.GRADE_LEAD: ("grade", "school"),
    Role.COUNSELLOR: _SCHOOLS,
    Role.SAFETY_LEAD: _SCHOOLS,
    Role.DEPUTY: _SCHOOLS,
    Role.PRINCIPAL: _SCHOOLS,
    Role.DUTY: (*_SCHOOLS, "dormitory", *_BUREAUS),
    Role.BUREAU_OFFICER: ("county_bureau",),
    Role.BUREAU_LEADER: ("county_bureau",),
    Role.CITY_OFFICER: ("city_bureau",),
    Role.ADMIN: (*_BUREAUS, *_SCHOOLS),
}
NOT_THERE = N_("“%(role)s” is no post at “%(unit)s”; it belongs to: %(kinds)s.")

EXPECTED: Mapping[str, tuple[Role, ...]] = {
    "city_bureau": (Role.CITY_OFFICER,),
    "county_bureau": (Role.BUREAU_OFFICER, Role.BUREAU_LEADER),
    "school": (Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL),
    "class": (Role.TEACHER,),
}
"""The posts that somebody must hold, by kind of unit: clocks and ladders turn to them."""


def unit_kinds(kinds: tuple[str, ...]) -> list[Text]:
    """These kinds of units in words, for a sentence."""
    return [Text(UNITS[kind]) for kind in kinds]
