"""What an installation prints with: its store of files, its zone, and its words in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from casework.clock import LOCAL
from casework.services.evidence.store import Store
from casework.text import Text


@dataclass(frozen=True, slots=True)
class Press:
    """Handed in by the doors. ``say`` puts a sentence into Chinese, whoever looks at the screen.

    ``fonts`` names other faces than the usual ones, by their place in the layout.
    """

    store: Store
    say: Callable[[Text | str], str]
    zone: ZoneInfo = LOCAL
    fonts: Mapping[str, str] = field(default_factory=dict)
