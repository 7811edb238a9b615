"""The settings of an installation, read from the environment.

:func:`load_settings` reports every bad key in one error, so that nobody has to start five times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from config import values
from config.secret_key import stored_secret_key

ROOT = Path(__file__).resolve().parent.parent
NOTIFICATIONS = ROOT / "config" / "notifications.yaml"
PREFIX = "CASEWORK_"
FOR_TESTS = "CASEWORK_TEST_"
LATER = frozenset(("CASEWORK_SIGNING_KEY",))
"""Keys of the contract that nothing reads yet; they are no mistake."""
FACES = ("title", "hei", "kai", "body", "song", "latin", "wide", "rare")
"""The faces of documents that an installation may name: those of ``casework.documents.fonts``."""

T = TypeVar("T")


class SettingsError(ValueError):
    """The environment is not usable; ``problems`` has one sentence for each bad key."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n  ".join(["Settings that cannot be used:", *problems]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation. Whatever may hold a password stays out of ``repr``."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    region: str = ""
    sweep_seconds: int = 30
    trusted_proxies: int = 0
    clock_offset: timedelta = timedelta(0)
    locale: str = "zh_CN"
    timezone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    document_fonts: tuple[tuple[str, str], ...] = ()
    rules_dir: Path = ROOT / "config" / "rules"
    escalation_file: Path = ROOT / "config" / "escalation.yaml"
    clusters_file: Path = ROOT / "config" / "clusters.yaml"
    calendar_dir: Path = ROOT / "config" / "calendar"
    notifications_file: Path = NOTIFICATIONS
    smtp_url: str = field(default="", repr=False)
    notify_urls: tuple[str, ...] = field(default=(), repr=False)

    @property
    def embedded(self) -> bool:
        """True for the SQLite file of one machine."""
        return self.database_url.startswith("sqlite")

    @property
    def https(self) -> bool:
        """True when people reach the installation over https: cookies are then marked Secure."""
        return self.base_url.startswith("https://")


def load_settings(env: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises SettingsError that names all bad ones.

    Relative paths count from the working directory, defaults from the folder of the project.
    Without a secret key one is made and kept in the data folder.
    """
    reader = _Reader(env)
    read = reader.read
    data_dir = read("DATA_DIR", values.path, ROOT / "instance")
    host = read("HOST", values.host, "127.0.0.1")
    port = read("PORT", values.whole(0, 65535), 8000)
    settings = Settings(
        database_url=read("DATABASE_URL", values.database_url, values.sqlite_url(data_dir)),
        secret_key=read("SECRET_KEY", values.secret_key, ""),
        data_dir=data_dir,
        host=host,
        port=port,
        base_url=read("BASE_URL", values.base_url, values.local_url(host, port)),
        region=read("REGION", values.region, ""),
        sweep_seconds=read("SWEEP_SECONDS", values.whole(1, 3600), 30),
        trusted_proxies=read("TRUSTED_PROXIES", values.whole(0, 10), 0),
        clock_offset=read("CLOCK_OFFSET", values.duration, timedelta(0)),
        locale=read("LOCALE", values.one_of("zh_CN", "en"), "zh_CN"),
        timezone=read("TIMEZONE", values.timezone, ZoneInfo("Asia/Shanghai")),
        document_fonts=read("DOCUMENT_FONTS", values.named(*FACES), ()),
        rules_dir=read("RULES_DIR", values.path, ROOT / "config" / "rules"),
        escalation_file=read("ESCALATION_FILE", values.path, ROOT / "config" / "escalation.yaml"),
        clusters_file=read("CLUSTERS_FILE", values.path, ROOT / "config" / "clusters.yaml"),
        calendar_dir=read("CALENDAR_DIR", values.path, ROOT / "config" / "calendar"),
        notifications_file=read("NOTIFICATIONS_FILE", values.path, NOTIFICATIONS),
        smtp_url=read("SMTP_URL", values.smtp_url, ""),
        notify_urls=read("NOTIFY_URLS", values.notify_urls, ()),
    )
    reader.finish()
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=stored_secret_key(data_dir))


class _Reader:
    """Reads keys one by one and remembers what was wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._known: set[str] = set()
        self._problems: list[str] = []

    def read(self, name: str, convert: Callable[[str], T], default: T) -> T:
        """The converted value of a key; its default when it is unset, empty or bad."""
        key = PREFIX + name
        self._known.add(key)
        raw = self._env.get(key, "").strip()
        if not raw:
            return default
        try:
            return convert(raw)
        except ValueError as error:
            self._problems.append(f"{key}: {error}")
            return default

    def finish(self) -> None:
        """Raise what was collected; a misspelt key would otherwise be ignored in silence."""
        for key in sorted(set(self._env) - self._known - LATER):
            if key.startswith(PREFIX) and not key.startswith(FOR_TESTS):
                self._problems.append(f"{key}: there is no such setting")
        if self._problems:
            raise SettingsError(self._problems)
