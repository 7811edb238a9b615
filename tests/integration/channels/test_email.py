"""Mail by real servers: encryption, login, refusals, servers that hang up or stay silent."""

from __future__ import annotations

import email
import email.policy
import logging
import time
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from casework.notifications.channels import Answer, Fault, Letter
from casework.notifications.channels.email import Email
from tests.integration.channels.certificates import Authority, make_authority
from tests.integration.channels.letters import ground, letter
from tests.integration.channels.mail_servers import (
    Box,
    closed_port,
    mail_server,
    password_is,
    scripted,
)

TO = {"address": "officer@bureau.example.org"}
PASSWORD = "p/w:d#?@ %planted"
FROM = "from=" + quote("县教育局 <casework@example.org>")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


def url(port: int, *options: str, scheme: str = "smtp", login: str = "") -> str:
    return f"{scheme}://{login}127.0.0.1:{port}?{'&'.join((FROM, *options))}"


def send(address: str, *letters: Letter, timeout: float = 5.0) -> list[Answer]:
    with Email().open(ground(address, timeout)) as sender:
        return [sender.send(TO, one) for one in letters or (letter(),)]


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_mail_says_what_the_letter_says() -> None:
    with mail_server() as box:
        [answer] = send(url(box.port, "starttls=none"), letter("m-17"))

    assert answer == Answer(True, "250 2.0.0 queued as 1")
    message = read(box.mail[0])
    assert box.mail[0].isascii()
    assert message["Subject"] == letter().subject
    assert message["From"].addresses[0].display_name == "县教育局"
    assert message["From"].addresses[0].addr_spec == "casework@example.org"
    assert message["To"] == TO["address"]
    assert message["Message-ID"] == "<m-17@example.org>"
    assert message["Date"].datetime == letter().at
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Casework-Id"] == "m-17"
    assert message["Importance"] == "high"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    text = message.get_content().replace("\r\n", "\n")
    assert text == f"{letter().body}\n{letter().url}\n"


def test_a_repeat_has_the_same_id_and_a_line_break_in_a_subject_is_no_header() -> None:
    first = letter("m-18", subject="one\r\nBcc: everybody@example.org", level=0)
    with mail_server() as box:
        send(url(box.port, "starttls=none"), first, first)

    messages = [read(data) for data in box.mail]
    assert {message["Message-ID"] for message in messages} == {"<m-18@example.org>"}
    assert {message["Subject"] for message in messages} == {"one Bcc: everybody@example.org"}
    assert not any(message["Bcc"] or message["Importance"] for message in messages)


def test_one_connection_carries_all_letters() -> None:
    with mail_server() as box:
        answers = send(url(box.port, "starttls=none"), *(letter(f"m-{n}") for n in range(20)))

    assert all(answer.ok for answer in answers)
    assert (len(box.mail), box.connections) == (20, 1)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_encrypted_and_logged_in(authority: Authority, scheme: str) -> None:
    box = Box()
    how = (
        {"tls_context": authority.server, "require_starttls": True}
        if scheme == "smtp"
        else {"ssl": authority.server, "auth_require_tls": False}
    )
    with mail_server(box, authenticator=password_is(PASSWORD, box), **how):
        login = f"clerk:{quote(PASSWORD, safe='')}@"
        [answer] = send(url(box.port, f"ca={authority.file}", scheme=scheme, login=login))

    assert answer.ok
    assert box.logins == [("clerk", PASSWORD)]
    assert len(box.mail) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_unknown_certificate_gets_no_mail(authority: Authority, scheme: str) -> None:
    how = "tls_context" if scheme == "smtp" else "ssl"
    with mail_server(**{how: authority.server}) as box:
        [answer] = send(url(box.port, scheme=scheme))

    assert (answer.ok, answer.fault, answer.reached) == (False, Fault.MISCONFIGURED, False)
    assert answer.words.startswith("the certificate is not accepted: ")
    assert box.mail == []


def test_certificate_of_another_host_gets_no_mail(authority: Authority) -> None:
    with mail_server(tls_context=authority.server) as box:
        address = url(box.port, f"ca={authority.file}").replace("127.0.0.1", "localhost")
        [answer] = send(address)

    assert answer.fault == Fault.MISCONFIGURED
    assert "localhost" in answer.words
    assert box.mail == []


def test_nothing_goes_in_the_clear_unless_the_setting_says_so() -> None:
    with mail_server() as box:
        [answer] = send(url(box.port))

    assert answer.fault == Fault.MISCONFIGURED
    assert "STARTTLS" in answer.words
    assert box.mail == []


