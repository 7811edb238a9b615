"""学生欺凌事件调查报告: what the investigation recorded; codes for pupils, never names."""

from __future__ import annotations

from collections.abc import Iterator

from casework.documents.kinds import UNKNOWN
from casework.models import Person, Unit
from casework.services.documents.gathering.matter import Matter, joined
from casework.services.documents.gathering.sources import source_of
from casework.services.documents.values import Values
from casework.services.evidence import register
from casework.services.evidence.kinds import KINDS
from casework.workflows.case import FILE

SIDES = {"victim": "被欺凌一方", "actor": "实施一方", "witness": "证人"}
INJURIES = {"none": "未发现身体伤害。", "minor": "轻微身体伤害。", "serious": "较重身体伤害。"}
STATEMENTS = {"taken": "", "missing": "未能取得陈述：{why}"}
WITNESS = "取得证人证言，见证据清单。"
EXISTS = {True: "经认定，存在{what}。", False: "经认定，不存在{what}。"}
ELEMENTS = {"imbalance": "力量不对等", "intent": "主观恶意", "harm": "损害后果"}
HURT = {True: "存在心理伤害。", False: "未发现心理伤害。"}


def investigation(matter: Matter) -> tuple[Values, frozenset[str]]:
    """The values of an investigation report."""
    opened = matter.at("open_investigation", "resume")
    screen = matter.last("screen")
    report = matter.last("submit_report")
    hurt = matter.told(screen, "psychological_harm")
    values: Values = {
        "clue_source": source_of(matter.case.source),
        "accepted_at": matter.at("accept"),
        "started_at": opened,
        "investigators": list(investigators(matter)),
        "pupils": list(pupils(matter)),
        "occurred": matter.moment(matter.case.occurred_at) or UNKNOWN,
        "place": matter.coded(matter.latest("place")) or UNKNOWN,
        "behaviour": matter.coded(matter.case.narrative),
        "categories": matter.latest("kinds", FILE),
        "evidence": list(evidence(matter)),
        "injuries": INJURIES.get(str(matter.latest("injury"))),
        "psychology": HURT[hurt] if isinstance(hurt, bool) else None,
        "facts": matter.coded(matter.told(report, "report")),
        "proposed_grade": matter.latest("finding", "determine"),
        **elements(matter),
        **_statements(matter),
    }
    return values, frozenset()


def investigators(matter: Matter) -> Iterator[dict[str, str]]:
    """Who investigates, with unit and post."""
    found = matter.latest("investigators", "open_investigation", "resume") or []
    for user_id in found:
        yield {"name": matter.user(user_id), "post": matter.post(user_id), "task": ""}


def pupils(matter: Matter, *parts: str) -> Iterator[dict[str, str]]:
    """The pupils of the sides by code; age and guardian are for a person to add."""
    wanted = parts or ("victim", "actor")
    rows = matter.session.query(Person).filter_by(case_id=matter.case.id).order_by(Person.id)
    for person in rows:
        if person.part in wanted and person.id in matter.codes.of:
            yield {
                "code": matter.codes.of[person.id],
                "side": SIDES.get(person.part, ""),
                "grade": _grade(matter, person),
                "age": "",
                "guardian": "",
            }


def elements(matter: Matter) -> Values:
    """The three elements as the committee has found them; nothing before it has."""
    record = matter.last("determine")
    found: Values = {}
    for name, what in ELEMENTS.items():
        given = matter.told(record, name)
        if isinstance(given, bool):
            found[name] = EXISTS[given].format(what=what)
    return found


def evidence(matter: Matter) -> Iterator[dict[str, str]]:
    """The pieces of evidence: those of the list, what was secured, the files with their hashes."""
    files = {row.seq: row for row in register.of_case(matter.session, matter.case)}
    rows: list[tuple[str, str]] = []
    listed = matter.coded(matter.latest("evidence_list", "submit_report"))
    rows += [(line.strip(), "调查组") for line in listed.splitlines() if line.strip()]
    for record in matter.records("secure_evidence"):
        if matter.told(record, "lost") is True:
            continue
        name = matter.word(record, "kind")
        if record.seq in files:
            file = files[record.seq]
            ending = KINDS[file.media_type].ending.upper()
            name += f"（{ending}，SHA-256 {file.sha256[:12]}…）"
        rows.append((name, matter.coded(matter.told(record, "kept_by")) or "本系统存证"))
    for number, (name, source) in enumerate(rows, 1):
        yield {"number": str(number), "name": name, "source": source, "proves": ""}


def _statements(matter: Matter) -> Values:
    report = matter.last("submit_report")
    found: Values = {}
    for side, name in (("victim", "victim_statement"), ("actor", "actor_statement")):
        sentence = STATEMENTS.get(str(matter.told(report, name)))
        why = matter.coded(matter.told(report, f"{name}_why"))
        if sentence:
            found[f"{side}_statement"] = joined(sentence.format(why=why))
    given = matter.told(report, "witness_statement")
    why = matter.coded(matter.told(report, "witness_statement_why"))
    if given == "taken":
        found["witnesses"] = WITNESS
    elif given == "missing":
        found["witnesses"] = STATEMENTS["missing"].format(why=why)
    return found


def _grade(matter: Matter, person: Person) -> str:
    unit = matter.session.get(Unit, person.class_id) if person.class_id else None
    above = matter.session.get(Unit, unit.parent_id) if unit and unit.parent_id else None
    return above.name if above is not None and above.kind == "grade" else unit.name if unit else ""
