"""Files of documents as they leave the house: one of them, or all of a case with an index."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.errors import NotFound
from casework.models import Case, Document, DocumentDelivery, User
from casework.models.document import LASTING, OPEN
from casework.permissions import Actor, Permission
from casework.services import timeline
from casework.services.documents import drafting, frames, printing, reading, scope, wording
from casework.services.documents.gathering.codes import codes
from casework.services.documents.kinds import kind_of
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.evidence import register
from casework.services.evidence.kinds import KINDS
from casework.services.pages.audit_scope import acted_for_school
from casework.services.scope import load_case
from casework.text import N_, Text

NO_FILE = N_("This document was given up; there is no file of it.")
FILE_LOST = N_("The file of this document is missing in the store; tell whoever runs the system.")
FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "-"))
LONGEST = 80
INDEX, CHAIN, NOTE = "目录.csv", "时间线.jsonl", "说明.txt"
HEAD = ("序号", "文件", "名称", "文号", "状态", "签发时间", "签发人", "送达", "SHA-256")
STATES = {"issued": "有效", "withdrawn": "已被替代"}
EVIDENCE = "证据文件（存于本系统，未打包）"
EXPLAINED = (
    "案件{number}专门档案，{at}由{who}导出。\r\n\r\n"
    "{index}列出全部文书和证据文件及其SHA-256值，可以用任何计算SHA-256的工具核对。\r\n"
    "{timeline}"
    "已被替代的文书仍在其中，以替代它的文书为准。\r\n"
)
TIMELINE = (
    f"{CHAIN}是案件时间线的全部记录，每行一条，前后以哈希值相连；"
    "文书签发记录中载有同一SHA-256值。\r\n"
)
LOST = "文件缺失"
FORMULA = ("=", "+", "-", "@")
"""What a table program takes for a formula at the head of a cell."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file with its names: the office's, and one in plain signs for old programs."""

    data: bytes | Path
    name: str
    plain: str
    chain: str
    sha256: str = ""


def one(session: Session, press: Press, actor: Actor, document_id: int) -> Found:
    """The file of an issued document, or a draft printed as it stands, which says so on each page.

    Raises NotFound out of scope, and for one that was given up.
    """
    held = reading.seen(session, actor, document_id)
    document = held.document
    chain = held.case.chain if held.case else held.office.chain
    plain = f"{held.case.number if held.case else held.office.code}-D{document.id}.docx"
    if document.state in LASTING:
        path = press.store.path(document.sha256 or "")
        if not path.is_file():
            raise NotFound(Text(FILE_LOST))
        return Found(path, name_of(session, held), plain, chain, document.sha256 or "")
    if document.state not in OPEN:
        raise NotFound(Text(NO_FILE))
    data = drafted(session, press, actor, held)
    return Found(data, f"草稿 {name_of(session, held)}", f"draft-{plain}", chain)


def drafted(session: Session, press: Press, actor: Actor, held: Held) -> bytes:
    """A draft as a file, with what is missing marked."""
    given = drafting.effective(session, press, actor, held).values
    said = wording.of(session, held.office)
    frame = frames.draft(said, held.kind, given, clock.now(), press.zone)
    return printing.document(session, press, held, given, frame)


def name_of(session: Session, held: Held) -> str:
    """What the office calls the file: number, kind, whom it is about."""
    code = ""
    if held.case is not None and held.document.person_id is not None:
        code = codes(session, held.case).of.get(held.document.person_id, "")
    about = f"（{code}）" if code else ""
    day = f" {held.document.on.isoformat()}" if held.document.on else ""
    number = held.document.symbol or (held.case.number if held.case else held.office.name)
    return f"{number} {held.kind.word}{about}{day}"[:LONGEST].translate(FORBIDDEN) + ".docx"


def bundle(session: Session, press: Press, actor: Actor, number: str, target: IO[bytes]) -> str:
    """Write all issued documents of a case and an index into a zip; its name.

    The timeline is added for who may audit the case. A file that is missing is named as such.
    Raises NotFound out of scope.
    """
    case = load_case(session, actor, number)
    query = scope.known(actor).where(Document.case_id == case.id, Document.state.in_(LASTING))
    rows = session.scalars(query.order_by(Document.issued_at, Document.id)).all()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        names = list(_documents(session, press, case, rows, archive))
        index = _index(session, case, rows, names)
        _write(archive, INDEX, index, clock.now())
        audits = _audits(session, actor, case)
        if audits:
            chain = "\n".join(timeline.export(session, case.chain)) + "\n"
            _write(archive, CHAIN, chain.encode(), clock.now())
        note = EXPLAINED.format(
            number=number,
            at=f"{clock.now().astimezone(LOCAL):%Y-%m-%d %H:%M}",
            who=actor.name,
            index=INDEX,
            timeline=TIMELINE if audits else "",
        )
        _write(archive, NOTE, note.encode("utf-8-sig"), clock.now())
    return f"{number} 专门档案.zip"


def _audits(session: Session, actor: Actor, case: Case) -> bool:
    """The actor could export the timeline by itself."""
    may = actor.can(Permission.CASE_AUDIT, case.unit.path)
    return may and not acted_for_school(session, actor, case)


def _documents(
    session: Session,
    press: Press,
    case: Case,
    rows: Sequence[Document],
    archive: zipfile.ZipFile,
) -> Iterator[str]:
    """Write each file under its name; the names, empty for a lost one, in the order of the rows."""
    for place, row in enumerate(rows, 1):
        held = Held(row, kind_of(session, row), case, case.unit)
        name = f"{place:02d} {name_of(session, held)}"
        path = press.store.path(row.sha256 or "")
        if not path.is_file():
            yield ""
            continue
        _write(archive, f"文书/{name}", path.read_bytes(), row.issued_at or clock.now())
        yield f"文书/{name}"


def _index(session: Session, case: Case, rows: Sequence[Document], names: list[str]) -> bytes:
    """A table that an office opens: what there is, with its hashes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    handed = _handed(session, [row.id for row in rows])
    for place, (row, name) in enumerate(zip(rows, names, strict=True), 1):
        issuer = session.get(User, row.issued_by) if row.issued_by else None
        writer.writerow(
            [
                place,
                _cell(name or LOST),
                _cell(kind_of(session, row).word),
                _cell(row.symbol or ""),
                STATES[row.state],
                f"{row.issued_at.astimezone(LOCAL):%Y-%m-%d %H:%M}" if row.issued_at else "",
                _cell(issuer.name if issuer else ""),
                f"{handed.get(row.id, 0)}次",
                row.sha256,
            ]
        )
    for place, file in enumerate(register.of_case(session, case), len(rows) + 1):
        ending = KINDS[file.media_type].ending.upper()
        name = f"第{file.id}号文件（{ending}）"
        writer.writerow([place, EVIDENCE, name, "", "", "", "", "", file.sha256])
    return out.getvalue().encode("utf-8-sig")


def _cell(words: str) -> str:
    """Words that a table program does not take for a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words


def _handed(session: Session, ids: list[int]) -> dict[int, int]:
    query = select(DocumentDelivery.document_id).where(DocumentDelivery.document_id.in_(ids))
    found: dict[int, int] = {}
    for document_id in session.scalars(query):
        found[document_id] = found.get(document_id, 0) + 1
    return found


def _write(archive: zipfile.ZipFile, name: str, data: bytes, at: datetime) -> None:
    local = at.astimezone(LOCAL)
    info = zipfile.ZipInfo(name, (local.year, *local.timetuple()[1:6]))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)
