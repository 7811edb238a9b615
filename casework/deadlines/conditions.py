"""Conditions (``when``) of the rule packs: three-valued, because much is not yet known."""

from __future__ import annotations

from collections.abc import Mapping

Context = Mapping[str, object]
"""What is known of a subject; a key that is absent, None or "unknown" is not known."""

CASE_TYPES = frozenset({"bullying", "absence", "emergency", "opinion"})
GRADES = ("general", "large", "major", "extraordinary")
LEVELS = ("blue", "yellow", "orange", "red")
CATEGORIES = (
    *("natural", "work_safety", "fire", "traffic_bus", "drowning", "public_health", "food"),
    *("violence", "self_harm", "staff_harm", "injury", "network", "exam", "unknown"),
)
_YES_NO = frozenset({True, False})

VALUES: Mapping[str, frozenset[object] | None] = {
    "case_type": frozenset(CASE_TYPES),
    "category": frozenset(CATEGORIES),
    "grade": frozenset(GRADES),
    "grade_at_least": frozenset(GRADES),
    "level": frozenset(LEVELS),
    "region": None,
    "strict": _YES_NO,
    "urgent": _YES_NO,
    "hurt": _YES_NO,
    "missing": _YES_NO,
    "sexual_harm": _YES_NO,
    "weapon": _YES_NO,
    "forced": _YES_NO,
    "boarding": _YES_NO,
    "long_missing": _YES_NO,
    "alarm": _YES_NO,
    "slot": frozenset({"day", "am", "pm"}),
}
"""The keys that a condition may use, with their values; a region is any GB/T 2260 prefix."""


def judge(when: Mapping[str, object], context: Context) -> bool | None:
    """Tell whether a condition holds; None if what is known does not settle it."""
    verdicts = [_judge(key, wanted, context) for key, wanted in when.items()]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def possible_values(key: str) -> frozenset[object]:
    """Return the values that a key of a condition can take, for going through all of them."""
    if key == "grade_at_least":
        return frozenset(GRADES)
    return VALUES.get(key) or frozenset()


def subject_key(key: str) -> str:
    """Return the key of the context that a key of a condition looks at."""
    return "grade" if key == "grade_at_least" else key


def _judge(key: str, wanted: object, context: Context) -> bool | None:
    value = context.get(subject_key(key))
    # "unknown" is a real category of emergency; everywhere else it says that nobody knows.
    if value is None or (value == "unknown" and key != "category"):
        return None
    options = wanted if isinstance(wanted, (list, tuple)) else (wanted,)
    if key == "grade_at_least":
        if value not in GRADES:
            return None
        floor = min(GRADES.index(str(option)) for option in options)
        return GRADES.index(str(value)) >= floor
    if key == "region":
        return any(str(value).startswith(str(option)) for option in options)
    return value in options
