"""The form of a rule in a pack, and how it becomes a :class:`Rule`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from casework.deadlines.conditions import CASE_TYPES, VALUES
from casework.deadlines.derivation import LARGEST, Roll, Unit
from casework.deadlines.rules import (
    Automatic,
    Evidence,
    Extension,
    LadderChoice,
    Opening,
    Origin,
    Recipients,
    Rule,
)
from casework.deadlines.terms import Span, Term

SUBJECTS = ("case", "signal", "finding", "supervision", "roll", "zero_report", "approval")
FLAGS = (
    *("late_report", "roll_missing", "guardian_not_notified", "late_investigation", "undelivered"),
    *("late_review", "late_update", "late_supplement", "late_final", "late_response"),
    *("zero_report_missing", "overdue", "none"),
)
LADDERS = ("standard", "urgent", "supervision", "period", "none")
DUTIES = ("intake", "guardians", "outside_report")
RECIPIENTS = (
    *("police", "bureau", "city_bureau", "health", "market", "civil_affairs"),
    *("publicity", "cyberspace", "government"),
)


_WORDS = validate.Regexp(r"(?s).*\S", error="must not be blank")


def _one_of(known: Any) -> validate.OneOf:
    return validate.OneOf([str(k) for k in known], error="must be one of: {choices}")


def _listed(value: object) -> object:
    """Take a single value for a list of one."""
    return value if isinstance(value, list) or value is None else [value]


class _When(fields.Field[Mapping[str, object]]):
    """A condition: known keys, each with one of its values or a list of them."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise ValidationError("must map keys to values")
        faults = {key: fault for key, given in value.items() if (fault := _bad_when(key, given))}
        if faults:
            raise ValidationError({key: [fault] for key, fault in faults.items()})
        return {key: tuple(v) if isinstance(v, list) else v for key, v in value.items()}


def _bad_when(key: str, given: object) -> str | None:
    if key not in VALUES:
        return f"no condition is called {key!r}; known are {', '.join(sorted(VALUES))}"
    known = VALUES[key]
    if known is None:
        return None
    bad = [v for v in (given if isinstance(given, list) else [given]) if v not in known]
    return f"{bad[0]!r} is no value of {key}" if bad else None


class _Spanned(Schema):
    amount = fields.Integer(strict=True, validate=validate.Range(min=0))
    unit = fields.String(validate=_one_of(Unit))

    @validates_schema
    def _within_bounds(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("amount", 0) > LARGEST[Unit(data.get("unit", Unit.MINUTE))]:
            raise ValidationError("is more than can be counted", "amount")
        if ("amount" in data) != ("unit" in data):
            raise ValidationError("amount and unit belong together", "amount")


class SpanSchema(_Spanned):
    """An amount of time."""

    amount = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))
    unit = fields.String(required=True, validate=_one_of(Unit))


class TermSchema(_Spanned):
    """One case of a target or limit."""

    when = _When(load_default=dict)
    default = fields.Boolean(load_default=False)
    given = fields.String(load_default=None)

    @validates_schema
    def _amount_or_given(self, data: dict[str, Any], **_: Any) -> None:
        if ("amount" in data) == (data.get("given") is not None):
            raise ValidationError("needs an amount with its unit, or `given`", "amount")


class OpeningSchema(Schema):
    """One way in which a row starts."""

    on = fields.String(required=True)
    origin = fields.String(data_key="from", validate=_one_of(Origin))
    after = fields.Nested(SpanSchema, load_default=None)
    when = _When(load_default=dict)
    states = fields.List(fields.String(), data_key="while")
    first = fields.Boolean(load_default=False)
    again = fields.Boolean(load_default=False)


class RecipientsSchema(Schema):
    """Who gets a row of its own."""

    recipients = fields.List(
        fields.String(validate=_one_of(RECIPIENTS)), required=True, validate=validate.Length(min=1)
    )
    when = _When(load_default=dict)


class AutomaticSchema(_Spanned):
    """What SYSTEM does or offers at an instant."""

    perform = fields.String(load_default=None)
    offer = fields.String(load_default=None)
    origin = fields.String(
        data_key="from", load_default="birth", validate=_one_of(("birth", "start"))
    )

    @validates_schema
    def _one_thing(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("perform") is None) == (data.get("offer") is None):
            raise ValidationError("needs either `perform` or `offer`", "perform")


class ExtensionSchema(SpanSchema):
    """How far an approved extension may reach."""

    times = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    basis = fields.String(required=True, validate=_WORDS)


class LadderSchema(Schema):
    """The ladder that holds under a condition."""

    name = fields.String(required=True, validate=_one_of(LADDERS))
    when = _When(load_default=dict)


