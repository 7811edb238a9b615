"""A morning: the roll by taps, a roll without network, a pupil who is missing until noon.

Two teachers stand in class at 08:05. One saves a roll with an empty seat, and the seat becomes a
case that runs through the search, the police and the end. The other one loses the network at 08:06.
"""

from __future__ import annotations

import io
import json
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.books import Book
from tests.e2e.conftest import Installation
from tests.e2e.hours import DAY, Hours, instant
from tests.e2e.people import People

SECONDS = 30
"""So long may a roll take."""
TWO_DAYS = timedelta(days=2)
ROLLS = """
SELECT unit.name, taken_at, arrived_at, judged_at, judged_by, doubt, enrolled - present
FROM rollcall JOIN unit ON unit.id = unit_id WHERE "on" = ? ORDER BY rollcall.id
"""
DUTIES = """
SELECT started_at, target_at, limit_at, stopped_at
FROM clock JOIN expected_roll AS roll ON subject_kind = 'roll' AND subject_id = roll.id
JOIN unit ON unit.id = roll.unit_id
WHERE roll."on" = ? AND unit.name IN ('三(1)班', '三(2)班') ORDER BY stopped_at
"""


BY_EIGHT_TWENTY: list[tuple[object, ...]] = [
    # From the bell; at the target SYSTEM begins to search.
    ("absence.guardian", "remind_half", 7.5, None),
    ("absence.guardian", "remind_late", 12.0, None),
    ("absence.guardian", "level_2", 15.0, 2),
    ("absence.guardian", "on_target", 15.0, None),
]
RUNGS: list[tuple[object, ...]] = [
    *BY_EIGHT_TWENTY,
    ("absence.guardian", "flag", 30.0, None),
    ("absence.guardian", "level_3", 30.0, 3),
    ("absence.guardian", "level_3.offer", 30.0, None),
    ("absence.guardian", "level_4", 60.0, 4),
    # From the declaration, half of two hours on.
    ("absence.search", "remind_half", 60.0, None),
    ("absence.search", "remind_late", 96.0, None),
    ("absence.search", "level_2", 120.0, 2),
]
"""Until 11:55, worked out by hand from the domain; the search was logged before it was owed."""
HOUR = 60.0
CLOCKS: list[tuple[object, ...]] = [
    ("absence.declare", HOUR, 2 * HOUR),
    ("absence.guardian", 15.0, 30.0),
    ("absence.report", 15.0, HOUR),
    ("absence.search", 2 * HOUR, 12 * HOUR),
    ("absence.trace", 30.0, HOUR),
    ("report.acknowledge", 30.0, 2 * HOUR),
]
"""Minutes to the target and to the limit."""


