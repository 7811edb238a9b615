"""Small files for the stories: a picture or a page of PDF, the same for the same name."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from sqlalchemy.orm import Session

from casework.permissions import Actor
from casework.services.evidence import images, register
from casework.services.evidence.kinds import kind_of
from casework.services.evidence.store import Store

WIDTH, HEIGHT = 320, 200
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def keep(session: Session, store: Store | None, actor: Actor, number: str, name: str) -> int | None:
    """Keep a file for a case as if the actor had sent it; give back its number."""
    if store is None:
        return None
    sent = picture(name) if name.endswith(".png") else page()
    with store.temporary() as path, store.temporary() as drawn:
        received = store.receive(io.BytesIO(sent), path)
        kind = kind_of(path, name)
        kept, preview = path, None
        if kind.picture:
            kept, preview = drawn, images.redraw(path, kind.media_type, drawn).preview
        facts = register.Facts(
            sha256=_hash(kept),
            original_sha256=received.sha256,
            size=kept.stat().st_size,
            media_type=kind.media_type,
            original_type=kind.media_type,
            cleaned=kind.picture,
        )
        store.keep(kept, facts.sha256, preview)
    return register.add(session, actor, number, facts, name).id


def picture(name: str) -> bytes:
    """A PNG: two fields of colour that follow from the name."""
    upper, lower = hashlib.sha256(name.encode()).digest()[:3], b"\xc8\xcc\xc6"
    rows = [b"\0" + (upper if y < HEIGHT * 2 // 3 else lower) * WIDTH for y in range(HEIGHT)]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def page() -> bytes:
    """An empty page of PDF."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + head + table + tail


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def word_file(paragraphs: Iterable[str]) -> bytes:
    """A plain Word file with these paragraphs, such as a bureau makes a template of."""
    body = "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    entries = {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{WORD_TYPE}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}relationships/officeDocument" Target="word/document.xml"/>'
            "</Relationships>"
        ),
        "word/document.xml": (
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body>{body}</w:body></w:document>"
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in entries.items():
            archive.writestr(zipfile.ZipInfo(name), f"<?xml version='1.0'?>{xml}")
    return out.getvalue()