class RuleSchema(Schema):
    """A rule with all its keys; a regional pack is checked after it was laid over the national."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]+\.[a-z_]+$"))
    version = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    title = fields.String(required=True, validate=validate.Length(min=1))
    basis = fields.String(required=True, validate=_WORDS)
    basis_en = fields.String(load_default=None)
    quote = fields.String(load_default=None, allow_none=True)
    evidence = fields.String(required=True, validate=_one_of(Evidence))
    subject = fields.String(load_default="case", validate=_one_of(SUBJECTS))
    case_types = fields.List(fields.String(validate=_one_of(CASE_TYPES)), load_default=list)
    opens_on = fields.List(
        fields.Nested(OpeningSchema), required=True, validate=validate.Length(min=1)
    )
    origin = fields.String(data_key="from", load_default="event", validate=_one_of(Origin))
    states = fields.List(fields.String(), data_key="while", load_default=list)
    closes_on = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    meant = fields.List(fields.String(), load_default=list)
    resumes_on = fields.List(fields.String(), load_default=list)
    repeat = fields.Boolean(load_default=False)
    per_recipient = fields.List(fields.Nested(RecipientsSchema), load_default=list)
    owner = fields.String(required=True)
    target = fields.List(fields.Nested(TermSchema), required=True, allow_none=True)
    limit = fields.List(fields.Nested(TermSchema), required=True, allow_none=True)
    rise_from = fields.String(load_default=None, validate=_one_of(["started_at", "event"]))
    flag = fields.String(load_default="overdue", validate=_one_of(FLAGS))
    roll = fields.String(load_default="none", validate=_one_of(Roll))
    ladder = fields.List(fields.Nested(LadderSchema))
    on_delay = fields.Nested(AutomaticSchema, load_default=None)
    on_target = fields.Nested(AutomaticSchema, load_default=None)
    on_limit = fields.Nested(AutomaticSchema, load_default=None)
    extension = fields.Nested(ExtensionSchema, load_default=None)
    replaces = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    duty = fields.String(load_default=None, validate=_one_of(DUTIES))

    @pre_load
    def _shorthand(self, data: Any, **_: Any) -> Any:
        """Let a single trigger, term, recipient or ladder stand for a list of one."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        several = ("opens_on", "closes_on", "meant", "resumes_on", "while", "per_recipient")
        for name in (*several, "ladder", "target", "limit"):
            if name in data:
                data[name] = _listed(data[name])
        for name, key in (("opens_on", "on"), ("ladder", "name")):
            if isinstance(data.get(name), list):
                data[name] = [{key: v} if isinstance(v, str) else v for v in data[name]]
        return data

    @validates_schema
    def _fits_together(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("subject") == "case") != bool(data.get("case_types")):
            raise ValidationError(
                "a rule on cases names their types, another names none", "subject"
            )
        if data.get("on_delay") and "amount" not in data["on_delay"]:
            raise ValidationError("needs an amount with its unit", "on_delay")
        if data.get("target") is None and data.get("limit") is None:
            raise ValidationError("target and limit cannot both be empty", "limit")


def as_rule(data: Mapping[str, Any], region: str = "") -> Rule:
    """Return the rule that loaded data describe."""
    same = (
        *("id", "version", "title", "basis", "basis_en", "quote", "subject", "owner", "flag"),
        "duty",
    )
    return Rule(
        **{name: data[name] for name in same},
        evidence=Evidence(data["evidence"]),
        case_types=tuple(data["case_types"]),
        opens_on=tuple(_opening(item, data) for item in data["opens_on"]),
        closes_on=tuple(data["closes_on"]),
        meant=tuple(data["meant"]),
        resumes_on=tuple(data["resumes_on"]),
        repeat=data["repeat"],
        per_recipient=tuple(
            Recipients(tuple(item["recipients"]), item["when"]) for item in data["per_recipient"]
        ),
        target=tuple(_term(item) for item in data["target"] or ()),
        limit=tuple(_term(item) for item in data["limit"] or ()),
        rise_from=Origin.EVENT if data["rise_from"] == "event" else None,
        roll=Roll(data["roll"]),
        ladders=tuple(LadderChoice(**item) for item in data.get("ladder", [{"name": "standard"}])),
        on_delay=_automatic(data["on_delay"]),
        on_target=_automatic(data["on_target"]),
        on_limit=_automatic(data["on_limit"]),
        extension=_extension(data["extension"]),
        region=region,
        replaces=data["replaces"],
    )


def _opening(item: Mapping[str, Any], rule: Mapping[str, Any]) -> Opening:
    after = Span(item["after"]["amount"], Unit(item["after"]["unit"])) if item["after"] else None
    origin = Origin(item.get("origin", rule["origin"]))
    states = tuple(item.get("states", rule["states"]))
    only = {name: item[name] for name in ("first", "again")}
    return Opening(item["on"], origin, after, item["when"], states, **only)


def _term(item: Mapping[str, Any]) -> Term:
    if item["given"] is not None:
        return Term(when=item["when"], default=item["default"], given=item["given"])
    return Term(item["amount"], Unit(item["unit"]), item["when"], item["default"])


def _automatic(item: Mapping[str, Any] | None) -> Automatic | None:
    if item is None:
        return None
    delay = Span(item["amount"], Unit(item["unit"])) if "amount" in item else None
    return Automatic(item["perform"], item["offer"], delay, item["origin"] == "start")


def _extension(item: Mapping[str, Any] | None) -> Extension | None:
    if item is None:
        return None
    return Extension(item["amount"], Unit(item["unit"]), item["times"], item["basis"])
