"""Danger to life or limb in a report: by its words and by its answers; it refuses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ALWAYS = frozenset({"emergency"})
"""The kinds of case whose form begins with the emergency numbers."""

WORDS = (
    *("伤", "血", "失联", "失踪", "走失", "自杀", "自残", "跳楼", "割腕", "轻生", "遗书", "死"),
    *("刀", "枪", "凶器", "火", "爆炸", "中毒", "溺水", "昏迷", "骨折", "坠", "性侵", "猥亵"),
    *("绑", "劫", "车祸", "触电", "煤气", "hurt", "injur", "blood", "suicide", "knife", "fire"),
    *("poison", "missing", "drown", "unconscious", "weapon"),
)
"""Words in a report at which the emergency numbers come first."""

ANSWERS: Mapping[str, frozenset[str]] = {
    "weapon": frozenset({"true"}),
    "sexual_harm": frozenset({"true"}),
    "self_harm": frozenset({"true"}),
    "life_in_danger": frozenset({"true"}),
    "death": frozenset({"true"}),
    "injury": frozenset({"serious"}),
    "category": frozenset({"self_harm"}),
    "strict_reasons": frozenset({"self_harm", "note"}),
}
"""Answers that speak of danger, as forms send them."""
FIGURES = ("dead", "missing")
"""Counts of people that speak of danger when they are above zero."""


def in_texts(*texts: str) -> bool:
    """True when a text holds a word that speaks of danger."""
    words = " ".join(texts).lower()
    return any(danger in words for danger in WORDS)


def in_answers(answers: Mapping[str, object]) -> bool:
    """True when an answer, as typed or as recorded, speaks of danger."""
    return any(_values(answers.get(name)) & values for name, values in ANSWERS.items()) or any(
        one.isdigit() and int(one) > 0 for name in FIGURES for one in _values(answers.get(name))
    )


def marks() -> tuple[str, ...]:
    """The answers of danger as ``name=value``, for the browser to watch."""
    return tuple(f"{name}={value}" for name, values in ANSWERS.items() for value in sorted(values))


def _values(given: object) -> set[str]:
    several = isinstance(given, Sequence) and not isinstance(given, str)
    found = list(given) if isinstance(given, Sequence) and several else [given]
    return {str(one).strip().lower() for one in found}
