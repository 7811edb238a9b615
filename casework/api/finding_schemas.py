"""The shapes of findings and of clearing a flag."""

from __future__ import annotations

from marshmallow import Schema, fields

from casework.api.parsing import Instant, Strict, whole


class GroundRequest(Strict):
    """One thing a finding rests on: a flag, a contradiction, evidence, or an event by its place."""

    kind = fields.String(required=True)
    ref = whole(required=True)


class FindingRequest(Strict):
    """A proposal. ``accusation`` is read by the unit, ``evidence`` stays at the bureau."""

    kind = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_ref = fields.String(required=True)
    accusation = fields.String(required=True)
    evidence = fields.String(required=True)
    unit_id = whole(load_default=None, allow_none=True)
    accused = fields.List(whole(), load_default=list)
    grounds = fields.List(fields.Nested(GroundRequest), load_default=list)


class ReplyRequest(Strict):
    """What the unit answers."""

    reply = fields.String(required=True)


class RulingRequest(Strict):
    """The decision with its reasons."""

    uphold = fields.Boolean(required=True, truthy={True}, falsy={False})
    reasons = fields.String(required=True)


class WithdrawalRequest(Strict):
    """Why a proposal is taken back."""

    reasons = fields.String(required=True)


class ClearingRequest(Strict):
    """Why a flag is cleared."""

    reason = fields.String(required=True)


class GroundAnswer(Schema):
    """One thing a finding rests on."""

    kind = fields.String()
    ref = fields.Integer()


class VoiceAnswer(Schema):
    """What one of the three said."""

    text = fields.String()
    by = fields.String()
    at = Instant(allow_none=True)


class FindingAnswer(Schema):
    """A finding as the reader finds it."""

    id = fields.Integer()
    kind = fields.String()
    by_analogy = fields.Boolean()
    state = fields.String()
    unit_id = fields.Integer()
    unit = fields.String()
    subject_kind = fields.String()
    subject_ref = fields.String()
    accusation = fields.Nested(VoiceAnswer)
    evidence = fields.String()
    reply = fields.Nested(VoiceAnswer)
    decision = fields.Nested(VoiceAnswer)
    target_at = Instant(allow_none=True)
    limit_at = Instant(allow_none=True)
    late = fields.Boolean()
    grounds = fields.List(fields.Nested(GroundAnswer))
    withheld = fields.Integer()
    may_reply = fields.Boolean()
    may_decide = fields.Boolean()
    may_withdraw = fields.Boolean()


class ClearedAnswer(Schema):
    """A flag that has been cleared."""

    id = fields.Integer()
    kind = fields.String()
    cleared_at = Instant()
    reason = fields.String()
