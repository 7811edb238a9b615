"""An empty seat: called, searched, reported missing, found; teacher on a phone, lead at a desk."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.e2e.conftest import Installation, later
from tests.e2e.people import People


def test_a_missing_pupil_is_searched_and_found(people: People, installation: Installation) -> None:
    # Given a seat that is empty at the roll-call
    number = people["teacher1"].report(
        "absence", "早读点名未到", {"10": "absent"}, period="morning", strict=False
    )
    people["teacher1"].looks("absence-filed")

    # When nobody answers, the search begins
    people["teacher1"].does(number, "start_contact")
    people["teacher1"].does(
        number, "log_contact", whom="first", number="0021", channel="phone", outcome="no_answer"
    )
    people["teacher1"].does(
        number, "start_tracing", leader="安全主任", places_checked="教室、厕所、操场"
    )
    people["teacher1"].looks("absence-tracing")
    people["lead1"].does(
        number,
        "log_search",
        searched=["buildings", "surroundings"],
        video="北门监控",
        people_asked="门卫",
    )
    people["lead1"].does(
        number,
        "declare_missing",
        last_place="校门口",
        clothing="校服",
        guardian_statement="已送到校门口",
        steps="查看监控,询问门卫和同学",
    )
    people["lead1"].looks("absence-missing")
    for recipient in ("police", "bureau"):
        people["lead1"].does(
            number, "record_report", recipient=recipient, contact="值班员", phone="110"
        )
    page = people["officer1"].does(number, "acknowledge")
    # Then the county sees that the child is missing and that both were told
    expect(page.locator("body")).to_contain_text("失联上报")
    people["officer1"].looks("absence-acknowledged")
    people["lead1"].does(
        number, "police_engaged", station="城东派出所", officer="值班民警", alarm_by="school"
    )

    # When three hours have passed without a search being recorded, the lead is reminded of it
    later(people, installation, "PT3H")
    page = people["lead1"].open(number)
    expect(page.locator("body")).to_contain_text("已超")
    people["lead1"].does(
        number, "find", condition="well", place="祖母家", handed_to="母亲", all_notified=True
    )
    people["lead1"].does(number, "secure_evidence", kind="video", lost=False, kept_by="保卫科")
    people["teacher1"].does(number, "record_talk", kind="talk", result="已谈心,情绪平稳")
    page = people["teacher1"].does(number, "close", outcome="returned", cause="family")

    # Then the absence is closed and its history whole
    expect(page.locator("body")).to_contain_text("结案")
    people["teacher1"].looks("absence-closed")
    lines = installation.command("timeline", "export", number).splitlines()
    states = dict.fromkeys(json.loads(line)["to"] for line in lines)
    walked = ["flagged", "contacting", "tracing", "missing", "police_assist", "found", "closed"]
    assert [state for state in states if state] == walked
    assert installation.command("timeline", "verify")
