"""Regional packs: what each sets, and that none is looser than what it lies over."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.clock import LOCAL
from casework.deadlines.derivation import Roll, Unit, due
from casework.deadlines.pack import RulePacks, load_rules
from casework.deadlines.rules import Evidence, Rule
from casework.deadlines.strictness import contexts, no_later
from casework.deadlines.terms import Term
from casework.errors import Misconfigured
from casework.services.policy import vocabulary

ROOT = Path(__file__).resolve().parents[3]
PACKS = load_rules(ROOT / "config/rules", vocabulary())
NATIONAL = PACKS.for_region("")
REGIONAL = [
    (prefix, rule)
    for prefix in sorted(PACKS.names)
    for rule in PACKS.for_region(prefix).values()
    if rule.region == prefix
]
START = datetime(2026, 9, 29, 10, tzinfo=LOCAL)

starts = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2026, 12, 1),  # noqa: DTZ001
    timezones=st.just(LOCAL),
)
terms = st.builds(Term, st.integers(0, 80), st.sampled_from(Unit))
rolls = st.sampled_from(Roll)


@st.composite
def regional_rule_and_context(draw: st.DrawFn) -> tuple[str, Rule, dict[str, object]]:
    """A rule of a region with a context that may have gaps."""
    prefix, rule = draw(st.sampled_from(REGIONAL))
    known = list(contexts(rule, NATIONAL[rule.id], unknown=True))
    return prefix, rule, dict(draw(st.sampled_from(known)))


def test_these_regions_have_packs() -> None:
    assert PACKS.names == {
        "11": "北京市",
        "31": "上海市",
        "33": "浙江省",
        "3302": "宁波市",
        "37": "山东省",
        "4101": "郑州市",
        "4103": "洛阳市",
        "44": "广东省",
        "50": "重庆市",
    }


@settings(deadline=None)  # the first count reads the calendar
@given(regional_rule_and_context(), starts)
def test_no_region_is_looser_than_the_nation(
    chosen: tuple[str, Rule, dict[str, object]], start: datetime
) -> None:
    _, rule, known = chosen
    assume(not rule.replaces)
    ours, theirs = rule.due(start, known), NATIONAL[rule.id].due(start, known)
    assert ours.limit_at is not None
    assert theirs.limit_at is not None
    assert ours.limit_at <= theirs.limit_at
    assert ours.target_at is not None
    assert theirs.target_at is not None
    assert ours.target_at <= min(theirs.target_at, ours.limit_at)


@settings(deadline=None)
@given(terms, rolls, terms, rolls, starts)
def test_what_is_called_no_later_never_ends_later(
    one: Term, roll: Roll, other: Term, other_roll: Roll, start: datetime
) -> None:
    assume(no_later(one, roll, other, other_roll))
    ends = (due(start, t.amount, t.unit, r).due_at for t, r in ((one, roll), (other, other_roll)))
    assert next(ends) <= next(ends)


@pytest.mark.parametrize(("prefix", "rule"), REGIONAL, ids=lambda v: getattr(v, "id", v))
def test_a_regional_rule_stands_on_a_text_of_its_own(prefix: str, rule: Rule) -> None:
    national = NATIONAL[rule.id]
    assert rule.basis != national.basis
    assert rule.basis_en
    assert rule.evidence in {Evidence.STATUTE, Evidence.SECONDARY}
    assert rule.quote is None or rule.quote != national.quote


@pytest.mark.parametrize(
    ("region", "rule_id", "known", "target", "limit", "default"),
    [
        # 24 hours are a law here, the single hour for grave cases is our stricter default.
        ("110101", "emergency.initial_report", "injury", 240, 1440, False),
        ("110101", "emergency.initial_report", "injury urgent", 15, 60, True),
        ("110101", "emergency.relay", "injury hurt", 60, 120, False),
        ("110101", "emergency.relay", "network", 60, 120, True),
        ("310101", "emergency.initial_report", "injury", 240, 1440, False),
        ("310101", "emergency.initial_report", "injury urgent", 15, 30, True),
        ("310101", "emergency.initial_report", "work_safety", 30, 60, False),
        ("310101", "emergency.initial_report", "work_safety urgent", 15, 30, False),
        ("310101", "emergency.relay", "work_safety", 30, 60, False),
        ("310101", "emergency.relay", "fire", 60, 120, True),
        ("410101", "emergency.initial_report", "injury urgent", 15, 30, True),
        ("410101", "emergency.initial_report", "violence", 15, 30, True),
        ("410101", "emergency.initial_report", "injury", 240, 1440, False),
        ("410301", "emergency.initial_report", "injury large", 30, 60, False),
        ("410301", "emergency.initial_report", "injury unknown", 30, 60, False),
        ("410301", "emergency.initial_report", "traffic_bus large", 30, 60, False),
        ("410301", "emergency.initial_report", "natural large hurt", 30, 60, False),
        ("410301", "emergency.initial_report", "natural large", 30, 1440, True),
        ("410301", "emergency.initial_report", "injury general", 240, 1440, True),
        ("410301", "emergency.initial_report", "injury large urgent", 15, 30, True),
        ("410301", "emergency.relay", "injury hurt", 30, 60, False),
        ("330201", "emergency.initial_report", "injury urgent", 15, 30, True),
        ("330201", "emergency.initial_report", "injury", 240, 1440, False),
        ("370102", "emergency.relay", "work_safety general", 30, 120, False),
        ("370102", "emergency.relay", "work_safety large", 30, 60, True),
        ("500101", "emergency.relay", "fire large", 30, 60, False),
        ("500101", "emergency.relay", "fire general", 60, 120, True),
        # A city without a pack, in a province without one.
        ("410201", "emergency.initial_report", "injury", 240, 1440, True),
    ],
)
def test_numbers(
    region: str, rule_id: str, known: str, target: int, limit: int, *, default: bool
) -> None:
    category, *more = known.split()
    grade = next((word for word in more if word in {"general", "large", "unknown"}), "general")
    context = {
        "category": category,
        "grade": grade,
        "urgent": "urgent" in more,
        "hurt": "hurt" in more,
    }
    dues = PACKS.rule(rule_id, region).due(START, context)
    minutes = [(at - START) / timedelta(minutes=1) for at in (dues.target_at, dues.limit_at) if at]
    assert minutes == [target, limit]
    assert any("a default and no law" in str(step) for step in dues.derivation) is default


@pytest.mark.parametrize(
    ("region", "rule_id", "days", "default"),
    [
        ("330201", "emergency.investigate", 30, False),
        ("330101", "emergency.investigate", 60, True),
        ("410101", "emergency.final_report", 15, False),
        ("370102", "emergency.final_report", 15, True),
        ("370102", "bullying.investigate", 10, False),
        ("440101", "absence.truancy", 5, False),
    ],
)
def test_days(region: str, rule_id: str, days: int, *, default: bool) -> None:
    rule = PACKS.rule(rule_id, region)
    terms_found = rule.terms({"category": "injury"}).limits
    assert [(t.amount, t.unit, t.default) for t in terms_found] == [(days, Unit.DAY, default)]


def test_a_city_lies_over_its_province() -> None:
    assert PACKS.prefix("330203") == "3302"
    assert PACKS.rule("absence.report", "330203").region == "33"
    assert PACKS.beneath("3302")["absence.report"].region == "33"
    assert PACKS.beneath("33") is PACKS.beneath("") is NATIONAL


# ------------------------------------------------------------ what the loader refuses

RULE = """\
rules:
  - id: emergency.told
    version: 1
    title: Tell
    basis: 某法
    basis_en: Some law
    quote: 原文
    evidence: statute
    case_types: [emergency]
    opens_on:
      - {on: accept, from: known_at, after: {amount: 1, unit: hour}, while: [reported, checked]}
    resumes_on: resume
    closes_on: [close, "report:{recipient}"]
    repeat: true
    per_recipient:
      - {recipients: [bureau, police], when: {hurt: true}}
      - {recipients: [bureau]}
    owner: principal
    target: {amount: 1, unit: hour}
    limit:
      - {when: {category: fire}, amount: 1, unit: day}
      - {amount: 3, unit: working_day}
    flag: late_report
    duty: outside_report
    ladder: urgent
    on_delay: {perform: start_contact, amount: 5, unit: minute}
    extension: {amount: 10, unit: day, times: 1, basis: 某法}
