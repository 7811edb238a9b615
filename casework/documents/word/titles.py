"""Where a long title is broken: lines of like length, never inside a figure or its ending."""

from __future__ import annotations

import re
from functools import cache

from casework.documents.word.wordml import width

LONGEST = 19.5
"""Signs of 2号 that a line of a title holds."""
NOT_FIRST = "的了和与及、，。：；！？）〕】》”’"
NOT_LAST = "（〔【《“‘关在"
WORDS = (
    "小学|中学|大学|学校|学生|教师|家长|幼儿园|教育局|年级|班级|事件|事故|情况|信息|报告|报送|处置"
    "|调查|整改|督办|受伤|安全|课间|校园|欺凌|食堂|宿舍|校车|溺水|中毒|失联|走失|冲突|斗殴|火灾"
)
"""Words that titles of this kind are made of: a break inside them reads badly."""
WHOLE = re.compile(rf"[A-Za-z0-9.%]+(?:年|月|日|号|期)?|（[^）]{{1,8}}）|第[0-9]+[期号]|{WORDS}")


def title_lines(title: str, ending: str = "") -> list[str]:
    """The lines of a title; the words of ``ending`` stay together."""
    if width(title) <= LONGEST:
        return [title]
    count = int(-(-width(title) // LONGEST))
    breaks = _breaks(title, ending)
    best = _split(title, tuple(breaks), count) or _split(title, tuple(breaks), count + 1)
    return best or [title]


def _breaks(title: str, ending: str) -> list[int]:
    whole = [found.span() for found in WHOLE.finditer(title)]
    at = title.rfind(ending) if ending else -1
    if at >= 0:
        whole.append((at, at + len(ending)))
    return [
        i
        for i in range(2, len(title) - 1)
        if title[i] not in NOT_FIRST
        and title[i - 1] not in NOT_LAST
        and not any(start < i < end for start, end in whole)
    ]


def _split(title: str, breaks: tuple[int, ...], count: int) -> list[str]:
    """The most even split into so many lines, each short enough; empty if there is none."""
    goal = width(title) / count

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[int, ...]] | None:
        rest = width(title[start:])
        if lines == 1:
            return ((rest - goal) ** 2, ()) if rest <= LONGEST else None
        found = None
        for at in breaks:
            length = width(title[start:at]) if at > start else 0
            if not 0 < length <= LONGEST:
                continue
            after = best(at, lines - 1)
            if after and (found is None or after[0] + (length - goal) ** 2 < found[0]):
                found = (after[0] + (length - goal) ** 2, (at, *after[1]))
        return found

    chosen = best(0, count)
    if chosen is None:
        return []
    edges = (0, *chosen[1], len(title))
    return [title[a:b] for a, b in zip(edges, edges[1:], strict=False)]
