"""The shapes of requests and answers; the OpenAPI document is made from them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from casework.api.parsing import Instant, Strict, no_controls, whole


class PersonRequest(Strict):
    """Somebody named in a report."""

    name = fields.String(load_default="")
    part = fields.String(required=True)
    class_id = whole(load_default=None, allow_none=True)
    student_id = whole(load_default=None, allow_none=True)
    user_id = whole(load_default=None, allow_none=True)


class CaseRequest(Strict):
    """A report. ``fields`` are those of the case type's filing form."""

    case_type = fields.String(required=True)
    unit_id = whole(required=True)
    title = fields.String(required=True)
    narrative = fields.String(load_default="", allow_none=True)
    occurred_at = Instant(load_default=None, allow_none=True)
    known_at = Instant(load_default=None, allow_none=True)
    people = fields.List(fields.Nested(PersonRequest), load_default=list)
    fields_ = fields.Dict(keys=fields.String(), load_default=dict, data_key="fields")
    past_school = fields.Boolean(load_default=False)


class CasesQuery(Strict):
    """The filters of the list; all are exact, ``q`` looks in titles or is a number."""

    case_type = fields.String(validate=no_controls)
    state = fields.String(validate=no_controls)
    phase = fields.String(validate=no_controls)
    level = whole(least=0, most=4, strict=False)
    overdue = fields.Boolean()
    unit_id = whole(strict=False)
    q = fields.String(validate=[no_controls, validate.Length(max=100)])
    cursor = whole(strict=False)
    limit = whole(most=200, strict=False, load_default=50)


class ActionRequest(Strict):
    """One step: the version that was looked at, the entries of its form, perhaps a note."""

    version = whole(required=True)
    note = fields.String(load_default="", allow_none=True)
    fields_ = fields.Dict(keys=fields.String(), load_default=dict, data_key="fields")


class DecisionRequest(Strict):
    """The decision on a request; a refusal needs a reason."""

    approve = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = fields.String(load_default="", allow_none=True)


class ClockAnswer(Schema):
    """One clock."""

    id = fields.Integer()
    rule = fields.String()
    title = fields.String()
    recipient = fields.String(allow_none=True)
    owner = fields.String()
    round = fields.Integer()
    started_at = Instant()
    target_at = Instant(allow_none=True)
    limit_at = Instant(allow_none=True)
    provisional = fields.Boolean()
    stopped_at = Instant(allow_none=True)
    stopped_by = fields.String(allow_none=True)
    rung = fields.String(allow_none=True)
    next_rung_at = Instant(allow_none=True)


class ReceiptAnswer(Schema):
    """The statement that was signed; ``signature`` is Ed25519 over its JSON with sorted keys."""

    number = fields.String()
    seq = fields.Integer()
    head = fields.String()
    at = fields.String()
    public_key = fields.String()
    signature = fields.String()


class FiledAnswer(Schema):
    """What became of a report."""

    number = fields.String()
    state = fields.String()
    version = fields.Integer()
    clocks = fields.List(fields.Nested(ClockAnswer))
    receipt = fields.Nested(ReceiptAnswer)


class FlagAnswer(Schema):
    """One flag; cleared, it says when and why."""

    id = fields.Integer()
    kind = fields.String()
    rule = fields.String()
    at = Instant()
    raised_at = Instant()
    system_late = fields.Boolean()
    cleared_at = Instant(allow_none=True)
    reason = fields.String(allow_none=True)


class SummaryAnswer(Schema):
    """A case as lists show it; where only a ``part`` is seen, the rest is null."""

    number = fields.String()
    case_type = fields.String()
    state = fields.String()
    phase = fields.String()
    final = fields.Boolean()
    level = fields.Integer(allow_none=True)
    round = fields.Integer(allow_none=True)
    version = fields.Integer()
    title = fields.String(allow_none=True)
    unit_id = fields.Integer(allow_none=True)
    source = fields.String(allow_none=True)
    occurred_at = Instant(allow_none=True)
    known_at = Instant()
    filed_at = Instant()
    received_at = Instant(allow_none=True)
    flags = fields.List(fields.Nested(FlagAnswer), allow_none=True)
    part = fields.Boolean()


class PersonAnswer(Schema):
    """Somebody in a case."""

    id = fields.Integer()
    name = fields.String()
    part = fields.String()
    class_id = fields.Integer(allow_none=True)
    student_id = fields.Integer(allow_none=True)
    user_id = fields.Integer(allow_none=True)


class LinkAnswer(Schema):
    """A case bound to this one."""

    number = fields.String()
    case_type = fields.String()
    kind = fields.String()


class CaseAnswer(SummaryAnswer):
    """The whole case."""

    narrative = fields.String(allow_none=True)
    people = fields.List(fields.Nested(PersonAnswer))
    links = fields.List(fields.Nested(LinkAnswer), allow_none=True)
    clocks = fields.List(fields.Nested(ClockAnswer))


class PageAnswer(Schema):
    """One page; ``next_cursor`` is None on the last."""

    items = fields.List(fields.Nested(SummaryAnswer))
    next_cursor = fields.String(allow_none=True)


class OptionAnswer(Schema):
    """One action of the present state for this caller."""

    action = fields.String()
    label = fields.String()
    allowed = fields.Boolean()
    refusals = fields.List(fields.String())
    needs_second = fields.Boolean(allow_none=True)
    fields_ = fields.List(fields.Dict(), data_key="fields", attribute="fields")


class ExtensionRequest(Strict):
    """More time for a running clock, in the unit of its rule, and why."""

    amount = whole(required=True)
    reason = fields.String(required=True)
    basis = fields.String(load_default="")


class ApprovalAnswer(Schema):
    """A request for a second person's approval."""

    id = fields.Integer()
    case = fields.String()
    case_version = fields.Integer()
    action = fields.String()
    label = fields.String()
    fields_ = fields.Dict(data_key="fields", attribute="fields")
    requested_by = fields.Integer()
    requested_at = Instant()
    approvers = fields.List(fields.String())
    decision = fields.String(allow_none=True)
    decided_at = Instant(allow_none=True)
    may_decide = fields.Boolean()


class UnitAnswer(Schema):
    """A place in the tree."""

    id = fields.Integer()
    code = fields.String()
    kind = fields.String()
    name = fields.String()
    parent_id = fields.Integer(allow_none=True)
    region = fields.String()
    path = fields.String()


class StudentAnswer(Schema):
    """A pupil on a roster."""

    id = fields.Integer()
    code = fields.String()
    name = fields.String()


class ZeroReportRequest(Strict):
    """The attestation of one day of a school."""

    unit_id = whole(required=True)
    on = fields.Date(required=True)
    slot = fields.String(load_default="day")
    nothing = fields.Boolean(required=True)
    cases = fields.List(fields.String(), load_default=list)


class ZeroReportsQuery(Strict):
    """Of which day."""

    on = fields.Date()


class ZeroReportAnswer(Schema):
    """What a school owes for a day, and what it has attested."""

    id = fields.Integer()
    unit_id = fields.Integer()
    unit = fields.String()
    on = fields.Date()
    slot = fields.String()
    attested_at = Instant(allow_none=True)
    attested_by = fields.String(allow_none=True)
    nothing = fields.Boolean(allow_none=True)
    cases = fields.List(fields.String())
    contradicted = fields.List(fields.String())
    target_at = Instant(allow_none=True)
    limit_at = Instant(allow_none=True)
    late = fields.Boolean()
