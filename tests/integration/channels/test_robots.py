"""Robots of group chats: signatures, answers inside of HTTP 200, limits, silence, hidden keys."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import logging
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from casework.notifications.channels import CHANNELS, Answer, Fault
from casework.notifications.channels.cutting import whole_of
from tests.integration.channels.http_servers import Asked, Said, service
from tests.integration.channels.letters import ground, letter
from tests.integration.channels.mail_servers import closed_port, scripted

KEY = "planted-key-0123456789"
SECRET = "SECplanted+secret/0123456789"
ADDRESSES: Mapping[str, Mapping[str, str]] = {
    "wecom": {"key": KEY},
    "dingtalk": {"key": KEY, "secret": SECRET},
    "feishu": {"key": KEY, "secret": SECRET},
}
GOOD = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {
        "StatusCode": 0,
        "StatusMessage": "success",
        "code": 0,
        "data": {},
        "msg": "success",
    },
}
KINDS = sorted(ADDRESSES)


def send(kind: str, base: str, timeout: float = 5.0, **more: Any) -> Answer:
    with CHANNELS[kind].open(ground(timeout=timeout, **{kind: base})) as sender:
        return sender.send(ADDRESSES[kind], letter(**more))


def bad(kind: str, code: int, words: str) -> Said:
    names = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")
    return Said(dict(zip(names, (code, words), strict=True)))


def test_wecom_gets_text_by_its_key() -> None:
    with service(Said(GOOD["wecom"])) as robot:
        answer = send("wecom", robot.url)

    assert answer == Answer(True, "errcode 0: ok")
    [asked] = robot.asked
    assert (asked.method, asked.path) == ("POST", "/cgi-bin/webhook/send")
    assert asked.query == {"key": [KEY]}
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.data == {"msgtype": "text", "text": {"content": whole_of(letter())}}


def test_dingtalk_can_check_the_signature() -> None:
    def check(asked: Asked) -> Said:
        [at], [sign] = asked.query["timestamp"], asked.query["sign"]
        text = f"{at}\n{SECRET}".encode()
        expected = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest())
        fresh = abs(int(at) / 1000 - time.time()) < 60
        good = fresh and sign == expected.decode() and asked.query["access_token"] == [KEY]
        return Said(GOOD["dingtalk"]) if good else bad("dingtalk", 310000, "sign not match")

    with service(check) as robot:
        answer = send("dingtalk", robot.url)

    assert answer == Answer(True, "errcode 0: ok")
    assert robot.asked[0].path == "/robot/send"
    assert robot.asked[0].data == {"msgtype": "text", "text": {"content": whole_of(letter())}}


def test_feishu_can_check_the_signature() -> None:
    def check(asked: Asked) -> Said:
        at = asked.data["timestamp"]
        key = f"{at}\n{SECRET}".encode()
        expected = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        good = abs(int(at) - time.time()) < 60 and asked.data["sign"] == expected
        return Said(GOOD["feishu"]) if good else bad("feishu", 19021, "sign match fail")

    with service(check) as robot:
        answer = send("feishu", robot.url)

    assert answer == Answer(True, "code 0: success")
    assert robot.asked[0].path == f"/open-apis/bot/v2/hook/{KEY}"
    assert robot.asked[0].data["content"] == {"text": whole_of(letter())}


def test_feishu_without_a_secret_is_not_signed() -> None:
    with service(Said(GOOD["feishu"])) as robot:
        channel, where = CHANNELS["feishu"], ground(feishu=robot.url)
        with channel.open(where) as sender:
            assert sender.send({"key": KEY}, letter()).ok

    assert robot.asked[0].data.keys() == {"msg_type", "content"}


@pytest.mark.parametrize(
    ("kind", "code", "fault"),
    [
        ("wecom", 45009, Fault.LIMITED),
        ("wecom", 93000, Fault.REFUSED),
        ("wecom", -1, Fault.TRANSIENT),
        ("dingtalk", 130101, Fault.LIMITED),
        ("dingtalk", 410100, Fault.LIMITED),
        ("dingtalk", 310000, Fault.REFUSED),
        ("dingtalk", -1, Fault.TRANSIENT),
        ("feishu", 11232, Fault.LIMITED),
        ("feishu", 19021, Fault.REFUSED),
    ],
)
def test_a_number_in_http_200_is_a_failure(kind: str, code: int, fault: Fault) -> None:
    with service(bad(kind, code, f"no good: {KEY}")) as robot:
        answer = send(kind, robot.url)

    name = "code" if kind == "feishu" else "errcode"
    assert answer == Answer(False, f"{name} {code}: no good: …", fault)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", ["", "welcome to the school network", "[1]", "{}", '{"errcode":'])
def test_http_200_of_somebody_else_is_no_delivery(kind: str, body: str) -> None:
    with service(Said(body)) as portal:
        answer = send(kind, portal.url)

    assert (answer.ok, answer.fault) == (False, Fault.TRANSIENT)
    assert "this is no answer of the service" in answer.words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zero", ["0", None, False, 0.0])
def test_only_a_whole_zero_is_a_success(kind: str, zero: object) -> None:
    name = "code" if kind == "feishu" else "errcode"
    with service(Said({name: zero})) as robot:
        assert not send(kind, robot.url).ok


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("said", "fault", "retry_after"),
    [
        (Said("slow down", 429, {"Retry-After": "17"}), Fault.LIMITED, 17.0),
        (Said("slow down", 429, {"Retry-After": "soon"}), Fault.LIMITED, None),
        (Said("slow down", 429, {"Retry-After": "9" * 40}), Fault.LIMITED, 86400.0),
        (Said("later", 503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), Fault.TRANSIENT, 0),
        (Said("broken", 500), Fault.TRANSIENT, None),
        (Said("too slow", 408), Fault.TRANSIENT, None),
        (Said("who?", 404), Fault.REFUSED, None),
        (Said("proxy", 407), Fault.MISCONFIGURED, None),
        (Said("", 302, {"Location": "https://elsewhere.example.org/"}), Fault.REFUSED, None),
        (Said({"errcode": 0, "code": 0}, 500), Fault.TRANSIENT, None),
    ],
)
def test_http_says_no(kind: str, said: Said, fault: Fault, retry_after: float | None) -> None:
    with service(said) as robot:
        answer = send(kind, robot.url)

    assert (answer.ok, answer.fault, answer.retry_after) == (False, fault, retry_after)
    assert answer.words.startswith(f"HTTP {said.status} ")
    assert len(robot.asked) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_for_people_is_not_shown(kind: str) -> None:
    page = Said("<html>many words</html>", 502, {"Content-Type": "text/html"})
    with service(page) as robot:
        words = send(kind, robot.url).words

    assert words.startswith("HTTP 502 Bad Gateway")
    assert "many" not in words


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_the_key_when_nothing_answers(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = send(kind, f"http://127.0.0.1:{closed_port()}")
    unusable = send(kind, "ftp://127.0.0.1")
    broken = send(kind, "http://[::1")
    with scripted("nonsense") as port:
        nonsense = send(kind, f"http://127.0.0.1:{port}")
    ours = [*ADDRESSES[kind].values()]
    with service(Said(" ".join(ours + [quote(one, safe="") for one in ours]), 500)) as robot:
        echoed = send(kind, robot.url)
    with service(Said(GOOD[kind])) as robot:
        send(kind, robot.url)

    answers = [refused, unusable, broken, nonsense, echoed]
    assert (refused.words, refused.reached) == ("Connection refused", False)
    assert (unusable.fault, broken.fault) == (Fault.MISCONFIGURED, Fault.MISCONFIGURED)
    assert (nonsense.fault, nonsense.reached) == (Fault.TRANSIENT, True)
    assert not any("planted" in repr(answer) for answer in answers)
    assert "planted" not in caplog.text


@pytest.mark.parametrize("kind", KINDS)
def test_silence_ends_after_the_time_out(kind: str) -> None:
    begun = time.monotonic()
    with scripted(silent=True) as port:
        answer = send(kind, f"http://127.0.0.1:{port}", timeout=0.5)

    assert answer == Answer(False, "no answer in time", Fault.TRANSIENT)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("kind", KINDS)
def test_long_text_is_cut_with_the_link_at_its_end(kind: str) -> None:
    longest = CHANNELS[kind].longest
    assert longest is not None
    with service(Said(GOOD[kind])) as robot:
        send(kind, robot.url, body="完成调查，时限已过。\n" * 2000, cut="以下内容已省略，全文见：")

    [asked] = robot.asked
    text = asked.data.get("text") or asked.data["content"]
    content = text.get("content") or text["text"]
    assert longest - 60 < len(content.encode()) <= longest
    assert content.endswith(f"\n以下内容已省略，全文见： {letter().url}")
    assert len(asked.body) < 20_000


@pytest.mark.parametrize("kind", KINDS)
def test_connection_is_kept_between_letters(kind: str) -> None:
    with service(Said(GOOD[kind])) as robot, contextlib.ExitStack() as opened:
        sender = opened.enter_context(CHANNELS[kind].open(ground(**{kind: robot.url})))
        assert all(sender.send(ADDRESSES[kind], letter(f"m-{n}")).ok for n in range(5))

    assert robot.connections == 1


@pytest.mark.parametrize("kind", KINDS)
def test_addresses_as_people_enter_them(kind: str) -> None:
    channel, good = CHANNELS[kind], ADDRESSES[kind]

    assert channel.check(good) == []
    assert [name for name, _ in channel.check({})] == [
        field.name for field in channel.fields if field.required
    ]
    for wrong in (f"https://robot.example.org/send?key={KEY}", f"key={KEY}", "密钥", "a b"):
        assert [name for name, _ in channel.check({**good, "key": wrong})] == ["key"]
    assert send(kind, "http://127.0.0.1:9").fault == Fault.TRANSIENT
    with channel.open(ground()) as sender:
        assert sender.send({"key": "https://x"}, letter()).fault == Fault.REFUSED


@pytest.mark.parametrize("kind", KINDS)
def test_transport_is_the_service_and_no_secret(kind: str) -> None:
    channel = CHANNELS[kind]
    where = ground(**{kind: "https://robots.example.org:8443/x"})

    assert channel.transport(ADDRESSES[kind], where) == f"{kind}:robots.example.org:8443"
    assert (channel.per_minute, channel.personal) == (20, False)


@pytest.mark.parametrize("kind", KINDS)
def test_service_without_an_address_is_a_setting_of_ours(kind: str) -> None:
    answer = send(kind, "")

    assert (answer.fault, answer.reached) == (Fault.MISCONFIGURED, False)