def test_wrong_password_is_a_setting_of_ours_and_stays_hidden(
    authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    box = Box()
    caplog.set_level(logging.DEBUG)
    with mail_server(box, authenticator=password_is("other", box), tls_context=authority.server):
        login = f"clerk:{quote(PASSWORD, safe='')}@"
        [answer] = send(url(box.port, f"ca={authority.file}", login=login))
    told = [record for record in caplog.records if not record.name.startswith("mail.")]

    assert answer.fault == Fault.MISCONFIGURED
    assert answer.words.startswith("535 ")
    assert "planted" not in answer.words
    assert not any("planted" in record.getMessage() for record in told)


def test_server_that_repeats_the_password_tells_nobody() -> None:
    def echo(server: object, box: Box) -> str:
        return f"550 5.7.1 not for clerk with {PASSWORD}, {quote(PASSWORD, safe='').lower()}"

    box = Box(on_data=echo)
    with mail_server(box, authenticator=password_is(PASSWORD, box), auth_require_tls=False):
        login = f"clerk:{quote(PASSWORD, safe='')}@"
        [answer] = send(url(box.port, "starttls=none", login=login))

    assert answer.words == "550 5.7.1 not for clerk with …, …"


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("550 5.1.1 no such mailbox", Fault.REFUSED),
        ("552 5.2.2 mailbox full", Fault.REFUSED),
        ("451 4.7.1 greylisted, try again in 300 seconds", Fault.TRANSIENT),
        ("452 4.2.2 mailbox full", Fault.TRANSIENT),
    ],
)
def test_refused_recipient_does_not_stop_the_next(reply: str, fault: Fault) -> None:
    with mail_server(Box(on_rcpt={TO["address"]: reply})) as box:
        where = ground(url(box.port, "starttls=none"))
        with Email().open(where) as sender:
            refused = sender.send(TO, letter("m-1"))
            taken = sender.send({"address": "leader@bureau.example.org"}, letter("m-2"))

    assert refused == Answer(False, reply, fault)
    assert taken.ok
    assert (box.recipients, box.connections) == (["leader@bureau.example.org"], 1)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("554 5.7.1 looks like spam", Fault.REFUSED),
        ("451 4.3.0 disk full", Fault.TRANSIENT),
    ],
)
def test_refused_content(reply: str, fault: Fault) -> None:
    with mail_server(Box(on_data=lambda server, box: reply)) as box:
        [answer] = send(url(box.port, "starttls=none"))

    assert answer == Answer(False, reply, fault)


def test_refused_sender_is_a_setting_of_ours() -> None:
    reply = "553 5.7.1 you may not send as this"
    with mail_server(Box(on_mail=lambda server, box: reply)) as box:
        [answer] = send(url(box.port, "starttls=none"))

    assert answer == Answer(False, reply, Fault.MISCONFIGURED)


def hang_up_every_third(server: object, box: Box) -> str | None:
    """Like servers that take a few letters on a connection."""
    count = getattr(server, "count", 0) + 1
    server.count = count  # type: ignore[attr-defined]
    if count == 3:
        server.transport.abort()  # type: ignore[attr-defined]
    return None


def bye_every_third(server: object, box: Box) -> str | None:
    count = getattr(server, "count", 0) + 1
    server.count = count  # type: ignore[attr-defined]
    return "421 4.7.0 too many messages on this connection" if count == 3 else None


@pytest.mark.parametrize("ends", [hang_up_every_third, bye_every_third])
def test_connection_that_ends_between_letters_is_made_anew(ends: object) -> None:
    with mail_server(Box(on_mail=ends)) as box:  # type: ignore[arg-type]
        answers = send(url(box.port, "starttls=none"), *(letter(f"m-{n}") for n in range(6)))

    assert [answer.ok for answer in answers] == [True] * 6
    assert [read(data)["X-Casework-Id"] for data in box.mail] == [f"m-{n}" for n in range(6)]
    assert box.connections == 3


def test_server_that_always_hangs_up_is_tried_once_more_only() -> None:
    def hang_up(server: object, box: Box) -> None:
        server.transport.abort()  # type: ignore[attr-defined]

    with mail_server(Box(on_data=hang_up)) as box:  # type: ignore[arg-type]
        [first, second] = send(url(box.port, "starttls=none"), letter("m-1"), letter("m-2"))

    assert (first.fault, second.fault) == (Fault.TRANSIENT, Fault.TRANSIENT)
    assert first.reached
    assert box.connections == 2


