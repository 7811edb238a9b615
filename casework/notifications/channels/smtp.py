"""The conversation with a mail server. smtplib's own ``sendmail`` would hide its replies."""

from __future__ import annotations

import contextlib
import smtplib
import ssl

from casework.notifications.channels.answers import accepted, failed
from casework.notifications.channels.base import Answer, Fault
from casework.notifications.channels.mail_server import MailServer
from casework.notifications.channels.network import broken, timed_out

BYE = 421


class Ended(Exception):
    """The connection cannot be used any more; ``dropped`` if the server just hung up."""

    def __init__(self, answer: Answer, *, dropped: bool) -> None:
        super().__init__()
        self.answer = answer
        self.dropped = dropped


class SmtpLine:
    """One connection, encrypted and logged in."""

    def __init__(self, server: MailServer, timeout: float) -> None:
        """Connect.

        Raises:
            Ended: with the reason.
        """
        self._secrets = (server.password, f"\0{server.user}\0{server.password}")
        try:
            self._smtp = _connected(server, timeout)
        except smtplib.SMTPResponseException as error:
            raise Ended(self._unusable(error), dropped=False) from None
        except smtplib.SMTPServerDisconnected as error:
            raise Ended(broken(error, reached=False), dropped=False) from None
        except smtplib.SMTPException as error:
            # It cannot encrypt, or knows no way of logging in that we know.
            words = " ".join(str(part) for part in error.args)
            answer = failed(Fault.MISCONFIGURED, words, self._secrets, reached=False)
            raise Ended(answer, dropped=False) from None
        except OSError as error:
            raise Ended(broken(error, reached=False), dropped=False) from None

    def hand_in(self, sender: str, recipient: str, data: bytes) -> Answer:
        """Hand in one mail; the words are the server's reply.

        Raises:
            Ended: when the connection broke, or the server said that it closes it.
        """
        try:
            return self._talk(sender, recipient, data)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            dropped = not timed_out(error)
            raise Ended(broken(error, reached=True), dropped=dropped) from None

    def quit(self) -> None:
        """Say goodbye, as far as somebody listens, and close."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()

    def drop(self) -> None:
        """Close without a word: a silent server would let us wait for another time-out."""
        self._smtp.close()

    def _talk(self, sender: str, recipient: str, data: bytes) -> Answer:
        code, reply = self._smtp.mail(sender)
        if code != 250:
            # The fault is ours: any other recipient would get the same reply.
            return self._refused(code, reply, Fault.MISCONFIGURED)
        code, reply = self._smtp.rcpt(recipient)
        if code not in {250, 251}:
            return self._refused(code, reply, Fault.REFUSED)
        try:
            code, reply = self._smtp.data(data)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, _bytes(error.smtp_error)
        if code != 250:
            return self._refused(code, reply, Fault.REFUSED)
        return accepted(_words(code, reply), self._secrets)

    def _refused(self, code: int, reply: bytes, fault: Fault) -> Answer:
        """The answer for a refusal; the connection is then ready for the next mail."""
        fault = fault if 500 <= code < 600 else Fault.TRANSIENT
        answer = failed(fault, _words(code, reply), self._secrets)
        if code == BYE:
            raise Ended(answer, dropped=True)
        # A server that hangs up now is noticed by the next mail; the refusal counts.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()
        return answer

    def _unusable(self, error: smtplib.SMTPResponseException) -> Answer:
        code = error.smtp_code
        fault = Fault.MISCONFIGURED if 500 <= code < 600 else Fault.TRANSIENT
        words = _words(code, _bytes(error.smtp_error))
        return failed(fault, words, self._secrets, reached=False)


def _connected(server: MailServer, timeout: float) -> smtplib.SMTP:
    """A connection as the settings want it; never in the clear unless they say so."""
    # The name in the greeting is given: smtplib would ask the name service for this machine's.
    name = server.domain
    if server.tls == "implicit":
        context = _context(server)
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=timeout, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=timeout)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=_context(server))
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    return smtp


def _context(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.ca is not None:
        context.load_verify_locations(server.ca)
    return context


def _words(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}"


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")
