"""An application of a WeCom corporation (企业微信自建应用), which writes to one person."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from casework.notifications.channels import wecom
from casework.notifications.channels.answers import failed, never_raises, plain, secrets_of
from casework.notifications.channels.base import Address, Answer, Fault, Field, Ground, Letter
from casework.notifications.channels.checking import missing
from casework.notifications.channels.cutting import cut, whole_of
from casework.notifications.channels.http import Line, Reply, Unusable, host_of
from casework.notifications.channels.robot import NO_BASE, PER_MINUTE
from casework.text import N_, Text

STALE = frozenset({40014, 42001})
"""Somebody else fetched a token, or it ended early: a new one is needed."""
EARLY = 300
"""So many seconds before its end a token is fetched anew."""
_AGENT = re.compile(r"[0-9]{1,12}")
_NO_NUMBER = N_("This is a number, such as 1000002.")
_ONE_PERSON = N_("One person: the account shown in the WeCom address book.")
_PERSON = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_Key = tuple[str, str, str]


@dataclass
class Tokens:
    """The access tokens of this process: WeCom allows few fetches a day."""

    _held: dict[_Key, tuple[str, float]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, key: _Key) -> str:
        """The token, or nothing if there is none that still lasts."""
        with self._lock:
            token, until = self._held.get(key, ("", 0.0))
        return token if time.monotonic() < until else ""

    def put(self, key: _Key, token: str, lasts: float) -> None:
        """Remember a token for so many seconds."""
        with self._lock:
            self._held[key] = (token, time.monotonic() + max(lasts - EARLY, lasts / 2))

    def forget(self, key: _Key, token: str) -> None:
        """Drop a token that is no longer good, unless somebody has replaced it already."""
        with self._lock:
            if self._held.get(key, ("", 0.0))[0] == token:
                del self._held[key]


@dataclass(frozen=True)
class WeComApp:
    """One member of a corporation; WeCom drops silently what goes beyond 30 a minute."""

    kind: str = "wecom_app"
    label: str = N_("WeCom application")
    fields: tuple[Field, ...] = (
        Field("corp_id", N_("Corporation id"), shared=True, hint=N_("Begins with ww.")),
        Field("secret", N_("Application secret"), secret=True, shared=True),
        Field("agent_id", N_("Application number (AgentId)"), shared=True),
        Field("user_id", N_("WeCom account"), hint=N_("As in the WeCom address book.")),
    )
    per_minute: int | None = PER_MINUTE
    longest: int | None = wecom.TEXT_MOST
    personal: bool = True
    tokens: Tokens = field(default_factory=Tokens)

    def check(self, address: Address) -> list[tuple[str, Text]]:
        """What is wrong with an address as entered."""
        faults = missing(self.fields, address)
        wrong = {name for name, _ in faults}
        if "agent_id" not in wrong and not _AGENT.fullmatch(address["agent_id"]):
            faults.append(("agent_id", Text(_NO_NUMBER)))
        # "@all" and "a|b" are legal in WeCom, and would tell people who are not meant.
        person = address.get("user_id", "")
        if "user_id" not in wrong and (not _PERSON.fullmatch(person) or person[0] == "@"):
            faults.append(("user_id", Text(_ONE_PERSON)))
        return faults

    def transport(self, address: Address, ground: Ground) -> str:
        """The application of one corporation fails for all its members."""
        host = host_of(ground.bases.get("wecom", ""))
        return f"{self.kind}:{host}:{address.get('corp_id', '')}"

    @contextlib.contextmanager
    def open(self, ground: Ground) -> Iterator[AppSender]:
        """A sender for all corporations; tokens outlive it."""
        line = Line(ground.timeout)
        try:
            yield AppSender(self, line, ground)
        finally:
            line.close()


class AppSender:
    """Posts letters to members."""

    def __init__(self, channel: WeComApp, line: Line, ground: Ground) -> None:
        self._channel = channel
        self._line = line
        self._base = ground.bases.get("wecom", "")

    @never_raises
    def send(self, address: Address, letter: Letter) -> Answer:
        """Post one letter as text; a token that ended is fetched anew, once."""
        if not self._base:
            return failed(Fault.MISCONFIGURED, NO_BASE, reached=False)
        if self._channel.check(address):
            return failed(Fault.REFUSED, "this is no address of a member")
        key = (self._base, address["corp_id"], address["secret"])
        try:
            token, fetched = self._channel.tokens.get(key), False
            if not token:
                token, fetched = self._fetch(key), True
            answer, stale = self._post(address, letter, token)
            if stale:
                self._channel.tokens.forget(key, token)
            if stale and not fetched:
                answer, _ = self._post(address, letter, self._fetch(key))
        except Unusable as error:
            return error.answer
        return answer

    def _fetch(self, key: _Key) -> str:
        """A new token.

        Raises:
            Unusable: when there is none.
        """
        base, corp_id, secret = key
        query = urlencode({"corpid": corp_id, "corpsecret": secret})
        reply = self._line.ask(f"{base}/cgi-bin/gettoken?{query}")
        answer = wecom.CODES.answer(reply, (secret,))
        token = reply.data.get("access_token")
        if not answer.ok:
            raise Unusable(answer)
        if not isinstance(token, str) or not token:
            raise Unusable(failed(Fault.TRANSIENT, "no access token in the answer"))
        lasts = reply.data.get("expires_in")
        self._channel.tokens.put(key, token, lasts if isinstance(lasts, int) else 0)
        return token

    def _post(self, address: Address, letter: Letter, token: str) -> tuple[Answer, bool]:
        """The answer to one post, and whether the token was no longer good."""
        text = cut(whole_of(letter), self._channel.longest, letter)
        payload = {
            "touser": address["user_id"],
            "msgtype": "text",
            "agentid": int(address["agent_id"]),
            "text": {"content": text},
        }
        url = f"{self._base}/cgi-bin/message/send?access_token={quote(token, safe='')}"
        reply = self._line.ask(url, json.dumps(payload, ensure_ascii=False).encode())
        secrets = (token, *secrets_of(self._channel.fields, address))
        return _answer(reply, secrets), reply.data.get("errcode") in STALE


def _answer(reply: Reply, secrets: tuple[str, ...]) -> Answer:
    """WeCom says zero even if it knows nobody of that name."""
    answer = wecom.CODES.answer(reply, secrets)
    strangers = [reply.data.get(name) for name in ("invaliduser", "unlicenseduser")]
    if answer.ok and any(strangers):
        words = f"{answer.words}, but nobody was told: invaliduser or unlicenseduser"
        return failed(Fault.REFUSED, plain(words, secrets))
    return answer
