"""All case types: the one place that lists them. Adding a type is one entry here and one folder."""

from __future__ import annotations

from collections.abc import Mapping

from casework.workflows.definition import Workflow
from casework.workflows.definitions.absence import ABSENCE
from casework.workflows.definitions.bullying import BULLYING
from casework.workflows.definitions.emergency import EMERGENCY
from casework.workflows.definitions.opinion import OPINION
from casework.workflows.engine import Engine

WORKFLOWS: Mapping[str, Workflow] = {
    workflow.case_type: workflow for workflow in (BULLYING, ABSENCE, EMERGENCY, OPINION)
}
ENGINES: Mapping[str, Engine] = {name: Engine(workflow) for name, workflow in WORKFLOWS.items()}
PREFIXES: Mapping[str, str] = {w.prefix: w.case_type for w in WORKFLOWS.values()}
