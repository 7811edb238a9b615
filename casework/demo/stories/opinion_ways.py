"""The usual way of public opinion, in parts that stories put together."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Login, UnitCode

QUIET = {"about_pupil": False, "unit_or_pupil_named": False}


def graded(at: timedelta, login: str, unit: str, level: str, **more: object) -> Does:
    """Truth and level given."""
    fields = {
        **{"truth": "partly", "level": level, "spread": 3200, "about_pupil": False},
        "level_inputs": "播放量、转发量、跟帖情绪",
        "responsible_unit_id": UnitCode(unit),
    }
    return Does(at, login, "grade", fields | more)


def worded(at: timedelta, county: int, text: str) -> tuple[Does, Does]:
    """A response prepared and its wording submitted."""
    officer = f"officer{county}"
    owners = {
        "lawful_owner": Login(f"{officer}b"),
        "guidance_owner": Login(officer),
        "ground_owner": Login(f"{officer}b"),
    }
    draft = {"draft": text, "spokesperson": "县教育局新闻发言人", "minor_identifiable": False}
    return (
        Does(at, officer, "respond", owners),
        Does(at + timedelta(minutes=40), officer, "submit_wording", draft),
    )


def signed(at: timedelta, county: int, text: str) -> Does:
    """The leader signs and the wording goes out."""
    fields = {
        **{"sign_offs": "分管副局长", "channel": "县教育局公众号"},
        **{"release_text": text, "released_at": Ago(5)},
    }
    return Does(at, f"leader{county}", "approve_wording", fields)


def checked(at: timedelta, county: int) -> Does:
    """Verification started."""
    return Does(at, f"officer{county}", "start_verification")


def logged(at: timedelta, county: int, spread: int) -> Does:
    """The spread of a day, below the threshold."""
    fields = {"spread": spread, "below_threshold": True}
    return Does(at, f"officer{county}", "log_figures", fields)
