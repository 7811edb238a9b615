"""Chains made up for tests: sealed events and the strategies that invent them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from casework.timeline.chain import GENESIS, export_line, seal
from casework.timeline.rows import Row
from casework.timeline.verifier import MAX_INTEGER

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.sampled_from(["file", "accept", "note_added", "x"])
keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=4,
)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
steps = st.fixed_dictionaries(
    {
        "at": instants,
        "actor_id": st.none() | st.integers(1, 10**6),
        "actor_role": names,
        "action": names,
        "from_state": st.none() | names,
        "to_state": st.none() | names,
        "data": st.dictionaries(keys, values, max_size=2),
    }
)


def history(chain: str, invented: list[dict[str, Any]]) -> list[Row]:
    """Seal the invented steps one after the other."""
    rows: list[Row] = []
    for seq, step in enumerate(invented, 1):
        prev = rows[-1].hash if rows else GENESIS
        rows.append(seal(chain=chain, seq=seq, prev=prev, **step))
    return rows


def histories(*, least: int = 1) -> st.SearchStrategy[list[Row]]:
    """One chain of a few events."""
    return st.lists(steps, min_size=least, max_size=4).map(
        lambda invented: history("2026-QL-000018", invented)
    )


def plain(length: int = 3, chain: str = "2026-QL-000018") -> list[Row]:
    """A chain without surprises."""
    step = {
        "at": datetime(2026, 9, 21, 3, 25, tzinfo=UTC),
        "actor_id": 7,
        "actor_role": "teacher",
        "action": "note",
        "from_state": "reported",
        "to_state": "reported",
        "data": {"clocks": {}},
    }
    return history(chain, [step] * length)


def exported(rows: list[Row]) -> list[str]:
    """The lines of an export."""
    return [export_line(row.body, row.hash) for row in rows]


def objects(rows: list[Row]) -> list[dict[str, Any]]:
    """The objects of an export."""
    return [json.loads(line) for line in exported(rows)]


def known(rows: list[Row]) -> dict[str, tuple[int, str]]:
    """The head of a chain as somebody outside remembers it."""
    return {rows[-1].case_key: (rows[-1].seq, rows[-1].hash)}
