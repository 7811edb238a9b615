"""What a file says of itself: its core properties."""

from __future__ import annotations

from datetime import UTC
from xml.sax.saxutils import escape

from casework.documents.paper import Properties

DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"


def core_xml(properties: Properties) -> str:
    """``docProps/core.xml``: title, author, number and language, made at the document's instant."""
    at = properties.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {
        "dc:title": properties.title,
        "dc:subject": properties.subject,
        "dc:creator": properties.author,
        "dc:identifier": properties.identifier,
        "dc:language": "zh-CN",
        "cp:lastModifiedBy": properties.author,
    }
    words = "".join(f"<{name}>{escape(word)}</{name}>" for name, word in said.items() if word)
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{at}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f"{DECLARATION}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{words}{times}</cp:coreProperties>"
    )
