"""What a counsellor sees of an emergency, and of which: children hurt by it or by themselves."""

from __future__ import annotations

from collections.abc import Mapping

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definitions.emergency.facts import somebody_hurt
from casework.workflows.parts import Part

PART_FOR: Mapping[Role, Part] = {
    Role.COUNSELLOR: Part(
        why=N_("A child was hurt or has harmed itself; those around it need support."),
        needed=somebody_hurt,
        people=("injured", "victim"),
        fields=("category",),
        actions={"add_note": {}, "raise_level": {}},
    )
}
