"""学生欺凌: from the report of bullying to its closure, with police, committee and county review.

Law: 未成年人保护法 art. 39 (stop it, tell both guardians, support the children; serious bullying
goes to police and education bureau, never concealed), art. 40 (sexual harm goes to the police at
once), art. 11 (mandatory reporting) and art. 130 (definition); 治安管理处罚法 art. 60;
未成年人学校保护规定 art. 21 (imbalance, intent, harm); 预防未成年人犯罪法 arts 31-33 (measures);
教督〔2017〕10号 (investigation within 10 days, county review).

The diagram: ``flask --app app workflow show bullying --format mermaid``.
"""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Workflow
from casework.workflows.definitions.bullying import deciding, reporting, settling
from casework.workflows.definitions.bullying.choices import PSYCHOLOGICAL
from casework.workflows.definitions.bullying.facts import FACTS, INSTANTS, SINCE
from casework.workflows.definitions.bullying.forms import FILING
from casework.workflows.definitions.bullying.states import STATES
from casework.workflows.definitions.common import common_actions
from casework.workflows.definitions.steering import steering_actions
from casework.workflows.parts import Part

BULLYING = Workflow(
    case_type="bullying",
    prefix="QL",
    title=N_("Bullying among pupils"),
    initial="reported",
    states=STATES,
    filing=FILING,
    actions=(
        *reporting.ACTIONS,
        *deciding.ACTIONS,
        *settling.MEASURES,
        *settling.REVIEW,
        *settling.CLOSURE,
        *common_actions(STATES),
        *steering_actions(STATES, "bullying"),
    ),
    facts=FACTS,
    instants=INSTANTS,
    since=SINCE,
    part_for={
        Role.COUNSELLOR: Part(
            why=N_("After bullying both children have a right to support."),
            people=("victim", "actor"),
            fields=("self_harm", "psychological_harm", "mental_harm"),
            actions={
                "record_task": {"kind": PSYCHOLOGICAL},
                "add_note": {},
                "raise_level": {},
            },
            clocks=("bullying.support",),
        )
    },
)
