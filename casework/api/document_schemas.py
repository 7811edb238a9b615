"""The shapes of documents: drafts, their steps, deliveries and receipts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from casework.api.parsing import Instant, Strict, whole
from casework.i18n import say
from casework.services.documents.delivering import HOW, RECEIPTS


class Words(fields.Field):
    """A sentence in the caller's language."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> str:
        return say(value)


class DraftRequest(Strict):
    """What a new document is about, and entries to begin with; ``issue`` issues it at once."""

    fields_ = fields.Dict(keys=fields.String(), data_key="fields", load_default=dict)
    person_id = whole(load_default=None, allow_none=True)
    about_seq = whole(load_default=None, allow_none=True)
    on = fields.Date(load_default=None, allow_none=True)
    issue = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    names_checked = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ChangeRequest(Strict):
    """Entries to change in a draft; null goes back to what the records say."""

    version = whole(required=True)
    fields_ = fields.Dict(keys=fields.String(), data_key="fields", required=True)


class DocumentStepRequest(Strict):
    """A step at a version."""

    version = whole(required=True)
    names_checked = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class DocumentReasonRequest(Strict):
    """A step that gives a reason."""

    version = whole(required=True)
    reason = fields.String(required=True)


class DeliveryRequest(Strict):
    """One delivery: to a unit, to a person of the case, or to somebody by name."""

    version = whole(required=True)
    how = fields.String(required=True, validate=validate.OneOf(list(HOW)))
    delivered_at = Instant(load_default=None, allow_none=True)
    unit_id = whole(load_default=None, allow_none=True)
    person_id = whole(load_default=None, allow_none=True)
    recipient = fields.String(load_default="")
    receipt = fields.String(load_default="waiting", validate=validate.OneOf(list(RECEIPTS)))
    receipt_at = Instant(load_default=None, allow_none=True)
    note = fields.String(load_default="")
    evidence_id = whole(load_default=None, allow_none=True)


class ReceiptRequest(Strict):
    """The receipt of a delivery."""

    receipt = fields.String(required=True, validate=validate.OneOf(list(RECEIPTS)))
    receipt_at = Instant(load_default=None, allow_none=True)
    note = fields.String(load_default="")


class DocumentsQuery(Strict):
    """What a list of documents is narrowed to."""

    state = fields.String(load_default="")
    name = fields.String(load_default="")
    unit_id = whole(strict=False, load_default=None)
    cursor = whole(strict=False, load_default=None)


class DocumentLineAnswer(Schema):
    """One document in a list. ``stands`` says more exactly where it stands than ``state``."""

    id = fields.Integer()
    name = fields.String()
    title = Words()
    state = fields.String()
    stands = fields.String()
    symbol = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    about = fields.String(allow_none=True)
    on = fields.Date(allow_none=True)
    version = fields.Integer()
    sha256 = fields.String(allow_none=True)
    replaces = fields.Integer(allow_none=True)
    waits_for_me = fields.Boolean()


class OfferAnswer(Schema):
    """A document that the caller can begin; ``due``: a step was taken that asks for it."""

    name = fields.String()
    title = Words()
    due = fields.Boolean()
    person_id = fields.Integer(allow_none=True)
    about = fields.String()
    about_seq = fields.Integer(allow_none=True, attribute="seq")


class CaseDocumentsAnswer(Schema):
    """The documents of a case, and those that the caller can begin."""

    documents = fields.List(fields.Nested(DocumentLineAnswer))
    offers = fields.List(fields.Nested(OfferAnswer))


class DocumentPageAnswer(Schema):
    """A page of documents, the newest first."""

    items = fields.List(fields.Nested(DocumentLineAnswer))
    next_cursor = fields.Integer(allow_none=True)


class DocumentFieldAnswer(Schema):
    """One entry of a document; a locked one comes from the records."""

    name = fields.String()
    label = Words()
    printed = fields.String()
    type = fields.String()
    required = fields.Boolean()
    locked = fields.Boolean()
    choices = fields.List(fields.String())
    columns = fields.List(fields.String())


class DocumentDeliveryAnswer(Schema):
    """One delivery."""

    id = fields.Integer()
    whom = fields.String()
    how = Words()
    at = Instant()
    receipt = Words()
    receipt_at = Instant(allow_none=True)


class DocumentAnswer(DocumentLineAnswer):
    """One document in full; ``may`` are the steps that the caller can take."""

    template_version = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    issued_at = Instant(allow_none=True)
    withdrawn_at = Instant(allow_none=True)
    fields_ = fields.Dict(data_key="fields", attribute="fields")
    form = fields.List(fields.Nested(DocumentFieldAnswer))
    missing = fields.List(fields.String())
    stripped = fields.Dict()
    may = fields.List(fields.String())
    deliveries = fields.List(fields.Nested(DocumentDeliveryAnswer))
