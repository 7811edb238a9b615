"""A test letter: sent now, outside of any transaction, and answered by the real server."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from limits import RateLimitItemPerMinute

from casework import clock
from casework.notifications.channels import CHANNELS, Answer, Fault, Letter
from casework.services.delivery.office import Office
from casework.text import N_, Text

OFTEN = RateLimitItemPerMinute(5, 10)
"""So many test letters somebody may send: they count against the limit of a robot, too."""

SUBJECT = N_("[Casework] Test message")
BODY = N_(
    "This is a test: somebody wanted to see whether messages arrive here. Nothing is due. "
    "Messages carry a number and a link and no names."
)
LOCKED = "The address cannot be read with the present settings: enter it again."


def send_test(
    office: Office, kind: str, address: Mapping[str, str] | None, locale: str, path: str
) -> Answer:
    """Send one test letter; ``path`` is the page its link opens. Never raises."""
    if address is None:
        return Answer(False, LOCKED, Fault.MISCONFIGURED)
    url = office.links.page(path)
    letter = Letter(
        uid=token_hex(16),
        subject=office.render(Text(SUBJECT), locale),
        body=office.render(Text(BODY), locale),
        url=url,
        level=0,
        at=clock.now(),
        data={"test": True, "url": url},
    )
    with CHANNELS[kind].open(office.ground) as sender:
        return sender.send(address, letter)
