"""The ladder: who hears when, in which order, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import LOCAL
from casework.deadlines.calendar import default_calendar
from casework.deadlines.derivation import stamp
from casework.deadlines.ladder import Kind, Step, next_step, schedule
from casework.deadlines.ladder_pack import load_ladders
from casework.deadlines.pack import load_rules
from casework.deadlines.rules import Rule
from casework.errors import Misconfigured

ROOT = Path(__file__).resolve().parents[3]
LADDERS = load_ladders(ROOT / "config/escalation.yaml")
RULES = load_rules(ROOT / "config/rules").for_region("")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


def steps_of(rule_id: str, start: datetime = MONDAY, born: datetime | None = None) -> list[Step]:
    rule = RULES[rule_id]
    dues = rule.due(start, {"level": "blue"})
    ladder = LADDERS[rule.ladder({"level": "blue"})]
    return list(schedule(ladder, rule, start, dues.target_at, dues.limit_at, born or start))


def told(steps: list[Step]) -> list[tuple[str, str]]:
    return [(step.name, stamp(step.at)) for step in steps]


def test_the_standard_ladder() -> None:
    # Target 2 hours, limit 24 hours from Monday 09:00.
    assert told(steps_of("bullying.accept")) == [
        ("remind_half", "2026-03-02 10:00"),
        ("remind_late", "2026-03-02 10:36"),
        ("level_1", "2026-03-02 11:00"),
        ("flag", "2026-03-03 09:00"),
        ("level_2", "2026-03-03 09:00"),
        # 36 hours lie at 21:00: the county leader sleeps until the next worked morning.
        ("level_3", "2026-03-04 08:00"),
        ("level_3.offer", "2026-03-04 08:00"),
        ("level_4", "2026-03-04 09:00"),
    ]


def test_the_urgent_ladder_runs_round_the_clock() -> None:
    night = datetime(2026, 3, 7, 23, tzinfo=LOCAL)
    assert told(steps_of("absence.guardian", night)) == [
        ("on_delay", "2026-03-07 23:02"),
        ("remind_half", "2026-03-07 23:07:30"),
        ("remind_late", "2026-03-07 23:12"),
        ("level_2", "2026-03-07 23:15"),
        ("on_target", "2026-03-07 23:15"),
        ("flag", "2026-03-07 23:30"),
        ("level_3", "2026-03-07 23:30"),
        ("level_3.offer", "2026-03-07 23:30"),
        ("level_4", "2026-03-08 00:00"),
    ]


def test_a_period_only_ends() -> None:
    assert told(steps_of("bullying.appeal_window")) == [("end", "2026-04-02 00:00")]


def test_what_a_rule_does_by_itself() -> None:
    acted = [
        (rule_id, step.name, step.perform)
        for rule_id in ("absence.guardian", "absence.arrive", "absence.truancy")
        for step in steps_of(rule_id)
        if step.kind is Kind.PERFORM
    ]
    assert acted == [
        ("absence.guardian", "on_delay", "start_contact"),
        ("absence.guardian", "on_target", "start_tracing"),
        ("absence.arrive", "on_limit", "lose_again"),
        ("absence.truancy", "on_delay", "mark_dropout_risk"),
    ]


def test_a_row_born_late_gets_no_reminders_but_every_level() -> None:
    names = [step.name for step in steps_of("bullying.accept", born=MONDAY + timedelta(days=9))]
    assert names == ["level_1", "flag", "level_2", "level_3", "level_3.offer", "level_4"]
    late = steps_of("absence.guardian", born=MONDAY + timedelta(minutes=10))
    assert told(late)[0] == ("remind_late", "2026-03-02 09:12")
    assert ("on_delay", "2026-03-02 09:12") in told(late)


def test_each_level_tells_its_people() -> None:
    assert {s.name: s.tell for s in steps_of("bullying.accept") if s.kind is Kind.LEVEL} == {
        "level_1": ("owner", "superior"),
        "level_2": ("principal", "bureau_officer"),
        "level_3": ("bureau_leader",),
        "level_4": ("city_officer",),
    }


def test_without_a_limit_the_target_counts() -> None:
    rule, target = RULES["bullying.accept"], MONDAY + timedelta(hours=1)
    names = told(list(schedule(LADDERS["standard"], rule, MONDAY, target, None, MONDAY)))
    assert names[3:5] == [("level_2", "2026-03-02 11:00"), ("level_3", "2026-03-02 12:00")]
    assert "flag" not in dict(names)


def test_the_last_rung_repeats_daily_on_worked_days() -> None:
    rule = RULES["bullying.accept"]
    start = datetime(2026, 9, 29, 9, tzinfo=LOCAL)
    found = list(islice(walk("standard", rule, start, start + timedelta(hours=4)), 14))
    again = [(s.name, stamp(s.at)) for s in found if s.name.startswith("level_4")]
    assert again == [
        ("level_4", "2026-09-29 17:00"),
        ("level_4.1", "2026-09-30 17:00"),
        # The week off passes in silence, and then it comes once and not eight times.
        ("level_4.2", "2026-10-08 08:00"),
        ("level_4.3", "2026-10-09 08:00"),
        ("level_4.4", "2026-10-10 08:00"),
        ("level_4.5", "2026-10-12 08:00"),
        ("level_4.6", "2026-10-13 08:00"),
    ]


def walk(name: str, rule: Rule, start: datetime, limit: datetime) -> Iterator[Step]:
    done: dict[str, datetime] = {}
    target = start + (limit - start) / 2
    while step := next_step(done, LADDERS[name], rule, start, target, limit, start):
        done[step.name] = step.at
        yield step


def test_a_changed_deadline_moves_only_what_is_left() -> None:
    rule, ladder = RULES["bullying.accept"], LADDERS["standard"]
    done = dict.fromkeys(("remind_half", "remind_late", "level_1"), MONDAY)
    target, limit = MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=5)
    step = next_step(done, ladder, rule, MONDAY, target, limit, MONDAY)
    assert step == Step("flag", limit, Kind.FLAG, flag="overdue")


def test_a_repeated_rung_leaves_out_the_days_before_its_clock_was_born() -> None:
    rule, ladder = RULES["bullying.external_report"], LADDERS["urgent"]
    start, born = MONDAY - timedelta(days=730), MONDAY
    target, limit = start + timedelta(hours=1), start + timedelta(hours=2)
    steps = schedule(ladder, rule, start, target, limit, born)
    done = {step.name: step.at for step in steps}
    step = next_step(done, ladder, rule, start, target, limit, born)
    assert step is not None
    assert (step.name, step.at) == ("level_4.1", born + timedelta(hours=4))


spans = st.timedeltas(timedelta(minutes=1), timedelta(days=90))
instants = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2026, 6, 1),  # noqa: DTZ001
    timezones=st.just(LOCAL),
)


@given(
    st.sampled_from(sorted(LADDERS)),
    st.sampled_from(sorted(RULES)),
    instants,
    spans,
    st.none() | spans,
    spans,
)
def test_a_schedule_is_sorted_unique_and_walked_exactly_once(
    name: str,
    rule_id: str,
    start: datetime,
    first: timedelta,
    second: timedelta | None,
    late: timedelta,
) -> None:
    rule, ladder, target = RULES[rule_id], LADDERS[name], start + first
    limit = None if second is None else target + second
    born = start + late
    steps = schedule(ladder, rule, start, target, limit, born)
    assert all(one.at <= other.at for one, other in pairwise(steps))
    assert len({step.name for step in steps}) == len(steps)
    flags = [(step.at, step.flag) for step in steps if step.kind is Kind.FLAG]
    assert flags == ([(limit, rule.flag)] if limit and rule.flag != "none" else [])
    assert all(step.at > born for step in steps if step.kind is Kind.REMIND)
    if name == "standard":
        high = [step.at for step in steps if (step.level or 0) > 2]
        assert all(default_calendar().office_time(at) == at for at in high)
    done: dict[str, datetime] = {}
    for expected in steps:
        assert next_step(done, ladder, rule, start, target, limit, born) == expected
        done[expected.name] = expected.at
    after = next_step(done, ladder, rule, start, target, limit, born)
    assert (after.name if after else None) == ("level_4.1" if ladder.rungs else None)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    acknowledge_within: 30", "    acknowledge: 30", 4, "Unknown field"),
        ("target: 50", "target: half", 6, "Not a valid integer"),
        ("target: 50, ", "", 6, "needs a percent"),
        ("tell: [owner]", "tell: [mayor]", 6, "must be one of: owner"),
        ("name: second", "name: first_1", 7, "'first_1'"),
        ("second_2, level: 2", "second_2, level: 1", 7, "after a higher level"),
        ("level: 2,", "daily: true, level: 2,", 6, "only the last rung"),
        ("level: 2,", "level: 5,", 6, "less than or equal to 4"),
        ("  period:", "  weekly:", 9, "'weekly' is none"),
        ("  none:", "  period:", 10, "twice"),
        ("ladders:", "leitern:", 1, "'urgent' is missing"),
    ],
)
def test_a_broken_ladder_is_refused(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    text = """\
# Ladders.
ladders:
  standard:
    acknowledge_within: 30
    rungs:
      - {name: first_1, level: 2, target: 50, tell: [owner], call: [superior]}
      - {name: second_2, level: 2, limit: 50, tell: [owner], call: [superior]}
  supervision: {acknowledge_within: 30, rungs: []}
  period: {acknowledge_within: 30, rungs: [], ends: true}
  none: {acknowledge_within: 30, rungs: []}
  urgent: {acknowledge_within: 30, rungs: []}
"""
    path = tmp_path / "escalation.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_ladders(path)["period"].ends
    path.write_text(text.replace(old, new, 1).replace("first_1_2", "first_1"), encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_ladders(path)
    found = [t for t in str(caught.value).splitlines() if reason in t]
    assert any(t.startswith(f"{path}:{line}: ") for t in found), str(caught.value)
