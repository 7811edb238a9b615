"""突发事件·安全事故 (TF): from the first call to the accepted consequences.

突发事件应对法 arts 61 and 78; 生产安全事故报告和调查处理条例 (Order 493) arts 9 to 13 and 29 to 32;
突发公共卫生事件应急条例 art. 20; 未成年人保护法 art. 37; 学生伤害事故处理办法 art. 16.
The diagram: ``flask workflow show emergency --format mermaid``.
"""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Workflow
from casework.workflows.definitions.common import common_actions
from casework.workflows.definitions.emergency import concluding, forms, part, responding
from casework.workflows.definitions.emergency.casualties import series
from casework.workflows.definitions.emergency.facts import FACTS, INSTANTS, REPORT_FACTS, SINCE
from casework.workflows.definitions.emergency.states import STATES
from casework.workflows.definitions.steering import steering_actions

EMERGENCY = Workflow(
    case_type="emergency",
    prefix="TF",
    title=N_("Emergency or safety accident"),
    initial="received",
    states=STATES,
    filing=forms.FILING,
    actions=(
        *responding.ACTIONS,
        *concluding.ACTIONS,
        *common_actions(STATES, acknowledging=False),
        *steering_actions(STATES, "emergency"),
    ),
    facts=FACTS,
    instants=INSTANTS,
    since=SINCE,
    report_facts=REPORT_FACTS,
    series=series,
    part_for=part.PART_FOR,
)
