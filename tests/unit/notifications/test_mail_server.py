"""The address of the mail server: what can be meant, and sentences without the password."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.notifications.channels.mail_server import MAILBOX, parse


def test_everything_is_read() -> None:
    server = parse("smtp://clerk%40example.org:p%2Fw%23@[::1]:2525?starttls=none&from=a@b.cn")

    assert (server.host, server.port, server.tls) == ("::1", 2525, "none")
    assert (server.user, server.password) == ("clerk@example.org", "p/w#")
    assert server.sender == "a@b.cn"
    assert "p/w#" not in repr(server)


def test_defaults_are_encrypted() -> None:
    assert (parse("smtp://h?from=a@b.cn").port, parse("smtps://h?from=a@b.cn").port) == (587, 465)
    assert parse("smtp://h?from=a@b.cn").tls == "starttls"
    assert parse("smtp://h?from=a@b.cn&starttls=required").tls == "starttls"
    assert parse("smtps://h?from=a@b.cn").tls == "implicit"


def test_sender_may_have_a_name_or_be_the_login() -> None:
    named = parse("smtp://h?from=%E5%8E%BF%E6%95%99%E8%82%B2%E5%B1%80%20%3Ca@b.cn%3E")

    assert (named.sender, named.mailbox, named.domain) == ("县教育局 <a@b.cn>", "a@b.cn", "b.cn")
    assert parse("smtp://a%40b.cn:planted@h").mailbox == "a@b.cn"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("host:587", "must be an address"),
        ("http://planted@host", "must be an address"),
        ("smtp://", "must be an address"),
        ("smtp://u:planted#x@host", "must be an address"),
        ("smtp://u:planted/x@host", "must be an address"),
        ("smtp://u:planted@host:99999?from=a@b.cn", "must be an address"),
        ("smtp://u:planted@host:0?from=a@b.cn", "must be an address"),
        ("smtp://[::1?from=planted@b.cn", "must be an address"),
        ("smtp://host/planted?from=a@b.cn", "must be an address"),
        ("smtp://u:pw?planted@host", "must be an address"),
        ("smtp://host?from=a@b.cn&planted=1", "knows only the options"),
        ("smtp://host?from=a@b.cn&from=c@d.cn", "knows only the options"),
        ("smtp://host?from=a@b.cn&starttls=planted", "starttls must be"),
        ("smtps://host?from=a@b.cn&starttls=none", "has no use for starttls"),
        ("smtp://planted@host?from=a@b.cn", "both user and password"),
        ("smtp://u:planted%C3%A9@host?from=a@b.cn", "other than ASCII"),
        ("smtp://u:planted%0A@host?from=a@b.cn", "other than ASCII"),
        ("smtp://host", "needs the sender"),
        ("smtp://u:planted@host", "needs the sender"),
        ("smtp://host?from=planted", "needs the sender"),
        ("smtp://host?from=x%0D%0ABcc:planted%20%3Ca@b.cn%3E", "needs the sender"),
        ("smtp://host?from=a@b.cn&ca=/planted.pem", "ca must name"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_repeating_it(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        parse(text)

    assert "planted" not in str(refused.value)


def test_authority_must_be_one(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("nothing")

    with pytest.raises(ValueError, match="ca must name"):
        parse(f"smtp://host?from=a@b.cn&ca={file}")


@pytest.mark.parametrize("good", ["a@b.cn", "a.b+c@d-e.example.org", "x@localhost", "1@163.com"])
def test_mailboxes(good: str) -> None:
    assert MAILBOX.fullmatch(good)


@pytest.mark.parametrize(
    "bad", ["a", "@b", "a@", "a..b@c", ".a@c", "a@b..c", "a@-b", "a b@c", "a@b\n", f"{'a' * 65}@b"]
)
def test_no_mailboxes(bad: str) -> None:
    assert not MAILBOX.fullmatch(bad)
