"""缺课追踪登记表: every contact, search and report of an absence, as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from casework.documents.kinds import UNKNOWN
from casework.models import Person
from casework.services.documents.gathering.matter import Matter, joined
from casework.services.documents.values import Values
from casework.workflows.case import FILE, Record

LOCKED = frozenset({"contacts"})
NO_LEAVE, ON_LEAVE = "未请假", "已请假（{kind}）"
SEEN_BY = "{place}（{who}确认）"
REPORTED = "{at}报告{recipient}（接报人：{contact}）"
FOUND = "{at}在{place}找到，状况：{condition}，移交{handed_to}。"
RETURNED = "{at}返校。"
TALK = "{at}{kind}：{result}"
TOLD_GUARDIANS = "告知监护人"
POLICE = "police"


def register(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of the register; the contacts come from the records alone."""
    alarm = matter.last("police_engaged")
    called = _report_to(matter, POLICE)
    values: Values = {
        "class_name": matter.place.name,
        "period": matter.latest("period", FILE) or UNKNOWN,
        "caller": matter.user(matter.case.filed_by) or UNKNOWN,
        "called_at": matter.case.known_at,
        "student": _student(matter),
        "leave_state": _leave(matter),
        "contacts": list(_contacts(matter)),
        "whereabouts": _whereabouts(matter) or UNKNOWN,
        "cause": matter.latest("cause") or UNKNOWN,
        "anomaly": matter.word(matter.last(FILE), "strict_reasons") or UNKNOWN,
        "reported": _reported(matter) or UNKNOWN,
        "alarm_at": matter.told(alarm, "alarm_at") or matter.told(called, "called_at") or UNKNOWN,
        "alarm_number": matter.told(called, "receipt_number") or UNKNOWN,
        "found": _found(matter) or UNKNOWN,
        "returned": _returned(matter) or UNKNOWN,
        "follow_up": _talks(matter) or UNKNOWN,
    }
    return values, LOCKED


def _student(matter: Matter) -> str:
    """The one name this form is about: it stays in the school."""
    query = matter.session.query(Person).filter_by(case_id=matter.case.id, part="absent")
    person = query.order_by(Person.id).first()
    return person.name if person else ""


def _leave(matter: Matter) -> str:
    leave = matter.last("match_leave")
    if leave is None:
        return NO_LEAVE
    kind = matter.word(leave, "leave_kind")
    return ON_LEAVE.format(kind=kind) if kind else ON_LEAVE.format(kind="假别未知")


def _contacts(matter: Matter) -> Iterator[dict[str, str]]:
    for one in matter.records("log_contact", "notify_guardians"):
        guardians = one.action == "notify_guardians"
        at = matter.told(one, "told_at") or matter.told(one, "called_at") or one.at
        yield {
            "at": matter.stamp(at),
            "whom": TOLD_GUARDIANS if guardians else matter.word(one, "whom"),
            "way": matter.word(one, "channel"),
            "outcome": matter.word(one, "outcome"),
        }


def _whereabouts(matter: Matter) -> str:
    place = matter.last("locate")
    if place is None:
        return ""
    where, who = matter.told(place, "place"), matter.told(place, "seen_by")
    return SEEN_BY.format(place=where or "", who=who or "") if where else ""


def _report_to(matter: Matter, recipient: str) -> Record | None:
    found = [r for r in matter.records("record_report") if r.fields.get("recipient") == recipient]
    return found[-1] if found else None


def _reported(matter: Matter) -> str:
    return joined(
        *(
            REPORTED.format(
                at=matter.moment(matter.told(one, "called_at")),
                recipient=matter.word(one, "recipient"),
                contact=matter.told(one, "contact") or "",
            )
            for one in matter.records("record_report")
        )
    )


def _found(matter: Matter) -> str:
    found = matter.last("find")
    if found is None:
        return ""
    return FOUND.format(
        at=matter.moment(matter.told(found, "found_at") or found.at),
        place=matter.told(found, "place") or "",
        condition=matter.word(found, "condition"),
        handed_to=matter.told(found, "handed_to") or "",
    )


def _returned(matter: Matter) -> str:
    closed = matter.last("close")
    at = matter.moment(matter.told(closed, "returned_at"))
    return RETURNED.format(at=at) if at else matter.word(closed, "outcome")


def _talks(matter: Matter) -> str:
    return joined(
        *(
            TALK.format(
                at=matter.moment(matter.told(one, "talked_at") or one.at),
                kind=matter.word(one, "kind"),
                result=matter.told(one, "result") or "",
            )
            for one in matter.records("record_talk")
        )
    )
