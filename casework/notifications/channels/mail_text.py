"""Write a letter as a mail."""

from __future__ import annotations

import re
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from casework.notifications.channels.base import Letter
from casework.notifications.channels.cutting import one_line, text_of
from casework.notifications.channels.mail_server import MAILBOX

URGENT = 2
"""From this level on a mail says that it is important."""


def sender_of(text: str) -> Mailbox | None:
    """The From address with its name; None if it cannot be one."""
    name, mailbox = parseaddr(text)
    return Mailbox(name, addr_spec=mailbox) if MAILBOX.fullmatch(mailbox) else None


def mail(letter: Letter, sender: Mailbox, recipient: str) -> bytes:
    """The mail as it goes over the line, with CRLF line ends and ASCII only.

    The Message-ID is made of the letter's id alone: each repeat has the same.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Mailbox(addr_spec=recipient)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9._-]', '-', letter.uid)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Casework-Id"] = one_line(letter.uid)
    if letter.level >= URGENT:
        message["Importance"] = "high"
    text = f"{text_of(letter)}\n"
    message.set_content(text, cte="quoted-printable" if text.isascii() else "base64")
    return bytes(message)
