"""A morning: the roll by taps, a roll without network, a pupil who is missing until noon.

Two teachers stand in class at 08:05. One saves a roll with an empty seat, and the seat becomes a
case that runs through the search, the police and the end. The other one loses the network at 08:06.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from casework.clock import LOCAL
from casework.deadlines.calendar import default_calendar
from tests.e2e.conftest import Installation
from tests.e2e.people import People

DAY = default_calendar().next_worked(datetime.now(LOCAL).date() + timedelta(days=1))
"""The day of the story, a school day of the term that the county is in."""
ROLLS = """
SELECT taken_at, arrived_at, judged_at, judged_by, enrolled - present
FROM rollcall JOIN unit ON unit.id = unit_id
WHERE "on" = ? AND unit.name IN ('三(1)班', '三(2)班') ORDER BY rollcall.id DESC
"""
DUTIES = """
SELECT started_at, target_at, limit_at, stopped_at
FROM clock JOIN expected_roll AS roll ON subject_kind = 'roll' AND subject_id = roll.id
JOIN unit ON unit.id = roll.unit_id
WHERE roll."on" = ? AND unit.name IN ('三(1)班', '三(2)班') ORDER BY stopped_at
"""
At = Callable[[str], None]


def instant(said: str) -> datetime:
    """A time of the day of the story."""
    return datetime.combine(DAY, time.fromisoformat(said), LOCAL)


@pytest.fixture
def now(people: People, installation: Installation) -> Iterator[At]:
    """Let it be this time, for the server and for every telephone whose page is open."""

    def become(said: str) -> None:
        offset = instant(said) - datetime.now(LOCAL)
        installation.start(f"PT{int(offset.total_seconds())}S")

    return become


def opens_roll(people: People, login: str, said: str) -> Page:
    """From the first page by one tap to the list of names; the telephone shows this time."""
    page = people[login].page
    page.clock.set_fixed_time(instant(said))
    page.goto(people.url)
    page.click("a.roll-card")
    expect(page.locator("[data-pupils]")).to_be_visible()
    return page


def absent(page: Page, place: int) -> None:
    """Tap a name."""
    page.locator(".pupil label").nth(place).click()


class Book:
    """What the database of the story says."""

    def __init__(self, installation: Installation) -> None:
        self._path = Path(installation.env["CASEWORK_DATA_DIR"]) / "casework.db"

    def ask(self, query: str, *args: object) -> list[tuple[object, ...]]:
        """The rows of a question; instants as times of the day."""
        with sqlite3.connect(self._path) as found:
            return [tuple(map(_hour, row)) for row in found.execute(query, args)]

    def clocks(self, number: str) -> dict[object, tuple[object, ...]]:
        """Start, target and limit of every clock of a case."""
        query = "SELECT rule_id, started_at, target_at, limit_at FROM clock WHERE case_id = ?"
        return {row[0]: row[1:] for row in self.ask(query, _id(number))}

    def rungs(self, number: str, rule: str) -> list[object]:
        """The rungs that have fired on a rule in a case."""
        query = (
            "SELECT escalation.rung FROM escalation JOIN clock ON clock.id = clock_id"
            " WHERE clock.case_id = ? AND rule_id = ? ORDER BY escalation.id"
        )
        return [row[0] for row in self.ask(query, _id(number), rule)]

    def flags(self, number: str) -> list[object]:
        """The flags that hang on the clocks of a case."""
        query = (
            "SELECT flag.kind FROM flag JOIN clock ON clock.id = clock_id WHERE clock.case_id = ?"
        )
        return [row[0] for row in self.ask(query, _id(number))]


def _id(number: str) -> int:
    return int(number.rpartition("-")[2])


def _hour(value: object) -> object:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    if not isinstance(value, str) or ":" not in value:
        return value
    return f"{at.replace(tzinfo=UTC).astimezone(LOCAL):%H:%M}"


def test_the_morning_roll(people: People, installation: Installation, now: At) -> None:
    book = Book(installation)

    # Given 08:05, five minutes after the bell
    now("08:05")
    number = one_seat_is_empty(people, book)
    offline = the_network_goes_away(people, installation)

    # When it is 08:20, with the network back and no guardian reached
    now("08:20")
    it_arrives_once(offline, people, book)
    teacher, lead = people["teacher1"], people["lead1"]
    expect(teacher.open(number).locator("body")).to_contain_text("校内外查找")
    assert {"level_2", "on_target"} <= set(book.rungs(number, "absence.guardian"))
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
    now("11:55")
    assert {"level_2", "level_3"} <= set(book.rungs(number, "absence.guardian"))
    assert "level_2" in book.rungs(number, "absence.search")
    assert book.flags(number) == ["guardian_not_notified"]
    found_and_closed(people, number)
    lines = installation.command("timeline", "export", number).splitlines()
    states = dict.fromkeys(json.loads(line)["to"] for line in lines)
    walked = ["flagged", "contacting", "tracing", "missing", "police_assist", "found", "closed"]
    assert [state for state in states if state] == walked
    assert installation.command("timeline", "verify")
    the_log_of_the_day(people, number)


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
    held = book.clocks(number)
    assert held["absence.guardian"] == ("08:00", "08:15", "08:30")
    assert held["absence.declare"] == ("08:00", "09:00", "10:00")

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
    assert book.ask(ROLLS, DAY.isoformat()) == [
        ("08:06", "08:20", "08:06", "taken", 1),
        ("08:05", "08:05", "08:05", "taken", 1),
    ]
    assert book.ask(DUTIES, DAY.isoformat()) == [
        ("08:00", "08:10", "08:30", "08:05"),
        ("08:00", "08:10", "08:30", "08:06"),
    ]
    page.locator("[data-roll-waiting] a").click()
    expect(page.locator(".done")).to_contain_text("已送达 08:20（点名时间 08:06）")
    people["teacher1b"].looks("roll-arrived")


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
