"""Steps that several stories share."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Paper, Part


def tell(at: timedelta, login: str, recipient: str, contact: str, receipt: str) -> Does:
    """An outside report by telephone, entered a few minutes after the call."""
    return Does(
        at,
        login,
        "record_report",
        {
            "recipient": recipient,
            "called_at": Ago(5),
            "contact": contact,
            "phone": "0571-6500-0110",
            "receipt_number": receipt,
        },
    )


def guardians(at: timedelta, login: str, side: str) -> Does:
    """The guardians of one side reached by telephone."""
    fields = {"side": side, "outcome": "reached", "told_at": Ago(5), "channel": "phone"}
    return Does(at, login, "notify_guardians", fields)


def parents(at: timedelta, login: str, child: Part) -> Does:
    """The guardians of one child reached by telephone."""
    fields = {"person_id": child, "outcome": "reached", "told_at": Ago(5), "channel": "phone"}
    return Does(at, login, "notify_guardians", fields)


def video(at: timedelta, login: str) -> Does:
    """Surveillance video saved."""
    fields = {
        "kind": "video",
        "lost": False,
        "saved_at": Ago(10),
        "kept_by": "监控室硬盘，保卫科长保管",
    }
    return Does(at, login, "secure_evidence", fields)


def chats(at: timedelta, login: str, file: Paper) -> Does:
    """A chat log saved, with its pictures."""
    fields = {
        **{"kind": "chat_log", "lost": False, "saved_at": Ago(10)},
        "file": file,
        "kept_by": "班主任手机与学校档案",
    }
    return Does(at, login, "secure_evidence", fields)


def called(at: timedelta, login: str, whom: str, outcome: str) -> Does:
    """A call to a guardian with its outcome."""
    fields = {"whom": whom, "number": "138****0021", "channel": "phone", "outcome": outcome}
    return Does(at, login, "log_contact", fields)


def photo(at: timedelta, login: str, file: Paper) -> Does:
    """A photo kept with the case."""
    fields = {
        **{"kind": "photo", "lost": False, "saved_at": Ago(10)},
        "file": file,
        "kept_by": "安全办公室电脑",
    }
    return Does(at, login, "secure_evidence", fields)
