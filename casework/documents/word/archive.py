"""The zip around a file: sorted, with fixed dates; the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

FIRST = "[Content_Types].xml"
"""Readers that sniff look for it at the beginning."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
UNIX, PLAIN_FILE = 3, 0o100644 << 16


def packed(entries: Mapping[str, bytes]) -> bytes:
    """The entries as a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(entries, key=lambda name: (name != FIRST, name)):
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = UNIX, PLAIN_FILE
            archive.writestr(info, entries[name])
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The entries of a zip file that we made ourselves."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
