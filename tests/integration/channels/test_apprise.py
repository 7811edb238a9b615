"""Apprise: at once, once, with the server's words, and nothing of the address in the log."""

from __future__ import annotations

import threading
import time

import pytest

from casework.notifications.channels import CHANNELS, Answer, Fault, Letter
from tests.integration.channels.http_servers import Asked, Said, service
from tests.integration.channels.letters import ground, letter
from tests.integration.channels.mail_servers import closed_port, scripted

APPRISE = CHANNELS["apprise"]
PATH = "/planted-path-0123456789?-X-Token=planted-token"


def send(url: str, *letters: Letter, timeout: float = 5.0) -> list[Answer]:
    with APPRISE.open(ground(timeout=timeout)) as sender:
        return [sender.send({"url": url}, one) for one in letters or (letter(),)]


def address(url: str, path: str = "/in") -> str:
    return f"json{url.removeprefix('http')}{path}"


def test_letter_arrives_with_subject_body_and_link() -> None:
    with service(Said("taken")) as receiver:
        [answer] = send(address(receiver.url))

    assert answer.ok
    assert answer.words == "Sent JSON POST notification."
    assert receiver.asked[0].data["title"] == letter().subject
    assert receiver.asked[0].data["message"] == f"{letter().body}\n{letter().url}"


def test_markup_in_a_text_stays_text() -> None:
    with service(Said("taken")) as receiver:
        send(address(receiver.url), letter(body="a <b> & *c* ${HOME} :smile:\nd", url=""))

    assert receiver.asked[0].data["message"] == "a <b> & *c* ${HOME} :smile:\nd"


def test_nothing_sleeps_between_letters() -> None:
    begun = time.monotonic()
    with service(Said("taken")) as receiver:
        answers = send(address(receiver.url), *(letter(f"m-{n}") for n in range(8)))

    assert all(answer.ok for answer in answers)
    assert len(receiver.asked) == 8
    assert time.monotonic() - begun < 4


def test_nothing_sleeps_between_several_targets_of_one_address() -> None:
    begun = time.monotonic()
    with service(Said({})) as receiver:
        [answer] = send(f"ntfy{receiver.url.removeprefix('http')}/one/two")

    assert answer.ok
    assert len(receiver.asked) == 2
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, Fault.REFUSED),
        (403, Fault.REFUSED),
        (429, Fault.LIMITED),
        (500, Fault.TRANSIENT),
        (302, Fault.REFUSED),
    ],
)
def test_words_of_the_server_are_told(status: int, fault: Fault) -> None:
    said = Said("没有余额 no credit", status, {"Location": "http://127.0.0.1:9/"})
    with service(said) as receiver:
        [answer] = send(address(receiver.url))

    assert (answer.ok, answer.fault, answer.reached) == (False, fault, True)
    assert "没有余额 no credit" in answer.words
    assert f"error={status}" in answer.words
    assert len(receiver.asked) == 1


def test_options_in_the_address_cannot_hide_or_delay_a_failure() -> None:
    begun = time.monotonic()
    with service(Said("no", 500)) as receiver:
        [answer] = send(address(receiver.url, "/in?retry=5&wait=5&optional=yes&rto=60"))

    assert not answer.ok
    assert len(receiver.asked) == 1
    assert time.monotonic() - begun < 4


def test_nobody_sees_the_address(overheard: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    def echo(asked: Asked) -> Said:
        return Said(f"no {asked.path} {asked.headers['x-token']}", 404)

    with service(echo) as receiver:
        [echoed] = send(address(receiver.url, PATH.replace("-X-Token", "+X-Token")))
    [refused] = send(f"json://127.0.0.1:{closed_port()}{PATH}")
    with scripted("nonsense") as port:
        [nonsense] = send(f"json://127.0.0.1:{port}{PATH}")
    [unknown] = send("nothing://planted")
    [unusable] = send("slack://planted")

    assert echoed.words.endswith("no /… …")
    assert (refused.fault, refused.reached) == (Fault.TRANSIENT, False)
    assert refused.words.startswith("A Connection error occurred")
    for answer in (echoed, refused, nonsense, unknown, unusable):
        assert not answer.ok
        assert "planted" not in answer.words
    assert "planted" not in "".join((*overheard, *capfd.readouterr()))


def test_silence_ends_after_the_time_out() -> None:
    begun = time.monotonic()
    with scripted(silent=True) as port:
        [answer] = send(f"json://127.0.0.1:{port}/in", timeout=0.5)

    assert answer.fault == Fault.TRANSIENT
    assert time.monotonic() - begun < 3


def test_words_of_two_threads_are_not_mixed_up() -> None:
    def echo(asked: Asked) -> Said:
        return Said(f"this is {asked.path}", 400)

    found: dict[int, list[Answer]] = {}
    with service(echo) as receiver:

        def work(n: int) -> None:
            found[n] = send(address(receiver.url, f"/t{n}"), *[letter()] * 10)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    for n in range(4):
        assert [f"this is /t{n}" in answer.words for answer in found[n]] == [True] * 10


def test_text_is_cut_to_what_the_service_takes() -> None:
    """Mattermost takes 4,000 characters, and has no titles: ours stands above the text."""
    long = letter(body="完成调查，时限已过。\n" * 500, cut="以下内容已省略，全文见：")
    with service(Said("ok")) as receiver:
        host = receiver.url.removeprefix("http://")
        [answer] = send(f"mmost://{host}/{'k' * 26}", long)

    assert answer.ok
    [asked] = receiver.asked
    text = asked.data["text"]
    assert 3800 < len(text.encode()) <= 4000
    assert text.startswith(letter().subject)
    assert text.endswith(f"以下内容已省略，全文见： {letter().url}")


@pytest.mark.parametrize(
    "url",
    [
        "nothing://host",
        "not an address",
        "slack://only",
        "json://host/?verify=no",
        "syslog://",
        "gnome://",
        "wecombot://abcdefgh",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdefgh",
        "dingtalk://abcdefgh",
        "feishu://abcdefgh",
        "x" * 600,
    ],
)
def test_addresses_that_reach_nobody_or_hide_failures(url: str) -> None:
    assert [name for name, _ in APPRISE.check({"url": url})] == ["url"]
    [answer] = send(url)
    assert (answer.ok, answer.fault, answer.reached) == (False, Fault.MISCONFIGURED, False)


def test_transport_tells_no_key() -> None:
    good = {"url": "jsons://user:planted@host.example.org/planted"}

    assert APPRISE.check(good) == []
    key = APPRISE.transport(good, ground())
    assert key.startswith("apprise:jsons:")
    assert "planted" not in key
    assert key == APPRISE.transport({"url": "jsons://host.example.org/other"}, ground())
    assert key != APPRISE.transport({"url": "jsons://another.example.org/"}, ground())
