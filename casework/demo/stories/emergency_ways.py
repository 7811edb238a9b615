"""The usual way of an emergency, in parts that stories put together."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Login, Part, after
from casework.demo.stories.common import parents, video

HARMLESS = {"dead": 0, "injured": 0, "missing": 0, "weapon": False}
HURT = {**HARMLESS, "injured": 1}
RELAYED = {"superior": "city_bureau", "relayed_at": Ago(5), "receipt_number": "未出具"}
CONTROLLED = {"dead": 0, "missing": 0, "remaining_risk": "已排查，无次生风险"}


def figures(injured: int, **more: object) -> dict[str, object]:
    """The figures of a report."""
    return {
        "statutory_grade": "general",
        "school_grade": "general",
        "dead": 0,
        "injured": injured,
        "missing": 0,
        "weapon": False,
        **more,
    }


def informed(at: timedelta, login: str) -> Does:
    """The principal told by telephone."""
    return Does(at, login, "inform_principal", {"informed": "校长", "informed_at": Ago(1)})


def on_site(at: timedelta, login: str, plan: str, department: str) -> Does:
    """Who is in charge on the spot."""
    fields = {"leader": "校长", "arrived_at": Ago(2), "plan_id": plan}
    return Does(at, login, "record_on_site", {**fields, "lead_department": department})


def reported(
    n: int, county: int, category: str, summary: str, *, hurt: int = 0, filer: str = ""
) -> tuple[Does, ...]:
    """Told, on the spot, reported, received above and passed on within two hours."""
    principal, officer = f"principal{n}", f"officer{county}"
    said = {"category": category, "summary": summary, "measures": "现场已处置，秩序正常"}
    told = [parents(after(minutes=20 + k), f"lead{n}", Part("injured", k)) for k in range(hurt)]
    return (
        informed(after(minutes=3), filer or f"teacher{n}"),
        on_site(after(minutes=9), principal, "校园突发事件总体预案", "安全办公室"),
        Does(
            after(minutes=13),
            principal,
            "submit_initial_report",
            figures(hurt, **said, place="校内"),
        ),
        *told,
        Does(after(minutes=24 + hurt), officer, "acknowledge"),
        Does(after(minutes=50), officer, "record_relay", RELAYED),
        video(after(hours=1), f"lead{n}"),
    )


def controlled(n: int, hurt: int = 0, at: timedelta = timedelta(hours=6)) -> Does:
    """Under control."""
    return Does(at, f"principal{n}", "mark_controlled", {**CONTROLLED, "injured": hurt})


def final_report(n: int, county: int, at: timedelta) -> tuple[Does, Does]:
    """The final report, and its receipt."""
    fields = {"result": "已恢复正常教学", "cause": "管理疏漏", "next_steps": "全面排查、全员培训"}
    return (
        Does(at, f"principal{n}", "submit_final_report", fields),
        Does(at + timedelta(minutes=12), f"officer{county}", "acknowledge"),
    )


def investigated(county: int, at: timedelta) -> Does:
    """The bureau opens the investigation."""
    team = [Login(f"officer{county}"), Login(f"officer{county}b")]
    return Does(at, f"officer{county}", "open_investigation", {"investigators": team})
