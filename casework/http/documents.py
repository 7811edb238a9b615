"""Documents at the doors: the press of this installation, and files with their Chinese names."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO
from urllib.parse import quote

from flask import Response, send_file

from casework.http.context import current_actor, ground, reading, record_reading
from casework.http.files import HEADERS, store
from casework.i18n import LOCALES, render
from casework.services.documents import files
from casework.services.documents.press import Press
from casework.services.documents.printing import DOCX

ZIP = "application/zip"


def press() -> Press:
    """What this installation prints with; documents are Chinese whatever the reader's language."""
    settings = ground().settings
    fonts = dict(settings.document_fonts)
    return Press(store(), lambda text: render(text, LOCALES[0]), settings.timezone, fonts)


def send_document(document_id: int) -> Response:
    """The file of a document; that it was read is recorded."""
    with reading() as session:
        found = files.one(session, press(), current_actor(), document_id)
    record_reading(found.chain, f"document:{document_id}")
    source: Path | IO[bytes] = (
        io.BytesIO(found.data) if isinstance(found.data, bytes) else found.data
    )
    return _sent(source, DOCX, found.name, found.plain, found.sha256)


def send_bundle(number: str) -> Response:
    """Every issued document of a case as a zip; that it was read is recorded.

    In memory: a case has some dozens of them, of some ten thousand bytes each.
    """
    target = io.BytesIO()
    with reading() as session:
        name = files.bundle(session, press(), current_actor(), number, target)
    record_reading(number, "documents.zip")
    target.seek(0)
    return _sent(target, ZIP, name, f"{number}.zip")


def _sent(
    source: Path | IO[bytes], media_type: str, name: str, plain: str, etag: str = ""
) -> Response:
    answer = send_file(
        source, mimetype=media_type, conditional=bool(etag), etag=etag or False, max_age=0
    )
    answer.headers.update(HEADERS)
    answer.headers["Content-Disposition"] = disposition(name, plain)
    return answer


def disposition(name: str, plain: str) -> str:
    """Saved under the office's name; programs that know only ASCII get the plain one (RFC 6266)."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
