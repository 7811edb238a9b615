"""Real mail servers on loopback: aiosmtpd, and one that reads from a script."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Reply = str | None


@dataclass
class Box:
    """What a server took, and how it answers; the hooks of aiosmtpd are named by it."""

    mail: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)
    on_mail: Callable[[SMTP, Box], Reply] = lambda server, box: None
    on_rcpt: dict[str, str] = field(default_factory=dict)
    on_data: Callable[[SMTP, Box], Reply] = lambda server, box: None
    port: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        session.host_name = host
        return lines

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        reply = self.on_mail(server, self)
        if reply is None:
            envelope.mail_from = address
        return reply or "250 2.1.0 sender ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.on_rcpt:
            return self.on_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self.on_data(server, self)
        if reply is not None:
            return reply
        assert isinstance(envelope.original_content, bytes)
        self.mail.append(envelope.original_content)
        self.recipients += envelope.rcpt_tos
        return f"250 2.0.0 queued as {len(self.mail)}"


@contextmanager
def mail_server(box: Box | None = None, **options: Any) -> Iterator[Box]:
    """Run aiosmtpd in a thread; ``options`` are those of its SMTP class, and ``ssl``."""
    box = box or Box()
    implicit: ssl.SSLContext | None = options.pop("ssl", None)

    def protocol() -> SMTP:
        box.connections += 1
        return SMTP(box, enable_SMTPUTF8=False, **options)

    listening = socket.create_server(("127.0.0.1", 0))
    box.port = listening.getsockname()[1]
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def run(stop: asyncio.Event) -> None:
        server = await loop.create_server(protocol, sock=listening, ssl=implicit)
        ready.set()
        await stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run(stop)), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


def password_is(wanted: str, box: Box) -> Callable[..., AuthResult]:
    """An authenticator of aiosmtpd."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        user, given = data.login.decode(), data.password.decode()
        box.logins.append((user, given))
        return AuthResult(success=given == wanted, handled=False)

    return authenticate


@contextmanager
def scripted(*lines: str, silent: bool = False) -> Iterator[int]:
    """A server that says one line after the other, then nothing more, and hangs up or stays."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as heard:
                for n, line in enumerate(lines):
                    if n:
                        heard.readline()
                    connection.sendall(line.encode() + b"\r\n")
                if silent:
                    over.wait(20)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        # A close alone does not wake a thread that waits in accept.
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