def alike(found: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> bool:
    """The same, but for the minute that the steps between them take."""
    return len(found) == len(wanted) and all(
        one == pytest.approx(other, abs=1.5) if isinstance(one, float) else one == other
        for row, line in zip(found, wanted, strict=True)
        for one, other in zip(row, line, strict=True)
    )


def opens_roll(people: People, login: str, said: str, wrong: timedelta = timedelta(0)) -> Page:
    """From the first page by one tap to the list of names; the telephone shows this time.

    Whoever taps before the scripts have come sends a plain form, which tells no time of its own.
    """
    page = people[login].page
    page.clock.set_fixed_time(instant(said) + wrong)
    page.goto(people.url)
    page.click("a.roll-card")
    expect(page.locator("[data-pupils]")).to_be_visible()
    expect(page.locator("[data-count=present]")).to_be_visible()
    return page


def absent(page: Page, place: int) -> None:
    """Tap a name."""
    page.locator(".pupil label").nth(place).click()


def test_the_morning_roll(people: People, installation: Installation) -> None:
    book, hours = Book(installation), Hours(installation)

    # Given 08:05, five minutes after the bell
    hours.become("08:05")
    everybody_is_here(people, book)
    number = one_seat_is_empty(people, book)
    wrong = opens_roll(people, "teacher2b", "08:06", TWO_DAYS)
    offline = the_network_goes_away(people, installation)
    kept_by_a_wrong_clock(wrong)

    # When it is 08:20, with the network back and no guardian reached
    hours.become("08:20")
    it_arrives_once(offline, people, book)
    it_arrives_by_our_clock(wrong, book)
    teacher, lead = people["teacher1"], people["lead1"]
    expect(teacher.open(number).locator("body")).to_contain_text("校内外查找")
    assert alike(book.rungs(number), BY_EIGHT_TWENTY)
    teacher.looks("absence-tracing")
    lead.does(
        number,
        "log_search",
        searched=["buildings", "surroundings"],
        video="北门监控",
        people_asked="门卫",
    )

    # When the child is declared missing to the police and the bureau
    declared_missing(people, number)

    # Then nobody records a search for three hours, and the child is found
    people.leave()
    hours.become("11:55")
    assert alike([(rule, *rest) for rule, _, *rest in book.clocks(number)], CLOCKS)
    assert alike(book.rungs(number), RUNGS)
    assert book.video(number) == [("08:05", "00:00", "00:00")]
    assert book.flags(number) == ["guardian_not_notified"]
    found_and_closed(people, number)
    lines = installation.command("timeline", "export", number).splitlines()
    states = dict.fromkeys(json.loads(line)["to"] for line in lines)
    walked = ["flagged", "contacting", "tracing", "missing", "police_assist", "found", "closed"]
    assert [state for state in states if state] == walked
    assert installation.command("timeline", "verify")
    the_log_of_the_day(people, number)


def everybody_is_here(people: People, book: Book) -> None:
    """One tap, from the page of the roll to the saved one."""
    page = opens_roll(people, "teacher2", "08:05")
    begun = time.monotonic()
    page.click("[data-roll-save]")
    expect(page.locator(".done")).to_contain_text("已保存")
    assert time.monotonic() - begun < SECONDS
    assert book.ask(ROLLS, DAY.isoformat()) == [
        ("八(1)班", "08:05", "08:05", "08:05", "taken", "", 0)
    ]


def one_seat_is_empty(people: People, book: Book) -> str:
    """The roll in four taps; the seat nobody can explain becomes a case by itself."""
    page = opens_roll(people, "teacher1", "08:05")
    people["teacher1"].looks("roll")
    absent(page, 4)
    absent(page, 10)
    page.locator(".pupil select").nth(4).select_option("late")
    expect(page.locator("[data-count=present]")).to_have_text("41")
    page.click("[data-roll-save]")
    expect(page.locator("#missed")).to_be_visible()
    people["teacher1"].looks("roll-saved")
    number = page.locator(".missed .meta").inner_text().split(" ")[0]
    assert book.clocks(number) == [
        ("absence.declare", "08:00", HOUR, 2 * HOUR),
        ("absence.guardian", "08:00", 15.0, 30.0),
    ]

    # Nobody answers the telephone.
    people["teacher1"].does(number, "start_contact")
    for whom in ("first", "second"):
        people["teacher1"].does(
            number, "log_contact", whom=whom, number="0021", channel="phone", outcome="no_answer"
        )
    return number


def the_network_goes_away(people: People, installation: Installation) -> Page:
    """The other class is called at 08:06; the page keeps it, also when it is loaded again."""
    page = opens_roll(people, "teacher1b", "08:06")
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    installation.stop()
    absent(page, 2)
    page.click("[data-roll-save]")
    expect(page.locator("[data-roll-waiting]")).to_contain_text("未送达（点名时间 08:06）")
    page.reload()
    expect(page.locator("[data-roll-waiting]")).to_contain_text("未送达（点名时间 08:06）")
    people["teacher1b"].looks("roll-offline")
    kept = page.evaluate("JSON.stringify(localStorage) + document.body.innerText")
    assert "三(2)班" in kept
    assert not [name for name in people_of(installation, "三(2)班") if name in kept]
    return page


def people_of(installation: Installation, code: str) -> list[str]:
    """The names of the pupils of a class."""
    query = "SELECT student.name FROM student JOIN unit ON unit.id = unit_id WHERE unit.name = ?"
    found = [str(row[0]) for row in Book(installation).ask(query, code)]
    assert found
    return found


def it_arrives_once(page: Page, people: People, book: Book) -> None:
    """With the network back it is sent by itself, and with both times."""
    page.clock.set_fixed_time(instant("08:20"))
    page.context.set_offline(False)
    # A page that a worker has loaded is not told by this browser; without it a timer does the same.
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-roll-waiting]")).to_contain_text("已送达 08:20（点名时间 08:06）")
    assert page.evaluate("localStorage.length") == 0
    rolls = {row[0]: row[1:] for row in book.ask(ROLLS, DAY.isoformat())}
    assert rolls["三(1)班"] == ("08:05", "08:05", "08:05", "taken", "", 1)
    assert rolls["三(2)班"] == ("08:06", "08:20", "08:06", "taken", "", 1)
    assert book.ask(DUTIES, DAY.isoformat()) == [
        ("08:00", "08:10", "08:30", "08:05"),
        ("08:00", "08:10", "08:30", "08:06"),
    ]
    page.locator("[data-roll-waiting] a").click()
    expect(page.locator(".done")).to_contain_text("已送达 08:20（点名时间 08:06）")
    people["teacher1b"].looks("roll-arrived")


