"""The order of the tests themselves: nothing is lost, long modules begin the shares whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ordering import SECONDS, planned

ROOT = Path(__file__).resolve().parents[2]
ITEMS = [(name, n) for name in (*SECONDS, *(f"short{n}" for n in range(500))) for n in range(3)]


def module(item: tuple[str, int]) -> str:
    return item[0]


def test_every_long_module_exists() -> None:
    assert [name for name in SECONDS if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_shares_begin_with_long_modules_whole(count: int) -> None:
    found = planned(ITEMS, count, module)
    assert sorted(found) == sorted(ITEMS)
    if count == 1:
        assert found == ITEMS
        return
    left, begin, taken = len(found), 0, []
    for place in range(count):
        share = found[begin : begin + left // (count - place)]
        names = [name for name, _ in share]
        long = [name for name in dict.fromkeys(names) if name in SECONDS]
        assert names[: 3 * len(long)] == [name for name in long for _ in range(3)]
        taken.append(sum(SECONDS[name] for name in long))
        begin, left = begin + len(share), left - len(share)
    assert sum(taken) == sum(SECONDS.values())
    assert max(taken) - min(taken) <= max(SECONDS.values())


def test_more_long_tests_than_a_share_holds_are_all_there() -> None:
    long = [(name, n) for name in SECONDS for n in range(3)]
    assert sorted(planned(long, 3, module)) == sorted(long)
