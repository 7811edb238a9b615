"""Every door, every person, every situation: exactly those get through whom the table names."""

from __future__ import annotations

import pytest

from casework.http import OPEN_ENDPOINTS
from tests.integration.access.asking import ask, through, told
from tests.integration.access.papers import PAPERS_OF_CASES, PAPERS_OF_UNITS
from tests.integration.access.table import CASE_DOORS, EVERYBODY, OTHER_DOORS, SEES, Row
from tests.integration.access.world import LOGINS, World

OF_A_CASE = (*CASE_DOORS, *PAPERS_OF_CASES)
OF_NO_CASE = (*PAPERS_OF_UNITS, *OTHER_DOORS)
SITUATIONS = ("home", "far", "past", "joint", "named")
ELSEWHERE = frozenset(
    {
        *(("account.login", "POST"), ("admin.end_post", "POST")),
        *(("roster.end_away", "POST"), ("roster.end_shift", "POST")),
    }
)
"""Asked in tests of their own."""


def test_the_table_knows_every_door_and_everybody(world: World) -> None:
    """An address without a row fails, as does a row without an address."""
    closed = {
        (rule.endpoint, method)
        for rule in world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in OPEN_ENDPOINTS
    }
    assert {(row.endpoint, row.method) for row in (*OF_A_CASE, *OF_NO_CASE)} == closed - ELSEWHERE
    assert set(LOGINS) == EVERYBODY


@pytest.mark.parametrize("row", OF_A_CASE, ids=str)
def test_a_case_opens_to_exactly_these(world: World, row: Row) -> None:
    """And who may not know of a case is answered as if there were none: never 403 for a 404."""
    assert isinstance(row.who, dict)
    found: dict[str, set[str]] = {situation: set() for situation in SITUATIONS}
    for who in LOGINS:
        none = world.subject("named", who).nowhere
        empty = told(ask(world, row, who, none), none)
        for situation in SITUATIONS:
            subject = world.subject(situation, who)
            answer = ask(world, row, who, subject)
            if who not in SEES[situation]:
                assert told(answer, subject) == empty, (situation, who)
            elif through(answer):
                found[situation].add(who)

    assert found == {situation: set(row.who[situation]) for situation in SITUATIONS}


@pytest.mark.parametrize("row", OF_NO_CASE, ids=str)
def test_what_is_of_no_case_opens_to_exactly_these(world: World, row: Row) -> None:
    assert isinstance(row.who, frozenset)
    assert {who for who in LOGINS if through(ask(world, row, who))} == row.who
