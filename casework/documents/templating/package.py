"""Whether an uploaded file is a plain Word document: no bomb, no macros, nothing fetched."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from casework.documents.templating import content
from casework.documents.templating.faults import BadTemplate, Fault
from casework.text import N_, Text

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_ENTRIES = 500
DOCUMENT = content.DOCUMENT
SPEAKING = content.SPEAKING
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RUNNING = re.compile(
    r"vbaProject|vbaData|activeX|oleObject|word/embeddings/|afchunk|\.(?:exe|bat|js|vbs|dll)$", re.I
)
"""Names of parts that run, or hold other files."""
WHOLE_FILE = N_("The whole file")
PART = N_("Part %(part)s of the file")
TOO_LARGE = N_("The file is larger than %(most)s MB.")
NO_WORD_FILE = N_("This is no Word document (.docx).")
BOMB = N_("Unpacked, the file would be larger than %(most)s MB.")


def checked(data: bytes) -> dict[str, bytes]:
    """The entries of the file. Raises BadTemplate with every reason against it."""
    if len(data) > MOST_BYTES:
        raise _refused(Text(TOO_LARGE, {"most": MOST_BYTES // 1024 // 1024}))
    entries = _entries(data)
    types = entries.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if DOCUMENT not in entries or ("macroEnabled" not in types and MAIN_TYPE not in types):
        raise _refused(Text(NO_WORD_FILE))
    faults = list(_faults(entries))
    if faults:
        raise BadTemplate(faults)
    return entries


def _entries(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            whole = sum(one.file_size for one in listed)
            if len(listed) > MOST_ENTRIES or whole > MOST_UNPACKED:
                raise _refused(Text(BOMB, {"most": MOST_UNPACKED // 1024 // 1024}))
            if len({one.filename.lower() for one in listed}) < len(listed):
                raise _refused(Text(NO_WORD_FILE))  # Two readers would see two different files.
            return {one.filename: _read(archive, one) for one in listed}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError):
        raise _refused(Text(NO_WORD_FILE)) from None


def _read(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """One entry, never more than its head promises: the sum of the heads was checked."""
    with archive.open(one) as entry:
        read = entry.read(one.file_size + 1)
    if len(read) > one.file_size:
        raise zipfile.BadZipFile("an entry is larger than its head says")
    return read


def _faults(entries: Mapping[str, bytes]) -> Iterator[Fault]:
    for name, data in sorted(entries.items()):
        place = Text(PART, {"part": name})
        if RUNNING.search(name):
            yield Fault(place, Text(content.MACROS))
        if name.lower().endswith((".xml", ".rels")):
            yield from (Fault(place, reason) for reason in content.faults(name, data))


def _refused(reason: Text) -> BadTemplate:
    return BadTemplate([Fault(Text(WHOLE_FILE), reason)])
