"""What a delivery needs to know of the installation, handed in by its door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from casework.notifications.channels import Ground
from casework.notifications.terms import Terms
from casework.services.delivery.addresses import Vault
from casework.services.delivery.links import Links
from casework.text import Text

Render = Callable[[Text | str, str], str]
"""Puts a sentence into a language."""


@dataclass(frozen=True, slots=True)
class Office:
    """Servers, terms, keys, links and language of one installation."""

    ground: Ground
    terms: Terms
    vault: Vault = field(repr=False)
    links: Links = field(repr=False)
    locale: str
    render: Render
    alarms: tuple[str, ...] = field(default=(), repr=False)
    """The installation's own alarm addresses: who watches the watcher."""
