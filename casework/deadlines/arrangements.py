"""Load ``config/calendar/<year>.yaml``: holiday arrangements that the installed package lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from casework.deadlines.calendar import Arrangement, Calendar, Period, build
from casework.packs import Document, Place, flat, read, refuse


def _is_date(value: object) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValidationError("must be a date like 2027-01-01")


class _PeriodSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1))
    first = fields.Raw(required=True, validate=_is_date)
    last = fields.Raw(required=True, validate=_is_date)


class _ArrangementSchema(Schema):
    year = fields.Integer(strict=True, required=True)
    source = fields.String(required=True, validate=validate.Length(min=1))
    periods = fields.List(
        fields.Nested(_PeriodSchema), required=True, validate=validate.Length(min=1)
    )
    worked = fields.List(fields.Raw(validate=_is_date), load_default=list)


def load_calendar(directory: Path) -> Calendar:
    """Return the working calendar with the files of a directory laid over the known years.

    A file replaces its whole year; a directory that does not exist adds nothing.

    Raises:
        Misconfigured: listing every fault with file, line and reason.
    """
    faults: list[str] = []
    arrangements = []
    for path in sorted(directory.glob("*.yaml")):
        document = read(path)
        try:
            if document.faults:
                raise ValidationError({})
            arrangement = _arrangement(_ArrangementSchema().load(_mapping(document)))
        except ValidationError as error:
            faults += document.faults
            faults += [document.fault(*found) for found in _named(error)]
            continue
        faults += [document.fault(*found) for found in _contradictions(arrangement, document)]
        arrangements.append(arrangement)
    refuse(faults)
    return build(arrangements)


def _mapping(document: Document) -> dict[str, Any]:
    return document.data if isinstance(document.data, dict) else {}


def _named(error: ValidationError) -> list[tuple[Place, str]]:
    return [(place, f"{place[-1]}: {reason}") for place, reason in flat(error.messages)]


def _arrangement(data: dict[str, Any]) -> Arrangement:
    periods = tuple(Period(p["name"], p["first"], p["last"]) for p in data["periods"])
    return Arrangement(data["year"], periods, frozenset(data["worked"]))


def _contradictions(arrangement: Arrangement, document: Document) -> Iterator[tuple[Place, str]]:
    if document.path.stem != str(arrangement.year):
        yield ("year",), f"a file for {arrangement.year} must be called {arrangement.year}.yaml"
    off: set[date] = set()
    for n, period in enumerate(arrangement.periods):
        if not 0 <= (period.last - period.first).days < 31 or period.first in off:
            yield ("periods", n), "the period ends before it begins, is too long, or overlaps"
        elif not {period.first.year, period.last.year} & {arrangement.year}:
            yield ("periods", n), f"the period does not touch {arrangement.year}"
        else:
            off.update(period.days())
    for day in sorted(arrangement.worked):
        if day.weekday() < 5 or day in off:
            yield ("worked",), f"{day} is no weekend day outside the periods"
