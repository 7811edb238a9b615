"""A real HTTP server on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Said:
    """One reply; a ``dict`` is said as JSON."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """What answers: a function of the request, or one reply for all."""

    answer: Callable[[Asked], Said] | Said
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def setup(self) -> None:
        super().setup()
        self.service.connections += 1

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(
            self.command, parts.path, parse_qs(parts.query), headers, self.rfile.read(length)
        )
        self.service.asked.append(asked)
        answer = self.service.answer
        said = answer if isinstance(answer, Said) else answer(asked)
        is_json = isinstance(said.body, dict)
        body = json.dumps(said.body).encode() if is_json else said.body.encode()
        kind = "application/json" if is_json else "text/plain"
        self.send_response(said.status)
        for name, value in {"Content-Type": kind, **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _serve

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def service(
    answer: Callable[[Asked], Said] | Said, context: ssl.SSLContext | None = None
) -> Iterator[Service]:
    """Run a service in a thread."""
    found = Service(answer)
    handler = type("Handler", (_Handler,), {"service": found, "timeout": 5})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        thread.join(5)
        server.server_close()