"""
OPENING = "{on: accept, from: known_at, after: {amount: 1, unit: hour}, while: [reported, checked]}"


def load(tmp_path: Path, entry: str, *cities: tuple[str, str]) -> RulePacks:
    """Load the rule above with an entry over it in 37, and others in cities."""
    (tmp_path / "national.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "regions").mkdir()
    for prefix, text in (("37", entry), *cities):
        body = f'region: "{prefix}"\nrules:\n  - id: emergency.told\n' + "".join(
            f"    {line}\n" for line in text.splitlines()
        )
        (tmp_path / "regions" / f"{prefix}.yaml").write_text(body, encoding="utf-8")
    return load_rules(tmp_path)


LOOSER = {
    "opens_on: {on: accept, from: filed_at}": "opens_on",
    "opens_on: {on: accept, from: event}": "opens_on",
    "opens_on: " + OPENING.replace("1, unit: hour", "2, unit: hour"): "opens_on",
    "opens_on: " + OPENING.replace("reported, checked", "reported"): "opens_on",
    "opens_on: " + OPENING.replace("while", "when: {hurt: true}, while"): "opens_on",
    "opens_on: " + OPENING.replace("accept", "other"): "opens_on",
    "opens_on: " + OPENING.replace("while", "first: true, while"): "opens_on",
    "resumes_on: []": "resumes_on",
    'closes_on: [close, other, "report:{recipient}"]': "closes_on",
    "repeat: false": "repeat",
    "per_recipient: [{recipients: [police], when: {hurt: true}}, {recipients: [bureau]}]": "",
    "per_recipient: [{recipients: [bureau]}]": "per_recipient",
    "per_recipient: [{recipients: [bureau, police], when: {hurt: true}}]": "per_recipient",
    "target: null": "target",
    "target: {amount: 61, unit: minute}": "target",
    "limit: {amount: 3, unit: working_day}": "limit",
    "limit: {amount: 2, unit: working_day}": "limit",
    "limit: {amount: 25, unit: hour}": "limit",
    "limit: {amount: 24, unit: hour}": "",
    "limit: {amount: 1, unit: day}": "",
    "limit: null": "limit",
    "limit: [{when: {urgent: true}, amount: 1, unit: day}, {amount: 9, unit: day}]": "limit",
    "limit: [{when: {category: fire}, amount: 23, unit: hour}, {amount: 3, unit: day}]": "",
    "limit: [{when: {category: fire}, amount: 1, unit: day}, {amount: 4, unit: day}]": "limit",
    "rise_from: event": "rise_from",
    "flag: overdue": "flag",
    "flag: none": "flag",
    "ladder: standard": "ladder",
    "ladder: [{when: {hurt: true}, name: urgent}, {name: standard}]": "ladder",
    "on_delay: {perform: start_contact, amount: 6, unit: minute}": "on_delay",
    "on_delay: null": "on_delay",
    "on_delay: {perform: start_contact, amount: 5, unit: minute, from: start}": "",
    "extension: {amount: 11, unit: day, times: 1, basis: 某条例}": "extension",
    "extension: {amount: 10, unit: day, times: 2, basis: 某条例}": "extension",
    "extension: null": "",
    "duty: intake": "duty",
    "owner: bureau_officer": "owner",
    "case_types: [bullying]": "case_types",
    "opens_on: "
    + OPENING.replace("known_at", "bell").replace("1, unit: hour", "9, unit: minute"): "",
    "opens_on: {on: accept, from: known_at}": "",
    "roll: holiday\nlimit: {amount: 1, unit: day}": "limit",
    "roll: non_working\nlimit: {amount: 24, unit: hour}": "",
}


@pytest.mark.parametrize(("entry", "key"), LOOSER.items(), ids=list(LOOSER))
def test_every_kind_of_value_is_held(tmp_path: Path, entry: str, key: str) -> None:
    if not key:
        assert load(tmp_path, entry).rule("emergency.told", "37").region == "37"
        return
    with pytest.raises(Misconfigured) as caught:
        load(tmp_path, entry)
    # A fault of form (nothing opens, no limit at all) is a refusal as good as any other.
    assert re.search(rf"37\.yaml:\d+: emergency\.told: ({key}): ", str(caught.value))


def test_an_article_frees_its_own_rule_and_no_other_pack(tmp_path: Path) -> None:
    freed = "limit: {amount: 5, unit: day}\nreplaces: 某条例第1条"
    packs = load(tmp_path, freed, ("3701", "limit: {amount: 4, unit: day}"))
    assert packs.rule("emergency.told", "37").replaces == "某条例第1条"
    assert packs.rule("emergency.told", "3701").replaces is None
    (tmp_path / "regions").rename(tmp_path / "other")
    with pytest.raises(Misconfigured, match=r"3701\.yaml:4: .*looser than the national limit"):
        load(tmp_path, freed, ("3701", "limit: {amount: 6, unit: day}"))


def test_a_city_may_not_loosen_what_its_province_tightened(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"3701\.yaml:4: "):
        load(tmp_path, "limit: {amount: 2, unit: hour}", ("3701", "limit: {amount: 3, unit: hour}"))


def test_an_article_that_frees_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="nothing here is looser"):
        load(tmp_path, "limit: {amount: 2, unit: hour}\nreplaces: 某条例第1条")


def test_no_article_changes_what_a_rule_is_about(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="case_types: leaves out"):
        load(tmp_path, "case_types: [bullying]\nreplaces: 某条例第1条")


def test_another_law_does_not_inherit_the_words_of_the_one_beneath(tmp_path: Path) -> None:
    rule = load(tmp_path, "basis: 某条例\nevidence: secondary").rule("emergency.told", "37")
    assert (rule.basis, rule.quote, rule.basis_en) == ("某条例", None, None)
    (tmp_path / "regions").rename(tmp_path / "other")
    with pytest.raises(Misconfigured, match="evidence: Missing"):
        load(tmp_path, "basis: 某条例")
