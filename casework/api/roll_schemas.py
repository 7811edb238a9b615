"""The shapes of rolls, corrections and leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from casework.api.parsing import Instant, Strict, no_controls, whole

LEAVE = ("personal", "sick")


class MarkRequest(Strict):
    """A pupil who was not simply present. ``leave`` stands for the kind ``leave_personal`` or
    ``leave_sick``, which need a leave on file, or who said so and how. Without a kind the leave on
    file holds, if there is one; ``absent`` is believed before it.
    """

    student_id = whole(required=True)
    kind = fields.String(load_default="")
    leave = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(LEAVE))
    said_by = fields.String(load_default="")
    channel = fields.String(load_default="")
    symptoms = fields.List(fields.String(), load_default=list)
    strict_reasons = fields.List(fields.String(), load_default=list)


class RollRequest(Strict):
    """A roll; ``taken_at`` is when it was called, ``device_at`` the device's clock at sending."""

    class_id = whole(required=True)
    period = fields.String(required=True, validate=no_controls)
    on = fields.Date(required=True)
    present = whole(required=True, least=0)
    absent = fields.List(fields.Nested(MarkRequest), load_default=list)
    taken_at = Instant(load_default=None, allow_none=True)
    device_at = Instant(load_default=None, allow_none=True)


class CorrectionRequest(Strict):
    """What a saved roll should have said of these pupils, and why."""

    absent = fields.List(fields.Nested(MarkRequest), required=True)
    reason = fields.String(required=True)


class RollsQuery(Strict):
    """Of which class (dormitory, bus) and day."""

    class_id = whole(required=True, strict=False)
    on = fields.Date()


class LeaveRequest(Strict):
    """A leave of a pupil: whole days, or one period of each."""

    student_id = whole(required=True)
    kind = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    said_by = fields.String(required=True)
    channel = fields.String(required=True)
    period = fields.String(load_default="", validate=no_controls)
    symptoms = fields.List(fields.String(), load_default=list)


class RevocationRequest(Strict):
    """Why a leave is taken back."""

    reason = fields.String(required=True)


class MarkAnswer(Schema):
    """What a roll says of a pupil now, and what the first roll said."""

    student_id = fields.Integer()
    name = fields.String()
    kind = fields.String()
    first = fields.String()
    symptoms = fields.List(fields.String())
    case = fields.String(allow_none=True)


class CorrectionAnswer(Schema):
    """Who corrected a roll."""

    at = Instant()
    by = fields.String()
    role = fields.String()
    reason = fields.String()


class RollAnswer(Schema):
    """A saved roll: counts of the first one, marks as they stand now."""

    id = fields.Integer()
    unit_id = fields.Integer()
    unit = fields.String()
    on = fields.Date()
    period = fields.String()
    period_name = fields.String()
    bell_at = Instant()
    taken_at = Instant()
    arrived_at = Instant()
    judged_at = Instant()
    judged_by = fields.String()
    doubt = fields.String()
    taken_by = fields.String()
    role = fields.String()
    stands_for = fields.String(allow_none=True)
    enrolled = fields.Integer()
    present = fields.Integer()
    present_now = fields.Integer()
    limit_at = Instant(allow_none=True)
    late = fields.Boolean()
    marks = fields.List(fields.Nested(MarkAnswer))
    corrections = fields.List(fields.Nested(CorrectionAnswer))


class ProposalAnswer(Schema):
    """A step that somebody should take in a case now."""

    number = fields.String()
    action = fields.String()
    student_id = fields.Integer()


class SavedAnswer(Schema):
    """A roll, the cases it opened or wrote on, and what it suggests."""

    roll = fields.Nested(RollAnswer)
    opened = fields.List(fields.String())
    noted = fields.List(fields.String())
    proposals = fields.List(fields.Nested(ProposalAnswer))
    repeated = fields.Boolean()


class LeaveAnswer(Schema):
    """A leave on file."""

    id = fields.Integer()
    student_id = fields.Integer()
    name = fields.String()
    kind = fields.String()
    from_on = fields.Date()
    until_on = fields.Date()
    period = fields.String()
    channel = fields.String()
    symptoms = fields.List(fields.String())
    said_by = fields.String()
    recorded_at = Instant()
    recorded_by = fields.String()
    revoked_at = Instant(allow_none=True)


class RecordedAnswer(Schema):
    """A leave that was entered, and what it settles."""

    leave = fields.Nested(LeaveAnswer)
    proposals = fields.List(fields.Nested(ProposalAnswer))


def mark_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """A mark as the service takes it."""
    known = dict(given)
    leave = known.pop("leave")
    return {**known, "kind": f"leave_{leave}"} if leave else known
