"""No single change of an exported timeline stays unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework.timeline import verifier
from casework.timeline.rows import Row
from casework.timeline.verifier import ChainFault, Head, Tally, verify_chain, verify_lines
from tests.unit.timeline.histories import exported, histories, known, objects, plain, scalars

SCRIPT = Path(verifier.__file__)


@given(histories())
def test_whole_chain_is_accepted(rows: list[Row]) -> None:
    last = rows[-1]

    assert verify_chain(objects(rows)) == Head(last.case_key, last.seq, last.hash)
    assert verify_lines(exported(rows), known(rows)) == Tally(1, len(rows))


@given(histories(), st.data())
def test_changed_event_is_found(rows: list[Row], data: st.DataObject) -> None:
    events = objects(rows)
    victim = data.draw(st.sampled_from(events))
    key = data.draw(st.sampled_from(sorted(victim)))
    value = data.draw(scalars)
    assume(not same(victim[key], value))
    victim[key] = value

    assert_found(events)


@given(histories(), st.data())
def test_missing_and_additional_keys_are_found(rows: list[Row], data: st.DataObject) -> None:
    events = objects(rows)
    victim = data.draw(st.sampled_from(events))
    if data.draw(st.booleans()):
        del victim[data.draw(st.sampled_from(sorted(victim)))]
    else:
        victim["note"] = None

    assert_found(events)


@given(histories(), st.data())
def test_removed_event_is_found(rows: list[Row], data: st.DataObject) -> None:
    lines = exported(rows)
    del lines[data.draw(st.integers(0, len(lines) - 1))]

    with pytest.raises(ChainFault):
        verify_lines(lines, known(rows))


@given(histories(least=2), st.data())
def test_swapped_events_are_found(rows: list[Row], data: st.DataObject) -> None:
    events = objects(rows)
    one, other = data.draw(st.lists(st.sampled_from(range(len(rows))), min_size=2, unique=True))[:2]
    events[one], events[other] = events[other], events[one]

    assert_found(events)


@given(histories(), histories(), st.data())
def test_inserted_event_is_found(rows: list[Row], others: list[Row], data: st.DataObject) -> None:
    events = objects(rows)
    stranger = data.draw(st.sampled_from(objects(others)))
    place = data.draw(st.integers(0, len(events) - 1))
    events.insert(place, stranger)

    assert_found(events)


@given(histories(least=2), st.data())
def test_event_rewritten_with_a_fitting_hash_is_found(rows: list[Row], data: st.DataObject) -> None:
    events = objects(rows)
    victim = data.draw(st.sampled_from(events))
    del victim["hash"]
    victim["action"] += "x"
    victim["hash"] = verifier.digest(verifier.canonical(victim))

    with pytest.raises(ChainFault):
        verify_lines(map(json.dumps, events), known(rows))


def test_cut_tail_is_found_only_by_who_knows_the_head() -> None:
    rows = plain(3)

    assert verify_lines(exported(rows)[:2]) == Tally(1, 2)
    with pytest.raises(ChainFault, match="event 2: ends before event 3"):
        verify_lines(exported(rows)[:2], known(rows))


def test_missing_chain_is_found() -> None:
    with pytest.raises(ChainFault, match="2026-QL-000018.*missing"):
        verify_lines(exported(plain(2, "U-3201")), known(plain(3)))


def test_chain_may_have_grown_since_its_head_was_noted() -> None:
    assert verify_lines(exported(plain(3)), known(plain(2))) == Tally(1, 3)


def test_many_chains_follow_each_other() -> None:
    heads: list[Head] = []
    rows = plain(2, "2026-QK-000001"), plain(3, "2026-QL-000018"), plain(1, "U-3201")

    assert verify_lines(sum(map(exported, rows), []), on_head=heads.append) == Tally(3, 6)
    assert heads == [Head(r[-1].case_key, len(r), r[-1].hash) for r in rows]


def test_chain_told_twice_is_found() -> None:
    lines = exported(plain(2)) + exported(plain(1, "U-3201"))

    with pytest.raises(ChainFault, match="line 4.*had ended before"):
        verify_lines(lines + exported(plain(2)))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "JSON"),
        ("[]", "not an object"),
        ('{"case":1}', "keys"),
        ('{"v":1,"v":1}', "twice"),
        (b"\xff", "JSON"),
    ],
)
def test_broken_line_is_named(line: str | bytes, reason: str) -> None:
    with pytest.raises(ChainFault, match=f"^line 2, .*{reason}"):
        verify_lines([exported(plain(1))[0], line])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("v", 2),
        ("v", True),
        ("seq", True),
        ("at", "2026-09-21T03:25:00Z"),
        ("at", "2026-02-30T03:25:00.000000Z"),
        ("at", "2026-09-21T03:25:00.000000Z\n"),
        ("actor", {"id": "7", "role": "teacher"}),
        ("actor", {"id": 7}),
        ("data", []),
        ("data", {"rate": 0.5}),
        ("prev", "F" * 64),
    ],
)
def test_event_of_another_shape_is_refused_even_with_its_hash(key: str, value: Any) -> None:
    event = objects(plain(1))[0] | {key: value}
    del event["hash"]
    text = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    with pytest.raises(ChainFault):
        verify_chain([event | {"hash": verifier.digest(text)}])


def test_body_in_a_line_must_be_the_canonical_text() -> None:
    (row,) = plain(1)
    (event,) = objects([row])

    assert verify_chain([event | {"body": row.body}]).seq == 1
    with pytest.raises(ChainFault, match="body"):
        verify_chain([event | {"body": row.body + " "}])


def test_one_chain_means_one() -> None:
    with pytest.raises(ChainFault, match="one chain expected, 0 found"):
        verify_chain([])
    with pytest.raises(ChainFault, match="one chain expected, 2 found"):
        verify_chain(objects(plain(1)) + objects(plain(1, "U-3201")))


def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the file alone, away from the package and from installed libraries."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *arguments],
        cwd="/",
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_runs_by_its_path_alone(tmp_path: Path) -> None:
    file = tmp_path / "timeline.jsonl"
    file.write_text("".join(f"{line}\n" for line in exported(plain(3))), encoding="utf-8")
    head = plain(3)[-1]

    done = run(str(file), "--print-heads")

    assert (done.returncode, done.stderr) == (0, "whole: 1 chains, 3 events\n")
    assert done.stdout == f"2026-QL-000018 3 {head.hash}\n"


def test_script_names_the_first_fault() -> None:
    lines = exported(plain(3))
    lines[1] = lines[1].replace('"note"', '"nota"')

    done = run("-", given="\n".join(lines))

    assert done.returncode == 1
    assert done.stderr == (
        "FAULT line 2, chain 2026-QL-000018, event 2: hash is not that of the event\n"
    )


def test_script_compares_with_known_heads(tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    heads.write_text(run("-", "--print-heads", given="\n".join(exported(plain(3)))).stdout)

    assert run("-", "--heads", str(heads), given="\n".join(exported(plain(3)))).returncode == 0
    assert run("-", "--heads", str(heads), given="\n".join(exported(plain(2)))).returncode == 1


def test_script_says_what_it_cannot_read(tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    heads.write_text("no head\n")

    assert run(str(tmp_path / "absent")).returncode == 2
    assert "line 1 is not: chain seq hash" in run("-", "--heads", str(heads), given="").stderr
    assert run("-", given="").returncode == 1


def same(one: object, other: object) -> bool:
    """Equal as JSON, where true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def assert_found(events: list[dict[str, Any]]) -> None:
    """Both ways of checking refuse the events, without knowing any head."""
    checks: list[Callable[[], object]] = [
        lambda: verify_chain(events),
        lambda: verify_lines(map(json.dumps, events)),
    ]
    for check in checks:
        with pytest.raises(ChainFault):
            check()
