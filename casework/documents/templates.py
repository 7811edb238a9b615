"""A bureau's own kind: a Word template with places in it, checked on upload and filled in later.

The only place that knows docxtpl. A template may say ``{{ name }}``, choose with ``{% if %}`` and
repeat with ``{% for %}``; whatever could run, fetch or hide something is refused, with its place.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casework.documents import printing
from casework.documents.cleaning import clean_values
from casework.documents.frame import Frame
from casework.documents.paper import Properties
from casework.documents.templating import content, grammar, package
from casework.documents.templating.faults import BadTemplate, Fault
from casework.documents.templating.places import Places
from casework.documents.word.archive import packed, unpacked
from casework.documents.word.properties import core_xml
from casework.documents.word.sheets import DRAFT_PARAGRAPH
from casework.text import N_, Text

__all__ = ["FRAME_NAMES", "BadTemplate", "Fault", "check_template", "fill_template"]

FRAME_NAMES = frozenset(
    {"office", "number", "signer", "issued_on", "addressee", "copies_to", "secrecy", "urgency"}
)
"""What every template may say without being asked for."""
NO_NAMES = N_("There is no place to fill in: write {{ name }} where a value belongs.")
UNFILLED = N_("The value “%(name)s” is missing.")


def check_template(data: bytes, known: Collection[str] | None = None) -> list[str]:
    """The names that a template asks for, in the order of their appearance.

    With ``known``, no others may appear. Raises BadTemplate with every fault and its place.
    """
    entries = package.checked(data)
    template = _opened(data)
    faults: list[Fault] = []
    names: dict[str, None] = {}
    for part, xml in _parts(template, entries):
        places = Places(part, xml)
        found = grammar.checked(_environment(), places, known=_allowed(known))
        faults += found.faults
        names |= dict.fromkeys(found.names)
    asked = [name for name in names if name not in FRAME_NAMES]
    if not faults and not asked:
        faults.append(Fault(Text(package.WHOLE_FILE), Text(NO_NAMES)))
    if faults:
        raise BadTemplate(faults)
    return asked


def fill_template(data: bytes, values: Mapping[str, Any], frame: Frame, title: str = "") -> bytes:
    """The Word file of a checked template. The same input gives the same bytes.

    Raises BadTemplate when a value that the template asks for is missing.
    """
    package.checked(data)
    template = _opened(data)
    cleaned, _ = clean_values({**values, **_framing(frame)})
    context = {name: _printed(value, frame) for name, value in cleaned.items()}
    try:
        template.render(context, jinja_env=_environment(), autoescape=True)
    except TemplateError as error:
        text = Text(UNFILLED, {"name": str(error.message)})
        raise BadTemplate([Fault(Text(package.WHOLE_FILE), text)]) from error
    out = io.BytesIO()
    template.save(out)
    entries = unpacked(out.getvalue())
    properties = Properties(title, frame.office, title, frame.identifier, frame.made_at)
    entries["docProps/core.xml"] = core_xml(properties).encode()
    if frame.draft:
        document = entries[package.DOCUMENT].decode()
        entries[package.DOCUMENT] = document.replace(
            "<w:body>", f"<w:body>{DRAFT_PARAGRAPH}", 1
        ).encode()
    return packed(entries)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    return environment


def _opened(data: bytes) -> DocxTemplate:
    try:
        template = DocxTemplate(io.BytesIO(data))
        template.init_docx()
        # It would hand title and author to Jinja; they are written anew in any case.
        template.render_properties = _nothing
    except Exception as error:  # python-docx raises whatever lxml, zipfile or itself think of.
        raise BadTemplate([Fault(Text(package.WHOLE_FILE), Text(content.UNREADABLE))]) from error
    return template


def _nothing(*_: object, **__: object) -> None:
    """Instead of what docxtpl would do."""


def _parts(template: DocxTemplate, entries: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The document, headers and footers as docxtpl will hand them to Jinja."""
    for name in sorted(entries, key=lambda name: (name != package.DOCUMENT, name)):
        if package.SPEAKING.fullmatch(name):
            yield name, template.patch_xml(entries[name].decode("utf-8", "replace"))


def _allowed(known: Collection[str] | None) -> frozenset[str] | None:
    return None if known is None else FRAME_NAMES | frozenset(known)


def _framing(frame: Frame) -> dict[str, Any]:
    return {
        "office": frame.office,
        "number": frame.number,
        "signer": frame.signer,
        "issued_on": frame.issued_on or "",
        "addressee": frame.addressee,
        "copies_to": "，".join(frame.copies_to),
        "secrecy": frame.secrecy,
        "urgency": frame.urgency,
    }


def _printed(value: Any, frame: Frame) -> Any:
    """Days and moments in Chinese; tables and lists as they are."""
    if isinstance(value, datetime):
        return printing.moment(value, frame.timezone)
    if isinstance(value, date):
        return printing.day(value)
    return value
