"""A level calls people: the first is away, the second silent, the third answers from a letter.

Real mail goes to a real mail server; the link in it is opened on a telephone that is not logged in.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Installation, later
from tests.e2e.looking import faults
from tests.e2e.people import People
from tests.e2e.sizes import PHONE
from tests.integration.channels.mail_servers import Box, mail_server

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/acknowledge/[\w.-]+)")
THIRD = "third@example.org"
CALM = {
    "injury": "none",
    **dict.fromkeys(("sexual_harm", "self_harm", "extortion", "video_spread"), False),
}


@pytest.fixture
def box(installation: Installation) -> Iterator[Box]:
    """A mail server that the installation sends to."""
    with mail_server() as found:
        server = f"smtp://127.0.0.1:{found.port}?starttls=none&from=casework@example.org"
        installation.env["CASEWORK_SMTP_URL"] = server
        installation.start()
        yield found


def test_the_third_who_is_called_acknowledges_on_a_telephone(
    browser: Browser, people: People, installation: Installation, box: Box
) -> None:
    # Given the person on duty at the bureau who has gone, and two officers, one with an address
    is_away(people["duty1"].page, people.url)
    gives_an_address(people["officer1b"].page, people.url)
    assert "测试消息" in wait_for(box, THIRD)["Subject"]

    # And a report of a weapon that nobody passes on to the police for an hour
    number = people["teacher1"].report("bullying", "持刀威胁", {"0": "victim"}, weapon=True, **CALM)

    # When the time passes, the first is passed over and the second does not answer
    later(people, installation, "PT62M")
    calls = people["officer1"].page
    calls.goto(f"{people.url}/calls")
    expect(calls.locator(".call.mine")).to_contain_text(number)
    looked_at(calls)
    people["officer1"].looks("call-second")
    later(people, installation, "PT75M")

    # Then the third is sent a link, and one tap on a telephone acknowledges
    letter = wait_for(box, THIRD, "现在轮到您")
    words = letter.get_content()
    assert number in letter["Subject"]
    assert "持刀" not in words
    phone = browser.new_context(
        viewport=PHONE.viewport, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    answer = phone.new_page()
    address = f"{people.url}{LINK.findall(words)[0]}"
    answer.goto(address)
    expect(answer.locator("main")).to_contain_text(number)
    expect(answer.locator("main")).not_to_contain_text("持刀")
    looked_at(answer)
    keep(answer, "call-link")
    answer.reload()  # as a program does that scans mail: looking acknowledges nothing
    answer.click("main form button.main")
    expect(answer.locator(".result")).to_contain_text("确认收到")
    expect(answer.locator("main form")).to_have_count(0)
    looked_at(answer)
    keep(answer, "call-answered")
    assert phone.cookies() == []
    phone.close()

    # And nobody above is called; the audit tells the story
    later(people, installation, "PT95M")
    leader = people["leader1"].page
    leader.goto(f"{people.url}/calls")
    expect(leader.locator(".call.mine", has_text=number)).to_have_count(0)
    leader.goto(f"{people.url}/cases/{number}/audit?part=messages")
    table = leader.locator("table.told")
    passed = table.locator("tr", has_text="跳过：外出")
    expect(passed.first).to_contain_text("2级")
    silent = table.locator("tr", has_text="到时未确认")
    expect(silent.first).to_contain_text("系统内")
    answered = table.locator("tr", has_text="消息里的链接")
    expect(answered).to_have_count(1)
    expect(answered).to_contain_text("对方服务器已接收")
    expect(answered).to_contain_text("250")
    looked_at(leader)
    leader.goto(f"{people.url}/cases/{number}/told")
    expect(leader.locator("tr", has_text="消息里的链接")).to_have_count(1)
    looked_at(leader)
    people["leader1"].looks("call-told")


def is_away(page: Page, url: str) -> None:
    """Enter the own absence, from now on."""
    page.goto(f"{url}/me")
    page.click("details:has(form[action='/roster/away']) > summary")
    page.check("[name=reason][value=sick]")
    page.click("form[action='/roster/away'] [type=submit]")
    expect(page.locator("main")).to_contain_text("外出")


def gives_an_address(page: Page, url: str) -> None:
    """Enter a mail address, and see by a test that it works."""
    page.goto(f"{url}/me")
    page.click("a[href='/me/notifications']")
    page.click("details:has([name='email.address']) > summary")
    page.fill("[name='email.address']", THIRD)
    page.click("details:has([name='email.address']) [type=submit]")
    looked_at(page)
    page.click("form[action$='/test'] button")
    expect(page.locator("q.server")).to_contain_text("250")
    looked_at(page)


def looked_at(page: Page) -> None:
    """The page fulfils what every page must."""
    assert not list(faults(page, page.content()))
    page.set_viewport_size(PHONE.viewport)


def keep(page: Page, name: str) -> None:
    """A picture of a page that belongs to nobody who is logged in."""
    folder = os.environ.get("CASEWORK_TEST_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def wait_for(box: Box, recipient: str, words: str = "") -> email.message.EmailMessage:
    """The newest letter to somebody that says this; letters go out every few seconds."""
    for _ in range(300):
        for raw, to in zip(reversed(box.mail), reversed(box.recipients), strict=True):
            found = email.message_from_bytes(raw, policy=email.policy.default)
            assert isinstance(found, email.message.EmailMessage)
            if to == recipient and words in found.get_content():
                return found
        time.sleep(0.2)
    pytest.fail(f"no letter to {recipient} says {words}")
