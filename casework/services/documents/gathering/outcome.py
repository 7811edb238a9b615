"""认定意见书, 处理决定书, 家长告知书: what the committee found and decided, and for whom it is."""

from __future__ import annotations

from collections.abc import Iterable

from casework.documents.kinds import UNKNOWN
from casework.services.documents.frames import ADDRESSEE
from casework.services.documents.gathering.bullying import elements, pupils
from casework.services.documents.gathering.matter import Matter, joined
from casework.services.documents.values import Values
from casework.workflows.case import Record

FINDING = ("determine", "conclude_by_police", "change_finding")
VOTE = "到会{present}人，同意{votes}人，其他意见{others}人。"
GUARDIANS = "{code}的父母（监护人）"
SUPPORT = {"victim": "对被欺凌学生：{what}", "actor": "对实施欺凌学生：{what}", "": "{what}"}
PROTECTION = "对受影响学生的保护：{what}"


def determination(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of the committee's finding; its members are for a person to list."""
    return {**_decided(matter), **elements(matter)}, frozenset()


def decision(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of the school's decision, addressed to one side's guardians."""
    return {**_decided(matter), ADDRESSEE: _guardians(matter)}, frozenset()


def notice(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of a notice to guardians, about their child by its code."""
    protection = matter.coded(matter.latest("protection", "accept"))
    values: Values = {
        ADDRESSEE: _guardians(matter),
        "pupil": _code(matter),
        "reason": matter.coded(matter.case.narrative),
        "measures": PROTECTION.format(what=protection) if protection else None,
        "meeting_at": UNKNOWN,
        "meeting_place": UNKNOWN,
    }
    return values, frozenset()


def _decided(matter: Matter) -> Values:
    met = matter.last("determine")
    found = matter.last(*FINDING)
    recusals = matter.told(met, "recusals")
    return {
        "meeting_at": met.at if met else None,
        "entitled": matter.told(met, "entitled"),
        "present": matter.told(met, "present"),
        "vote": _vote(matter, met),
        "recusals": matter.coded(recusals),
        "pupils": list(pupils(matter)),
        "facts": matter.coded(matter.latest("report", "submit_report")),
        "finding": matter.told(found, "finding"),
        "clause": matter.coded(matter.latest("clause", "determine")),
        "measures": matter.latest("measures", "deliver_decision") or None,
        "support": _support(matter),
    }


def _vote(matter: Matter, met: Record | None) -> str:
    present, votes = matter.told(met, "present"), matter.told(met, "votes_for")
    if not isinstance(present, int) or not isinstance(votes, int):
        return ""
    return VOTE.format(present=present, votes=votes, others=max(0, present - votes))


def _support(matter: Matter) -> str:
    """What is to be done for either side, as the tasks say."""
    by_side: dict[str, list[str]] = {}
    for task in matter.records("record_task"):
        if matter.told(task, "status") != "dropped":
            side = str(matter.told(task, "side") or "")
            words = by_side.setdefault(side, [])
            words += _new(words, (matter.word(task, "kind"),))
    return joined(
        *(
            SUPPORT.get(side, SUPPORT[""]).format(what="、".join(words)) + "。"
            for side, words in by_side.items()
        )
    )


def _new(known: list[str], more: Iterable[str]) -> list[str]:
    return [word for word in more if word and word not in known]


def _code(matter: Matter) -> str:
    """The child whose guardians get it; the only one, where the document names none."""
    person_id = matter.held.document.person_id
    if person_id is None and len(matter.codes.of) == 1:
        person_id = next(iter(matter.codes.of))
    return matter.codes.of.get(person_id or 0, "")


def _guardians(matter: Matter) -> str:
    code = _code(matter)
    return GUARDIANS.format(code=code) if code else ""
