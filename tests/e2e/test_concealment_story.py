"""瞒报: a call at the bureau meets a school that knew, attested "nothing" and filed nothing."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from casework.clock import LOCAL
from tests.e2e.conftest import Installation
from tests.e2e.looking import faults
from tests.e2e.people import People

NOW = datetime.now(LOCAL)
MORNING = datetime.combine(NOW + timedelta(days=1), time(9), LOCAL)
"""The next one: in the evening every school of the county has attested its day already."""
KNEW = "值班记录显示,门卫当日已报告校领导。"
ALLEGED = "贵校前一日已知悉校门口的冲突,当日零报告为“无”,至今未上报。"
KEPT = "来电录音存于局信访科,来电人要求保密。"


@pytest.fixture(scope="module")
def offset() -> str:
    """The story takes place in the morning, whenever it is told."""
    return f"PT{int((MORNING - NOW).total_seconds())}S"


def test_a_concealment_is_found_by_three_people(people: People, installation: Installation) -> None:
    # Given a day on which every school of the county attests
    days = (f"{MORNING:%Y-%m-%d}", f"{MORNING + timedelta(days=1):%Y-%m-%d}")
    installation.command("calendar", "special", "X1", "duty", "值守", *days, "--times", "1")

    # When the school signs "nothing to report"
    page = people["lead1"].page
    page.goto(f"{people.url}/zero-report")
    page.locator("button[name=nothing][value='1']").first.click()
    expect(page.locator("#past + ul")).to_contain_text("无")

    # And the bureau hears by telephone what the school had known the day before
    officer = people["officer1"].page
    officer.goto(f"{people.url}/signals/new")
    school = officer.locator("[name=unit_id] option", has_text="清河县实验小学").first
    officer.select_option("[name=unit_id]", value=school.get_attribute("value"))
    people["officer1"]._fill({"kind": "hotline", "text": "校门口有学生被打"})
    officer.click(".send button.main")
    officer.click("a[href$='/open/bullying']")
    asked = ("weapon", "sexual_harm", "self_harm", "extortion", "video_spread")
    fields = dict.fromkeys((f"fields.{name}" for name in asked), False)
    known = f"{MORNING - timedelta(hours=14):%Y-%m-%dT%H:%M}"
    people["officer1"]._fill(
        {
            "title": "校门口冲突",
            "fields.injury": "none",
            **fields,
            "school_knew": "yes",
            "school_knew_at": known,
            "knower": "门卫",
            "evidence": KNEW,
        }
    )
    officer.click(".send button.main")

    # Then the attested day stands contradicted, as a suspicion and not yet as a finding
    officer.goto(f"{people.url}/zero-reports")
    line = officer.locator("li.row", has_text="QL-").first
    expect(line).to_contain_text("疑似漏报")
    people["officer1"].looks("concealment-day")
    number = re.findall(r"\d{4}-QL-\d{6}", line.inner_text())[0]

    # When the officer proposes a finding of concealment
    officer.goto(f"{people.url}/cases/{number}")
    officer.click(f"a[href='/findings/new/case/{number}']")
    assert list(faults(officer, officer.content())) == []
    officer.locator("[name=kind][value=concealment]").check()
    officer.fill("[name=accusation]", ALLEGED)
    officer.fill("[name=evidence]", KEPT)
    for ground in officer.locator("[name=grounds]").all():
        ground.check()
    officer.click("main form button.main")
    expect(officer.locator(".result")).to_be_visible()
    people["officer1"].looks("concealment-proposed")

    # Then the principal reads what is alleged, never who reported, and answers on a telephone
    principal = people["principal1"].page
    principal.set_viewport_size({"width": 390, "height": 844})
    principal.goto(people.url)
    principal.click("#findings + ul a")
    expect(principal.locator("main")).to_contain_text(ALLEGED)
    assert KEPT not in principal.content()
    assert list(faults(principal, principal.content())) == []
    people["principal1"].looks("concealment-asked")
    principal.fill("[name=reply]", "值班教师以为已经处理,未报告校长。")
    principal.click("main form button.main")

    # And a leader who has done neither decides, with reasons
    leader = people["leader1"].page
    leader.goto(people.url)
    leader.click("#findings + ul a")
    leader.fill("[name=reasons]", "监控与值班记录相符,校领导当日知悉。")
    leader.click("button[value=uphold]")
    expect(leader.locator("h1")).to_contain_text("参照瞒报认定")
    assert list(faults(leader, leader.content())) == []
    people["leader1"].looks("concealment-upheld")

    # Then all of it stands on the timeline, and beside the day
    case = people["officer1"].open(number)
    expect(case.locator(".history")).to_contain_text("决定认定成立")
    expect(case.locator(".chain")).to_contain_text("记录完整")
    officer.goto(f"{people.url}/zero-reports")
    expect(officer.locator("li.row", has_text=number).first).to_contain_text("参照瞒报认定")
    assert installation.command("timeline", "verify")
