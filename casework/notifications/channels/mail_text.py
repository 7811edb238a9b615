"""Write a letter as a mail.

By hand, since ``EmailMessage`` takes longer over a mail than the server does; what is the same in
all mails of a sender is made by it, once.
"""

from __future__ import annotations

import base64
import quopri
import re
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from casework.notifications.channels.base import Letter
from casework.notifications.channels.cutting import one_line, text_of
from casework.notifications.channels.mail_server import sender_of

URGENT = 2
"""From this level on a mail says that it is important."""
_PLAIN = re.compile(r"(?!.*=\?)[ -~]{0,60}")


class Writer:
    """Writes mails of one sender."""

    def __init__(self, sender: str) -> None:
        """Raises ValueError if the sender is no mail address."""
        name, mailbox = sender_of(sender)
        same = EmailMessage(policy=SMTP)
        same["From"] = Mailbox(name, addr_spec=mailbox)
        same["Auto-Submitted"] = "auto-generated"
        same["X-Auto-Response-Suppress"] = "All"
        same["MIME-Version"] = "1.0"
        same["Content-Type"] = 'text/plain; charset="utf-8"'
        self.mailbox = mailbox
        self._domain = mailbox.rpartition("@")[2]
        self._head = bytes(same).rstrip(b"\r\n")

    def mail(self, letter: Letter, recipient: str) -> bytes:
        """The mail as it goes over the line, with CRLF line ends and ASCII only.

        The Message-ID is made of the letter's id alone: each repeat has the same.
        """
        text = f"{text_of(letter)}\n".replace("\n", "\r\n").encode()
        plain = text.isascii()
        fields = {
            "To": recipient,
            "Subject": _encoded("Subject", letter.subject),
            "Date": format_datetime(letter.at),
            "Message-ID": f"<{re.sub(r'[^A-Za-z0-9._-]', '-', letter.uid)}@{self._domain}>",
            "X-Casework-Id": _encoded("X-Casework-Id", letter.uid),
            **({"Importance": "high"} if letter.level >= URGENT else {}),
            "Content-Transfer-Encoding": "quoted-printable" if plain else "base64",
        }
        lines = [f"{name}: {value}".encode() for name, value in fields.items()]
        body = _quoted(text) if plain else base64.encodebytes(text).replace(b"\n", b"\r\n")
        return b"\r\n".join((self._head, *lines, b"", body))


def _encoded(name: str, value: str) -> str:
    """A value of a header, folded and encoded as RFC 2047 wants it if it is not plain and short."""
    line = one_line(value)
    if _PLAIN.fullmatch(line):
        return line
    return Header(line, "utf-8", header_name=name).encode(linesep="\r\n")


def _quoted(text: bytes) -> bytes:
    """Quoted-printable with CRLF line ends; the bare line feeds are those of the encoding."""
    return quopri.encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
