"""Load ``config/notifications.yaml`` and check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from casework.notifications.channels import Ground, mail_server
from casework.notifications.terms import Retry, Terms
from casework.packs import flat, read, refuse

_ADDRESS = validate.URL(
    schemes={"http", "https"},
    require_tld=False,
    error="must be an address such as https://oapi.dingtalk.com",
)


LETTERS_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class NotificationRules:
    """How messages leave the system, as far as it is no secret."""

    bases: Mapping[str, str]
    """Service -> its address, without a slash at its end."""
    timeout: float
    """Seconds that a server may stay silent."""
    terms: Terms
    """How deliveries are tried again, rerouted, given up."""

    def ground(self, smtp_url: str) -> Ground:
        """What the channels need to know, with the mail server of the settings."""
        sender = mail_server.parse(smtp_url).sender if smtp_url else ""
        return Ground(smtp_url, sender, self.bases, self.timeout)


class _BasesSchema(Schema):
    """A misspelt service would otherwise be noticed only when nobody got a message."""

    wecom = fields.String(required=True, validate=_ADDRESS)
    dingtalk = fields.String(required=True, validate=_ADDRESS)
    feishu = fields.String(required=True, validate=_ADDRESS)


def _whole(least: int, most: int) -> fields.Integer:
    return fields.Integer(strict=True, required=True, validate=validate.Range(least, most))


class _RetrySchema(Schema):
    first = _whole(1, 3600)
    most = _whole(1, 86_400)
    jitter = _whole(0, 90)


class _RerouteSchema(Schema):
    usual = _whole(1, 1440)
    urgent = _whole(1, 1440)


class _DigestsSchema(Schema):
    at = fields.Time("%H:%M", required=True)
    weekly_on = _whole(1, 7)


class _FileSchema(Schema):
    """One field a key of the file."""

    bases = fields.Nested(_BasesSchema, required=True)
    timeout = _whole(1, 60)
    retry = fields.Nested(_RetrySchema, required=True)
    reroute_after = fields.Nested(_RerouteSchema, required=True)
    give_up_after = _whole(25, 24 * 365)
    refusals = _whole(1, 100)
    singles = _whole(1, 20)
    every = _whole(1, 3600)
    lease = _whole(30, 3600)
    digests = fields.Nested(_DigestsSchema, required=True)
    link_lives = _whole(1, 24 * 31)

    @validates_schema
    def _outlasts_a_letter(self, data: dict[str, Any], **_: Any) -> None:
        """One letter takes up to ten answers of a mail server, each as slow as may be."""
        if data.get("lease", 0) < LETTERS_PATIENCE * data.get("timeout", 0):
            reason = f"must be at least {LETTERS_PATIENCE} times the timeout"
            raise ValidationError(reason, "lease")

    @post_load
    def _rules(self, data: dict[str, Any], **_: Any) -> NotificationRules:
        bases = {name: address.rstrip("/") for name, address in data["bases"].items()}
        return NotificationRules(MappingProxyType(bases), data["timeout"], _terms(data))


def _terms(data: Mapping[str, Any]) -> Terms:
    retry, reroute, digests = data["retry"], data["reroute_after"], data["digests"]
    return Terms(
        retry=Retry(
            timedelta(seconds=retry["first"]),
            timedelta(seconds=retry["most"]),
            retry["jitter"] / 100,
        ),
        reroute_after=timedelta(minutes=reroute["usual"]),
        reroute_urgent_after=timedelta(minutes=reroute["urgent"]),
        give_up_after=timedelta(hours=data["give_up_after"]),
        refusals=data["refusals"],
        singles=data["singles"],
        lease=timedelta(seconds=data["lease"]),
        every=timedelta(seconds=data["every"]),
        daily_at=digests["at"],
        weekly_on=digests["weekly_on"],
        link_lives=timedelta(hours=data["link_lives"]),
    )


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
