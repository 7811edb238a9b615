"""Words of a server are shown to people: short, on one line, and without our secrets."""

from __future__ import annotations

import base64
import json
import socket
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.notifications.channels import Fault
from casework.notifications.channels.answers import accepted, failed, plain
from casework.notifications.channels.network import broken, causes, timed_out

SECRET = 'key+/é"\\ value'


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        SECRET.upper(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_no_spelling_of_a_secret_is_shown(spelling: str) -> None:
    assert plain(f"no: {spelling}!", (SECRET,)) == "no: …!"


@settings(deadline=None)
@given(
    words=st.text(max_size=500),
    secret=st.text(
        st.characters(categories=["L", "N", "P"], exclude_characters="…"), min_size=4, max_size=40
    ),
)
def test_words_are_one_short_line_without_the_secret(words: str, secret: str) -> None:
    shown = plain(f"{words}{secret}{words}", (secret,))

    assert len(shown) <= 300
    assert secret not in shown
    assert shown == " ".join(shown.split())
    assert not any(character in shown for character in "\r\n\t\0\u202e\u200b\u2028")


def test_hiding_comes_before_shortening() -> None:
    assert "planted" not in plain("x" * 296 + "planted-key", ("planted-key",))


def test_empty_secrets_hide_nothing() -> None:
    assert plain("250 ok", ("", "")) == "250 ok"


def test_fault_is_none_exactly_when_sent() -> None:
    assert accepted("250 ok").fault is None
    assert accepted("250 ok").ok
    answer = failed(Fault.LIMITED, "slow down", retry_after=3.0)
    assert (answer.ok, answer.fault, answer.retry_after) == (False, Fault.LIMITED, 3.0)


def test_cause_is_the_deepest_and_its_text_is_not_repeated() -> None:
    inner = ConnectionRefusedError(111, "https://host/send?key=planted")
    outer = RuntimeError("https://host/send?key=planted", ValueError())
    outer.__cause__ = inner
    inner.__context__ = outer

    assert set(map(type, causes(outer))) == {RuntimeError, ValueError, ConnectionRefusedError}
    assert broken(outer, reached=False).words == "Connection refused"
    assert broken(RuntimeError("planted"), reached=True).words == (
        "the server closed the connection (RuntimeError)"
    )
    unknown = broken(socket.gaierror(-2, "host.planted"), reached=False)
    assert (unknown.words, unknown.fault) == ("the name of the server is not known", "transient")
    assert timed_out(TimeoutError())
    assert not timed_out(outer)
