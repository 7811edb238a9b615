"""The rows of evidence: who may add one to a case, how much a case may hold, who may see which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, NotAllowed, NotFound
from casework.models import (
    Case,
    Document,
    DocumentTemplate,
    Evidence,
    IntakeFile,
    PrivateValue,
)
from casework.permissions import Actor, Permission
from casework.services.scope import load_case
from casework.text import N_, Text

MOST_FILES = 200
MOST_BYTES = 1024 * 1024 * 1024
FULL = N_(
    "This case holds %(files)s files or 1 GB already. Keep what is new elsewhere and record where."
)
LONGEST_NAME = 120
NAME = ".name"
"""After the field: what the private text with the file's name is called."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a stored file: hashes and types as kept and as sent."""

    sha256: str
    original_sha256: str
    size: int
    media_type: str
    original_type: str
    cleaned: bool


def case_for_upload(session: Session, actor: Actor, number: str, size: int = 1) -> Case:
    """The case, when the actor may add a file of this size.

    Raises NotFound out of scope, NotAllowed, Conflict when the case is full.
    """
    if not actor.can(Permission.CASE_ACT):
        raise NotAllowed
    case = load_case(session, actor, number)
    query = select(func.count(), func.coalesce(func.sum(Evidence.size), 0))
    files, held = session.execute(query.where(Evidence.case_id == case.id)).one()
    if files >= MOST_FILES or held + size > MOST_BYTES:
        raise Conflict(Text(FULL, {"files": MOST_FILES}))
    return case


def add(session: Session, actor: Actor, number: str, facts: Facts, name: str) -> Evidence:
    """The row of a file that is already stored; it carries nothing in the case yet."""
    case = case_for_upload(session, actor, number, facts.size)
    row = Evidence(
        case_id=case.id,
        uploader_id=actor.user_id,
        name=name,
        created_at=clock.now(),
        **{field: getattr(facts, field) for field in Facts.__slots__},
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, actor: Actor, number: str, evidence_id: int) -> tuple[Evidence, str]:
    """One file of a case with its name, empty when that is erased.

    Raises NotFound out of scope, for a file of another case, and for one that stands in no event
    yet unless the actor has sent it.
    """
    case = load_case(session, actor, number)
    row = session.get(Evidence, evidence_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    if row.seq is None and row.uploader_id != actor.user_id:
        raise NotFound
    return row, row.name or names(session, case.chain).get((row.seq or 0, row.id), "")


def of_case(session: Session, case: Case) -> list[Evidence]:
    """The files that stand in the events of this case, oldest first; of this case only."""
    query = select(Evidence).where(Evidence.case_id == case.id, Evidence.seq.is_not(None))
    return list(session.scalars(query.order_by(Evidence.id)))


def names(session: Session, chain: str) -> dict[tuple[int, int], str]:
    """The names that are not erased, by event and file."""
    query = select(PrivateValue.seq, PrivateValue.name, PrivateValue.value).where(
        PrivateValue.case_key == chain, PrivateValue.name.like(f"%{NAME}")
    )
    found = {}
    for seq, name, value in session.execute(query):
        _, _, evidence_id = name.removesuffix(NAME).rpartition(".")
        found[seq, int(evidence_id)] = value
    return found


def private_name(field: str, evidence_id: int) -> str:
    """Under which name the private texts of an event keep the name of a file."""
    return f"{field}.{evidence_id}{NAME}"


def cleaned_name(name: str) -> str:
    """A file's name without folders and control characters, cut to a length."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip(" .")[-LONGEST_NAME:]


def needed(session: Session, hashes: Iterable[str]) -> set[str]:
    """Which of these some row speaks of: evidence, a report without a name, a document."""
    wanted = list(hashes)
    rows = (Evidence, IntakeFile, Document, DocumentTemplate)
    found = [select(row.sha256).where(row.sha256.in_(wanted)) for row in rows]
    return {one for query in found for one in session.scalars(query) if one is not None}
