"""缺课学生追踪追因: from the empty seat to the child's return, through contact, search and police.

Law: 预防未成年人犯罪法 art. 34 (guardians are contacted in time), art. 35 (whoever stays away or
runs away is searched for, and the police are told when needed); 未成年人保护法 art. 11 (mandatory
reporting); 校车安全管理条例 (children on the bus are counted); 学校传染病报告规范 (illness);
控辍保学 (dropout). No minute stands in these texts: all minutes are defaults of the rule pack.

The diagram: ``flask --app app workflow show absence --format mermaid``.
"""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Workflow
from casework.workflows.definitions.absence import aftercare, tracing
from casework.workflows.definitions.absence.facts import FACTS, INSTANTS, words_of_self_harm
from casework.workflows.definitions.absence.forms import FILING
from casework.workflows.definitions.absence.states import STATES
from casework.workflows.definitions.common import common_actions
from casework.workflows.definitions.steering import steering_actions
from casework.workflows.parts import Part

ABSENCE = Workflow(
    case_type="absence",
    prefix="QK",
    title=N_("Absence of a pupil"),
    initial="flagged",
    states=STATES,
    filing=FILING,
    actions=(
        *tracing.ACTIONS,
        *aftercare.ACTIONS,
        *common_actions(STATES),
        *steering_actions(STATES, "absence"),
    ),
    facts=FACTS,
    instants=INSTANTS,
    at_once={"strict": "start_tracing"},
    one_open_for="absent",
    part_for={
        Role.COUNSELLOR: Part(
            why=N_("The absent child has spoken of harming itself."),
            needed=words_of_self_harm,
            people=("absent",),
            actions={"add_note": {}, "raise_level": {}},
        )
    },
)
