"""What robots of group chats have in common: they say in JSON whether they took the text."""

from __future__ import annotations

import contextlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from casework.notifications.channels.answers import accepted, failed, never_raises, secrets_of
from casework.notifications.channels.base import Address, Answer, Fault, Field, Ground, Letter
from casework.notifications.channels.checking import missing, not_a_key
from casework.notifications.channels.cutting import cut, whole_of
from casework.notifications.channels.http import Line, Reply, Unusable, host_of
from casework.text import Text

PER_MINUTE = 20
NO_BASE = "no address of the service is set (config/notifications.yaml)"


@dataclass(frozen=True, slots=True)
class Codes:
    """How a service says in JSON that it took a text, and which numbers mean what."""

    code: str = "errcode"
    words: str = "errmsg"
    limited: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()

    def answer(self, reply: Reply, secrets: tuple[str, ...]) -> Answer:
        """The answer in a reply: nothing but a zero is a success, whatever HTTP says."""
        refusal = reply.refusal(secrets)
        data = reply.data
        code = data.get(self.code)
        if not isinstance(code, int) or isinstance(code, bool):
            # A portal or a proxy in between says 200 too.
            words = f"{reply.words} (this is no answer of the service)"
            return refusal or failed(Fault.TRANSIENT, words, secrets)
        words = f"{self.code} {code}: {data.get(self.words, '')}"
        if code == 0:
            return refusal or accepted(words, secrets)
        return failed(self._fault(code, refusal), words, secrets, retry_after=reply.retry_after)

    def _fault(self, code: int, refusal: Answer | None) -> Fault:
        if code in self.limited:
            return Fault.LIMITED
        if code in self.busy:
            return Fault.TRANSIENT
        return refusal.fault if refusal and refusal.fault else Fault.REFUSED


class Robot(ABC):
    """A robot in a group chat; the address is its key, and the secret it checks signatures with."""

    kind: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    longest: ClassVar[int | None]
    codes: ClassVar[Codes]
    per_minute: ClassVar[int | None] = PER_MINUTE
    personal: ClassVar[bool] = False

    @abstractmethod
    def request(self, address: Address, text: str) -> tuple[str, Mapping[str, Any]]:
        """Path with query, and the JSON to post there."""

    def check(self, address: Address) -> list[tuple[str, Text]]:
        """What is wrong with an address as entered."""
        faults = missing(self.fields, address)
        return faults or not_a_key("key", address["key"])

    def transport(self, address: Address, ground: Ground) -> str:
        """All robots of a service fail together."""
        return f"{self.kind}:{host_of(ground.bases.get(self.kind, ''))}"

    @contextlib.contextmanager
    def open(self, ground: Ground) -> Iterator[RobotSender]:
        """A sender for all robots of this kind."""
        line = Line(ground.timeout)
        try:
            yield RobotSender(self, line, ground)
        finally:
            line.close()


class RobotSender:
    """Posts letters to robots of one kind."""

    def __init__(self, robot: Robot, line: Line, ground: Ground) -> None:
        self._robot = robot
        self._line = line
        self._base = ground.bases.get(robot.kind, "")

    @never_raises
    def send(self, address: Address, letter: Letter) -> Answer:
        """Post one letter as text."""
        robot = self._robot
        if not self._base:
            return failed(Fault.MISCONFIGURED, NO_BASE, reached=False)
        if robot.check(address):
            return failed(Fault.REFUSED, "this is no address of such a robot")
        path, payload = robot.request(address, cut(whole_of(letter), robot.longest, letter))
        body = json.dumps(payload, ensure_ascii=False).encode()
        try:
            reply = self._line.ask(self._base + path, body)
        except Unusable as error:
            return error.answer
        return robot.codes.answer(reply, secrets_of(robot.fields, address))
