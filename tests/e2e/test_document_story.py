"""A supervision notice, from what the bureau knows to the school's signature; and its own kind.

The officer completes what the case does not tell, the leader signs, the school reads it on a
telephone and signs for it. What was downloaded is what the page says it is.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from casework.demo.papers import word_file
from tests.e2e.people import People, Person

SUPERVISED = "supervision_notice"
FEEDBACK = "三个工作日内书面报送督导室。"


@pytest.fixture(scope="module")
def folder(demo_folder: Path) -> Path:
    """Documents are written about cases that have come a long way: the full county."""
    return demo_folder


def case_of(person: Person, title: str) -> str:
    """The number of the case with this title, as the list shows it."""
    page = person.page
    page.goto(f"{person.url}/cases?q={title}&closed=1")
    href = page.locator("a[href^='/cases/20']").first.get_attribute("href") or ""
    return href.removeprefix("/cases/").partition("?")[0]


def begins(person: Person, number: str, kind: str) -> Page:
    """On the page of a case, begin a document by its button."""
    page = person.open(number)
    button = page.locator(f"form[action$='/documents/{kind}'] button").first
    button.evaluate("e => { const part = e.closest('details'); if (part) part.open = true; }")
    button.click()
    expect(page.locator(".document")).to_be_visible()
    return page


def test_a_notice_goes_from_the_bureau_to_the_school(people: People) -> None:
    # Given an officer who puts a case under supervision on paper
    officer = people["officer1"]
    number = case_of(officer, "走廊上围堵同学")
    page = begins(officer, number, SUPERVISED)
    path = page.url.removeprefix(officer.url).partition("?")[0]
    # When what the case does not tell is left out, it is refused and named
    page.click("button[value=submit]")
    expect(page.locator(".problem")).to_contain_text("反馈方式")
    page.fill("[name=matter]", "按期完成重新调查")
    page.fill("[name=basis]", "教督〔2017〕10号")
    page.fill("[name=demands]", "按期完成调查并书面报告。")
    page.fill("[name=due_on]", "2027-12-31")
    page.fill("[name=feedback]", FEEDBACK)
    officer.looks("document-draft")
    page.click("button[value=submit]")
    # Then it waits for the leader, and the school knows nothing of it
    expect(page.locator(".done")).to_contain_text("已送审")
    school = people["principal2"]
    answer = school.page.goto(school.url + path)
    assert answer is not None
    assert answer.status == 404
    # When the leader signs
    leader = people["leader1"]
    leader.page.goto(leader.url)
    leader.page.click(f"a[href='{path}']")
    leader.page.click("form[action$='/issue'] button")
    expect(leader.page.locator(".document .badges")).to_contain_text("号")
    # And the officer delivers it through the system
    page.goto(officer.url + path)
    page.click("summary:has-text('登记送达')")
    page.check("input[name=how][value=system]", force=True)
    page.select_option("[name=unit_id]", label="清河县第二中学")
    page.click("button:has-text('登记送达')")
    expect(page.locator("#deliveries ~ ul")).to_contain_text("清河县第二中学")
    # Then the school reads it and signs for it
    school.page.goto(f"{school.url}/documents")
    school.page.locator(f"#unsigned ~ ul a[href='{path}']").first.click()
    expect(school.page.locator(".document-paper")).to_contain_text(FEEDBACK)
    school.page.click("summary:has-text('登记回执')")
    school.page.click("form[action*='/deliveries/'] button")
    expect(school.page.locator(".badges")).to_contain_text("已签收")
    school.looks("document-signed")
    # And the file is the one whose hash the page shows
    with school.page.expect_download() as waiting:
        school.page.click("a:has-text('下载Word文件')")
    data = Path(waiting.value.path()).read_bytes()
    shown = re.search(r"[0-9a-f]{64}", school.page.locator(".hash").inner_text())
    assert shown is not None
    assert hashlib.sha256(data).hexdigest() == shown[0]
    assert waiting.value.suggested_filename.endswith("督办通知书.docx")


def test_a_bureau_adds_a_kind_and_a_bad_template_is_refused(people: People, tmp_path: Path) -> None:
    # Given a template with a place that nobody could fill in
    leader, file = people["leader1"], tmp_path / "回访记录.docx"
    file.write_bytes(word_file(("回访记录", "{{ 案件编号", "{{ 回访情况 }}")))
    page = leader.page
    page.goto(f"{leader.url}/wording")
    page.click("summary:has-text('新增文书种类')")
    page.fill("[name=title]", "家庭回访记录")
    page.set_input_files("[name=file]", str(file))
    page.click("button:has-text('校验并添加')")
    # Then it is refused with the place and the reason
    expect(page.locator(".problem")).to_contain_text("{{ 案件编号")
    # When it is put right
    file.write_bytes(word_file(("回访记录", "{{ 案件编号 }}", "{{ 回访情况 }}")))
    page.fill("[name=title]", "家庭回访记录")
    page.set_input_files("[name=file]", str(file))
    page.click("button:has-text('校验并添加')")
    expect(page.locator("#kinds ~ details > summary", has_text="家庭回访记录")).to_be_visible()
    # Then every school of the bureau can write it, prefilled from the case
    lead = people["lead1"]
    number = case_of(lead, "课间长期辱骂同学")
    made = lead.open(number)
    button = made.locator("form[action*='/documents/own_'] button").filter(has_text="家庭回访记录")
    button.evaluate("e => { e.closest('details').open = true; }")
    button.click()
    assert made.locator("[name='案件编号']").input_value() == number
