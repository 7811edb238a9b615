"""What a file is, told by its content; its name and what the sender calls it prove nothing."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import filetype

from casework.errors import Invalid
from casework.text import N_, Text

HEAD = 8192
"""How many bytes tell the type."""
OFFICE = "application/vnd.openxmlformats-officedocument."
FIELD = "file"

NOT_ALLOWED = N_(
    "Files of this kind are not taken. Send a photo, a video, sound, PDF, Word, Excel or text."
)
MACROS = N_("This document contains macros. Save it without them, or as PDF.")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken: its words, its ending, whether it is a picture."""

    media_type: str
    ending: str
    label: str
    picture: bool = False


def _kinds(*kinds: Kind) -> dict[str, Kind]:
    return {kind.media_type: kind for kind in kinds}


PHOTO, VIDEO, SOUND, DOCUMENT = N_("Photo"), N_("Video"), N_("Sound"), N_("Document")
KINDS = _kinds(
    Kind("image/jpeg", "jpg", PHOTO, picture=True),
    Kind("image/png", "png", PHOTO, picture=True),
    Kind("image/webp", "webp", PHOTO, picture=True),
    Kind("image/gif", "gif", PHOTO, picture=True),
    Kind("image/heic", "heic", PHOTO, picture=True),
    Kind("video/mp4", "mp4", VIDEO),
    Kind("video/quicktime", "mov", VIDEO),
    Kind("video/webm", "webm", VIDEO),
    Kind("audio/mpeg", "mp3", SOUND),
    Kind("audio/mp4", "m4a", SOUND),
    Kind("audio/aac", "aac", SOUND),
    Kind("audio/amr", "amr", SOUND),
    Kind("audio/x-wav", "wav", SOUND),
    Kind("audio/ogg", "ogg", SOUND),
    Kind("application/pdf", "pdf", DOCUMENT),
    Kind(f"{OFFICE}wordprocessingml.document", "docx", DOCUMENT),
    Kind(f"{OFFICE}spreadsheetml.sheet", "xlsx", DOCUMENT),
    Kind("text/plain", "txt", DOCUMENT),
)
INLINE = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What a browser may show in place, once it has been drawn anew."""
_PARTS = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}
_MARKUP = re.compile(rb"<\s*(!doctype|\?xml|!--|html|head|body|script|svg|iframe|img)", re.I)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")


def kind_of(path: Path, name: str) -> Kind:
    """The kind of the file at ``path``. Raises Invalid for what is not taken.

    Plain text has no mark of its own: it must also be called .txt and hold no markup.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    media_type = _by_mark(head)
    if head.startswith(b"PK\x03\x04"):
        media_type = _office(path)
    elif media_type is None and name.lower().endswith(".txt") and _is_text(path):
        media_type = "text/plain"
    kind = KINDS.get(media_type or "")
    if kind is None:
        raise refused(NOT_ALLOWED)
    return kind


def refused(sentence: str, **params: object) -> Invalid:
    """The refusal of a file."""
    return Invalid({FIELD: [Text(sentence, params)]})


def _by_mark(head: bytes) -> str | None:
    if head[4:12] == b"ftypqt  ":  # filetype calls it mp4
        return "video/quicktime"
    found: str | None = filetype.guess_mime(head)
    return found


def _office(path: Path) -> str | None:
    """Word or Excel by the parts inside; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused(MACROS)
    found = [media_type for part, media_type in _PARTS.items() if part in names]
    return found[0] if len(found) == 1 and "[Content_Types].xml" in names else None


def _is_text(path: Path) -> bool:
    """True for words in UTF-8 or GB 18030 that no browser could take for a page."""
    content = path.read_bytes()
    if _CONTROL.search(content) or _MARKUP.search(content[:HEAD]):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
