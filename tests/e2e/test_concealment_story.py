"""瞒报: a call meets a school that knew, attested "nothing" and filed nothing; another is honest.

On Monday the first school knows at 11:00 and attests "nothing" at 16:40; a parent calls the bureau
at 17:10. The second one attests "nothing", too, and has a fight at 20:00, after that.
"""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Installation
from tests.e2e.hours import DAY, Hours
from tests.e2e.looking import faults
from tests.e2e.people import People
from tests.e2e.sizes import PHONE

KNEW = "值班记录显示,门卫当日11时已报告校领导。"
ALLEGED = "贵校周一11时已知悉校门口的冲突,当日零报告为“无”,至今未上报。"
KEPT = "来电录音存于局信访科,来电人要求保密。"
CALM = {
    "injury": "none",
    **dict.fromkeys(("weapon", "sexual_harm", "self_harm", "extortion", "video_spread"), False),
}
CONCEALED, HONEST = "清河县实验小学", "清河县第二中学"


def test_a_concealment_is_found_by_three_people(people: People, installation: Installation) -> None:
    hours = Hours(installation)

    # Given 16:40, at which both schools sign "nothing to report"
    hours.become("16:40")
    for lead in ("lead1", "lead2"):
        signs_nothing(people, lead)

    # When the bureau hears by telephone at 17:10 what the first school had known since 11:00
    hours.become("17:30")
    number = the_call_is_opened(people)

    # Then the attested day stands contradicted, as a suspicion and not yet as a finding
    officer = people["officer1"].page
    officer.goto(f"{people.url}/zero-reports")
    line = officer.locator("li.row", has_text=number).first
    expect(line).to_contain_text("疑似漏报")
    people["officer1"].looks("concealment-day")
    assert case_flags(people, number) == {"suspected_omission"}

    # And a fight at 20:00 at the other school contradicts nothing
    people.leave()
    hours.become("20:30")
    fight = the_fight_is_filed(people)
    on_the_board(people, number, fight)

    # When the officer proposes a finding of concealment, and the school answers the next morning
    proposes(people, number)
    people.leave()
    hours.become("09:00", later=True)
    answers(people)

    # Then a leader who has done neither decides, with reasons
    leader = people["leader1"].page
    leader.goto(people.url)
    leader.click("#findings + ul a")
    leader.fill("[name=reasons]", "监控与值班记录相符,校领导当日知悉。")
    leader.click("button[value=uphold]")
    expect(leader.locator("h1")).to_contain_text("参照瞒报认定")
    assert list(faults(leader, leader.content())) == []
    people["leader1"].looks("concealment-upheld")
    on_the_timeline(people, installation, number)


def signs_nothing(people: People, lead: str) -> None:
    """The school attests its day by one tap."""
    page = people[lead].page
    page.goto(f"{people.url}/zero-report")
    page.click(f"form:has(input[name=on][value='{DAY}']) button[value='1']")
    expect(page.locator("#past + ul")).to_contain_text("平安无事")


def the_call_is_opened(people: People) -> str:
    """The officer enters the call and opens it as a case at the school; its number."""
    officer = people["officer1"].page
    officer.goto(f"{people.url}/signals/new")
    school = officer.locator("[name=unit_id] option", has_text=CONCEALED).first
    officer.select_option("[name=unit_id]", value=school.get_attribute("value"))
    received = {"kind": "hotline", "text": "校门口有学生被打", "received_at": f"{DAY}T17:10"}
    people["officer1"].fills(received)
    officer.click(".send button.main")
    officer.click("a[href$='/open/bullying']")
    people["officer1"].fills(
        {
            "title": "校门口冲突",
            **{f"fields.{name}": value for name, value in CALM.items()},
            "school_knew": "yes",
            "school_knew_at": f"{DAY}T11:00",
            "knower": "门卫",
            "evidence": KNEW,
        }
    )
    officer.click(".send button.main")
    expect(officer.locator("body")).to_contain_text("疑似漏报")
    people["officer1"].looks("concealment-signal")
    return re.findall(r"\d{4}-QL-\d{6}", officer.locator("main").inner_text())[0]


