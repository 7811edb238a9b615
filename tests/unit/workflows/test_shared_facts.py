"""Facts shared by the case types: who was told, which tasks are settled, which instant is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from casework.workflows.case import UNKNOWN, CaseView, Person
from casework.workflows.definitions import shared_facts
from casework.workflows.definitions.bullying import BULLYING
from tests.unit.workflows.builders import ACTOR, BOTH_REPORTED, POLICE, VICTIM, Past, case_in

SECOND_ACTOR = Person(3, "actor")


def told(outcome: str = "reached", **whom: object) -> tuple[str, Mapping[str, object]]:
    """Guardians told, or not."""
    return ("notify_guardians", {"outcome": outcome, **whom})


def people_told(case: CaseView) -> bool:
    """Whether both sides of a bullying case are covered."""
    return shared_facts.guardians_told(case, ("victim", "actor"))


@pytest.mark.parametrize(
    ("people", "records", "expected"),
    [
        # Each child by itself.
        ((VICTIM, ACTOR), [told(person_id=1), told(person_id=2)], True),
        # One of two actors is not enough.
        ((VICTIM, ACTOR, SECOND_ACTOR), [told(person_id=1), told(person_id=2)], False),
        # A record for the side covers everyone on it.
        ((VICTIM, ACTOR, SECOND_ACTOR), [told(person_id=1), told(side="actor")], True),
        # A child of a side is not the side.
        (
            (VICTIM, ACTOR, SECOND_ACTOR),
            [told(person_id=1), told(side="actor", person_id=2)],
            False,
        ),
        # Nobody knows the actor: that needs a record of its own.
        ((VICTIM,), [told(side="victim")], False),
        ((VICTIM,), [told(side="victim"), told("impossible", side="actor")], True),
        ((), [], False),
    ],
)
def test_guardians_of_both_sides(
    people: tuple[Person, ...], records: list[tuple[str, Mapping[str, object]]], expected: bool
) -> None:
    assert people_told(case_in(BULLYING, "verifying", *records, people=people)) is expected


def test_part_without_people_asks_for_nothing() -> None:
    assert shared_facts.guardians_told(case_in(BULLYING, "verifying"), ("injured",))


def test_reports_count_by_recipient_and_round() -> None:
    case = case_in(BULLYING, "verifying", POLICE)
    assert shared_facts.told(case, "police")
    assert not shared_facts.reported_to_both(case)
    later = case_in(BULLYING, "verifying", *BOTH_REPORTED, round=2)
    assert shared_facts.reported_to_both(later)
    assert not shared_facts.told(later, "police", this_round=True)


def test_latest_status_of_each_task_counts() -> None:
    def task(status: str, **more: object) -> tuple[str, Mapping[str, object]]:
        return ("record_task", {"kind": "apology", "side": "victim", "status": status, **more})

    case = case_in(BULLYING, "intervening", task("open"), task("open", number=2), task("done"))
    assert sorted(shared_facts.tasks(case).values()) == ["done", "open"]
    assert not shared_facts.tasks_settled(case)
    settled = case_in(BULLYING, "intervening", task("open"), task("dropped"))
    assert shared_facts.tasks_settled(settled)


def test_only_named_accounts_are_in_conflict() -> None:
    people = (Person(1, "staff", user_id=7), Person(2, "reporter", user_id=8), VICTIM)
    assert shared_facts.named_users(case_in(BULLYING, "verifying", people=people)) == {7}


@pytest.mark.parametrize(
    ("source", "heard_from", "expected"),
    [
        ("staff", (), False),
        ("anonymous", (), True),
        ("signal:anonymous", (), True),
        ("past_school", ("signal:anonymous",), True),
        ("past_school", ("signal",), False),
    ],
)
def test_anonymous_stays_anonymous_past_the_school(
    source: str, heard_from: tuple[str, ...], expected: bool
) -> None:
    heard = {"source": source, "heard_from": frozenset(heard_from)}
    assert shared_facts.anonymous(case_in(BULLYING, "verifying", **heard)) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-09-21T10:20:00+08:00", datetime(2026, 9, 21, 2, 20, tzinfo=UTC)),
        (datetime(2026, 9, 21, 2, 20, tzinfo=UTC), datetime(2026, 9, 21, 2, 20, tzinfo=UTC)),
        (date(2026, 9, 21), datetime(2026, 9, 20, 16, 0, tzinfo=UTC)),
        ("2026-09-21", datetime(2026, 9, 20, 16, 0, tzinfo=UTC)),
        ("2026-09-21T10:20:00", None),
        (UNKNOWN, None),
        (None, None),
        (5, None),
    ],
)
def test_recorded_value_as_an_instant(value: object, expected: datetime | None) -> None:
    assert shared_facts.as_instant(value) == expected


def test_what_was_told_as_another_type_counts_from_the_last_new_event_on() -> None:
    """A second event is not told because the first one was; police that search were told."""
    first = {"recipient": "police", "called_at": datetime(2026, 9, 1, 8, tzinfo=UTC)}
    second = {"recipient": "bureau", "called_at": datetime(2026, 9, 3, 9, tzinfo=UTC)}
    engaged = {"alarm_at": datetime(2026, 9, 3, 10, tzinfo=UTC)}
    past: list[Past] = [
        ("record_report", first),
        ("record_report", second),
        ("police_engaged", engaged),
    ]
    before = case_in(BULLYING, "reported", *past).history
    once = replace(case_in(BULLYING, "reported"), before=before)
    assert [whom for whom, _ in shared_facts.calls(once)] == ["police", "bureau", "police"]
    again = {"known_at": datetime(2026, 9, 3, 8, tzinfo=UTC)}
    filed, one, *rest = before
    recurred = replace(one, action="recur", fields=again, round=2)
    twice = (filed, one, recurred, *(replace(record, round=2) for record in rest))
    told_since = shared_facts.by_recipient(shared_facts.calls(replace(once, before=twice)))
    assert told_since == {"bureau": (second["called_at"],), "police": (engaged["alarm_at"],)}
