"""Public opinion: judged by two, worded, sent back, signed, watched, closed; and one dismissed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Installation, later
from tests.e2e.people import FIRST, People

QUIET = "本校午餐按标准配餐,已增设意见箱。"


@pytest.fixture
def plain(browser: Browser, installation: Installation) -> Iterator[People]:
    """Browsers without scripts."""
    found = People(browser, installation.url, scripts=False)
    yield found
    found.leave()


def test_a_post_is_dismissed_by_two_without_scripts(plain: People) -> None:
    # Given a post that seems to name one of our schools
    number = plain["officer1"].report(
        "opinion", "网帖称某校收费", {}, platform="本地论坛", unit_or_pupil_named=True
    )

    # When one officer dismisses it, a second one has to agree, and may refuse with a reason
    plain["officer1"].does(number, "dismiss", ground="same_name", unit_or_pupil_named=True)
    plain["officer1b"].decides(number, "refuse", reason="请先与学校核实")
    plain["officer1"].does(number, "dismiss", ground="same_name", unit_or_pupil_named=True)
    plain["officer1b"].looks("opinion-before-decision")
    plain["officer1b"].decides(number)

    # Then it is dismissed
    page = plain["officer1"].open(number)
    expect(page.locator("body")).to_contain_text("无关信息")


def test_a_wave_is_answered_watched_and_closed(people: People, installation: Installation) -> None:
    # Given a post about a meal, seen by the safety lead
    number = people["lead1"].report(
        "opinion", "家长群反映午餐问题", {}, platform="家长群", about_pupil=True
    )
    people["lead1"].looks("opinion-filed")
    people["officer1"].does(number, "start_verification")

    # When the officer says that no case is behind it, a second officer signs
    people["officer1"].does(
        number,
        "grade",
        truth="partly",
        level="yellow",
        spread=1200,
        level_inputs="转发与跟帖",
        responsible_unit_id=FIRST,
        about_pupil=True,
        no_linked_case=True,
    )
    people["officer1b"].decides(number)
    people["officer1"].does(
        number, "respond", lawful_owner=FIRST, guidance_owner=FIRST, ground_owner=FIRST
    )
    wording = {"spokesperson": "新闻发言人", "minor_identifiable": False}
    people["officer1"].does(number, "submit_wording", draft=QUIET, **wording)
    people["leader1"].does(number, "return_wording", reason="补充整改时限")
    people["officer1"].does(number, "submit_wording", draft=f"{QUIET}本周内完成。", **wording)
    people["leader1"].does(
        number,
        "approve_wording",
        sign_offs="分管副局长",
        channel="县教育局公众号",
        release_text=QUIET,
    )
    people["leader1"].looks("opinion-released")
    people["officer1"].does(number, "start_monitoring")
    people["officer1"].does(number, "log_figures", spread=300, below_threshold=True)

    # Then it may only be called calm after three quiet days
    page = people["officer1"].open(number)
    expect(page.locator(".refused #act-subside")).to_have_count(1)
    later(people, installation, "P4D")
    people["officer1"].does(number, "log_figures", spread=20, below_threshold=True)
    people["officer1"].does(number, "subside")
    page = people["leader1"].does(number, "close", lessons="配餐公开", underlying_late=False)
    expect(page.locator(".chain")).to_contain_text("记录完整")
    people["leader1"].looks("opinion-closed")
    assert installation.command("timeline", "verify")
