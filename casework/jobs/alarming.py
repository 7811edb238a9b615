"""Who watches the watcher: the installation's own alarm addresses, past all boxes and posts.

They hear when channels fail and when no sweep has passed for a while; without personal data, in
English and for technicians, at most once an hour for the same reason.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from casework import clock
from casework.db import Database
from casework.notifications.channels import CHANNELS, Letter
from casework.notifications.channels.alarms import addressed
from casework.services.delivery import alarms
from casework.services.delivery.office import Office

log = logging.getLogger(__name__)

LEVEL = 3


def tell(db: Database, office: Office) -> None:
    """Tell people of what fails, then the alarm addresses."""
    at = clock.now()
    with db.transaction() as session:
        reasons = alarms.tell_failing(session, at, office.terms)
        alarms.tell_dead(session, at)
        reasons += alarms.silent_sweep(session, at)
    if reasons:
        sound(office, reasons, at)


def sound(office: Office, reasons: Sequence[str], at: datetime) -> None:
    """One letter with all reasons to each alarm address; what does not go out is logged."""
    url = office.links.page("/channels")
    body = "\n".join(reasons)
    letter = Letter(token_hex(16), "[Casework L3] alarm", body, url, LEVEL, at)
    for number, alarm in enumerate(office.alarms, 1):
        kind, address = addressed(alarm)
        with CHANNELS[kind].open(office.ground) as sender:
            answer = sender.send(address, letter)
        if not answer.ok:
            log.error("alarm address %s does not take alarms: %s", number, answer.words)
