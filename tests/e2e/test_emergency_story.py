"""An accident with a rising figure: reported, relayed, investigated, extended, closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import expect

from casework.clock import LOCAL
from tests.e2e.conftest import Installation, later
from tests.e2e.people import FIRST, People

FIGURES: dict[str, Any] = {
    "category": "injury",
    "statutory_grade": "general",
    "school_grade": "general",
    "dead": 0,
    "missing": 0,
    "weapon": False,
    "summary": "单杠松动,学生摔伤,已送医",
    "measures": "停用器材,通知家长",
}


def first_hour(people: People) -> str:
    """From the teacher's call to the relay by the bureau."""
    number = people["teacher1"].report(
        "emergency",
        "体育课单杠松动致学生摔伤",
        {"4": "injured"},
        category="injury",
        dead=0,
        injured=1,
        missing=0,
        weapon=False,
    )
    people["teacher1"].looks("emergency-filed")
    people["teacher1"].does(number, "inform_principal", informed="校长")
    people["teacher1"].does(
        number, "notify_guardians", person_id=FIRST, outcome="reached", channel="phone"
    )
    people["lead1"].does(number, "start_verification", callback_number="8012")
    people["principal1"].does(
        number, "record_on_site", leader="校长", plan_id="伤害预案", lead_department="安全处"
    )
    people["principal1"].does(number, "submit_initial_report", **FIGURES, injured=1, place="操场")
    people["principal1"].looks("emergency-reported")
    people["officer1"].does(number, "acknowledge")
    people["officer1"].does(number, "record_relay", superior="city_bureau", receipt_number="未出具")
    return number


def test_an_accident_is_reported_investigated_and_closed(
    people: People, installation: Installation
) -> None:
    number = first_hour(people)

    # When a second child turns out to be hurt, the report says who knew it
    people["lead1"].does(
        number,
        "submit_update",
        **FIGURES,
        injured=2,
        change_reason="又一名学生自述疼痛",
        knower="校医,十分钟前",
        **{"figure_known_at.unknown": "unknown"},
    )
    people["officer1"].does(number, "acknowledge")
    people["lead1"].does(number, "secure_evidence", kind="video", lost=False, kept_by="保卫科")
    people["principal1"].does(
        number, "mark_controlled", dead=0, injured=2, missing=0, remaining_risk="无"
    )
    people["principal1"].does(
        number, "submit_final_report", result="恢复教学", cause="螺栓松动", next_steps="排查器材"
    )
    people["officer1"].does(number, "acknowledge")
    people["officer1"].does(number, "open_investigation", outside_body="县市场监管局")
    people["officer1"].looks("emergency-investigating")

    # When more time is needed, the leader approves it on the page of approvals
    people["principal1"].does(
        number,
        "extend",
        rule="emergency.investigate",
        amount=20,
        basis="国务院令第493号第二十九条",
        reason="等待鉴定",
    )
    people["leader1"].page.goto(f"{people['leader1'].url}/approvals")
    people["leader1"].looks("approvals")
    people["leader1"].decides(number)
    people["officer1"].does(
        number, "accept_findings", source="outside_document", document="检验报告 17 号"
    )
    people["lead1"].does(
        number,
        "record_hazard",
        problem="螺栓锈蚀",
        responsible=FIRST,
        measure="全部更换",
        funds="2000",
        due_on=(datetime.now(LOCAL) + timedelta(days=20)).date().isoformat(),
    )

    # Then an unrepaired hazard stays in the ledger only with the bureau's consent
    people["principal1"].does(number, "conclude", keep_in_ledger=True)
    page = people["officer1"].decides(number)
    page = people["officer1"].open(number)
    expect(page.locator("body")).to_contain_text("终报待核")
    people["officer1"].looks("emergency-concluding")

    # And the case closes only when the watch over the hurt children has ended
    expect(page.locator(".refused #act-close")).to_have_count(1)
    later(people, installation, "P32D")
    page = people["officer1"].does(number, "close")
    expect(page.locator(".chain")).to_contain_text("记录完整")
    assert installation.command("timeline", "verify")
