"""The kinds of signals as data: what each is called, who enters it, whose clock runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.permissions import Role
from casework.text import N_

BUREAU = (Role.BUREAU_OFFICER,)
COUNSELLOR = (Role.COUNSELLOR, Role.BUREAU_OFFICER)
ANYBODY = (Role.STAFF,)
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. ``enter``: from which role on a person may enter it by hand.

    ``shielded``: who told it may be harmed for telling, so no form starts with the words.
    ``alarm``: the place must be seen within minutes, all levels hear at once, and the school sees
    it. ``types``: the kinds of cases it mostly is about, which speak for a match.
    """

    name: str
    label: str
    enter: tuple[Role, ...] = BUREAU
    dispose: tuple[Role, ...] = BUREAU
    alarm: bool = False
    types: frozenset[str] = frozenset()
    shielded: bool = False


ALL = (
    Kind("hotline", N_("Hotline call"), shielded=True),
    Kind(ANONYMOUS, N_("Anonymous report"), shielded=True),
    Kind(
        "safety_observer",
        N_("Student safety observer"),
        ANYBODY,
        types=frozenset({"bullying"}),
        shielded=True,
    ),
    Kind("police_notice", N_("Notice of the police")),
    Kind("12345", N_("12345 hotline"), shielded=True),
    Kind("hospital", N_("Notice of a hospital"), types=frozenset({"emergency", "bullying"})),
    Kind(
        "counsellor_alert",
        N_("Counsellor's alert"),
        COUNSELLOR,
        types=frozenset({"bullying", "emergency"}),
    ),
    Kind("opinion_monitor", N_("Opinion monitor"), types=frozenset({"opinion"})),
    Kind("petition", N_("Petition"), shielded=True),
    Kind("weather_warning", N_("Weather warning"), types=frozenset({"emergency"})),
    Kind("water_warning", N_("Water warning"), types=frozenset({"emergency"})),
    Kind("smoke_alarm", N_("Smoke alarm"), ANYBODY, alarm=True, types=frozenset({"emergency"})),
    Kind("one_key_alarm", N_("One-key alarm"), ANYBODY, alarm=True, types=frozenset({"emergency"})),
    Kind("video_alarm", N_("Video alarm"), ANYBODY, alarm=True, types=frozenset({"emergency"})),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
ALARMS = frozenset(kind.name for kind in ALL if kind.alarm)
