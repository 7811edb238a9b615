"""The packs as shipped: which rules there are, and what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import LOCAL
from casework.deadlines.pack import load_rules
from casework.deadlines.rules import Evidence, Origin, Rule, tightened
from casework.deadlines.strictness import contexts
from casework.errors import NotFound

ROOT = Path(__file__).resolve().parents[3]
PACKS = load_rules(ROOT / "config/rules")
NATIONAL = PACKS.for_region("")
START = datetime(2026, 9, 29, 10, tzinfo=LOCAL)

IDS = {
    "bullying": "file accept verify screen guardians support external_report escalated "
    "police_follow investigate determine deliver measures appeal_window follow_up review",
    "absence": "roll guardian trace declare report search bus arrive aftercare daily cluster talk "
    "truancy dropout persuade",
    "report": "acknowledge",
    "emergency": "phone verify initial_report guardians on_site relay update figures sign "
    "decide supplement investigate rectify final_report conclude",
    "opinion": "file verify grade report act approve first_release press takedown monitor review",
    "evidence": "video",
    "signal": "triage alarm",
    "zero_report": "daily morning",
    "supervise": "reply",
    "approval": "decide",
    "finding": "reply",
}
URGENT = (
    *("bullying.external_report", "emergency.initial_report", "report.acknowledge"),
    *("emergency.relay", "absence.guardian", "absence.declare", "absence.report"),
    *("absence.search", "absence.bus", "signal.alarm", "opinion.first_release"),
)

starts = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2026, 12, 1),  # noqa: DTZ001
    timezones=st.just(LOCAL),
)
rules = st.sampled_from(sorted(NATIONAL.values(), key=lambda rule: rule.id))


@st.composite
def rule_and_context(draw: st.DrawFn) -> tuple[Rule, dict[str, object]]:
    rule = draw(rules)
    return rule, dict(draw(st.sampled_from(list(contexts(rule)))))


def test_the_national_pack_has_exactly_the_rules_of_the_domain() -> None:
    expected = {f"{group}.{name}" for group, names in IDS.items() for name in names.split()}
    assert set(NATIONAL) == expected
    assert len(expected) == 66


@pytest.mark.parametrize("rule", NATIONAL.values(), ids=NATIONAL)
def test_every_rule_tells_its_basis_and_how_well_it_is_known(rule: Rule) -> None:
    assert rule.basis
    assert rule.basis_en
    assert rule.title
    # A quotation needs a source; what has no text is a default through and through.
    if rule.evidence is Evidence.DEFAULT:
        assert rule.quote is None
        assert all(term.default for term in rule.limit)


def test_the_urgent_ladder_serves_the_duties_that_protect_a_child_now() -> None:
    assert {i for i, rule in NATIONAL.items() if rule.ladder({}) == "urgent"} == set(URGENT)
    release = NATIONAL["opinion.first_release"]
    assert [release.ladder({"level": level}) for level in ("blue", "red")] == ["standard", "urgent"]


@pytest.mark.parametrize(
    ("rule_id", "known", "target", "limit"),
    [
        ("bullying.investigate", {}, "2026-10-06 24:00", "2026-10-09 24:00"),
        ("bullying.determine", {}, "2026-10-09 24:00", "2026-10-19 24:00"),
        ("absence.declare", {"strict": True}, 15, 30),
        ("absence.declare", {"strict": False}, 60, 120),
        ("absence.declare", {}, 15, 30),
        ("absence.search", {"long_missing": False}, 120, 720),
        ("report.acknowledge", {"case_type": "emergency"}, 15, 60),
        ("report.acknowledge", {"case_type": "bullying"}, 30, 120),
        ("emergency.initial_report", {"urgent": True, "category": "injury"}, 15, 60),
        ("emergency.initial_report", {"urgent": False, "category": "injury"}, 240, 1440),
        ("emergency.initial_report", {"urgent": False, "category": "work_safety"}, 30, 60),
        ("emergency.initial_report", {"urgent": False, "category": "food"}, 30, 120),
        ("emergency.initial_report", {"urgent": False, "category": "unknown"}, 30, 120),
        ("emergency.initial_report", {"urgent": False}, 30, 60),
        ("emergency.initial_report", {"urgent": False, "category": "natural"}, 30, 1440),
        ("emergency.update", {"grade": "general"}, 1440, 2160),
        ("emergency.update", {"grade": "extraordinary"}, 120, 240),
        ("emergency.update", {"grade": "unknown"}, 120, 240),
        ("opinion.first_release", {"level": "orange"}, 180, 300),
        ("opinion.first_release", {"level": "yellow"}, 1440, 2880),
        ("opinion.first_release", {"level": None}, 180, 300),
        ("zero_report.daily", {}, 990, 1020),
    ],
)
def test_terms(rule_id: str, known: dict[str, object], target: int | str, limit: int | str) -> None:
    dues = NATIONAL[rule_id].due(START, known)
    assert (dues.target_at, dues.limit_at) == (instant(target), instant(limit))


def instant(expected: int | str) -> datetime:
    if isinstance(expected, int):
        return START + timedelta(minutes=expected)
    day = datetime.fromisoformat(expected[:10]).replace(tzinfo=LOCAL)
    return day + timedelta(days=1)


def test_a_number_without_a_text_is_shown_as_a_default() -> None:
    rule = NATIONAL["emergency.initial_report"]
    for category, said in (("fire", "Limit, a default and no law: 1 hour."),
                           ("work_safety", "Limit: 1 hour.")):  # fmt: skip
        dues = rule.due(START, {"urgent": True, "category": category})
        assert said in [str(step) for step in dues.derivation]


def test_a_given_date_is_the_target_and_the_limit_never_precedes_it() -> None:
    rule = NATIONAL["supervise.reply"]
    for days, limit in ((3, instant("2026-10-06 24:00")), (20, START + timedelta(days=20))):
        dues = rule.due(START, {"due_at": START + timedelta(days=days)})
        assert (dues.target_at, dues.limit_at) == (START + timedelta(days=days), limit)
    assert rule.due(START, {}).target_at is None


def test_each_recipient_has_a_row_of_its_own() -> None:
    rule = NATIONAL["emergency.initial_report"]
    assert rule.recipients({"category": "food"}) == ("bureau", "health", "market")
    assert rule.recipients({}) == ("bureau",)
    assert rule.closed_by("report:health", "health")
    assert not rule.closed_by("report:bureau", "health")
    assert NATIONAL["emergency.phone"].recipients({}) == (None,)


def test_an_opening_looks_at_state_and_condition() -> None:
    update = NATIONAL["emergency.update"]
    assert update.openings("submit_update", {}, "responding")
    assert not update.openings("submit_update", {}, "controlled")
    video = NATIONAL["evidence.video"]
    assert not video.openings("filed", {"case_type": "absence"}, "flagged")
    conclude = NATIONAL["emergency.conclude"]
    origins = [
        [o.origin for o in conclude.openings("enter:concluding", {"hurt": hurt}, "concluding")]
        for hurt in (True, False, None)
    ]
    assert origins == [
        [Origin.WATCH_END],
        [Origin.EVENT],
        [Origin.WATCH_END, Origin.EVENT],
    ]


def test_the_most_specific_region_has_the_last_word() -> None:
    assert PACKS.rule("bullying.investigate", "370102").region == "37"
    assert PACKS.rule("bullying.investigate", "410102").region == ""
    assert PACKS.rule("emergency.final_report", "410102").region == "4101"
    assert PACKS.rule("emergency.final_report", "410200").region == ""
    shandong = PACKS.rule("bullying.investigate", "37")
    assert shandong.openings("filed", {}, "reported")[0].origin is Origin.KNOWN_AT
    assert shandong.limit == NATIONAL["bullying.investigate"].limit
    with pytest.raises(NotFound):
        PACKS.rule("bullying.nothing")


@given(rule_and_context(), starts)
def test_no_limit_lies_before_its_target(
    chosen: tuple[Rule, dict[str, object]], start: datetime
) -> None:
    rule, known = chosen
    dues = rule.due(start, known)
    assert dues.limit_at is not None
    assert start <= (dues.target_at or dues.limit_at) <= dues.limit_at


@given(rule_and_context(), starts, st.data())
def test_not_knowing_is_never_looser_than_knowing(
    chosen: tuple[Rule, dict[str, object]], start: datetime, data: st.DataObject
) -> None:
    rule, known = chosen
    kept = data.draw(st.sets(st.sampled_from(sorted(known)))) if known else set()
    less = {key: value for key, value in known.items() if key in kept}
    ours, theirs = rule.due(start, less), rule.due(start, known)
    assert ours.limit_at is not None
    assert theirs.limit_at is not None
    assert ours.limit_at <= theirs.limit_at
    if theirs.target_at is not None:
        assert ours.target_at is not None
        assert ours.target_at <= theirs.target_at
    # So a row that started in ignorance keeps its dates when more becomes known.
    assert tightened(ours, theirs) is ours
