"""A broken pack stops the start, and says where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.deadlines.pack import Vocabulary, load_rules
from casework.errors import Misconfigured

PACK = """\
rules:
  - id: bullying.accept
    version: 1
    title: Accept the report
    basis: 系统默认
    evidence: default
    case_types: [bullying]
    opens_on: {on: filed, from: filed_at}
    closes_on: leave:reported
    owner: safety_lead
    target: {amount: 2, unit: hour}
    limit:
      - {when: {urgent: true}, amount: 3, unit: hour}
      - {amount: 24, unit: hour, default: true}
    on_target: {perform: start_contact}
  - id: bullying.verify
    version: 1
    title: Finish the first check
    basis: 系统默认
    evidence: default
    case_types: [bullying]
    opens_on: [accept, "limit:bullying.accept"]
    while: [verifying]
    closes_on: [leave:verifying]
    owner: safety_lead
    target: {amount: 3, unit: working_day}
    limit: {amount: 5, unit: working_day}
"""
REGION = """\
region: "37"
rules:
  - id: bullying.accept
    limit: {amount: 12, unit: hour}
"""
WORDS = Vocabulary(
    triggers={
        "bullying": frozenset(
            ["filed", "accept", "enter:verifying", "leave:reported", "leave:verifying"]
        )
    },
    roles=frozenset({"safety_lead"}),
    perform=frozenset({"start_contact"}),
)


def write(tmp_path: Path, national: str, region: str | None = None, name: str = "37") -> None:
    (tmp_path / "national.yaml").write_text(national, encoding="utf-8")
    if region is not None:
        (tmp_path / "regions").mkdir()
        (tmp_path / "regions" / f"{name}.yaml").write_text(region, encoding="utf-8")


def test_the_sound_pack_loads(tmp_path: Path) -> None:
    write(tmp_path, PACK, REGION.replace("12, unit: hour", "2, unit: hour"))
    packs = load_rules(tmp_path, WORDS)
    assert packs.rule("bullying.accept", "370102").limit[0].amount == 2
    assert packs.rule("bullying.verify").opens_on[0].states == ("verifying",)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    version: 1\n", "    version: 1\n    colour: red\n", 4, "colour: Unknown field"),
        ("unit: hour}\n    limit:", "unit: week}\n    limit:", 11, "must be one of: minute"),
        ("amount: 2,", "amount: two,", 11, "Not a valid integer"),
        ("amount: 2,", "amount: -2,", 11, "greater than or equal to 0"),
        ("{amount: 2, unit: hour}", "{unit: hour}", 11, "needs an amount"),
        ("{amount: 2, unit: hour}", "5", 11, "Invalid input type"),
        ("amount: 3, unit: hour}", "amount: 1, unit: hour}", 12, "before the target (urgent True)"),
        ("amount: 5, unit: working", "amount: 2, unit: working", 27, "before the target"),
        ("{on: filed,", "{on: files,", 8, "nothing is called 'files'"),
        ("closes_on: leave:reported", "closes_on: leave:home", 9, "'leave:home'"),
        ('"limit:bullying.accept"', '"limit:bullying.verify"', 22, "'limit:bullying.verify'"),
        ('"limit:bullying.accept"', "report:nobody", 22, "'report:nobody'"),
        ('"limit:bullying.accept"', "opened", 22, "'opened'"),
        ("[leave:verifying]", '["report:{recipient}"]', 24, "needs per_recipient"),
        ("while: [verifying]", "while: [dreaming]", 23, "'enter:dreaming'"),
        ("id: bullying.verify", "id: bullying.accept", 16, "duplicate id 'bullying.accept'"),
        ("{urgent: true}", "{urgency: true}", 13, "no condition is called 'urgency'"),
        ("{urgent: true}", "{category: [fire, ice]}", 13, "'ice' is no value of category"),
        ("{urgent: true}", "soon", 13, "must map keys to values"),
        ("from: filed_at", "from: yesterday", 8, "must be one of: known_at"),
        ("owner: safety_lead", "owner: caretaker", 10, "no role is called 'caretaker'"),
        ("{perform: start_contact}", "{perform: dance}", 15, "SYSTEM may not perform 'dance'"),
        ("{perform: start_contact}", "{}", 15, "needs either `perform` or `offer`"),
        ("evidence: default", "evidence: hearsay", 6, "must be one of: statute"),
        ("case_types: [bullying]", "case_types: [war]", 7, "must be one of"),
        ("case_types: [bullying]", "subject: signal\n    case_types: [bullying]", 7, "names none"),
        ("    basis: 系统默认\n", "", 2, "Missing data for required field"),
        ("    title: Accept", "    version: 2\n    title: Accept", 4, "stands here twice"),
        ("  - id: bullying.verify", "  - name: bullying.verify", 16, "a rule needs an id"),
        ("rules:", "regeln:", 1, "unknown key 'regeln'"),
        ("{amount: 2, unit: hour}", "{amount: 2, unit: hour", 12, "expected"),
    ],
)
def test_a_fault_is_told_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    write(tmp_path, PACK.replace(old, new, 1))
    with pytest.raises(Misconfigured) as caught:
        load_rules(tmp_path, WORDS)
    told = [t for t in str(caught.value).splitlines() if reason in t]
    assert told, str(caught.value)
    assert told[0].startswith(f"{tmp_path / 'national.yaml'}:{line}: ")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = PACK.replace("amount: 2,", "amount: two,").replace("filed,", "files,")
    write(tmp_path, broken.replace("evidence: default", "evidence: hearsay"))
    with pytest.raises(Misconfigured) as caught:
        load_rules(tmp_path, WORDS)
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("region", "line", "reason"),
    [
        (REGION.replace("12", "25"), 4, "looser than the national limit"),
        (REGION.replace("limit", "target"), 4, "national target"),
        (REGION + "    closes_on: [leave:reported, accept]\n", 5, "adds a stop"),
        (REGION + "    opens_on: accept\n", 5, "drops a start"),
        (REGION + "    flag: none\n", 5, "raises no flag"),
        (REGION.replace("bullying.accept", "bullying.other"), 3, "no rule is called"),
        (REGION.replace('"37"', '"38"'), 1, "region must be '37'"),
        (REGION.replace('"37"', "37"), 1, "region must be '37'"),
        (REGION + "    colour: red\n", 5, "colour: Unknown field"),
    ],
)
def test_a_broken_region_is_refused(tmp_path: Path, region: str, line: int, reason: str) -> None:
    write(tmp_path, PACK, region)
    with pytest.raises(Misconfigured) as caught:
        load_rules(tmp_path, WORDS)
    expected = f"{tmp_path / 'regions' / '37.yaml'}:{line}: "
    assert [t for t in str(caught.value).splitlines() if t.startswith(expected) and reason in t]


def test_a_looser_region_needs_its_article(tmp_path: Path) -> None:
    write(tmp_path, PACK, REGION.replace("12", "48") + "    replaces: 某省条例第1条\n")
    rule = load_rules(tmp_path, WORDS).rule("bullying.accept", "37")
    assert (rule.limit[0].amount, rule.replaces) == (48, "某省条例第1条")


def test_a_missing_pack_is_a_fault_too(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"national\.yaml:1: "):
        load_rules(tmp_path)


@pytest.mark.parametrize("blank", ["' '", "''", '"\\u3000"'])
def test_an_article_that_frees_a_pack_is_named(tmp_path: Path, blank: str) -> None:
    write(tmp_path, PACK, REGION.replace("12", "48") + f"    replaces: {blank}\n")
    with pytest.raises(Misconfigured, match="replaces: must not be blank"):
        load_rules(tmp_path, WORDS)
