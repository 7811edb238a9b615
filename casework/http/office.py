"""The office of an installation: what its deliveries need to know, from its settings."""

from __future__ import annotations

from casework import i18n
from casework.http.installation import Installation
from casework.notifications.pack import load_notifications
from casework.services.delivery.addresses import Vault
from casework.services.delivery.links import Links
from casework.services.delivery.office import Office


def open_office(settings: Installation) -> Office:
    """Servers, terms, keys and language.

    Raises Misconfigured, with file, line and reason, when config/notifications.yaml is broken.
    """
    rules = load_notifications(settings.notifications_file)
    return Office(
        ground=rules.ground(settings.smtp_url),
        terms=rules.terms,
        vault=Vault(settings.secret_key),
        links=Links(settings.base_url, settings.secret_key),
        locale=settings.locale,
        render=i18n.render,
        alarms=settings.notify_urls,
    )
