"""A fault of a template: where it is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, in sentences for whoever uploads."""

    place: Text
    reason: Text


class BadTemplate(ValueError):
    """A template that is refused, with every fault found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(f"{fault.place}: {fault.reason}" for fault in self.faults))
