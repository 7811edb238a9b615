"""Sentences as data: what the pure layers say, to be put into a language at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(msgid: str) -> str:
    """Mark an English message id for extraction; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True, slots=True)
class Text:
    """One translatable sentence: an English message id and the values for its ``%(name)s`` places.

    A value may itself be a :class:`Text`; it is then translated first.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Render in English, for logs and error messages meant for programmers."""
        return (
            self.msgid % {k: str(v) for k, v in self.params.items()} if self.params else self.msgid
        )