def kept_by_a_wrong_clock(page: Page) -> None:
    """The telephone of a third teacher goes two days fast, and has no network either."""
    page.context.set_offline(True)
    page.click("[data-roll-save]")
    expect(page.locator("[data-roll-waiting]")).to_contain_text("未送达")


def it_arrives_by_our_clock(page: Page, book: Book) -> None:
    """What it says of the taking is kept and not believed: the arrival counts."""
    page.clock.set_fixed_time(instant("08:20") + TWO_DAYS)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".done")).to_contain_text("08:20")
    [mine] = [row for row in book.ask(ROLLS, DAY.isoformat()) if row[0] == "八(3)班"]
    assert mine[1:] == ("08:06", "08:20", "08:20", "arrived", "device_clock_wrong", 0)


def declared_missing(people: People, number: str) -> None:
    """The lead declares it, tells both, the bureau answers, the police come."""
    lead, officer = people["lead1"], people["officer1"]
    lead.does(
        number,
        "declare_missing",
        last_place="校门口",
        clothing="校服",
        guardian_statement="已送到校门口",
        steps="查看监控,询问门卫和同学",
    )
    lead.looks("absence-missing")
    for recipient in ("police", "bureau"):
        lead.does(number, "record_report", recipient=recipient, contact="值班员", phone="110")
    page = officer.does(number, "acknowledge")
    expect(page.locator("body")).to_contain_text("失联上报")
    lead.does(number, "police_engaged", station="城东派出所", officer="值班民警", alarm_by="school")


def found_and_closed(people: People, number: str) -> None:
    """Late by the clock of the search, the child is found; everything is written down."""
    teacher, lead = people["teacher1"], people["lead1"]
    expect(lead.open(number).locator("body")).to_contain_text("已超")
    lead.does(number, "find", condition="well", place="祖母家", handed_to="母亲", all_notified=True)
    lead.does(number, "secure_evidence", kind="video", lost=False, kept_by="保卫科")
    teacher.does(number, "record_talk", kind="talk", result="已谈心,情绪平稳")
    page = teacher.does(number, "close", outcome="returned", cause="family")
    expect(page.locator("body")).to_contain_text("结案")
    teacher.looks("absence-closed")


def the_log_of_the_day(people: People, number: str) -> None:
    """The office takes the safety log of the class: the roll, the pupil, how it ended."""
    page = people["teacher1"].page
    page.goto(f"{people.url}/class-log?on={DAY}")
    expect(page.locator("#absences ~ ul")).to_contain_text(number)
    page.fill("[name=text]", "讲交通安全十分钟")
    page.locator("form:has([name=text]) button").click()
    expect(page.locator("#entries ~ ul")).to_contain_text("讲交通安全十分钟")
    people["teacher1"].looks("class-log")
    with page.expect_download() as given:
        page.get_by_role("link", name="导出 Excel").click()
    data = Path(given.value.path()).read_bytes()
    sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    told = [[str(cell.value) for cell in row] for sheet in sheets for row in sheet.rows]
    [roll] = [row for row in told if "上午点名" in row and "42" in row]
    assert {DAY.isoformat(), "08:00", "08:05", "42", "41"} <= set(roll)
    [mark] = [row for row in told if number in row]
    assert "结案" in mark
    assert any("讲交通安全十分钟" in row for row in told)
