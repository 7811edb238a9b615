"""Say why a server was not reached, without the address that the libraries put into their words."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator

from casework.notifications.channels.answers import failed
from casework.notifications.channels.base import Answer, Fault

DROPPED = "the server closed the connection"


def broken(error: BaseException, *, reached: bool) -> Answer:
    """The answer for a connection that could not be made, or was made and did not last."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            # Nothing gets better by waiting, but when somebody has changed a certificate.
            words = f"the certificate is not accepted: {cause.verify_message}"
            return failed(Fault.MISCONFIGURED, words, reached=reached)
        if isinstance(cause, OSError):
            return failed(Fault.TRANSIENT, _words(cause), reached=reached)
    return failed(Fault.TRANSIENT, f"{DROPPED} ({type(error).__name__})", reached=reached)


def timed_out(error: BaseException) -> bool:
    """Whether the server stayed silent, rather than hanging up."""
    return any(isinstance(cause, TimeoutError) for cause in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what lies beneath an error, the deepest first: that is the operating system's word."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if any(one is known for known in found):
            continue
        found.append(one)
        inside = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [inner for inner in inside if isinstance(inner, BaseException)]
    return reversed(found)


def _words(error: OSError) -> str:
    """What the operating system says; never the text of the error, which may hold an address."""
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection: {error.reason or 'TLS failed'}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "the name of the server is not known"
    return os.strerror(error.errno) if error.errno else DROPPED
