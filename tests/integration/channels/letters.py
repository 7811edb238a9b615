"""Letters and grounds for tests of channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from casework.notifications.channels import Ground, Letter

WRITTEN_AT = datetime(2026, 9, 21, 3, 4, 5, tzinfo=UTC)
BASES = dict.fromkeys(("wecom", "dingtalk", "feishu"), "http://127.0.0.1:9")


def letter(uid: str = "m-17", **more: Any) -> Letter:
    """One letter as the outbox writes it."""
    given = {
        "subject": "【县局】2026-QL-000018 完成调查：时限已过",
        "body": "完成调查：目标 9月28日 24:00，时限 10月1日 24:00。\n由城关一小安全负责人办理。",
        "url": "https://casework.example.org/cases/2026-QL-000018",
        "level": 2,
        "at": WRITTEN_AT,
        "data": {"number": "2026-QL-000018", "level": 2},
    }
    return Letter(uid=uid, **(given | more))


def ground(smtp_url: str = "", timeout: float = 5.0, **bases: str) -> Ground:
    """An installation; nothing answers where no base is given."""
    return Ground(smtp_url, "", BASES | bases, timeout)
