"""Places: the tree from the city bureau down to a class, and who sits in a class."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from casework.errors import Invalid, NotFound
from casework.models import Student, Unit
from casework.models.unit import KINDS
from casework.permissions import PERMISSIONS, Actor, Permission
from casework.services.rolls import tally
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, clean_text

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,40}", re.ASCII)
BELOW: dict[str, tuple[str, ...]] = {
    "city_bureau": (),
    "county_bureau": ("city_bureau",),
    "district": ("county_bureau",),
    "school": ("county_bureau", "district"),
    "grade": ("school",),
    "class": ("school", "grade"),
    "dormitory": ("school",),
    "bus": ("school",),
    "placement": ("school", "county_bureau"),
}
"""Under which kinds a kind of unit may hang; a county may also stand alone at the top."""
TOPS = ("city_bureau", "county_bureau")

BAD_CODE = N_("A code has up to 41 letters, digits, dots, hyphens or underscores.")
TAKEN = N_("The code “%(code)s” is taken.")
NO_KIND = N_("There is no kind of unit “%(kind)s”; there are %(kinds)s.")
NO_PARENT = N_("There is no unit with the code “%(code)s”.")
NOT_BELOW = N_("A unit of this kind hangs under: %(kinds)s.")
BAD_REGION = N_("A region has 2, 4 or 6 digits (GB/T 2260).")


def find_unit(session: Session, code: str) -> Unit:
    """The unit with this code. Raises NotFound."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound(Text(NO_PARENT, {"code": code}))
    return unit


def add_unit(
    session: Session,
    code: str,
    kind: str,
    name: str,
    parent: str | None = None,
    *,
    region: str = "",
    stage: str = "",
) -> Unit:
    """Add a unit below the one with the code ``parent``. Raises Invalid, every fault by field."""
    errors: dict[str, list[Text]] = {}
    if not CODE.fullmatch(code):
        errors["code"] = [Text(BAD_CODE)]
    elif session.scalar(select(Unit.id).where(Unit.code == code)):
        errors["code"] = [Text(TAKEN, {"code": code})]
    if kind not in KINDS:
        errors["kind"] = [Text(NO_KIND, {"kind": kind, "kinds": ", ".join(KINDS)})]
    name = _words(name, errors)
    if region and not re.fullmatch(r"\d{2}(\d{2}){0,2}", region, re.ASCII):
        errors["region"] = [Text(BAD_REGION)]
    above = _parent(session, kind, parent, errors)
    if errors:
        raise Invalid(errors)
    unit = Unit(
        code=code,
        kind=kind,
        name=name,
        parent_id=above.id if above else None,
        region=region,
        stage=stage,
        path=f"?{code}",  # unique until the id is known
    )
    session.add(unit)
    session.flush()
    unit.path = f"{above.path if above else '/'}{unit.id}/"
    session.flush()
    tally.forget(session, unit.path)
    return unit


def list_units(session: Session, actor: Actor | None = None) -> list[dict[str, Any]]:
    """The units the actor may file about or read in, as data, by path; all of them without one."""
    query = select(Unit)
    if actor is not None:
        query = query.where(_reached(actor))
    return [as_data(unit) for unit in session.scalars(query.order_by(Unit.path))]


def class_students(session: Session, actor: Actor, class_id: int) -> list[Student]:
    """The pupils of a class the actor may file about. Raises NotFound."""
    known = select(Unit).where(Unit.id == class_id, Unit.kind == "class", _reached(actor))
    unit = session.scalar(known)
    if unit is None:
        raise NotFound
    query = select(Student).where(Student.unit_id == unit.id, Student.left_on.is_(None))
    return list(session.scalars(query.order_by(Student.code)))


def as_data(unit: Unit) -> dict[str, Any]:
    """A unit as a program reads it."""
    return {
        "id": unit.id,
        "code": unit.code,
        "kind": unit.kind,
        "name": unit.name,
        "parent_id": unit.parent_id,
        "region": unit.region,
        "path": unit.path,
    }


def _reached(actor: Actor) -> ColumnElement[bool]:
    """The units about which the actor may file, or in which cases may be read."""
    homes = {p.home for p in actor.posts if Permission.CASE_FILE in PERMISSIONS[p.role]}
    paths = sorted(homes | set(actor.paths(Permission.CASE_READ)))
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))


def _words(name: str, errors: dict[str, list[Text]]) -> str:
    try:
        words = clean_text(name)
    except ValidationError as fault:
        errors["name"] = list(fault.messages)  # type: ignore[arg-type]
        return ""
    if not words:
        errors["name"] = [Text(REQUIRED)]
    return words


def _parent(
    session: Session, kind: str, code: str | None, errors: dict[str, list[Text]]
) -> Unit | None:
    allowed = Text(NOT_BELOW, {"kinds": ", ".join(BELOW.get(kind, ()))})
    if code is None:
        if kind in KINDS and kind not in TOPS:
            errors["parent"] = [allowed]
        return None
    parent = session.scalar(select(Unit).where(Unit.code == code))
    if parent is None:
        errors["parent"] = [Text(NO_PARENT, {"code": code})]
    elif kind in KINDS and parent.kind not in BELOW[kind]:
        errors["parent"] = [allowed]
    return parent
