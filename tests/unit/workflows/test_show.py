"""What programs are shown of a case type, and its diagram."""

from __future__ import annotations

import json
import re

import pytest

from casework.workflows.definition import Workflow
from casework.workflows.definitions.absence import ABSENCE
from casework.workflows.definitions.bullying import BULLYING
from casework.workflows.diagram import mermaid
from casework.workflows.show import describe

TYPES = (BULLYING, ABSENCE)
CLOCKS = ("bullying.file", "bullying.accept")


def plain(msgid: str) -> str:
    """Leave the message in English."""
    return msgid


def actions(workflow: Workflow, name: str) -> list[dict[str, object]]:
    """The entries of an action."""
    shown = describe(workflow, CLOCKS, plain)["actions"]
    assert isinstance(shown, list)
    return [entry for entry in shown if entry["name"] == name]


@pytest.mark.parametrize("workflow", TYPES, ids=lambda w: w.case_type)
def test_description_has_the_agreed_shape_and_is_json(workflow: Workflow) -> None:
    shown = json.loads(json.dumps(describe(workflow, CLOCKS, plain)))
    assert list(shown) == ["case_type", "initial", "states", "filing", "actions", "clocks"]
    assert shown["clocks"] == list(CLOCKS)
    assert {tuple(state) for state in shown["states"]} == {("name", "phase", "label", "final")}
    assert set(shown["filing"]) == {"fields"}
    for entry in shown["actions"]:
        assert {"name", "from", "to", "roles", "second", "records", "fields"} <= set(entry)
        for field in (*entry["fields"], *shown["filing"]["fields"]):
            assert {"name", "type", "required", "label"} <= set(field)


def test_labels_are_translated() -> None:
    shown = describe(BULLYING, CLOCKS, lambda msgid: f"<{msgid}>")
    assert shown["states"][0]["label"] == "<Reported, not yet accepted>"  # type: ignore[index]
    filing = shown["filing"]["fields"]  # type: ignore[index]
    assert filing[0]["choice_labels"][0] == "<No injury>"


def test_action_that_keeps_the_state_leads_nowhere() -> None:
    (screen,) = actions(BULLYING, "screen")
    assert screen["to"] is None
    assert screen["from"] == ["reported", "verifying", "investigating"]


def test_second_person_says_when() -> None:
    (merge,) = actions(BULLYING, "merge_duplicate")
    assert merge["second"] == ["bureau_officer", "principal"]
    assert merge["second_when"] == "always"
    (play,) = actions(BULLYING, "dismiss_as_play")
    assert (play["second"], play["second_when"]) == (["bureau_officer"], "sometimes")
    (accept,) = actions(BULLYING, "accept")
    assert accept["second"] is None
    assert "second_when" not in accept


def test_stricter_roles_are_named() -> None:
    (close,) = actions(ABSENCE, "close")
    assert close["roles"] == ["teacher", "safety_lead"]
    assert close["stricter_roles"] == ["bureau_officer", "safety_lead"]


def test_field_tells_its_options() -> None:
    (opened,) = actions(BULLYING, "open_investigation")
    (investigators,) = opened["fields"]  # type: ignore[misc]
    assert investigators["type"] == "user"  # type: ignore[index]
    assert investigators["many"] is True  # type: ignore[index]
    (task,) = actions(BULLYING, "record_task")
    due = next(field for field in task["fields"] if field["name"] == "due_on")  # type: ignore[attr-defined]
    assert due["future"] is True
    assert due["only_if"] == {"field": "status", "values": ["open"]}
    assert task["records"] == ["kind", "status", "due_on", "done_at", "reason"]


@pytest.mark.parametrize("workflow", TYPES, ids=lambda w: w.case_type)
def test_diagram_draws_every_state_once_and_every_move(workflow: Workflow) -> None:
    drawing = mermaid(workflow, plain)
    assert drawing.startswith("stateDiagram-v2\n")
    for state in workflow.states:
        assert len(re.findall(rf'^ +state ".*" as {state.name}$', drawing, re.M)) == 1
    moves = sum(len(m.sources) for a in workflow.actions for m in a.moves if m.dest is not None)
    assert len(re.findall(r"^    \w+ --> \w+ : .+$", drawing, re.M)) == moves
    assert drawing.count("{") == drawing.count("}") == len({s.phase for s in workflow.states})


def test_no_label_breaks_the_diagram() -> None:
    for line in mermaid(BULLYING, lambda msgid: f'{msgid}: "so"; yes').splitlines():
        assert line.count(":") <= 1
        assert ";" not in line
        assert line.count('"') in {0, 2}


@pytest.mark.parametrize("workflow", TYPES, ids=lambda w: w.case_type)
def test_states_and_actions_have_labels_of_their_own(workflow: Workflow) -> None:
    states = [state.label for state in workflow.states]
    assert len(set(states)) == len(states)
    labels = [action.label for action in workflow.actions]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("workflow", TYPES, ids=lambda w: w.case_type)
def test_refusals_point_to_steps_that_exist(workflow: Workflow) -> None:
    """What would satisfy a guard is shown as a link beside the refusal."""
    names = {action.name for action in workflow.actions}
    for action in workflow.actions:
        for guard in action.guards:
            assert set(guard.satisfied_by) <= names, guard.name
            assert guard.refusal.endswith(".")
