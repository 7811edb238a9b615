"""Bar charts with Chinese legends, as PNG pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence

Series = Sequence[tuple[str, Sequence[float]]]
FIGURE = re.compile(r"-?\d+(?:\.\d+)?")


def figure(text: object) -> float:
    """The number in a printed figure such as ``95.0%`` or ``12起``; 0 if there is none."""
    found = FIGURE.search(str(text if text is not None else ""))
    return float(found[0]) if found else 0.0


def spoken(labels: Sequence[str], series: Series) -> str:
    """What a chart shows, in words."""
    return "；".join(
        f"{label}：" + "，".join(f"{name}{values[i]:g}" for name, values in series)
        for i, label in enumerate(labels)
    )


def bars(labels: Sequence[str], series: Series) -> bytes:
    """A PNG of grouped bars."""
    raise NotImplementedError
