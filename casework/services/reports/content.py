"""What the chain says of reports: pure functions over the stored events, used to write and check.

An event that makes a report carries ``data.report``; one that signs, acknowledges or relays carries
``data.marks`` with the places (seq) of the reports it is about. The hash of a report is SHA-256
over the RFC 8785 form of the parts of its event that are its content, so that the paper, the row
and the exported timeline prove each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from casework.timeline.verifier import canonical, digest

REPORT, MARKS = "report", "marks"
STATED = ("dead", "injured", "missing", "category", "statutory_grade", "school_grade", "urgent")
"""What a report states beside its own fields: the standing of the case when it was made."""
Body = Mapping[str, Any]
Columns = dict[str, Any]


def content(body: Body) -> dict[str, Any]:
    """The content of a report, as far as its event holds it: texts by their commitments."""
    data = body["data"]
    return {
        "case": body["case"],
        "seq": body["seq"],
        "at": body["at"],
        "actor": body["actor"],
        "fields": data.get("fields", {}),
        "commitments": data.get("commitments", {}),
        REPORT: data[REPORT],
    }


def hash_of(body: Body) -> str:
    """The SHA-256 of the canonical content of the report that this event made."""
    return digest(canonical(content(body)))


def columns(body: Body) -> Columns:
    """The columns of the row of a report, as its event dictates them."""
    said = body["data"][REPORT]
    at = datetime.fromisoformat(body["at"])
    signed = said["signed"]
    return {
        **{name: said[name] for name in ("kind", "n", "version", "recipients")},
        **{name: said["stated"][name] for name in STATED},
        "seq": body["seq"],
        "hash": hash_of(body),
        "made_at": at,
        "made_by": body["actor"]["id"],
        "made_role": body["actor"]["role"],
        "superseded": False,
        "signed_at": at if signed else None,
        "signed_by": body["actor"]["id"] if signed else None,
        **dict.fromkeys(("acknowledged_at", "acknowledged_by", "relayed_at", "relayed_by"), None),
    }


def marked(body: Body) -> tuple[tuple[int, ...], Columns]:
    """Which reports an event is about, by seq, and what it sets on each of them."""
    marks = body["data"].get(MARKS)
    if not marks:
        return (), {}
    at = datetime.fromisoformat(marks["at"])
    by = body["actor"]["id"]
    return tuple(marks["reports"]), {f"{marks['mark']}_at": at, f"{marks['mark']}_by": by}


def folded(bodies: Iterable[Body]) -> dict[int, Columns]:
    """Every report of a chain by seq, with all that its events say of it."""
    found: dict[int, Columns] = {}
    for body in bodies:
        if REPORT in body["data"]:
            found[body["seq"]] = columns(body)
            corrected = body["data"][REPORT].get("corrects")
            if corrected in found:
                found[corrected]["superseded"] = True
        seqs, changes = marked(body)
        for seq in seqs:
            if seq in found:
                found[seq] |= changes
    return found
