"""The matrix, by hand from the roles of the domain: who gets through, door by door, case by case.

Nothing here is computed from the code under test. A person named in a case is in no group of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOWHERE = 999_999
"""The id of nothing."""
Who = frozenset[str]
ByCase = Mapping[str, Who]


def people(names: str) -> Who:
    """These logins."""
    return frozenset(names.split())


NOBODY: Who = frozenset()
BUREAU = people("officer1 officer1b leader1 city1")
"""The bureau of the first county and the city above it."""
FAR_BUREAU = people("officer2 city1")
LEADERS = people("lead1 deputy1 principal1 duty1")
"""Who runs the cases of the first school; whoever is on duty has the powers of its safety lead."""
OTHER_LEADERS = people("lead2 principal2")


def by_case(**who: Who) -> ByCase:
    """The groups of the situations, none where nothing is said; named: nobody, ever."""
    return {**dict.fromkeys(("home", "far", "past", "joint", "named"), NOBODY), **who}


ALL_LEADERS = LEADERS | OTHER_LEADERS
"""Who signs the day of a school."""


# --------------------------------------------------------------------------------- groups of a case

READERS = by_case(
    # staff1 has filed it: who files sees the own report, whatever the post.
    home=LEADERS | BUREAU | people("teacher1 grade1 staff1"),
    far=FAR_BUREAU | people("teacher3"),
    # Past the school: of the school only who filed it.
    past=BUREAU | people("teacher1b"),
    # Who joins sees it from the school up; a class and a grade are not the school.
    joint=BUREAU | OTHER_LEADERS | LEADERS | people("teacher1"),
)
SEES = {
    **READERS,
    # A child was hurt: the counsellor of the school has a part in it.
    "home": READERS["home"] | people("counsellor1"),
    "joint": READERS["joint"] | people("counsellor1"),
}
"""The whole or a part: who may know that there is such a case."""
LEAD_AND_ABOVE = by_case(
    home=LEADERS | BUREAU, far=FAR_BUREAU, past=BUREAU, joint=OTHER_LEADERS | BUREAU
)
"""Only who handles a case moves it: the school that joins does not."""
DEPUTY_AND_ABOVE = by_case(
    home=people("deputy1 principal1") | BUREAU,
    far=FAR_BUREAU,
    past=BUREAU,
    joint=people("principal2") | BUREAU,
)
PRINCIPAL_AND_ABOVE = {**DEPUTY_AND_ABOVE, "home": people("principal1") | BUREAU}
LEADER_AND_ABOVE = by_case(
    home=people("leader1 city1"),
    far=people("city1"),
    past=people("leader1 city1"),
    joint=people("leader1 city1"),
)
APPROVERS = by_case(
    # Asked of the bureau's officer by principal1, officer2, officer1 and principal2.
    home=BUREAU,
    far=people("city1"),
    past=BUREAU - {"officer1"},
    joint=BUREAU,
)
AUDITORS = by_case(
    # officer2 and officer1 have reported upward in the school's place: another officer audits.
    home=BUREAU,
    far=people("city1"),
    past=BUREAU - {"officer1"},
    joint=BUREAU,
)
SENDERS = by_case(
    home=people("lead1"), far=people("officer2"), past=people("officer1"), joint=people("lead1")
)
"""Who has begun to send a file; nobody else goes on with it."""

# --------------------------------------------------------------------------------- without a case

ADMINS = people("admin1 admin2")
BOARDS = BUREAU | FAR_BUREAU
TEACHING = people("teacher1 teacher1b teacher2 teacher3 grade1")
RUNNING = LEADERS | OTHER_LEADERS | BOARDS
FILERS = RUNNING | TEACHING | people("staff1 counsellor1")
SCOPED = RUNNING | TEACHING
"""Who has cases by post, not only by having filed them."""
EVERYBODY = FILERS | ADMINS
RULES = RUNNING | ADMINS
CALLERS = LEADERS | OTHER_LEADERS | TEACHING | people("staff1")
"""Who calls rolls and enters leave; nobody of the bureau does it in their place."""
FIRST_SCHOOL = LEADERS | people("teacher1 teacher1b grade1 staff1 counsellor1")
SECOND_SCHOOL = OTHER_LEADERS | people("teacher2")


@dataclass(frozen=True, slots=True)
class Row:
    """One way to ask a door. ``who``: those who get through, by situation or in general.

    ``args`` fill the address, ``body`` and ``query`` go with it: well-formed but never acceptable,
    so that who gets through changes nothing.
    """

    endpoint: str
    method: str
    who: ByCase | Who
    args: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def api(self) -> bool:
        """True for the door of programs."""
        return self.endpoint.startswith("api_")

    def __str__(self) -> str:
        return " ".join((self.method, self.endpoint, *map(str, self.args.values())))


ACTIONS: Mapping[str, ByCase] = {
    "add_note": SEES,
    "amend_fact": LEAD_AND_ABOVE,
    "record_on_site": DEPUTY_AND_ABOVE,
    "supervise": LEADER_AND_ABOVE,
}
"""Steps that are open in the state of the cases, for every rank one; all have required entries."""

CASE_DOORS = (
    Row("cases.show", "GET", SEES),
    Row("reports.show", "GET", READERS),
    Row("filing.filed", "GET", READERS),
    Row("told.show", "GET", READERS),
    Row("audit.show", "GET", AUDITORS),
    Row("audit.export", "GET", AUDITORS),
    Row("evidence.show", "GET", READERS),
    Row("evidence.start", "POST", READERS, body={"size": "0"}),
    Row("evidence.progress", "GET", SENDERS),
    Row("evidence.piece", "PUT", SENDERS),
    Row("evidence.finish", "POST", SENDERS),
    Row("approvals.decision", "POST", APPROVERS, body={"decision": "refuse"}),
    *(Row("cases.form", "GET", who, {"action": name}) for name, who in ACTIONS.items()),
    Row("cases.act", "POST", LEAD_AND_ABOVE, {"action": "amend_fact"}),
    Row("cases.act", "POST", LEADER_AND_ABOVE, {"action": "supervise"}),
    *(Row("api_cases.act", "POST", who, {"action": name}) for name, who in ACTIONS.items()),
    Row("api_cases.read_case", "GET", SEES),
    Row("api_cases.list_actions", "GET", SEES),
    Row("api_cases.read_timeline", "GET", SEES),
    Row("api_cases.read_clocks", "GET", SEES),
    Row("api_reports.read_reports", "GET", READERS),
    Row("api_evidence.add_evidence", "POST", READERS),
    Row("api_evidence.list_evidence", "GET", READERS),
    Row("api_evidence.read_evidence", "GET", READERS),
    Row("api_evidence.start_upload", "POST", READERS, body={"size": 1}),
    Row("api_evidence.read_upload", "GET", SENDERS),
    Row("api_evidence.write_upload", "PUT", SENDERS),
    Row("api_evidence.finish_upload", "POST", SENDERS, body={"sha256": "0" * 64}),
    Row("api_clocks.extend", "POST", PRINCIPAL_AND_ABOVE, body={"amount": 1, "reason": "难"}),
    Row("api_approvals.decide", "POST", APPROVERS, body={"approve": False}),
)

SCHOOLS = (("S1", BUREAU), ("S2", BUREAU), ("S3", FAR_BUREAU))
CLASSES = (
    ("K1", FIRST_SCHOOL | BUREAU),
    ("K3", SECOND_SCHOOL | BUREAU),
    ("K4", FAR_BUREAU | people("teacher3")),
)
ACCOUNTS = (
    ("officer1", people("admin1")),
    ("teacher1", people("admin1")),
    ("officer2", ADMINS),
    ("teacher3", ADMINS),
)
"""The administrator of the city reaches everybody, the one of the other county only its people."""
TALKS = (("TALK", BUREAU), ("TALK2", LEADERS | BUREAU))
"""Reports without a name: where staff may be part of it, and where it is not."""
OWN = "own"
"""In place of a login: that of whoever asks; nobody may change the own account."""
OWN_ACCOUNT = ("admin.password", "admin.disable", "admin.enable", "admin.add_post")

OF_AN_ALARM: Mapping[str, Mapping[str, Any] | None] = {
    "signals.show": None,
    "api_signals.read": None,
    "signals.see": {},
    "api_signals.see": {"what": ""},
}
OF_A_SIGNAL: Mapping[str, Mapping[str, Any] | None] = {
    **OF_AN_ALARM,
    "signals.opening": None,
    "api_signals.read_proposals": None,
    **dict.fromkeys((f"signals.{name}" for name in ("match", "explain", "decide", "reopen")), {}),
    "signals.open_case": {},
    "api_signals.dispose": {"outcome": "matched", "case": "none"},
    "api_signals.decide": {"approve": False},
    "api_signals.reopen": {"reason": ""},
}
"""Doors to one signal with what goes with the question; None: it is only read."""


def signals(who: Who, code: str, doors: Mapping[str, Mapping[str, Any] | None]) -> Iterable[Row]:
    """The rows of one signal."""
    for endpoint, body in doors.items():
        kind = {"case_type": "bullying"} if endpoint.startswith("signals.open") else {}
        args = {"signal_id": code, **kind}
        yield Row(endpoint, "GET" if body is None else "POST", who, args, body or {})


KEEPERS = people("principal1 principal2") | BOARDS
"""Who keeps the calendar and the times of a school."""
NO_ROLL = {"rollcall_id": NOWHERE}

VOICES = people("lead1 deputy1 principal1")
"""Who may have to speak for the first school; nobody on duty does."""
OF_FINDING = {"finding_id": "FINDING"}
OF_FLAG = {"flag_id": "FLAG"}
OF_MATTER = {"about": "signal", "ref": "TALK"}
FINDINGS = (
    # officer1 has proposed it about the first school; the leader and the city may decide it.
    Row("findings.index", "GET", VOICES | OTHER_LEADERS | BUREAU | FAR_BUREAU),
    Row("findings.show", "GET", VOICES | BUREAU, OF_FINDING),
    Row("findings.form", "GET", BUREAU, OF_MATTER),
    Row("findings.send", "POST", BUREAU, OF_MATTER),
    Row("findings.reply", "POST", people("principal1"), OF_FINDING),
    Row("findings.decide", "POST", people("leader1 city1"), OF_FINDING),
    Row("findings.withdraw", "POST", people("officer1"), OF_FINDING),
    Row("findings.clearing_form", "GET", BUREAU, OF_FLAG),
    Row("findings.clear", "POST", BUREAU, OF_FLAG),
    Row("api_findings.list_findings", "GET", VOICES | OTHER_LEADERS | BUREAU | FAR_BUREAU),
    Row("api_findings.read_finding", "GET", VOICES | BUREAU, OF_FINDING),
    Row("api_findings.propose", "POST", BUREAU | FAR_BUREAU),
    Row("api_findings.reply", "POST", people("principal1"), OF_FINDING, {"reply": ""}),
    Row(
        "api_findings.decide",
        "POST",
        people("leader1 city1"),
        OF_FINDING,
        {"uphold": True, "reasons": ""},
    ),
    Row("api_findings.withdraw", "POST", people("officer1"), OF_FINDING, {"reasons": ""}),
    Row("api_findings.clear", "POST", BUREAU, OF_FLAG, {"reason": ""}),
)

UNIT_KEEPERS = (
    ("S1", people("principal1 leader1 city1 admin1")),
    ("B1", people("leader1 city1 admin1")),
    ("C", people("city1 admin1")),
    ("S3", people("city1 admin1 admin2")),
)
"""Heads and administrators enter the channels of their own units and of those below."""
NO_ENDPOINT = {"endpoint_id": NOWHERE}
OF_ENDPOINT = ("change", "remove", "test")
OF_LEVEL = {"escalation_id": "LEVEL"}

OTHER_DOORS = (
    Row("account.me", "GET", EVERYBODY),
    Row("password.form", "GET", EVERYBODY),
    Row("password.change", "POST", EVERYBODY),
    Row("today.show", "GET", EVERYBODY),
    Row("intake_boxes.index", "GET", RUNNING),
    Row("intake_boxes.open_box", "POST", RUNNING),
    Row("intake_boxes.change_box", "POST", LEADERS | BUREAU, {"box_id": "BOX"}),
    Row("intake_boxes.poster", "GET", LEADERS | BUREAU, {"box_id": "BOX"}),
    *(Row("intake_boxes.talk", "GET", who, {"signal_id": code}) for code, who in TALKS),
    *(Row("intake_boxes.answer", "POST", BUREAU, {"signal_id": code}) for code, _ in TALKS),
    Row("intake_boxes.picture", "GET", NOBODY, {"signal_id": "TALK", "file_id": NOWHERE}),
    Row("signals.index", "GET", FILERS),
    Row("signals.new", "GET", FILERS),
    Row("signals.enter", "POST", FILERS),
    # Told without a name to the bureau: no school sees it before it is disposed of.
    *signals(BUREAU, "TALK", OF_A_SIGNAL),
    *signals(FIRST_SCHOOL | BUREAU, "ALARM", OF_AN_ALARM),
    Row("api_signals.enter", "POST", FILERS),
    Row("api_signals.list_signals", "GET", FILERS),
    Row("zero_reports.form", "GET", ALL_LEADERS),
    Row("zero_reports.sign", "POST", ALL_LEADERS),
    Row("zero_reports.day", "GET", ALL_LEADERS | BUREAU | FAR_BUREAU),
    Row("api_zero_reports.attest", "POST", ALL_LEADERS),
    Row("api_zero_reports.list_zero_reports", "GET", ALL_LEADERS | BUREAU | FAR_BUREAU),
    *(Row(f"api_rollcalls.{name}", "POST", CALLERS) for name in ("save", "record_leave")),
    Row("api_rollcalls.list_rollcalls", "GET", CALLERS | BOARDS),
    Row("api_rollcalls.correct", "POST", CALLERS, {"rollcall_id": NOWHERE}),
    Row("api_rollcalls.revoke_leave", "POST", CALLERS, {"leave_id": NOWHERE}),
    *(Row(f"roll_door.{name}", "GET", CALLERS) for name in ("worker", "shell", "door")),
    Row("roll_door.send", "POST", CALLERS),
    *(Row(name, "GET", CALLERS) for name in ("rolls.call", "leaves.index")),
    *(Row(f"class_log.{name}", "GET", CALLERS) for name in ("day", "month", "export")),
    *(Row(name, "GET", CALLERS | BOARDS) for name in ("rolls.index", "periods.show")),
    Row("leaves.record", "POST", CALLERS),
    Row("periods.save", "POST", KEEPERS),
    # What they ask for does not exist: a roll, a leave, a class.
    *(Row(f"rolls.{name}", "GET", NOBODY, NO_ROLL) for name in ("saved", "correct")),
    *(Row(f"rolls.{name}", "POST", NOBODY, NO_ROLL) for name in ("save", "corrected")),
    Row("leaves.revoke", "POST", NOBODY, {"leave_id": NOWHERE}),
    Row("class_log.add", "POST", NOBODY),
    Row("periods.defaults", "POST", NOBODY),
    Row("periods.end", "POST", KEEPERS, {"period_id": NOWHERE}),
    Row("calendar.show", "GET", ALL_LEADERS | BUREAU | FAR_BUREAU),
    Row("calendar.term", "POST", KEEPERS),
    Row("calendar.special", "POST", KEEPERS),
    Row("calendar.closure", "POST", KEEPERS),
    Row("calendar.end", "POST", KEEPERS, {"kind": "term", "row_id": NOWHERE}),
    Row("calendar.take_back", "POST", NOBODY, {"kind": "term", "row_id": NOWHERE}),
    *FINDINGS,
    Row("help.index", "GET", EVERYBODY),
    Row("help.show", "GET", EVERYBODY, {"case_type": "bullying"}),
    Row("messages.index", "GET", EVERYBODY),
    Row("messages.read", "POST", EVERYBODY),
    # None of these messages is the person's own.
    # The parcel went to the channel of the first school.
    Row("messages.parcel", "GET", FIRST_SCHOOL | BUREAU | people("admin1"), {"uid": "f" * 32}),
    Row("messages.read_one", "POST", NOBODY, {"message_id": NOWHERE}),
    Row("channels.index", "GET", ALL_LEADERS | BOARDS | ADMINS),
    *(Row("channels.add", "POST", who, {"unit_id": code}) for code, who in UNIT_KEEPERS),
    *(Row(f"channels.{name}", "POST", NOBODY, NO_ENDPOINT) for name in OF_ENDPOINT),
    Row("channels.again", "POST", NOBODY, {"parcel_id": NOWHERE}),
    Row("notifications.index", "GET", EVERYBODY),
    Row("notifications.choose", "POST", EVERYBODY, body={"locale": "none"}),
    Row("notifications.add", "POST", EVERYBODY),
    Row("notifications.calendar", "POST", EVERYBODY, body={"do": "revoke"}),
    # Addresses are one's own alone.
    *(Row(f"notifications.{name}", "POST", NOBODY, NO_ENDPOINT) for name in OF_ENDPOINT),
    Row("calls.index", "GET", EVERYBODY),
    # Who sees the case may know of its level; this one is acknowledged already.
    Row("calls.acknowledge", "POST", READERS["home"], OF_LEVEL),
    Row("api_messages.acknowledge", "POST", READERS["home"], OF_LEVEL),
    Row("api_messages.list_messages", "GET", EVERYBODY),
    Row("calls.phone", "GET", BUREAU, OF_LEVEL),
    Row("calls.record_phone", "POST", BUREAU, OF_LEVEL),
    Row("roster.show", "GET", EVERYBODY),
    Row("roster.away", "POST", EVERYBODY),
    Row("roster.shift", "POST", EVERYBODY),
    Row("cases.index", "GET", FILERS),
    Row("approvals.index", "GET", FILERS),
    Row("filing.choose", "GET", FILERS),
    Row("filing.form", "GET", FILERS, {"case_type": "bullying"}),
    Row("filing.send", "POST", FILERS, {"case_type": "bullying"}),
    Row("rules.show", "GET", RULES),
    Row("roster.show", "GET", EVERYBODY),
    Row("roster.away", "POST", EVERYBODY),
    Row("roster.shift", "POST", EVERYBODY),
    Row("county.show", "GET", BOARDS),
    Row("county.flags", "GET", BOARDS),
    Row("reconciliation.show", "GET", BOARDS),
    *(Row("reconciliation.school", "GET", who, {"school_id": code}) for code, who in SCHOOLS),
    *(Row("reconciliation.ask", "POST", who, {"school_id": code}) for code, who in SCHOOLS),
    Row("api_reconciliation.reconcile", "GET", BOARDS),
    Row("city.show", "GET", people("city1")),
    *(Row("county.school", "GET", who, {"school_id": code}) for code, who in SCHOOLS),
    *(Row(f"admin.{name}", "GET", ADMINS) for name in ("accounts", "new", "vacancies", "reach")),
    *(Row("admin.account", "GET", who, {"login": login}) for login, who in ACCOUNTS),
    Row("admin.create", "POST", ADMINS),
    *(Row(name, "POST", ADMINS, {"login": OWN}) for name in OWN_ACCOUNT),
    Row("admin_import.form", "GET", ADMINS),
    Row("admin_import.empty", "GET", ADMINS, {"kind": "students", "ending": "csv"}),
    Row("admin_import.upload", "POST", ADMINS),
    Row("admin_import.confirm", "POST", ADMINS),
    Row("admin_import.discard", "POST", ADMINS),
    Row("admin_import.passwords", "POST", ADMINS),
    Row("api_cases.list_cases", "GET", FILERS),
    Row("api_cases.file_case", "POST", FILERS),
    Row("api_reports.list_waiting", "GET", SCOPED),
    Row("api_approvals.list_approvals", "GET", FILERS),
    Row("api_messages.list_escalations", "GET", SCOPED),
    Row("api_places.list_units", "GET", FILERS),
    *(Row("api_places.list_students", "GET", who, {"class_id": code}) for code, who in CLASSES),
    Row("account.logout", "POST", EVERYBODY),
)
"""The last one ends the login of whoever asks."""
