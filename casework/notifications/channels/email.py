"""E-mail by the mail server of the installation: one connection for all letters of a pass."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from casework.notifications.channels import mail_server
from casework.notifications.channels.answers import failed, never_raises
from casework.notifications.channels.base import Address, Answer, Fault, Field, Ground, Letter
from casework.notifications.channels.checking import missing
from casework.notifications.channels.mail_server import MAILBOX, MailServer
from casework.notifications.channels.mail_text import Writer
from casework.notifications.channels.smtp import Ended, SmtpLine
from casework.text import N_, Text

PAUSE = 30.0
"""So many seconds a server that could not be used is left alone: each try may take a time-out."""
NO_SERVER = "no mail server is set (CASEWORK_SMTP_URL)"
_BAD = N_("This is not a mail address.")


@dataclass(frozen=True)
class Email:
    """Mail to one person or office."""

    kind: str = "email"
    label: str = N_("E-mail")
    fields: tuple[Field, ...] = (
        Field("address", N_("Mail address"), hint=N_("For example name@example.org.")),
    )
    per_minute: int | None = None
    longest: int | None = None
    personal: bool = True

    def check(self, address: Address) -> list[tuple[str, Text]]:
        """What is wrong with an address as entered."""
        faults = missing(self.fields, address)
        if not faults and not MAILBOX.fullmatch(address["address"]):
            faults.append(("address", Text(_BAD)))
        return faults

    def transport(self, address: Address, ground: Ground) -> str:
        """All mail fails together with its server."""
        server, _ = _read(ground)
        return self.kind if server is None else f"{self.kind}:{server.host}:{server.port}"

    @contextlib.contextmanager
    def open(self, ground: Ground) -> Iterator[MailSender]:
        """A sender that connects with its first letter."""
        sender = MailSender(ground)
        try:
            yield sender
        finally:
            sender.close()


class MailSender:
    """One connection; made anew, once, when the server has hung up between two letters."""

    def __init__(self, ground: Ground) -> None:
        self._timeout = ground.timeout
        self._server, self._problem = _read(ground)
        self._writer: Writer | None = None
        if self._server is not None:
            try:
                self._writer = Writer(ground.sender or self._server.sender)
            except ValueError as error:
                self._problem = str(error)
        self._line: SmtpLine | None = None
        self._down: tuple[float, Answer] | None = None

    @never_raises
    def send(self, address: Address, letter: Letter) -> Answer:
        """Hand in one mail; the words are the server's reply to it."""
        if self._server is None or self._writer is None:
            return failed(Fault.MISCONFIGURED, self._problem, reached=False)
        recipient = address.get("address", "")
        if not MAILBOX.fullmatch(recipient):
            return failed(Fault.REFUSED, "this is no mail address")
        if self._down is not None and time.monotonic() < self._down[0]:
            return self._down[1]
        data = self._writer.mail(letter, recipient)
        return self._hand_in(self._server, self._writer.mailbox, recipient, data)

    def close(self) -> None:
        """End the connection, if there is one."""
        line, self._line = self._line, None
        if line is not None:
            line.quit()

    def _hand_in(self, server: MailServer, sender: str, recipient: str, data: bytes) -> Answer:
        if self._line is not None:
            try:
                return self._line.hand_in(sender, recipient, data)
            except Ended as ended:
                answer = self._ended(ended)
                if not ended.dropped:
                    return answer
        try:
            self._line = SmtpLine(server, self._timeout)
            return self._line.hand_in(sender, recipient, data)
        except Ended as ended:
            answer = self._ended(ended)
            if not answer.reached:
                self._down = (time.monotonic() + PAUSE, answer)
            return answer

    def _ended(self, ended: Ended) -> Answer:
        line, self._line = self._line, None
        if line is not None:
            line.drop()
        return ended.answer


def _read(ground: Ground) -> tuple[MailServer | None, str]:
    """The mail server, or what is wrong with its setting."""
    if not ground.smtp_url:
        return None, NO_SERVER
    try:
        return mail_server.parse(ground.smtp_url), ""
    except ValueError as error:
        return None, f"CASEWORK_SMTP_URL {error}"
