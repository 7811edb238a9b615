"""What the events of the system say: reminders, levels, flags, and that the system was late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from casework.deadlines.derivation import stamp
from casework.documents.catalogue import KINDS as DOCUMENTS
from casework.services.findings.words import label_of
from casework.services.pages import call_words, labels
from casework.services.pages.duties import Duties
from casework.services.pages.shown import Line
from casework.text import N_, Text

REMINDED = N_("Sent a reminder")
ROSE = N_("Overdue: escalated to %(level)s")
NOTIFIED = N_("Notified %(level)s (level unchanged)")
LATE_NOTICE = N_("The system was down: this notice went out late (it was due %(at)s).")
LATE_FLAG = N_("The system was down: this flag was raised late (it was due %(at)s).")
UNANSWERED, PASSED_OVER, CALLED, ANSWER_BY, ANSWERED, ANSWERED_AT = (
    N_("Did not answer"),
    N_("Passed over"),
    N_("Called to acknowledge"),
    N_("Answer by"),
    N_("Taken note of by"),
    N_("Taken note of at"),
)
WITH_REASON = N_("%(name)s (%(why)s)")
NOBODY_LEFT = N_("Nobody is left on this level.")
WAS_TO_FIRE, DUTY, TARGET, LIMIT, TOLD, FLAG, FINDING = (
    N_("Was to fire at"),
    N_("Duty"),
    N_("Target"),
    N_("Limit"),
    N_("Told"),
    N_("Flag"),
    N_("Finding"),
)
NAMED = N_("%(event)s: %(document)s")
SYMBOL, FILE = N_("Number of the document"), N_("File")
Body = Mapping[str, Any]


def rung_label(body: Body, level: int) -> Text:
    """A reminder, a rise, or a notice to a level that the case (now at ``level``) already had."""
    reached = body["data"].get("level")
    if not reached:
        return Text(REMINDED)
    place = Text(labels.level_name(reached))
    return Text(ROSE if reached > level else NOTIFIED, {"level": place})


def named(body: Body, label: str) -> Text:
    """The words for an event; of a document with which kind it is."""
    kind = DOCUMENTS.get(str(body["data"].get("kind"))) if "document" in body["data"] else None
    if kind is None:
        return Text(label)
    return Text(NAMED, {"event": Text(label), "document": Text(kind.title)})


def level_after(body: Body, level: int) -> int:
    """The level of the case after an event; it never falls."""
    return max(level, int(body["data"].get("level") or 0))


def lines(body: Body, duties: Duties, name: Callable[[int], str]) -> list[Line]:
    """The duty, its instants and who was told, as far as the event or the clock's row says it."""
    data, found = body["data"], []
    if "flag" in data:
        found.append(Line(FLAG, (Text(labels.FLAGS.get(data["flag"], data["flag"])),)))
    if "finding" in data:
        label = label_of(data["kind"], by_analogy=bool(data["by_analogy"]))
        found.append(Line(FINDING, (Text(label),)))
    if "document" in data:
        found += _document(data)
    if isinstance(data.get("rule"), str):
        found += _duty(body, duties)
    if data.get("told"):
        found.append(Line(TOLD, tuple(name(user_id) for user_id in data["told"])))
    return [*found, *_calls(data, name), *_instant(body)]


def accounts(data: Mapping[str, Any]) -> list[Any]:
    """The accounts that an event of the system speaks of."""
    passed = (one["user"] for one in data.get("passed_over") or ())
    named = (data.get(key) for key in ("unanswered", "called", "acknowledged_by"))
    return [*(data.get("told") or ()), *passed, *named]


def _calls(data: Mapping[str, Any], name: Callable[[int], str]) -> list[Line]:
    """Who was called, who was passed over and why, who answered and how."""
    found = []
    if data.get("unanswered"):
        found.append(Line(UNANSWERED, (name(data["unanswered"]),)))
    if data.get("passed_over"):
        passed = tuple(_passed(one, name) for one in data["passed_over"])
        found.append(Line(PASSED_OVER, passed))
    if data.get("called"):
        found.append(Line(CALLED, (name(data["called"]),)))
        if data.get("answer_by"):
            at = datetime.fromisoformat(data["answer_by"])
            found.append(Line(ANSWER_BY, (at,), due=True))
    elif "called" in data:
        found.append(Line("", (Text(NOBODY_LEFT),)))
    if data.get("acknowledged_by"):
        who, how = name(data["acknowledged_by"]), Text(call_words.means(data.get("means")))
        found.append(Line(ANSWERED, (Text(WITH_REASON, {"name": who, "why": how}),)))
        found.append(Line(ANSWERED_AT, (datetime.fromisoformat(data["acknowledged_at"]),)))
    return found


def _passed(one: Mapping[str, Any], name: Callable[[int], str]) -> Text:
    why = Text(call_words.WHY.get(one["why"], one["why"]))
    return Text(WITH_REASON, {"name": name(one["user"]), "why": why})


def _document(data: Mapping[str, Any]) -> list[Line]:
    """Under which number it was issued, and with which hash."""
    found = []
    if data.get("symbol"):
        found.append(Line(SYMBOL, (str(data["symbol"]),)))
    if data.get("sha256"):
        found.append(Line(FILE, (f"SHA-256 {data['sha256'][:12]}…",)))
    return found


def _duty(body: Body, duties: Duties) -> list[Line]:
    data, at = body["data"], datetime.fromisoformat(body["at"])
    found = [Line(DUTY, (duties.title(data["rule"], data.get("recipient")),))]
    row = duties.row(data["rule"], data.get("recipient"), at)
    limit = datetime.fromisoformat(data["limit_at"]) if data.get("limit_at") else None
    instants = {TARGET: row.target_at if row and not limit else None}
    instants[LIMIT] = limit or (row.limit_at if row else None)
    return found + [Line(label, (value,), due=True) for label, value in instants.items() if value]


def _instant(body: Body) -> list[Line]:
    """When it was to happen, where that differs visibly from when it did."""
    data = body["data"]
    due = data.get("due_at") or (data.get("limit_at") if data.get("system_late") else None)
    if not due:
        return []
    at = datetime.fromisoformat(due)
    if data.get("system_late"):
        sentence = LATE_FLAG if "flag" in data else LATE_NOTICE
        return [Line("", (Text(sentence, {"at": stamp(at)}),))]
    if stamp(at)[:16] == stamp(datetime.fromisoformat(body["at"]))[:16]:
        return []
    return [Line(WAS_TO_FIRE, (at,))]
