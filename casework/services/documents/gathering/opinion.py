"""舆情快报 and 舆情处置单: what was seen, how it was judged, what was answered."""

from __future__ import annotations

from collections.abc import Iterator

from casework.documents.kinds import UNKNOWN
from casework.models import Unit
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.matter import Matter
from casework.services.documents.values import Values
from casework.services.evidence import register
from casework.services.evidence.kinds import KINDS
from casework.services.views import linked_in_scope
from casework.workflows.case import FILE

LOCKED = frozenset({"screenshots"})
SPREAD = "累计浏览、转发、评论约{n}次"
OWNERS = ("lawful_owner", "guidance_owner", "ground_owner")


def report(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a quick report on public opinion."""
    return {**_seen(matter), ADDRESSEE: matter.superior.name}, LOCKED


def form(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of the form on how it was handled."""
    respond = matter.last("respond")
    unit_id = matter.latest("responsible_unit_id", "grade")
    unit = matter.session.get(Unit, unit_id) if isinstance(unit_id, int) else None
    values: Values = {
        **_seen(matter),
        "responsible_unit": unit.name if unit else None,
        "result": matter.coded(matter.latest("lessons", "close")) or UNKNOWN,
        **{name: matter.user(matter.told(respond, name)) or UNKNOWN for name in OWNERS},
    }
    return values, LOCKED


def _seen(matter: Matter) -> Values:
    released = matter.last("approve_wording")
    spread = matter.latest("spread")
    wording = matter.told(released, "release_text") or matter.latest("draft", "submit_wording")
    linked = linked_in_scope(matter.session, matter.actor, matter.case.id)
    return {
        "subject": matter.coded(matter.case.title),
        "platform": matter.latest("platform", FILE) or UNKNOWN,
        "url": matter.latest("url", FILE) or UNKNOWN,
        "first_posted_at": matter.latest("first_posted_at", FILE) or UNKNOWN,
        "detected_at": matter.case.known_at,
        "screenshots": list(_screenshots(matter)),
        "spread": SPREAD.format(n=spread) if isinstance(spread, int) else UNKNOWN,
        "views": matter.coded(matter.case.narrative),
        "linked_case": "、".join(case.number for case in linked) or UNKNOWN,
        "truth": matter.latest("truth", "grade") or UNKNOWN,
        "level": matter.latest("level", "grade") or UNKNOWN,
        "assessment": matter.coded(matter.latest("level_inputs", "grade")),
        "wording": matter.coded(wording) or UNKNOWN,
        "wording_by": matter.told(released, "sign_offs") or UNKNOWN,
        "channel": matter.told(released, "channel") or UNKNOWN,
        "released_at": matter.told(released, "released_at") or UNKNOWN,
    }


def _screenshots(matter: Matter) -> Iterator[dict[str, str]]:
    """The files of the case by number, with the whole hash of each."""
    for row in register.of_case(matter.session, matter.case):
        ending = KINDS[row.media_type].ending.upper()
        yield {"name": f"第{row.id}号文件（{ending}）", "sha256": row.sha256}
