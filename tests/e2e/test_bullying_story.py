"""The serious case of bullying, from the teacher's report to closure, in a real browser."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.e2e.conftest import Installation, later
from tests.e2e.people import People
from tests.evidence_files import photo

WORDS = "按规定办理"


def staff_ids(people: People, number: str, count: int) -> list[str]:
    """The first people offered as investigators."""
    people["lead1"].open(number)
    page = people["lead1"].chooses("resume")
    boxes = page.locator("[name=investigators]")
    return [boxes.nth(place).get_attribute("value") or "" for place in range(count)]


def sends_photo(people: People, number: str) -> None:
    """The teacher's photo goes off in pieces, by the script, and stands in the case."""
    people["teacher1"].open(number)
    page = people["teacher1"].chooses("secure_evidence")
    shot = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(1600, 1200))}
    page.locator("[name='file.camera']").set_input_files(shot)
    expect(page.locator("[data-upload-status]")).to_contain_text("已上传：现场.jpg")
    expect(page.locator("[name=file][type=hidden]")).to_have_count(1)
    people["teacher1"].fills({"kind": "photo", "lost": False})
    page.click(".send button.main")
    expect(page.locator(".evidence-list img")).to_have_count(1)
    people["teacher1"].sees_all()


def test_a_serious_case_is_reported_investigated_and_closed(
    people: People, installation: Installation
) -> None:
    # Given a teacher who reports a beating
    number = people["teacher1"].report(
        "bullying",
        "厕所内殴打同学",
        {"2": "victim", "9": "actor"},
        injury="serious",
        weapon=False,
        sexual_harm=False,
        self_harm=False,
        extortion=False,
        video_spread=False,
    )

    # When the safety lead accepts, screens and escalates, and tells police and bureau
    people["lead1"].does(
        number,
        "accept",
        discovered_by="值周教师",
        stopped_by="值周教师",
        protection="专人陪护",
    )
    people["lead1"].does(
        number,
        "screen",
        injury="serious",
        psychological_harm=True,
        severity="serious",
        mandatory_items=["4"],
        sexual_harm=False,
        organised_crime=False,
    )
    people["lead1"].does(number, "escalate", reason="明显伤害")
    page = people["lead1"].open(number)
    expect(page.locator("body")).to_contain_text("已报公安/教育局")
    # Then nothing goes on before both are told
    expect(page.locator(".refused #act-resume")).to_have_count(1)
    for recipient in ("police", "bureau"):
        people["lead1"].does(
            number, "record_report", recipient=recipient, contact="值班员", phone="110"
        )
    people["officer1"].does(number, "acknowledge")
    for side in ("victim", "actor"):
        people["teacher1"].does(number, "notify_guardians", side=side, outcome="reached")
    people["lead1"].does(number, "secure_evidence", kind="video", lost=False, kept_by="保卫科")
    sends_photo(people, number)
    people["counsellor1"].does(
        number, "record_task", kind="counselling", side="victim", status="done"
    )

    # When five days have passed, the investigation ends and the committee finds
    people["lead1"].does(number, "resume", investigators=staff_ids(people, number, 2))
    later(people, installation, "P5D")
    people["lead1"].does(
        number,
        "submit_report",
        victim_statement="taken",
        actor_statement="taken",
        witness_statement="taken",
        evidence_list="监控录像",
        report=WORDS,
    )
    people["principal1"].does(
        number,
        "determine",
        entitled=9,
        present=7,
        recusals="无",
        votes_for=7,
        imbalance=True,
        intent=True,
        harm=True,
        finding="serious",
        clause="第二十一条",
    )
    people["lead1"].does(
        number,
        "deliver_decision",
        victim_delivery="signed",
        actor_delivery="signed",
        measures=["admonition", "apology"],
        appeal_text="可向县教育局申请复查",
    )
    people["lead1"].does(number, "record_task", kind="apology", side="actor", status="done")
    people["lead1"].does(number, "complete_measures")

    # Then it cannot be closed while the families may still ask for a review
    page = people["lead1"].open(number)
    expect(page.locator("body")).to_contain_text("跟踪回访")
    later(people, installation, "P40D")
    people["lead1"].does(number, "close", victim_view="given", victim_words="现在好多了")
    page = people["officer1"].approves(number)

    # And the case is closed, its clocks stopped and its chain whole
    expect(page.locator("body")).to_contain_text("结案归档")
    expect(page.locator(".chain")).to_contain_text("记录完整")
    lines = installation.command("timeline", "export", number).splitlines()
    actions = [json.loads(line)["action"] for line in lines]
    assert actions[0] == "file"
    assert actions[-1] == "close"
    assert installation.command("timeline", "verify")
