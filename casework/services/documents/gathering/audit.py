"""案件时间线审计报告: who knew, was told and did what, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from casework import clock
from casework.documents.kinds import UNKNOWN
from casework.models import Access
from casework.services.documents.gathering.matter import Matter
from casework.services.documents.gathering.tables import clocks, flags
from casework.services.documents.values import Values
from casework.services.pages import audit_chain, audit_clocks
from casework.workflows.case import FILE

PROSE = frozenset({"purpose", "conclusion", "checkpoint"})
HOLDS = "共{n}条记录，前后哈希值全部相符，时间线完整。"
BROKEN = "第{n}条记录校验不符：{reason}"
FILED = "首次录入本案的记录（第1条）"
RECORDED = "补充认定知悉时间的记录（第{seq}条）"
MOST_RUNGS = 200


def report(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of an audit. Raises NotAllowed for who has acted in the case for the school."""
    case, events = matter.case, audit_chain.told(matter.session, matter.case)
    chain, fault = audit_chain.verified(matter.session, case, events)
    result = HOLDS.format(n=chain.length)
    if fault is not None:
        result = BROKEN.format(n=fault.seq, reason=matter.say(fault.reason))
    values: Values = {
        "case_number": case.number,
        "case_type": case.case_type,
        "unit": matter.school.name,
        "occurred_at": case.occurred_at or UNKNOWN,
        "known_at": case.known_at,
        "filed_at": case.filed_at,
        "received_at": case.received_at or UNKNOWN,
        "knowledge": list(_knowledge(matter)),
        "clocks": list(clocks(matter)),
        "flags": list(flags(matter)),
        "told": list(_told(matter)),
        "events": list(_events(matter, events)),
        "event_count": chain.length,
        "head_hash": chain.head,
        "chain_result": result,
        "checked_at": clock.now(),
        "checkpoint": UNKNOWN,
        "readings": list(_readings(matter)),
    }
    return values, frozenset(values) - PROSE


def _knowledge(matter: Matter) -> Iterator[dict[str, str]]:
    """Who first knew, by the filing and by what was recorded since."""
    filed = matter.last(FILE)
    if filed is not None:
        yield {
            "who": matter.user(filed.actor_id),
            "post": matter.role(filed.actor_role),
            "at": matter.stamp(matter.case.filed_at),
            "proof": FILED,
        }
    for one in matter.records("record_knowledge"):
        yield {
            "who": matter.coded(matter.told(one, "knower")),
            "post": matter.coded(matter.told(one, "post")),
            "at": matter.stamp(matter.told(one, "learned_at")),
            "proof": RECORDED.format(seq=one.seq),
        }


def _told(matter: Matter) -> Iterator[dict[str, str]]:
    for rung in reversed(audit_clocks.rungs(matter.session, matter.case, MOST_RUNGS)):
        names = dict.fromkeys(matter.user(reader.user_id) for reader in rung.told)
        yield {
            "at": matter.stamp(rung.at),
            "what": f"{matter.say(rung.duty)}：{matter.say(rung.label)}",
            "who": "、".join(names),
            "answered_at": matter.stamp(rung.acknowledged_at),
        }


def _events(matter: Matter, events: tuple[audit_chain.Told, ...]) -> Iterator[dict[str, str]]:
    for event in events:
        row = audit_chain.row(matter.case, event)
        who = matter.user(row.actor_id)
        marks = "".join(f"（{matter.say(mark)}）" for mark in row.marks)
        moved = f"→{matter.say(row.to_label)}" if row.to_label else ""
        yield {
            "seq": str(row.seq),
            "at": matter.stamp(row.at),
            "who": f"{who}（{matter.say(row.role)}）" if who else matter.say(row.role),
            "what": f"{matter.say(row.label)}{moved}{marks}",
            "hash": row.hash[:16],
        }


def _readings(matter: Matter) -> Iterator[dict[str, str]]:
    """Who has read the case how often; the ground is the post that reaches it."""
    query = (
        select(Access.user_id, func.count(), func.max(Access.at))
        .where(Access.case_key == matter.case.chain)
        .group_by(Access.user_id)
    )
    for user_id, times, last in matter.session.execute(query.order_by(Access.user_id)):
        yield {
            "who": matter.user(user_id),
            "times": str(times),
            "last_at": matter.stamp(last),
            "ground": matter.post(user_id),
        }
