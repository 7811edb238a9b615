"""The filters without an entry of their own in the form: each a chip that can be taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.services.pages import labels
from casework.services.pages.case_filters import ACKNOWLEDGING, ANY, Filters, as_args
from casework.text import N_, Text

WORDS: Mapping[str, str] = {
    "flag": N_("Flag: %(value)s"),
    "flag_since": N_("Flag's limit since %(value)s"),
    "level_is": N_("Now at: %(value)s"),
    "stage": N_("Stage of school: %(value)s"),
    "outside": N_("Outside every %(value)s"),
    "unacknowledged": N_("Waiting for the bureau's acknowledgement"),
    "acknowledged": N_("Acknowledged by the bureau"),
    "late_duty": N_("Late: %(value)s"),
    "late_since": N_("Was due since %(value)s"),
    "since": N_("Filed since %(value)s"),
    "until": N_("Filed before %(value)s"),
    "unsigned": N_("Report not signed"),
    "part": N_("Children who need support"),
}
"""The filters that show as chips, in words."""
STAGES: Mapping[str, str] = {
    "kindergarten": N_("Kindergarten"),
    "primary": N_("Primary school"),
    "junior": N_("Junior secondary school"),
    "senior": N_("Senior secondary school"),
    "nine_year": N_("Nine-year school"),
    "special": N_("Special school"),
    "vocational": N_("Vocational school"),
}
DUTIES: Mapping[str, str] = {
    ACKNOWLEDGING: N_("acknowledgement by the bureau"),
    "relay": N_("relay to the level above"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "flag": {**labels.FLAGS, ANY: N_("any")},
    "level_is": {str(n): label for n, label in enumerate(labels.LEVELS)},
    "stage": STAGES,
    "outside": labels.UNITS,
    "late_duty": DUTIES,
}
"""Words for the values of those filters that have named values."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One such filter: its name and value in the address, and what it says."""

    name: str
    value: str
    text: Text


def chips_of(filters: Filters) -> tuple[Chip, ...]:
    """The chips of a list."""
    given = as_args(filters)
    return tuple(
        Chip(name, given[name], Text(words, {"value": _value(name, given[name])}))
        for name, words in WORDS.items()
        if name in given
    )


def _value(name: str, value: str) -> Text | str:
    label = VALUES.get(name, {}).get(value)
    return Text(label) if label else value
