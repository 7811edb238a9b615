"""What operators may change, from ``intake.yaml`` beside this file; and the words of danger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("intake.yaml")


@dataclass(frozen=True, slots=True)
class Words:
    """Words to be found in a text, whatever signs stand between their letters.

    Those of a language with spaces count only where a word begins.
    """

    together: tuple[str, ...]
    apart: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """True when one of them is in the text."""
        spaced = unicodedata.normalize("NFKC", text).casefold()
        close = squeezed(text)
        return bool(self.apart.search(spaced)) or any(word in close for word in self.together)


@dataclass(frozen=True, slots=True)
class Settings:
    """How long codes live, where the way out leads, which numbers and words are meant."""

    readable: timedelta
    exit: str
    emergency: tuple[str, ...]
    help: tuple[str, ...]
    danger: Words
    staff: Words


@cache
def settings() -> Settings:
    """The settings, read once. Raises ValueError or KeyError for a file that is none."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Settings(
        readable=timedelta(days=int(raw["readable_days"])),
        exit=str(raw["exit"]),
        emergency=tuple(map(str, raw["numbers"]["emergency"])),
        help=tuple(map(str, raw["numbers"]["help"])),
        danger=_words(raw["words"]),
        staff=_words(raw["staff_words"]),
    )


def is_urgent(*texts: str) -> bool:
    """True when a text speaks of danger to life."""
    return settings().danger.found_in("\n".join(texts))


def _words(given: Iterable[str]) -> Words:
    words = list(map(str, given))
    apart = "|".join(_phrase(word) for word in words if word.isascii())
    together = tuple(squeezed(word) for word in words if not word.isascii())
    return Words(together, re.compile(rf"\b(?:{apart})"))


def _phrase(words: str) -> str:
    return r"\W+".join(re.escape(word) for word in words.casefold().replace("-", " ").split())


def squeezed(text: str) -> str:
    """Letters and digits alone, in one form and one case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())
