"""Load ``config/clusters.yaml`` and check it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from casework.deadlines.clusters import OTHER, UNTOLD, ClusterRules, Group, Threshold
from casework.packs import Place, flat, read, refuse

_REGION = validate.Regexp(r"^\d{2}(?:\d{2}){0,2}$", error="must have 2, 4 or 6 digits")


class _ThresholdSchema(Schema):
    # One pupil alone is no cluster.
    pupils = fields.Integer(strict=True, required=True, validate=validate.Range(min=2, max=1000))
    days = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=31))

    @post_load
    def _threshold(self, data: dict[str, Any], **_: Any) -> Threshold:
        return Threshold(**data)


_THRESHOLDS = fields.List(
    fields.Nested(_ThresholdSchema), required=True, validate=validate.Length(min=1)
)


class _GroupSchema(Schema):
    title = fields.String(required=True, validate=validate.Length(min=1))
    symptoms = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


class _FileSchema(Schema):
    basis = fields.String(required=True)
    quote = fields.String(required=True)
    thresholds = _THRESHOLDS
    rest_days = fields.Integer(strict=True, required=True, validate=validate.Range(0, 365))
    groups = fields.Dict(keys=fields.String(), values=fields.Nested(_GroupSchema), required=True)
    regions = fields.Dict(
        keys=fields.String(validate=_REGION), values=_THRESHOLDS, load_default=dict
    )


def load_clusters(path: Path, symptoms: Collection[str]) -> ClusterRules:
    """Read the thresholds; every symptom that people can choose must belong to a group.

    Raises:
        Misconfigured: listing every fault with file, line and reason.
    """
    document = read(path)
    refuse(document.faults)
    try:
        loaded = _FileSchema().load(document.data if isinstance(document.data, dict) else {})
    except ValidationError as error:
        refuse([document.fault(place, reason) for place, reason in flat(error.messages)])
        raise  # refuse has raised
    rules = ClusterRules(
        groups=tuple(
            Group(name, group["title"], frozenset(group["symptoms"]))
            for name, group in loaded["groups"].items()
        ),
        thresholds=tuple(loaded["thresholds"]),
        rest_days=loaded["rest_days"],
        regions=MappingProxyType({k: tuple(v) for k, v in loaded["regions"].items()}),
        basis=loaded["basis"],
        quote=loaded["quote"],
    )
    refuse([document.fault(place, reason) for place, reason in _faults(rules, symptoms)])
    return rules


def _faults(rules: ClusterRules, symptoms: Collection[str]) -> Iterator[tuple[Place, str]]:
    """Yield symptoms that nobody counts, words that nobody can choose, and looser regions."""
    listed = {symptom for group in rules.groups for symptom in group.symptoms}
    for missing in sorted({*symptoms, OTHER, UNTOLD} - listed):
        yield ("groups",), f"the symptom {missing!r} belongs to no group"
    for group in rules.groups:
        for strange in sorted(group.symptoms - {*symptoms, OTHER, UNTOLD}):
            yield ("groups", group.name, "symptoms"), f"there is no symptom {strange!r}"
    for region, thresholds in rules.regions.items():
        for old in rules.thresholds:
            if not any(new.covers(old) for new in thresholds):
                reason = f"looser than {old.pupils} pupils in {old.days} days of the nation"
                yield ("regions", region), reason
