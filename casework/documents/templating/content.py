"""What stands in the XML parts of an uploaded Word file: links, programs, fields, other encodings.

Read as XML and never as bytes: a prefix, an entity or a capital letter hides nothing here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from casework.text import N_, Text

DOCUMENT = "word/document.xml"
SPEAKING = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes)\.xml")
"""The parts whose text is filled in, by the only names under which they are taken."""
TYPES = "[content_types].xml"
DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
DEFINITIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
TAG = re.compile(r"<[^>]*>")
BRACES = re.compile(r"\{[{%#]")
FETCHING = re.compile(
    r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|MACROBUTTON|DATABASE)\b", re.I
)
RUNNING_TYPES = re.compile(r"vba|oleObject|activeX|macroEnabled", re.I)
RUNNING_LINKS = frozenset(
    {"vbaproject", "wordvbadata", "oleobject", "package", "control", "attachedtemplate", "afchunk"}
)
"""The last words of the types of relationships to what runs or holds other files."""
SPEAKING_LINKS = frozenset({"header", "footer", "footnotes"})
SPEAKING_TYPES = re.compile(
    r"wordprocessingml\.(?:document\.main|template\.main|header|footer|footnotes)\+xml$", re.I
)

UNREADABLE = N_("Word would not open this file.")
ENCODING = N_("It is not written in UTF-8, as Word writes it.")
ENTITIES = N_("It holds definitions that a Word document never needs.")
MACROS = N_("It holds macros or embedded programs. Save it without them, as .docx.")
LINKED = N_("It links to something outside: %(target)s. Remove the link or embed the picture.")
FIELD = N_("It holds a field that fetches or runs something: %(field)s. Remove the field.")
NAMED = N_("A part with text has a name that Word never gives: %(name)s. Save it again in Word.")
BRACES_HERE = N_("Places to fill in may only stand in the text, headers, footers and footnotes.")


def faults(name: str, content: bytes) -> Iterator[Text]:
    """Everything that speaks against one XML part of the file."""
    declared = DECLARED.search(content)
    if declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        yield Text(ENCODING)
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield Text(ENCODING)
        return
    if "\0" in text:
        yield Text(ENCODING)
        return
    if DEFINITIONS.search(content):
        yield Text(ENTITIES)
        return
    try:
        # Safe with the parser of the standard library: whatever defines an entity was refused.
        root = ET.fromstring(text.removeprefix("\ufeff").encode())  # noqa: S314
    except (ET.ParseError, ValueError):
        yield Text(UNREADABLE)
        return
    yield from _against(name, root)
    if not SPEAKING.fullmatch(name) and BRACES.search(TAG.sub("", text)):
        yield Text(BRACES_HERE)


def _against(name: str, root: ET.Element) -> Iterator[Text]:
    if name.lower() == TYPES:
        yield from _types(root)
    elif name.lower().endswith(".rels"):
        yield from _links(name, root)
    else:
        if any(_local(one) == "altChunk" for one in root.iter()):
            yield Text(MACROS)
        yield from _fields(root)


def _types(root: ET.Element) -> Iterator[Text]:
    """The kinds of all parts: none that runs, and text only under the names that are checked."""
    for one in root.iter():
        kind = one.get("ContentType", "")
        if RUNNING_TYPES.search(kind):
            yield Text(MACROS)
        elif SPEAKING_TYPES.search(kind):
            part = one.get("PartName", "").lstrip("/")
            if not SPEAKING.fullmatch(part):
                yield Text(NAMED, {"name": part or one.get("Extension", "")})


def _links(name: str, root: ET.Element) -> Iterator[Text]:
    """What the file, or one of its parts, belongs together with."""
    base = posixpath.dirname(posixpath.dirname(name))
    for one in root.iter():
        if _local(one) != "Relationship":
            continue
        target = one.get("Target", "")
        kind = one.get("Type", "").rstrip("/").rsplit("/", 1)[-1].lower()
        if one.get("TargetMode", "").strip().lower() == "external":
            yield Text(LINKED, {"target": target[:100]})
        elif kind in RUNNING_LINKS:
            yield Text(MACROS)
        else:
            part = posixpath.normpath(posixpath.join("/", base, target)).lstrip("/")
            wrong = kind == "officedocument" and part != DOCUMENT
            if wrong or (kind in SPEAKING_LINKS and not SPEAKING.fullmatch(part)):
                yield Text(NAMED, {"name": part[:100]})


def _fields(root: ET.Element) -> Iterator[Text]:
    """The fields that fetch or run something, or whose instruction a value would change."""
    for said in dict.fromkeys(_instructions(root)):
        if found := FETCHING.search(said):
            yield Text(FIELD, {"field": found[1].upper()})
        elif BRACES.search(said):
            yield Text(FIELD, {"field": said.strip()[:100]})


def _instructions(root: ET.Element) -> Iterator[str]:
    """The instruction of every field, put together from however many pieces Word made of it."""
    open_fields = [""]
    for one in root.iter():
        match _local(one):
            case "fldSimple":
                yield _attribute(one, "instr")
            case "instrText" | "delInstrText":
                open_fields[-1] += one.text or ""
            case "fldChar" if _attribute(one, "fldCharType") == "begin":
                open_fields.append("")
            case "fldChar" if _attribute(one, "fldCharType") == "end" and len(open_fields) > 1:
                yield open_fields.pop()
    yield from open_fields


def _local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _attribute(element: ET.Element, wanted: str) -> str:
    found = (value for key, value in element.items() if key.rsplit("}", 1)[-1] == wanted)
    return next(found, "")
