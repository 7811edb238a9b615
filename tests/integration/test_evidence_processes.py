"""An upload outlives a dropped connection and a restart of the real server."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from casework.db import Database
from casework.services import tokens
from tests import forks
from tests.evidence_files import photo
from tests.factories import file_bullying, make_county
from tests.integration.processes import open_database
from tests.integration.test_processes import free_port, health

PIECE = 4000


class Program:
    """Somebody's program that talks to a real server."""

    def __init__(self, port: str, token: str) -> None:
        self.port, self.token = port, token

    def call(self, method: str, path: str, data: bytes = b"", kind: str = "") -> tuple[int, Any]:
        """One call; its status and what it says."""
        request = Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            data=data or None,
            method=method,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": kind or "application/octet-stream",
            },
        )
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    def say(self, path: str, **entries: Any) -> tuple[int, Any]:
        """A call with JSON."""
        return self.call("POST", path, json.dumps(entries).encode(), "application/json")

    def break_off(self, path: str, data: bytes) -> None:
        """Announce a piece, send half of it, and hang up."""
        head = (
            f"PUT /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", int(self.port)), timeout=10) as line:
            line.sendall(head.encode() + data[: len(data) // 2])


def prepare(folder: Path) -> tuple[Database, str, str]:
    """A case in a fresh installation, and the class teacher's token."""
    database = open_database(f"sqlite:///{folder / 'casework.db'}")
    with database.transaction() as session:
        county = make_county(session)
        number = file_bullying(session, county).number
        return database, number, tokens.create_token(session, "teacher1")


@contextmanager
def served(env: dict[str, str], folder: Path) -> Iterator[None]:
    """The server, killed without warning at the end."""
    server = forks.serve(env, folder / "server.log")
    try:
        health(env)
        yield
    finally:
        server.kill()
        server.join()


def test_an_upload_goes_on_after_a_broken_line_and_a_restart(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("CASEWORK_")} | {
        "CASEWORK_DATA_DIR": str(tmp_path),
        "CASEWORK_PORT": str(free_port()),
        "CASEWORK_SWEEP_SECONDS": "1",
    }
    assert forks.flask(env, "init").returncode == 0
    database, number, token = prepare(tmp_path)
    program = Program(env["CASEWORK_PORT"], token)
    content = photo(size=(1200, 900))
    sent = 2 * PIECE
    assert len(content) > sent
    with served(env, tmp_path):
        status, upload = program.say(f"/cases/{number}/uploads", size=len(content), name="a.jpg")
        assert status == 201
        at = f"/cases/{number}/uploads/{upload['key']}"
        program.call("PUT", f"{at}?offset=0", content[:PIECE])
        program.break_off(f"{at}?offset={PIECE}", content[PIECE:sent])
        assert program.call("GET", at)[1]["received"] == PIECE
        assert program.call("PUT", f"{at}?offset={PIECE}", content[PIECE:sent])[0] == 200

    with served(env, tmp_path):
        health(env)
        assert program.call("GET", at)[1]["received"] == sent
        while sent < len(content):
            status, upload = program.call(
                "PUT", f"{at}?offset={sent}", content[sent : sent + PIECE]
            )
            assert status == 200
            sent = upload["received"]
        digest = hashlib.sha256(content).hexdigest()
        status, row = program.say(f"{at}/finish", sha256=digest)
        assert (status, row["original_sha256"]) == (201, digest)

    kept = tmp_path / "evidence" / row["sha256"][:2] / row["sha256"][2:4] / row["sha256"]
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == row["sha256"]
    database.dispose()
