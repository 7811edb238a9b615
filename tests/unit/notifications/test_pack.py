"""config/notifications.yaml, and the alarm addresses of the installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.errors import Misconfigured
from casework.notifications.channels import CHANNELS, alarms, check_alarm
from casework.notifications.pack import load_notifications
from casework.notifications.terms import Terms
from config.settings import NOTIFICATIONS

GOOD = """\
bases:
  wecom: http://10.1.2.3:8080/wecom/
  dingtalk: https://oapi.dingtalk.com
  feishu: https://open.feishu.cn
timeout: 7
retry: {first: 15, most: 1800, jitter: 50}
reroute_after: {usual: 30, urgent: 5}
give_up_after: 72
refusals: 3
singles: 5
every: 10
lease: 300
digests: {at: "07:30", weekly_on: 1}
link_lives: 72
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "notifications.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_of_the_project_holds_up() -> None:
    rules = load_notifications(NOTIFICATIONS)

    assert rules.bases["wecom"] == "https://qyapi.weixin.qq.com"
    assert rules.bases.keys() == {"wecom", "dingtalk", "feishu"}
    assert rules.timeout == 10
    assert rules.terms == Terms()


def test_ground_has_what_the_installation_knows(tmp_path: Path) -> None:
    rules = load_notifications(write(tmp_path, GOOD))

    ground = rules.ground("smtp://u:planted@h?from=a@b.cn")

    assert (ground.sender, ground.timeout) == ("a@b.cn", 7)
    assert ground.bases["wecom"] == "http://10.1.2.3:8080/wecom"
    assert "planted" not in repr(ground)
    assert rules.ground("").sender == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("timeout: 7", "timeout: 0", "notifications.yaml:5: Must be greater than"),
        ("timeout: 7", "timeout: soon", "notifications.yaml:5: Not a valid integer"),
        ("timeout: 7", "", "notifications.yaml:1: Missing data"),
        ("https://oapi.dingtalk.com", "oapi.dingtalk.com", "yaml:3: must be an address"),
        ("https://open.feishu.cn", "ftp://open.feishu.cn", "yaml:4: must be an address"),
        ("  feishu:", "  lark:", "yaml:4: Unknown field"),
        ("lease: 300", "lease: 100", "yaml:12: must be at least 20 times"),
        ("first: 15", "first: 0", "yaml:6: Must be greater than"),
        ("jitter: 50", "jitter: 150", "yaml:6: Must be greater than"),
        ("give_up_after: 72", "give_up_after: 24", "yaml:8: Must be greater than"),
        ('"07:30"', '"half past seven"', "yaml:13: Not a valid time"),
        ("weekly_on: 1", "weekly_on: 8", "yaml:13: Must be greater than"),
        ("timeout: 7", "timeout: 7\ntimeout: 8", "yaml:6: the key 'timeout' stands here twice"),
        ("bases:", "basis:", "yaml:1: Unknown field"),
        (GOOD, "", "yaml:1: Missing data"),
        (GOOD, "[", "expected"),
    ],
)
def test_faults_are_told_with_file_and_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_notifications(write(tmp_path, GOOD.replace(old, new)))

    assert fault in str(refused.value)


def test_alarm_addresses_may_have_commas_inside() -> None:
    text = " mailto://a.example.org?to=a,b , jsons://b.example.org,\n ntfy://topic,"

    assert alarms.split(text) == (
        "mailto://a.example.org?to=a,b",
        "jsons://b.example.org",
        "ntfy://topic",
    )
    assert alarms.split(" , ") == ()


@pytest.mark.parametrize(
    ("url", "kind", "address"),
    [
        ("wecombot://key-0123456789", "wecom", {"key": "key-0123456789"}),
        ("dingtalk://SEC%2F1@token01234/", "dingtalk", {"key": "token01234", "secret": "SEC/1"}),
        ("feishu://token-01234", "feishu", {"key": "token-01234"}),
        ("feishu://s3cret@token-01234", "feishu", {"key": "token-01234", "secret": "s3cret"}),
        ("jsons://user@host/path", "apprise", {"url": "jsons://user@host/path"}),
    ],
)
def test_robots_are_alarmed_by_the_channel_of_their_own(
    url: str, kind: str, address: dict[str, str]
) -> None:
    assert alarms.addressed(url) == (kind, address)
    assert CHANNELS[kind].check(address) == []
    assert check_alarm(url) == ""


@pytest.mark.parametrize(
    "url", ["nothing://planted", "dingtalk://planted", "slack://planted", "wecombot://a/planted"]
)
def test_alarm_addresses_that_cannot_be_used(url: str) -> None:
    reason = check_alarm(url)

    assert reason
    assert "planted" not in reason
