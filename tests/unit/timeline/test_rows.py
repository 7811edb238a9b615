"""No single change of a stored timeline stays unseen, whichever column it is in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.timeline.rows import Row, verify_rows
from casework.timeline.verifier import ChainFault, Head, Tally, canonical, digest, parse
from tests.unit.timeline.histories import histories, instants, known, names, plain, texts

COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "case_key": texts,
    "seq": st.none() | st.integers(),
    "at": st.none() | instants,
    "actor_id": st.none() | st.integers() | st.booleans(),
    "actor_role": st.none() | texts,
    "action": st.none() | texts,
    "from_state": st.none() | texts,
    "to_state": st.none() | texts,
    "prev": st.none() | texts,
    "hash": st.none() | texts,
    "body": st.none() | texts,
}


@given(histories())
def test_whole_rows_are_accepted(rows: list[Row]) -> None:
    heads: list[Head] = []

    assert verify_rows(rows, known(rows), heads.append) == Tally(1, len(rows))
    assert heads == [Head(rows[-1].case_key, len(rows), rows[-1].hash)]


@pytest.mark.parametrize("column", Row._fields)
@settings(max_examples=30)
@given(rows=histories(), data=st.data())
def test_changed_column_is_found(column: str, rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    value = data.draw(COLUMNS[column])
    old = getattr(rows[place], column)
    assume((type(value), value) != (type(old), old))
    rows[place] = rows[place]._replace(**{column: value})

    with pytest.raises(ChainFault):
        verify_rows(rows)


@given(histories(), st.data())
def test_flipped_character_of_the_text_is_found(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    body = rows[place].body
    spot = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(names)
    assume(body[spot] != other)
    rows[place] = rows[place]._replace(body=body[:spot] + other + body[spot + 1 :])

    with pytest.raises(ChainFault):
        verify_rows(rows)


@given(histories(), st.data())
def test_text_rewritten_with_a_fitting_hash_contradicts_a_column(
    rows: list[Row], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    event = parse(rows[place].body)
    event["action"] += "x"
    body = canonical(event)
    rows[place] = rows[place]._replace(body=body, hash=digest(body))

    with pytest.raises(ChainFault, match="column action says"):
        verify_rows(rows)


@given(histories(), st.data())
def test_removed_row_is_found(rows: list[Row], data: st.DataObject) -> None:
    head = known(rows)
    del rows[data.draw(st.integers(0, len(rows) - 1))]

    with pytest.raises(ChainFault):
        verify_rows(rows, head)


@given(histories(least=2), st.data())
def test_swapped_rows_are_found(rows: list[Row], data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.sampled_from(range(len(rows))), min_size=2, unique=True))[:2]
    rows[one], rows[other] = rows[other], rows[one]

    with pytest.raises(ChainFault):
        verify_rows(rows)


@given(histories(), histories(), st.data())
def test_inserted_row_is_found(rows: list[Row], others: list[Row], data: st.DataObject) -> None:
    rows.insert(data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(others)))

    with pytest.raises(ChainFault):
        verify_rows(rows)


def test_same_instant_in_another_zone_is_the_same() -> None:
    (row,) = plain(1)
    beijing = timezone(timedelta(hours=8))

    assert verify_rows([row._replace(at=row.at.astimezone(beijing))]) == Tally(1, 1)


def test_naive_instant_is_refused() -> None:
    (row,) = plain(1)

    with pytest.raises(ChainFault, match="aware"):
        verify_rows([row._replace(at=datetime(2026, 9, 21))])  # noqa: DTZ001


def test_plain_tuples_serve_as_rows() -> None:
    assert verify_rows(tuple(row) for row in plain(3)) == Tally(1, 3)


def test_fault_tells_its_place() -> None:
    rows = plain(3)
    rows[1] = rows[1]._replace(at=datetime(2027, 1, 1, tzinfo=UTC))

    with pytest.raises(ChainFault) as found:
        verify_rows(rows)

    assert (found.value.chain, found.value.seq) == ("2026-QL-000018", 2)
    assert "column at says '2027-01-01T00:00:00.000000Z'" in found.value.reason


def test_many_chains_in_one_stream() -> None:
    rows = plain(2, "2026-QK-000001") + plain(3) + plain(1, "U-3201")

    assert verify_rows(rows) == Tally(3, 6)


def test_no_rows_are_whole_unless_some_are_known() -> None:
    assert verify_rows([]) == Tally(0, 0)
    with pytest.raises(ChainFault, match="missing"):
        verify_rows([], known(plain(2)))