def the_fight_is_filed(people: People) -> str:
    """A teacher of the other school files what happened half an hour ago."""
    known = {"known_at": f"{DAY}T20:05", "occurred_at": f"{DAY}T20:00"}
    return people["teacher2"].report("bullying", "宿舍楼前打架", {"1": "victim"}, known, **CALM)


def row_of(page: Page, school: str) -> Locator:
    """The line of a school on the board."""
    return page.locator("table.reconciled tbody tr", has_text=school)


def figures(page: Page, school: str) -> dict[str, str]:
    """The figures of a school on the board, by the words above them."""
    cells = row_of(page, school).locator("td[data-label]").all()
    return {str(one.get_attribute("data-label")): one.inner_text().strip() for one in cells}


def on_the_board(people: People, number: str, fight: str) -> None:
    """The bureau sees the one contradicted and flagged, the other one with a case and no more."""
    page = people["officer1"].page
    page.goto(f"{people.url}/reconciliation?on={DAY}")
    people["officer1"].looks("concealment-board")
    concealed, honest = figures(page, CONCEALED), figures(page, HONEST)
    assert (concealed["零报告"], concealed["案件"], concealed["线索"]) == ("平安无事", "1", "1")
    assert concealed["矛盾"] == "1"
    assert (honest["零报告"], honest["案件"], honest["线索"]) == ("平安无事", "1", "0")
    assert honest["矛盾"] == "0"
    row_of(page, CONCEALED).locator("th a").click()
    expect(page.locator("#zero + ul")).to_contain_text(number)
    expect(page.locator("#flags + ul")).to_contain_text("疑似漏报")
    page.goto(f"{people.url}/reconciliation?on={DAY}")
    row_of(page, HONEST).locator("th a").click()
    expect(page.locator("#cases + ul")).to_contain_text(fight)
    expect(page.locator("#zero + ul")).not_to_contain_text(fight)
    expect(page.locator("main")).not_to_contain_text("疑似漏报")
    assert case_flags(people, fight) == set()


def case_flags(people: People, number: str) -> set[str]:
    """The kinds of flags on a case that concern concealment."""
    page = people["officer1"].open(number)
    return {"suspected_omission"} if page.locator(".badges", has_text="疑似漏报").count() else set()


def proposes(people: People, number: str) -> None:
    """A finding of 瞒报, on everything that is on record."""
    officer = people["officer1"].open(number)
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


def answers(people: People) -> None:
    """The principal reads what is alleged, never who reported, and answers on a telephone."""
    principal = people["principal1"].page
    principal.set_viewport_size(PHONE.viewport)
    principal.goto(people.url)
    principal.click("#findings + ul a")
    expect(principal.locator("main")).to_contain_text(ALLEGED)
    assert KEPT not in principal.content()
    assert list(faults(principal, principal.content())) == []
    people["principal1"].looks("concealment-asked")
    principal.fill("[name=reply]", "值班教师以为已经处理,未报告校长。")
    principal.click("main form button.main")


def on_the_timeline(people: People, installation: Installation, number: str) -> None:
    """All of it stands on the chains of the case and of the school, and beside the day."""
    case = people["officer1"].open(number)
    expect(case.locator(".history")).to_contain_text("决定认定成立")
    expect(case.locator(".chain")).to_contain_text("记录完整")
    told = chain(installation, number)
    assert [action for action in told if "finding" in action] == [
        *("finding_proposed", "finding_replied", "finding_upheld"),
    ]
    assert told[0] == "file"
    assert "flag_raised" in told
    school = chain(installation, "U-S1")
    wanted = ("zero_report_attested", "zero_report_contradicted", "finding_proposed")
    wanted += ("finding_replied", "finding_upheld")
    places = [len(school) - 1 - school[::-1].index(action) for action in wanted]
    assert places == sorted(places)
    officer = people["officer1"].page
    officer.goto(f"{people.url}/zero-reports?on={DAY}")
    expect(officer.locator("li.row", has_text=number).first).to_contain_text("参照瞒报认定")
    assert installation.command("timeline", "verify")


def chain(installation: Installation, key: str) -> list[str]:
    """What stands on a chain, in order."""
    lines = installation.command("timeline", "export", key).splitlines()
    return [str(json.loads(line)["action"]) for line in lines]
