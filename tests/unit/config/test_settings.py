"""Settings come from the environment, and all mistakes are told at once."""

from __future__ import annotations

import stat
import sys
from dataclasses import FrozenInstanceError
from datetime import timedelta
from pathlib import Path

import pytest

from config import values
from config.settings import ROOT, SettingsError, load_settings

KEY = {"CASEWORK_SECRET_KEY": "a-secret-of-enough-length"}


def test_defaults_serve_one_machine() -> None:
    settings = load_settings(KEY)

    assert settings.database_url == f"sqlite:///{ROOT.as_posix()}/instance/casework.db"
    assert settings.data_dir == ROOT / "instance"
    assert (settings.host, settings.port, settings.region) == ("127.0.0.1", 8000, "")
    assert (settings.locale, settings.timezone.key) == ("zh_CN", "Asia/Shanghai")
    assert (settings.sweep_seconds, settings.trusted_proxies) == (30, 0)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.embedded
    assert not settings.https


def test_every_key_is_read(tmp_path: Path) -> None:
    settings = load_settings(
        KEY
        | {
            "CASEWORK_DATABASE_URL": "postgresql://casework:pw@db/casework",
            "CASEWORK_DATA_DIR": str(tmp_path),
            "CASEWORK_HOST": "::1",
            "CASEWORK_PORT": "8080",
            "CASEWORK_REGION": "3201",
            "CASEWORK_SWEEP_SECONDS": "5",
            "CASEWORK_TRUSTED_PROXIES": "1",
            "CASEWORK_CLOCK_OFFSET": "P3DT2H",
            "CASEWORK_LOCALE": "en",
            "CASEWORK_TIMEZONE": "Asia/Urumqi",
            "CASEWORK_DOCUMENT_FONTS": "title=方正小标宋_GBK; body=仿宋;",
            "CASEWORK_RULES_DIR": str(tmp_path / "rules"),
            "CASEWORK_ESCALATION_FILE": str(tmp_path / "ladder.yaml"),
            "CASEWORK_CALENDAR_DIR": str(tmp_path / "calendar"),
            "CASEWORK_NOTIFICATIONS_FILE": str(tmp_path / "notifications.yaml"),
            "CASEWORK_SMTP_URL": "smtp://clerk:hidden-word@mail.example.org?from=a@example.org",
            "CASEWORK_NOTIFY_URLS": "jsons://a.example.org/x,y , wecombot://key-0123456789\n",
            "CASEWORK_TEST_ANYTHING": "is left alone",
            "HOME": "elsewhere",
        }
    )

    assert settings.database_url == "postgresql+psycopg://casework:pw@db/casework"
    assert not settings.embedded
    assert settings.base_url == "http://[::1]:8080"
    assert settings.clock_offset == timedelta(days=3, hours=2)
    assert (settings.region, settings.sweep_seconds, settings.trusted_proxies) == ("3201", 5, 1)
    assert (settings.locale, settings.timezone.key) == ("en", "Asia/Urumqi")
    assert settings.document_fonts == (("title", "方正小标宋_GBK"), ("body", "仿宋"))
    assert settings.rules_dir == tmp_path / "rules"
    assert settings.escalation_file == tmp_path / "ladder.yaml"
    assert settings.calendar_dir == tmp_path / "calendar"
    assert settings.notifications_file == tmp_path / "notifications.yaml"
    assert settings.smtp_url.startswith("smtp://clerk:hidden-word@")
    assert settings.notify_urls == ("jsons://a.example.org/x,y", "wecombot://key-0123456789")
    assert "hidden-word" not in repr(settings)
    assert "0123456789" not in repr(settings)


def test_all_bad_keys_are_told_at_once() -> None:
    bad = {
        "CASEWORK_DATABASE_URL": "mysql://u:hidden-word@h/d",
        "CASEWORK_SECRET_KEY": "short",
        "CASEWORK_HOST": "a b",
        "CASEWORK_PORT": "70000",
        "CASEWORK_BASE_URL": "casework.example.org",
        "CASEWORK_REGION": "321",
        "CASEWORK_SWEEP_SECONDS": "0",
        "CASEWORK_TRUSTED_PROXIES": "-1",
        "CASEWORK_CLOCK_OFFSET": "3 days",
        "CASEWORK_LOCALE": "fr",
        "CASEWORK_TIMEZONE": "Mars/Olympus",
        "CASEWORK_DOCUMENT_FONTS": "heading=宋体",
        "CASEWORK_SWEEP_SECOND": "30",
        "CASEWORK_SMTP_URL": "smtp://u:hidden-word#1@mail.example.org",
        "CASEWORK_NOTIFY_URLS": "jsons://a.example.org nothing://hidden-word",
    }

    with pytest.raises(SettingsError) as refused:
        load_settings(bad)

    assert {problem.partition(":")[0] for problem in refused.value.problems} == set(bad)
    assert "hidden-word" not in str(refused.value)


def test_nothing_is_written_while_settings_are_bad(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    with pytest.raises(SettingsError):
        load_settings({"CASEWORK_DATA_DIR": str(folder), "CASEWORK_PORT": "x"})

    assert not folder.exists()


def test_secrets_stay_out_of_repr() -> None:
    settings = load_settings(KEY | {"CASEWORK_DATABASE_URL": "postgresql://u:hidden-word@h/d"})

    assert "hidden-word" not in repr(settings)
    assert KEY["CASEWORK_SECRET_KEY"] not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load_settings(KEY).port = 1  # type: ignore[misc]


def test_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    env = {"CASEWORK_DATA_DIR": str(tmp_path / "data")}

    first, second = load_settings(env), load_settings(env)

    assert len(first.secret_key) == 64
    assert first.secret_key == second.secret_key
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_relative_database_file_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert values.database_url("sqlite:///here.db") == f"sqlite:///{tmp_path.as_posix()}/here.db"
    assert values.database_url("sqlite:////var/lib/c.db") == "sqlite:////var/lib/c.db"


@pytest.mark.parametrize(
    "text",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///?x=1", "postgresql://", "x"],
)
def test_database_that_does_not_last_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="name a file"):
        values.database_url(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT0S", timedelta(0)),
        ("P2W", timedelta(weeks=2)),
        ("P40D", timedelta(days=40)),
        ("PT90M", timedelta(minutes=90)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("-P1DT2H", -timedelta(days=1, hours=2)),
    ],
)
def test_durations_of_fixed_length_are_read(text: str, expected: timedelta) -> None:
    assert values.duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P1Y",
        "P1M",
        "P1W2D",
        "+P1D",
        "--P1D",
        "-",
        "P1.5D",
        "PT1M2H",
        "1D",
        "p1d",
    ],
)
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="P3DT2H"):
        values.duration(text)
