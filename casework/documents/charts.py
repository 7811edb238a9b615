"""Bar charts with Chinese words, as PNG pictures; the only place in the documents that draws.

Two shades that stay apart on a black-and-white printer, each figure written beside its bar. Where
the machine has no Chinese font there is no picture, and the figures are said in words instead.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Series = Sequence[tuple[str, Sequence[float]]]
"""Each series by its name in the legend, with a figure for each label."""
FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
FILES = {
    "NotoSansCJK-Regular.ttc": 2,
    "NotoSansCJKsc-Regular.otf": 0,
    "NotoSansSC-Regular.otf": 0,
    "NotoSansSC-Regular.ttf": 0,
    "SourceHanSansSC-Regular.otf": 0,
    "SourceHanSansCN-Regular.otf": 0,
    "simhei.ttf": 0,
    "msyh.ttc": 0,
    "PingFang.ttc": 0,
    "Hiragino Sans GB.ttc": 0,
    "STHeiti Medium.ttc": 0,
    "wqy-microhei.ttc": 0,
    "wqy-zenhei.ttc": 0,
    "NotoSerifCJK-Regular.ttc": 2,
    "simsun.ttc": 0,
}
"""Chinese fonts by file name, best first, with the place of the simplified face in the file."""
WIDTH, SIZE, BAR, GAP, MARGIN = 1844, 44, 46, 34, 40
"""Pixels: the type area at 300 dots an inch, the height of words, of a bar, between groups."""
LONGEST_LABEL = 620
SHADES = ("#1f4e79", "#c9782d", "#7f9db9", "#555555")
INK, LINE = "#000000", "#9a9a9a"


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


@lru_cache(maxsize=1)
def chinese_font() -> tuple[str, int] | None:
    """The file of a Chinese font of this machine and the face's place in it, if there is one."""
    places = {name: place for place, name in enumerate(FILES)}
    found: dict[int, str] = {}
    for folder in FOLDERS:
        for parent, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                if name in places:
                    found.setdefault(places[name], str(Path(parent) / name))
    if not found:
        return None
    path = found[min(found)]
    return path, FILES[Path(path).name]


def bars(labels: Sequence[str], series: Series) -> bytes | None:
    """A PNG of grouped horizontal bars with a legend; None where no Chinese font is found."""
    found = chinese_font()
    if found is None:
        return None
    font = ImageFont.truetype(found[0], SIZE, index=found[1])
    chart = _Chart(labels, series, font)
    picture = chart.draw()
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(300, 300))
    return out.getvalue()


@dataclass
class _Chart:
    labels: Sequence[str]
    series: Series
    font: ImageFont.FreeTypeFont

    def draw(self) -> Image.Image:
        """Legend above, then a group of bars for each label."""
        top = MARGIN + SIZE * 2
        group = BAR * len(self.series) + GAP
        height = top + group * len(self.labels) + MARGIN
        picture = Image.new("RGB", (WIDTH, height), "white")
        pen = ImageDraw.Draw(picture)
        self._legend(pen)
        left = MARGIN + max((self._length(label) for label in self._short()), default=0) + 24
        pen.line((left, top - GAP // 2, left, height - MARGIN), fill=LINE, width=3)
        for row, label in enumerate(self._short()):
            y = top + row * group
            middle = y + BAR * len(self.series) // 2
            pen.text((left - 20, middle), label, INK, self.font, anchor="rm")
            for index, (_, values) in enumerate(self.series):
                self._bar(pen, left, y + index * BAR, values[row], SHADES[index])
        # A few shades are enough for smooth edges, and make a small file.
        return picture.quantize(64, method=Image.Quantize.FASTOCTREE)

    def _bar(self, pen: ImageDraw.ImageDraw, left: int, y: int, value: float, shade: str) -> None:
        room = WIDTH - MARGIN - left - self._widest_figure() - 16
        end = left + round(room * value / self._largest()) if value > 0 else left
        if end > left:
            pen.rectangle((left + 2, y + 4, end, y + BAR - 4), fill=shade)
        pen.text((end + 12, y + BAR // 2), f"{value:g}", INK, self.font, anchor="lm")

    def _legend(self, pen: ImageDraw.ImageDraw) -> None:
        x, y = MARGIN, MARGIN
        for index, (name, _) in enumerate(self.series):
            pen.rectangle((x, y + 6, x + SIZE, y + SIZE), fill=SHADES[index])
            pen.text((x + SIZE + 16, y + SIZE // 2 + 3), name, INK, self.font, anchor="lm")
            x += SIZE + 16 + self._length(name) + 64

    def _short(self) -> Iterator[str]:
        """The labels, cut where they would leave no room for bars."""
        for label in self.labels:
            cut = label
            while self._length(cut) > LONGEST_LABEL:
                cut = cut.removesuffix("…")[:-1] + "…"
            yield cut

    def _length(self, words: str) -> int:
        return round(self.font.getlength(words))

    def _largest(self) -> float:
        return max((value for _, values in self.series for value in values), default=0) or 1

    def _widest_figure(self) -> int:
        return max(self._length(f"{v:g}") for _, values in self.series for v in values)
