"""The webhook keeps the word of docs/webhook.md: its example runs here as it stands there."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from casework.notifications.channels import CHANNELS, Answer, Fault, Letter
from config.settings import ROOT
from tests.integration.channels.certificates import make_authority
from tests.integration.channels.http_servers import Asked, Said, service
from tests.integration.channels.letters import ground, letter
from tests.integration.channels.mail_servers import closed_port, scripted

SECRET = "planted-secret-0123456789"
WEBHOOK = CHANNELS["webhook"]


def send(url: str, *letters: Letter, timeout: float = 5.0, secret: str = SECRET) -> list[Answer]:
    with WEBHOOK.open(ground(timeout=timeout)) as sender:
        address = {"url": url, "secret": secret}
        return [sender.send(address, one) for one in letters or (letter(),)]


def test_everything_arrives_signed() -> None:
    with service(Said("taken", 202)) as receiver:
        [answer] = send(f"{receiver.url}/in?unit=B1")

    assert answer == Answer(True, "HTTP 202 Accepted: taken")
    [asked] = receiver.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/in", {"unit": ["B1"]})
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.headers["x-casework-id"] == "m-17"
    at = asked.headers["x-casework-timestamp"]
    digest = hmac.new(SECRET.encode(), f"{at}.".encode() + asked.body, hashlib.sha256)
    assert asked.headers["x-casework-signature"] == f"sha256={digest.hexdigest()}"
    assert abs(int(at) - time.time()) < 60
    assert asked.data == {
        "id": "m-17",
        "subject": letter().subject,
        "body": letter().body,
        "url": letter().url,
        "level": 2,
        "at": "2026-09-21T03:04:05Z",
        "data": {"number": "2026-QL-000018", "level": 2},
    }


@contextlib.contextmanager
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The receiver of the documentation, served by Werkzeug."""
    text = (ROOT / "docs" / "webhook.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code, "docs/webhook.md", "exec"), names)  # noqa: S102
    app = names["app"]
    assert isinstance(app, Flask)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/casework"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
        names["seen"].close()


def test_documented_receiver_takes_each_message_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = letter("m-1", subject="第一条"), letter("m-2", subject="第二条")
    with example(tmp_path, monkeypatch) as url:
        answers = send(url, one, two, one)
        forged = send(url, letter("m-3"), secret="not-the-secret-of-them")
        clock = SimpleNamespace(time=lambda: time.time() - 301)
        monkeypatch.setattr("casework.notifications.channels.webhook.time", clock)
        old = send(url, letter("m-4"))

    assert [answer.words for answer in answers] == ["HTTP 200 OK: taken"] * 3
    assert capsys.readouterr().out.splitlines() == ["第一条", "第二条"]
    assert forged == [Answer(False, "HTTP 403 FORBIDDEN: wrong signature", Fault.REFUSED)]
    assert old[0].words.endswith("clocks differ by more than five minutes")


@pytest.mark.parametrize(
    ("said", "fault", "retry_after"),
    [
        (Said("no credit left", 402), Fault.REFUSED, None),
        (Said("", 301, {"Location": "/elsewhere"}), Fault.REFUSED, None),
        (Said("", 308, {"Location": "/elsewhere"}), Fault.REFUSED, None),
        (Said("too many", 429, {"Retry-After": "30"}), Fault.LIMITED, 30.0),
        (Said("restarting", 503, {"Retry-After": "5"}), Fault.TRANSIENT, 5.0),
        (Said("x" * 5000, 500), Fault.TRANSIENT, None),
    ],
)
def test_what_the_receiver_may_answer(said: Said, fault: Fault, retry_after: float | None) -> None:
    with service(said) as receiver:
        [answer] = send(receiver.url)

    assert (answer.ok, answer.fault, answer.retry_after) == (False, fault, retry_after)
    assert answer.words.startswith(f"HTTP {said.status}")
    assert len(answer.words) <= 300
    assert len(receiver.asked) == 1


def test_no_words_give_away_address_or_secret(caplog: pytest.LogCaptureFixture) -> None:
    def echo(asked: Asked) -> Said:
        return Said(f"{asked.path} {asked.query} {SECRET} no", 404)

    caplog.set_level(logging.DEBUG)
    path = "/planted-path/send?key=planted-key%2Fx"
    with service(echo) as receiver:
        [answer] = send(receiver.url + path)
    [refused] = send(f"http://127.0.0.1:{closed_port()}{path}")
    with scripted("nonsense") as port:
        [nonsense] = send(f"http://127.0.0.1:{port}{path}")

    assert answer.words == "HTTP 404 Not Found: /…/send {'key': ['…']} … no"
    assert (refused.words, refused.reached) == ("Connection refused", False)
    assert (nonsense.fault, nonsense.reached) == (Fault.TRANSIENT, True)
    assert "planted" not in f"{nonsense.words}{caplog.text}"


def test_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = make_authority(tmp_path)
    with service(Said("taken"), authority.server) as receiver:
        [unknown] = send(receiver.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
        [known] = send(receiver.url)

    assert (unknown.fault, unknown.reached) == (Fault.MISCONFIGURED, False)
    assert unknown.words.startswith("the certificate is not accepted: ")
    assert known.ok
    assert len(receiver.asked) == 1


@pytest.mark.parametrize("body", [b"x", b""])
def test_receiver_that_never_ends_its_answer_is_not_waited_for(body: bytes) -> None:
    """The status is there: the message was taken, whatever still drips in."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while body and not over.wait(0.1):
                with contextlib.suppress(OSError):
                    connection.sendall(body)
            over.wait(10)

    thread = threading.Thread(target=drip)
    thread.start()
    begun = time.monotonic()
    [answer] = send(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=0.5)
    took = time.monotonic() - begun
    over.set()
    thread.join(5)
    listening.close()

    assert answer.ok
    assert answer.words.startswith("HTTP 200 OK")
    assert took < 3


def test_huge_answer_is_not_read_to_its_end() -> None:
    with service(Said("x" * 30_000_000)) as receiver:
        [answer] = send(receiver.url)

    assert answer.ok
    assert len(answer.words) == 300


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x",
        "file:///etc/passwd",
        "host/x",
        "https://",
        "https://user:planted@host/",
        "https://host:0/",
        "https://host:port/",
        "https://[::1",
        "https://例子.cn/",
        "javascript:alert(1)",
        "http://a b/",
    ],
)
def test_addresses_that_cannot_be_used(url: str) -> None:
    assert [name for name, _ in WEBHOOK.check({"url": url, "secret": SECRET})] == ["url"]
    [answer] = send(url)
    assert (answer.fault, answer.reached) == (Fault.MISCONFIGURED, False)
    assert "planted" not in answer.words


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "224.0.0.1", "0xA9FEA9FE"])
def test_addresses_of_no_receiver_are_not_asked(host: str) -> None:
    [answer] = send(f"http://{host}/latest/meta-data/", timeout=1)

    assert answer == Answer(False, "the address cannot be used", Fault.MISCONFIGURED, reached=False)


def test_secret_must_be_long() -> None:
    good = {"url": "https://gateway.example.org/in", "secret": SECRET}

    assert WEBHOOK.check(good) == []
    assert [name for name, _ in WEBHOOK.check({})] == ["url", "secret"]
    for secret in ("short", "密" * 20, "with a space and more"):
        assert [name for name, _ in WEBHOOK.check({**good, "secret": secret})] == ["secret"]
    assert WEBHOOK.transport(good, ground()) == "webhook:gateway.example.org"
    assert all(field.secret for field in WEBHOOK.fields)
    assert not WEBHOOK.personal


def test_data_that_is_no_json_is_a_fault_of_ours() -> None:
    [answer] = send("http://127.0.0.1:9/", letter(data={"at": object()}))

    assert answer == Answer(False, "Casework itself failed: TypeError", Fault.TRANSIENT)


def test_body_is_json_whatever_the_text_holds() -> None:
    odd = letter("m-\u2028\n1", subject="a\r\nX-Evil: 1", body="\ud800\0“ \\\r\n😀")
    with service(Said("taken")) as receiver:
        [answer] = send(receiver.url, odd)

    assert answer.ok
    assert json.loads(receiver.asked[0].body)["body"] == "“ \\\n😀"
    assert "x-evil" not in receiver.asked[0].headers
