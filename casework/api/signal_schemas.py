"""The shapes of signals, their dispositions and what webhooks deliver."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from casework.api.parsing import Instant, Strict, no_controls, whole
from casework.api.schemas import ClockAnswer, PersonRequest

OUTCOMES = ("matched", "opened", "explained")


class SignalPersonRequest(Strict):
    """Somebody a signal speaks of."""

    name = fields.String(load_default="")
    user_id = whole(load_default=None, allow_none=True)
    student_id = whole(load_default=None, allow_none=True)


class SignalRequest(Strict):
    """A signal; without ``received_at`` it has just come in."""

    kind = fields.String(required=True)
    unit_id = whole(required=True)
    text = fields.String(required=True)
    received_at = Instant(load_default=None, allow_none=True)
    occurred_at = Instant(load_default=None, allow_none=True)
    people = fields.List(fields.Nested(SignalPersonRequest), load_default=list)
    contact = fields.String(load_default="")
    external_id = fields.String(load_default="")


class HookRequest(Strict):
    """What a source delivers; ``unit`` is the code of the place, by default the source's own."""

    text = fields.String(required=True)
    unit = fields.String(load_default=None, allow_none=True, validate=no_controls)
    received_at = Instant(load_default=None, allow_none=True)
    occurred_at = Instant(load_default=None, allow_none=True)
    people = fields.List(fields.String(), load_default=list)
    contact = fields.String(load_default="")
    external_id = fields.String(load_default="")


class SignalsQuery(Strict):
    """Which signals; ``state`` may also be ``pending`` or ``disposed``."""

    state = fields.String(validate=no_controls)
    kind = fields.String(validate=no_controls)
    unit_id = whole(strict=False)
    cursor = whole(strict=False)
    limit = whole(most=200, strict=False, load_default=50)


class DispositionRequest(Strict):
    """What became of a signal: ``case`` when matched, a report when opened, else the reason."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = fields.String(load_default="")
    case = fields.String(load_default="")
    school_knew_at = Instant(load_default=None, allow_none=True)
    evidence = fields.String(load_default="")
    knower = fields.String(load_default="")
    case_type = fields.String(load_default="")
    unit_id = whole(load_default=None, allow_none=True)
    title = fields.String(load_default="")
    narrative = fields.String(load_default="", allow_none=True)
    occurred_at = Instant(load_default=None, allow_none=True)
    people = fields.List(fields.Nested(PersonRequest), load_default=list)
    fields_ = fields.Dict(keys=fields.String(), load_default=dict, data_key="fields")
    past_school = fields.Boolean(load_default=False)


class ReopeningRequest(Strict):
    """Why a signal is taken up again."""

    reason = fields.String(required=True)


class AlarmSeenRequest(Strict):
    """What was seen on the spot; ``real``: it is no false alarm."""

    what = fields.String(required=True)
    real = fields.Boolean(load_default=None, allow_none=True)


class SignalPersonAnswer(Schema):
    """Somebody a signal speaks of."""

    name = fields.String()
    user_id = fields.Integer(allow_none=True)
    student_id = fields.Integer(allow_none=True)


class DispositionAnswer(Schema):
    """One disposition; what the reader may not see is null."""

    outcome = fields.String()
    case = fields.String(allow_none=True)
    at = Instant()
    by = fields.String()
    by_id = fields.Integer()
    reason = fields.String(allow_none=True)
    school_knew_at = Instant(allow_none=True)
    evidence = fields.String(allow_none=True)
    first_heard = fields.Boolean()
    omitted = fields.Boolean()
    decided_at = Instant(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decision = fields.String(allow_none=True)
    ended_at = Instant(allow_none=True)
    ended_by = fields.String(allow_none=True)
    ended_why = fields.String(allow_none=True)


class SignalAnswer(Schema):
    """A signal; of one disposed of to it a school sees the fact, not the words."""

    id = fields.Integer()
    number = fields.String()
    kind = fields.String()
    state = fields.String()
    unit_id = fields.Integer()
    unit = fields.String()
    bureau_id = fields.Integer()
    bureau = fields.String()
    received_at = Instant()
    entered_at = Instant()
    occurred_at = Instant(allow_none=True)
    text = fields.String(allow_none=True)
    people = fields.List(fields.Nested(SignalPersonAnswer), allow_none=True)
    contact = fields.String(allow_none=True)
    external_id = fields.String(allow_none=True)
    seen_at = Instant(allow_none=True)
    seen_by = fields.String(allow_none=True)
    seen_text = fields.String(allow_none=True)
    clocks = fields.List(fields.Nested(ClockAnswer))
    dispositions = fields.List(fields.Nested(DispositionAnswer))


class SignalPageAnswer(Schema):
    """One page; ``next_cursor`` is None on the last."""

    items = fields.List(fields.Nested(SignalAnswer))
    next_cursor = fields.String(allow_none=True)


class ScorePartAnswer(Schema):
    """One part of a score."""

    text = fields.String()
    points = fields.Integer()


class MatchProposalAnswer(Schema):
    """A case that a signal may be about, and why."""

    case = fields.String()
    title = fields.String()
    unit = fields.String()
    score = fields.Integer()
    reasons = fields.List(fields.Nested(ScorePartAnswer))


class DeliveredAnswer(Schema):
    """What became of a delivery."""

    number = fields.String()
    kind = fields.String()
    received_at = Instant()
