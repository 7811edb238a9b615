"""The WeCom application: tokens are kept, fetched anew when they end, and shown to nobody."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from casework.notifications.channels import CHANNELS, Answer, Fault
from casework.notifications.channels.cutting import whole_of
from casework.notifications.channels.wecom_app import Tokens, WeComApp
from tests.integration.channels.http_servers import Asked, Said, Service, service
from tests.integration.channels.letters import ground, letter
from tests.integration.channels.mail_servers import closed_port

SECRET = "planted-secret-0123456789"
ADDRESS = {"corp_id": "ww1234567890", "secret": SECRET, "agent_id": "1000002", "user_id": "wang.li"}


@dataclass
class WeComServer:
    """Behaves as WeCom does: one good token a corporation."""

    token: int = 0
    good: str = ""
    lasts: Any = 7200
    said: Mapping[str, Any] = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    stale: int = 42001

    def __call__(self, asked: Asked) -> Said:
        if asked.path == "/cgi-bin/gettoken":
            if asked.query != {"corpid": [ADDRESS["corp_id"]], "corpsecret": [SECRET]}:
                return Said({"errcode": 40001, "errmsg": f"invalid credential {asked.query}"})
            self.token += 1
            self.good = f"planted-token-{self.token}"
            told = {"access_token": self.good, "expires_in": self.lasts}
            return Said({"errcode": 0, "errmsg": "ok", **told})
        assert asked.path == "/cgi-bin/message/send"
        if asked.query != {"access_token": [self.good]}:
            return Said({"errcode": self.stale, "errmsg": f"expired {asked.query}"})
        return Said(self.said)


def send(app: WeComApp, wecom: Service, *addresses: Mapping[str, str]) -> list[Answer]:
    with app.open(ground(wecom=wecom.url)) as sender:
        return [sender.send(address, letter()) for address in addresses or (ADDRESS,)]


def paths(wecom: Service) -> list[str]:
    return [asked.path.rpartition("/")[2] for asked in wecom.asked]


def test_one_token_serves_many_letters_and_passes() -> None:
    app = WeComApp()
    with service(WeComServer()) as wecom:
        answers = send(app, wecom, ADDRESS, {**ADDRESS, "user_id": "li"}) + send(app, wecom)

    assert answers == [Answer(True, "errcode 0: ok")] * 3
    assert paths(wecom) == ["gettoken", "send", "send", "send"]
    assert wecom.asked[1].data == {
        "touser": "wang.li",
        "msgtype": "text",
        "agentid": 1000002,
        "text": {"content": whole_of(letter())},
    }


@pytest.mark.parametrize("stale", [42001, 40014])
def test_token_that_ended_is_fetched_once_more(stale: int) -> None:
    app, server = WeComApp(), WeComServer(stale=stale)
    with service(server) as wecom:
        send(app, wecom)
        server.good = "somebody else's"
        [answer] = send(app, wecom)

    assert answer.ok
    assert paths(wecom) == ["gettoken", "send", "send", "gettoken", "send"]


def test_token_that_is_never_good_is_fetched_once() -> None:
    app, server = WeComApp(), WeComServer()

    def never(asked: Asked) -> Said:
        said = server(asked)
        server.good = "never"
        return said

    with service(never) as wecom:
        [first, second] = send(app, wecom, ADDRESS, ADDRESS)

    assert (first.ok, first.fault) == (False, Fault.TRANSIENT)
    assert first.words.startswith("errcode 42001: expired ")
    assert "planted" not in first.words + second.words
    assert paths(wecom) == ["gettoken", "send"] * 2


@pytest.mark.parametrize("lasts", [0, None, "7200"])
def test_token_without_a_usable_term_is_not_kept(lasts: object) -> None:
    app = WeComApp()
    with service(WeComServer(lasts=lasts)) as wecom:
        answers = send(app, wecom, ADDRESS, ADDRESS)

    assert [answer.ok for answer in answers] == [True, True]
    assert paths(wecom) == ["gettoken", "send"] * 2


def test_tokens_end_before_wecom_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("casework.notifications.channels.wecom_app.time.monotonic", lambda: now)
    tokens, key = Tokens(), ("base", "corp", "secret")
    tokens.put(key, "one", 7200)

    now += 6899
    assert tokens.get(key) == "one"
    now += 2
    assert tokens.get(key) == ""
    tokens.put(key, "two", 7200)
    tokens.forget(key, "one")
    assert tokens.get(key) == "two"
    tokens.forget(key, "two")
    assert tokens.get(key) == ""
    assert "two" not in repr(tokens)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"errcode": 0, "errmsg": "ok", "invaliduser": "wang.li"}, Fault.REFUSED),
        ({"errcode": 0, "errmsg": "ok", "unlicenseduser": "wang.li"}, Fault.REFUSED),
        ({"errcode": 81013, "errmsg": "user invalid"}, Fault.REFUSED),
        ({"errcode": 60020, "errmsg": "not allow to access from your ip"}, Fault.REFUSED),
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, Fault.LIMITED),
        ({"errcode": -1, "errmsg": "system busy"}, Fault.TRANSIENT),
    ],
)
def test_what_nobody_got_is_a_failure(said: Mapping[str, Any], fault: Fault) -> None:
    with service(WeComServer(said=said)) as wecom:
        [answer] = send(WeComApp(), wecom)

    assert (answer.ok, answer.fault) == (False, fault)
    assert answer.words.startswith(f"errcode {said['errcode']}: {said['errmsg']}")


def test_wrong_secret_is_refused_and_hidden(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    other = {**ADDRESS, "secret": "planted-other-secret"}
    with service(WeComServer()) as wecom:
        [answer] = send(WeComApp(), wecom, other)

    assert (answer.ok, answer.fault) == (False, Fault.REFUSED)
    assert answer.words.startswith("errcode 40001: invalid credential")
    assert "planted" not in answer.words + caplog.text


def test_answer_without_a_token_and_no_answer() -> None:
    with service(Said({"errcode": 0, "errmsg": "ok"})) as wecom:
        [answer] = send(WeComApp(), wecom)
    with WeComApp().open(ground(wecom=f"http://127.0.0.1:{closed_port()}")) as sender:
        silent = sender.send(ADDRESS, letter())

    assert answer == Answer(False, "no access token in the answer", Fault.TRANSIENT)
    assert silent == Answer(False, "Connection refused", Fault.TRANSIENT, reached=False)


def test_addresses() -> None:
    channel = CHANNELS["wecom_app"]

    assert channel.check(ADDRESS) == []
    assert [name for name, _ in channel.check({})] == list(ADDRESS)
    for person in ("@all", "a|b", "王", "a b"):
        assert [name for name, _ in channel.check({**ADDRESS, "user_id": person})] == ["user_id"]
    assert [name for name, _ in channel.check({**ADDRESS, "agent_id": "x"})] == ["agent_id"]
    with channel.open(ground()) as sender:
        assert sender.send({**ADDRESS, "user_id": "@all"}, letter()).fault == Fault.REFUSED
    assert channel.personal
    assert [field.name for field in channel.fields if not field.shared] == ["user_id"]


def test_transport_is_one_corporation() -> None:
    where = ground(wecom="https://qyapi.weixin.qq.com")

    key = CHANNELS["wecom_app"].transport(ADDRESS, where)

    assert key == "wecom_app:qyapi.weixin.qq.com:ww1234567890"
