"""Load ``config/escalation.yaml`` and check it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from casework.deadlines.ladder import Ladder, Ladders, Rung
from casework.deadlines.schema import LADDERS
from casework.packs import Place, flat, read, refuse

TELL = ("owner", "superior", "principal", "bureau_officer", "bureau_leader", "city_officer")
"""Whom a rung may tell; the services resolve each to persons."""

CALL = ("superior", "duty_school", "duty_bureau", *TELL[2:])
"""Whom a rung may call; ``duty_…`` is whoever is on duty there."""

_percent = validate.Range(min=1, max=10_000)


class _RungSchema(Schema):
    name = fields.String(required=True, validate=validate.Regexp(r"^[a-z]+_[a-z0-9]+$"))
    level = fields.Integer(strict=True, load_default=None, validate=validate.Range(1, 4))
    target = fields.Integer(strict=True, load_default=None, validate=_percent)
    limit = fields.Integer(strict=True, load_default=None, validate=_percent)
    tell = fields.List(
        fields.String(validate=validate.OneOf(TELL, error="must be one of: {choices}")),
        required=True,
        validate=validate.Length(min=1),
    )
    call = fields.List(
        fields.String(validate=validate.OneOf(CALL, error="must be one of: {choices}")),
        load_default=list,
    )
    offer = fields.String(load_default=None)
    waits = fields.Boolean(load_default=False)
    daily = fields.Boolean(load_default=False)

    @validates_schema
    def _hangs_on_something(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("target") is None and data.get("limit") is None:
            raise ValidationError("a rung needs a percent of target or limit", "name")
        if (data.get("level") is None) == bool(data.get("call")):
            raise ValidationError("a level, and only a level, names whom it calls", "call")

    @post_load
    def _rung(self, data: dict[str, Any], **_: Any) -> Rung:
        return Rung(**{**data, "tell": tuple(data["tell"]), "call": tuple(data["call"])})


class _LadderSchema(Schema):
    acknowledge_within = fields.Integer(
        strict=True, required=True, validate=validate.Range(min=1, max=1440)
    )
    ends = fields.Boolean(load_default=False)
    round_the_clock = fields.Boolean(load_default=False)
    rungs = fields.List(fields.Nested(_RungSchema), required=True)


def load_ladders(path: Path) -> Ladders:
    """Read the ladders; each of the four that rules may name must be there.

    Raises:
        Misconfigured: listing every fault with file, line and reason.
    """
    document = read(path)
    faults = list(document.faults)
    found: dict[str, Ladder] = {}
    data = document.data.get("ladders") if isinstance(document.data, dict) else None
    for name, raw in data.items() if isinstance(data, dict) else ():
        try:
            loaded = _LadderSchema().load(raw)
        except ValidationError as error:
            faults += [
                document.fault(("ladders", name, *place), f"{name}: {reason}")
                for place, reason in flat(error.messages)
            ]
            continue
        found[name] = Ladder(name, **{**loaded, "rungs": tuple(loaded["rungs"])})
        faults += [document.fault(place, reason) for place, reason in _disorder(found[name])]
    named = set(data) if isinstance(data, dict) else set()
    for name in sorted(named ^ set(LADDERS)) if not document.faults else ():
        wrong = "is missing" if name in LADDERS else "is none that a rule can name"
        faults.append(document.fault(("ladders", name), f"the ladder {name!r} {wrong}"))
    refuse(faults)
    return MappingProxyType(found)


def _disorder(ladder: Ladder) -> Iterator[tuple[Place, str]]:
    """Yield rungs that stand twice, fall back, or repeat although they are not the last."""
    names: set[str] = set()
    height = 0
    for n, rung in enumerate(ladder.rungs):
        place: Place = ("ladders", ladder.name, "rungs", n, "name")
        if rung.name in names:
            yield place, f"duplicate rung {rung.name!r}"
        if (rung.level or 0) < height:
            yield place, f"{rung.name} comes after a higher level"
        if rung.daily and n + 1 < len(ladder.rungs):
            yield place, f"only the last rung may be daily, not {rung.name}"
        names.add(rung.name)
        height = max(height, rung.level or 0)