def test_goodbye_to_a_fresh_connection_is_passed_on() -> None:
    reply = "421 4.3.2 shutting down"
    with mail_server(Box(on_mail=lambda server, box: reply)) as box:
        [answer] = send(url(box.port, "starttls=none"))

    assert answer == Answer(False, reply, Fault.TRANSIENT)
    assert box.connections == 1


@pytest.mark.parametrize(
    ("greeting", "fault"),
    [
        ("421 4.3.2 busy", Fault.TRANSIENT),
        ("554 5.7.1 your address is blocked", Fault.MISCONFIGURED),
    ],
)
def test_server_that_does_not_want_us(greeting: str, fault: Fault) -> None:
    with scripted(greeting) as port:
        [answer] = send(url(port, "starttls=none"))

    assert answer == Answer(False, greeting, fault, reached=False)


def test_closed_port_is_tried_once_for_all_letters() -> None:
    [first, second] = send(url(closed_port()), letter("m-1"), letter("m-2"))

    assert first == Answer(False, "Connection refused", Fault.TRANSIENT, reached=False)
    assert second == first


@pytest.mark.parametrize("said", [(), ("220 here", "250 hello")])
def test_silent_server_costs_one_time_out(said: tuple[str, ...]) -> None:
    begun = time.monotonic()
    with scripted(*said, silent=True) as port:
        [answer] = send(url(port, "starttls=none"), timeout=0.5)

    assert answer.fault == Fault.TRANSIENT
    assert answer.words == "no answer in time"
    assert answer.reached == bool(said)
    assert time.monotonic() - begun < 3


def test_server_that_was_down_is_left_alone_for_the_rest_of_the_pass() -> None:
    begun = time.monotonic()
    with scripted(silent=True) as port:
        answers = send(url(port, "starttls=none"), *[letter()] * 50, timeout=0.5)

    assert {answer.words for answer in answers} == {"no answer in time"}
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("", "no mail server is set (CASEWORK_SMTP_URL)"),
        ("smtp://u:planted#x@host", "CASEWORK_SMTP_URL must be an address such as "),
        ("smtp://host?from=a@b.cn&ca=/nowhere.pem", "CASEWORK_SMTP_URL ca must name a readable"),
    ],
)
def test_unusable_setting_is_an_answer(setting: str, words: str) -> None:
    [answer] = send(setting)

    assert (answer.fault, answer.reached) == (Fault.MISCONFIGURED, False)
    assert answer.words.startswith(words)
    assert "planted" not in answer.words


def test_unusable_recipient_is_an_answer() -> None:
    with mail_server() as box, Email().open(ground(url(box.port, "starttls=none"))) as sender:
        answer = sender.send({"address": "a@b.cn>\r\nRCPT TO:<x@y.cn"}, letter())

    assert answer.fault == Fault.REFUSED
    assert box.connections == 0


def test_what_breaks_in_casework_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> bytes:
        raise RuntimeError("smtp://u:planted@host")

    monkeypatch.setattr("casework.notifications.channels.mail_text.Writer.mail", breaks)
    [answer] = send(url(closed_port()))

    assert answer == Answer(False, "Casework itself failed: RuntimeError", Fault.TRANSIENT)
    assert "planted" not in caplog.text
    assert "test_email.py" in str(caplog.records[0].__dict__["place"])


def test_addresses_that_are_none() -> None:
    channel = Email()

    assert channel.check(TO) == []
    for wrong in ("", "officer", "a b@c.cn", "王@example.org", "a@b@c.cn", "a@-", "x" * 600):
        [(name, reason)] = channel.check({"address": wrong})
        assert (name, bool(str(reason))) == ("address", True)


def test_all_mail_fails_together() -> None:
    channel = Email()

    assert channel.transport(TO, ground(url(2525))) == "email:127.0.0.1:2525"
    assert channel.transport(TO, ground()) == "email"


def test_broken_authority_is_a_setting_of_ours(authority: Authority, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    with mail_server(tls_context=authority.server) as box:
        [answer] = send(url(box.port, f"ca={broken}"))

    assert answer.fault == Fault.MISCONFIGURED
    assert "ca must name a readable file" in answer.words
    assert box.connections == 0


def test_what_is_no_encryption_is_none() -> None:
    with scripted("220 here") as port:
        [answer] = send(url(port, scheme="smtps"))

    assert (answer.fault, answer.reached) == (Fault.TRANSIENT, False)
    assert answer.words.startswith("no encrypted connection: ")
