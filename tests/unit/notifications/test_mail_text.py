"""Mails are made by hand, so another reader of mail has to find in them what was meant."""

from __future__ import annotations

import email
import email.policy
import re
from base64 import b64decode
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.notifications.channels import Letter
from casework.notifications.channels.cutting import one_line, text_of
from casework.notifications.channels.mail_text import Writer

WRITER = Writer("县教育局 <casework@example.org>")
WORD = re.compile(rb"=\?utf-8\?([bq])\?([^? ]*)\?=")
TEXT = st.text(max_size=300)
PRINTED = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300)


def letter(subject: str, body: str, uid: str = "m-1", url: str = "") -> Letter:
    return Letter(uid, subject, body, url, 1, datetime(2026, 9, 21, 3, 4, 5, tzinfo=UTC))


def read(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


@settings(deadline=None)
@given(subject=TEXT | PRINTED, body=TEXT | PRINTED)
@example(subject="=?utf-8?q?x?=", body=".\n..\nFrom x\n" + "y" * 2000)
@example(subject="督" * 200, body="督" * 2000)
@example(subject="x" * 900, body="")
@example(subject="a\r\nBcc: b@c.cn", body="a\r\n\r\nb")
def test_another_reader_finds_the_same(subject: str, body: str) -> None:
    meant = letter(subject, body)

    data = WRITER.mail(meant, "officer@bureau.example.org")

    message = read(data)
    assert message.defects == []
    assert message["Subject"] == one_line(subject)
    assert message["To"] == "officer@bureau.example.org"
    assert message["Bcc"] is None
    assert message.get_content().replace("\r\n", "\n") == f"{text_of(meant)}\n"
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 78


@settings(deadline=None)
@given(st.text(st.sampled_from("上报核实处置督办😀é a"), min_size=60, max_size=300))
def test_no_character_is_torn_between_two_words_of_a_subject(subject: str) -> None:
    head = WRITER.mail(letter(subject, "x"), "a@b.cn").partition(b"\r\nDate:")[0]

    for how, word in WORD.findall(head.partition(b"\r\nSubject:")[2]):
        plain = b64decode(word) if how == b"b" else word.replace(b"_", b" ")
        if how == b"q":
            plain = re.sub(rb"=([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), plain)
        plain.decode("utf-8")


def test_fields_have_the_form_that_programs_expect() -> None:
    data = WRITER.mail(letter("2026-QL-000018", "due", "m/17 重", "https://x.cn/1"), "a@b.cn")

    assert b"\r\nSubject: 2026-QL-000018\r\n" in data
    assert b"\r\nDate: Mon, 21 Sep 2026 03:04:05 +0000\r\n" in data
    assert b"\r\nMessage-ID: <m-17--@example.org>\r\n" in data
    assert b"\r\nMIME-Version: 1.0\r\n" in data
    assert data.endswith(b"\r\n\r\ndue\r\nhttps://x.cn/1\r\n")
    assert read(data)["X-Casework-Id"] == "m/17 重"


@pytest.mark.parametrize("sender", ["", "nobody", "a@b@c", "a@b.cn, c@d.cn"])
def test_sender_must_be_one_address(sender: str) -> None:
    with pytest.raises(ValueError, match="needs the sender"):
        Writer(sender)
