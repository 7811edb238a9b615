"""Events have exactly the text and the hash that the format prescribes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from casework.timeline.chain import GENESIS, commit, export_line, new_salt, seal
from casework.timeline.verifier import canonical, parse
from tests.unit.timeline.histories import plain, values

FIRST: dict[str, Any] = {
    "chain": "2026-QL-000018",
    "seq": 1,
    "prev": GENESIS,
    "at": datetime(2026, 9, 21, 11, 25, tzinfo=timezone(timedelta(hours=8))),
    "actor_id": 7,
    "actor_role": "teacher",
    "action": "file",
    "from_state": None,
    "to_state": "reported",
    "data": {"title": "ab" * 32, "clocks": {"started": ["bullying.accept"]}},
}
# Written by hand from docs/timeline-format.md; the hash comes from sha256sum.
FIRST_BODY = (
    '{"action":"file","actor":{"id":7,"role":"teacher"},"at":"2026-09-21T03:25:00.000000Z",'
    '"case":"2026-QL-000018","data":{"clocks":{"started":["bullying.accept"]},"title":"'
    + "ab" * 32
    + '"},"from":null,"prev":"'
    + "0" * 64
    + '","seq":1,"to":"reported","v":1}'
)
FIRST_HASH = "1777544ad517f28cf041fa5be7d15ba52bb8d4dc0c5cf9d96ab81199538556bc"


def test_known_event_has_the_known_text_and_hash() -> None:
    row = seal(**FIRST)

    assert row.body == FIRST_BODY
    assert row.hash == FIRST_HASH


def test_columns_repeat_the_event() -> None:
    row = seal(**FIRST)

    assert row[:2] == ("2026-QL-000018", 1)
    assert row.at == datetime(2026, 9, 21, 3, 25, tzinfo=UTC)
    assert (row.actor_id, row.actor_role, row.action) == (7, "teacher", "file")
    assert (row.from_state, row.to_state, row.prev) == (None, "reported", GENESIS)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"at": datetime(2026, 9, 21)}, "aware"),  # noqa: DTZ001 - the point of the test
        ({"data": {"score": 0.5}}, "float"),
        ({"data": {"when": datetime(2026, 9, 21, tzinfo=UTC)}}, "datetime"),
        ({"data": {"pair": (1, 2)}}, "tuple"),
        ({"data": {"姓名": "x"}}, "ASCII"),
        ({"data": {"n": 2**53}}, "exceeds"),
        ({"data": {"t": "\ud83d"}}, "surrogate"),
        ({"prev": "A" * 64}, "prev"),
        ({"seq": 0}, "seq"),
        ({"chain": ""}, "case"),
        ({"actor_role": ""}, "actor.role"),
        ({"action": ""}, "action"),
    ],
)
def test_what_the_format_forbids_is_not_sealed(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        seal(**FIRST | changed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\b\t\n\f\r", r'"\b\t\n\f\r"'),
        ('"\\/', r'"\"\\/"'),
        ("\x00\x1f\x0b", r'"\u0000\u001f\u000b"'),
        ("\x7f\u2028\u20ac欺😀", '"\x7f\u2028\u20ac欺😀"'),
    ],
)
def test_strings_are_escaped_as_rfc_8785_says(text: str, expected: str) -> None:
    assert canonical(text) == expected


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical({"b": [1, True, None], "a": {"B": -1, "A": ""}, "": 0}) == (
        '{"":0,"a":{"A":"","B":-1},"b":[1,true,null]}'
    )


@given(values)
def test_canonical_text_reads_back_as_the_value(value: object) -> None:
    text = canonical(value)

    assert parse(text) == value
    assert canonical(parse(text)) == text


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', "NaN", "[Infinity]", '"\x01"', "[" * 100_000, "1e400x", ""]
)
def test_ambiguous_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the reader's own words differ by version
        parse(text)


def test_deeply_nested_data_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]

    with pytest.raises(ValueError, match="deeply"):
        canonical(nested)


def test_export_line_is_the_event_with_its_hash() -> None:
    row = plain(1)[0]
    line = export_line(row.body, row.hash)

    assert "\n" not in line
    assert json.loads(line) == json.loads(row.body) | {"hash": row.hash}


def test_commitment_is_the_hash_of_salt_and_value() -> None:
    salt = bytes(range(16))

    assert commit("张三", salt) == hashlib.sha256(salt + "张三".encode()).hexdigest()
    assert commit("张三", new_salt()) != commit("张三", new_salt())


def test_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        commit("张三", b"short")


def test_description_of_the_format_has_this_vector() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "timeline-format.md").read_text("utf-8")
    lines = page.partition("A vector")[2].partition("\n## ")[0].splitlines()
    vector = "".join(line.strip() for line in lines if line.startswith("    "))

    assert vector == FIRST_BODY + FIRST_HASH
