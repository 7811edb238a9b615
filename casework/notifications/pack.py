"""Load ``config/notifications.yaml`` and check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from casework.notifications.channels import Ground, mail_server
from casework.packs import flat, read, refuse

_ADDRESS = validate.URL(
    schemes={"http", "https"},
    require_tld=False,
    error="must be an address such as https://oapi.dingtalk.com",
)


@dataclass(frozen=True, slots=True)
class NotificationRules:
    """How messages leave the system, as far as it is no secret."""

    bases: Mapping[str, str]
    """Service -> its address, without a slash at its end."""
    timeout: float
    """Seconds that a server may stay silent."""

    def ground(self, smtp_url: str) -> Ground:
        """What the channels need to know, with the mail server of the settings."""
        sender = mail_server.parse(smtp_url).sender if smtp_url else ""
        return Ground(smtp_url, sender, self.bases, self.timeout)


class _BasesSchema(Schema):
    """A misspelt service would otherwise be noticed only when nobody got a message."""

    wecom = fields.String(required=True, validate=_ADDRESS)
    dingtalk = fields.String(required=True, validate=_ADDRESS)
    feishu = fields.String(required=True, validate=_ADDRESS)


class _FileSchema(Schema):
    """One field a key of the file, and one attribute of the rules."""

    bases = fields.Nested(_BasesSchema, required=True)
    timeout = fields.Integer(strict=True, required=True, validate=validate.Range(1, 60))

    @post_load
    def _rules(self, data: dict[str, Any], **_: Any) -> NotificationRules:
        bases = {name: address.rstrip("/") for name, address in data.pop("bases").items()}
        return NotificationRules(bases=MappingProxyType(bases), **data)


def load_notifications(path: Path) -> NotificationRules:
    """Read the file.

    Raises:
        Misconfigured: listing every fault with file, line and reason.
    """
    document = read(path)
    refuse(document.faults)
    try:
        rules: NotificationRules = _FileSchema().load(
            document.data if isinstance(document.data, dict) else {}
        )
    except ValidationError as error:
        refuse([document.fault(place, reason) for place, reason in flat(error.messages)])
        raise  # refuse has raised
    return rules
