"""A bureau's own kind: a Word template with places in it, checked on upload and filled in later.

The only place that knows docxtpl. A template may say ``{{ name }}``, choose with ``{% if %}`` and
repeat with ``{% for %}``; whatever could run, fetch or hide something is refused, with its place.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from traceback import extract_tb
from types import SimpleNamespace
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
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
UNFILLED = N_("It cannot be filled in: %(reason)s")
BOTH = N_("“%(name)s” is a text and cannot be repeated, or a table and cannot stand as a text.")
SAMPLE_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SAMPLES = ("", "样")
"""What a template is filled with once before it is kept."""
FAILING = (TemplateError, TypeError, ValueError, SyntaxError, LookupError, AttributeError)
"""What Jinja and the reader of its XML raise for a template that asks what no value can answer."""

Asked = dict[str, tuple[str, ...]]
"""The names that a template asks for, each with its columns; a text has none."""


def check_template(
    data: bytes, known: Collection[str] | None = None, texts: Collection[str] = ()
) -> Asked:
    """What a template asks for, in the order of its appearance. It can then always be filled in.

    With ``known``, no other names may appear; ``texts`` are never tables. Raises BadTemplate with
    every fault and its place.
    """
    entries = package.checked(data)
    template = _opened(data)
    faults: list[Fault] = []
    uses: list[grammar.Use] = []
    parts = [Places(part, xml) for part, xml in _parts(template, entries)]
    for places in parts:
        found = grammar.checked(_environment(), places, known=_allowed(known))
        faults += found.faults
        uses += found.uses
    tables, mixed = _tables(uses, FRAME_NAMES | frozenset(texts))
    faults += mixed
    names = dict.fromkeys(use.name for use in uses if use.name not in FRAME_NAMES)
    asked = {name: tables.get(name, ()) for name in names}
    if not faults and not asked:
        faults.append(Fault(Text(package.WHOLE_FILE), Text(NO_NAMES)))
    if faults:
        raise BadTemplate(faults)
    _tried(data, parts, asked)
    return asked


def fill_template(data: bytes, values: Mapping[str, Any], frame: Frame, title: str = "") -> bytes:
    """The Word file of a checked template. The same input gives the same bytes.

    Raises BadTemplate when a value that the template asks for is missing.
    """
    package.checked(data)
    template = _opened(data)
    try:
        template.render(_context(values, frame), jinja_env=_environment(), autoescape=True)
    except FAILING as error:
        raise BadTemplate([_failed(Text(package.WHOLE_FILE), error)]) from error
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


def _tables(
    uses: Sequence[grammar.Use], texts: frozenset[str]
) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """The tables with all columns that any place asks for, and the names that are both."""
    tables: dict[str, tuple[str, ...]] = {}
    for use in uses:
        if use.columns is not None:
            tables[use.name] = tuple(dict.fromkeys((*tables.get(use.name, ()), *use.columns)))
    mixed = [
        Fault(use.place, Text(BOTH, {"name": use.name}))
        for use in uses
        if use.name in tables
        and not use.asked
        and (use.columns is None or not tables[use.name] or use.name in texts)
    ]
    return tables, mixed


def _tried(data: bytes, parts: Sequence[Places], asked: Asked) -> None:
    """Fill it in once with every value empty and once with a word, as a draft and as issued."""
    for sample, draft in zip(SAMPLES, (True, False), strict=True):
        frame = Frame(sample, SAMPLE_DAY, draft=draft, number=sample, signer=sample)
        values: dict[str, Any] = {
            name: ([dict.fromkeys(columns, sample)] if sample else []) if columns else sample
            for name, columns in asked.items()
        }
        faults = []
        for places in parts:
            try:
                _environment().from_string(places.source).render(_context(values, frame))
            except FAILING as error:
                faults.append(_failed(places.of_line(_line(error)), error))
        if faults:
            raise BadTemplate(faults)
        fill_template(data, values, frame)


def _failed(place: Text, error: Exception) -> Fault:
    return Fault(place, Text(UNFILLED, {"reason": str(error)[:200]}))


def _line(error: Exception) -> int:
    """The line of the template in which it went wrong."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [one.lineno for one in extract_tb(error.__traceback__) if one.filename == "<template>"]
    return (lines[-1] if lines else None) or 1


def _context(values: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    cleaned, _ = clean_values({**values, **_framing(frame)})
    return {name: _printed(value, frame) for name, value in cleaned.items()}


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
    """Days and moments in Chinese; of the rows of a table the columns, and nothing else."""
    if isinstance(value, datetime):
        return printing.moment(value, frame.timezone)
    if isinstance(value, date):
        return printing.day(value)
    if isinstance(value, list):
        return [SimpleNamespace(**row) if isinstance(row, dict) else row for row in value]
    return value
