"""The shapes of escalations and messages."""

from __future__ import annotations

from marshmallow import Schema, fields

from casework.api.parsing import Instant, Strict, whole


class EscalationsQuery(Strict):
    """Which escalations."""

    since = Instant()
    level = whole(least=1, most=4, strict=False)
    cursor = whole(strict=False)
    limit = whole(most=200, strict=False, load_default=50)


class EscalationAnswer(Schema):
    """A rung that fired; ``case`` is null where it is about what a unit owes.

    ``called`` is whose answer is waited for until ``answer_by``.
    """

    id = fields.Integer()
    case = fields.String(allow_none=True)
    unit_id = fields.Integer()
    rule = fields.String()
    recipient = fields.String(allow_none=True)
    rung = fields.String()
    kind = fields.String()
    level = fields.Integer(allow_none=True)
    due_at = Instant()
    at = Instant()
    system_late = fields.Boolean()
    target_at = Instant(allow_none=True)
    limit_at = Instant(allow_none=True)
    stopped_at = Instant(allow_none=True)
    called = fields.Integer(allow_none=True)
    answer_by = Instant(allow_none=True)
    acknowledged_at = Instant(allow_none=True)
    acknowledged_by = fields.Integer(allow_none=True)


class EscalationPageAnswer(Schema):
    """One page; ``next_cursor`` is None on the last."""

    items = fields.List(fields.Nested(EscalationAnswer))
    next_cursor = fields.String(allow_none=True)


class MessagesQuery(Strict):
    """Which messages."""

    unread = fields.Boolean(load_default=False)
    cursor = whole(strict=False)
    limit = whole(most=200, strict=False, load_default=50)


class MessageAnswer(Schema):
    """One message, in the language of the installation."""

    id = fields.Integer()
    template = fields.String()
    text = fields.String()
    case = fields.String(allow_none=True)
    unit_id = fields.Integer(allow_none=True)
    level = fields.Integer()
    escalation_id = fields.Integer(allow_none=True)
    approval_id = fields.Integer(allow_none=True)
    at = Instant()
    read_at = Instant(allow_none=True)


class MessagePageAnswer(Schema):
    """One page; ``next_cursor`` is None on the last."""

    items = fields.List(fields.Nested(MessageAnswer))
    next_cursor = fields.String(allow_none=True)
