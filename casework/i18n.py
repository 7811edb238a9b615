"""Languages: English message ids in the sources, one catalogue for each other language.

The catalogue is the ``messages.po`` that people edit; it is read at start and never compiled to a
file, so that there is no second truth to forget.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import yaml
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, session
from flask_babel import Babel, Domain, get_locale

from casework.text import Text

LOCALES = ("zh_CN", "en")
"""What a person may choose; the first is the default."""
SOURCE_LOCALE = "en"
TRANSLATIONS = Path(__file__).parent / "translations"
_TITLE = re.compile(r"\s*(?:- )?title:\s*(\S.*)")


@cache
def catalogue(locale: str) -> NullTranslations:
    """The translations into a locale; message ids come back unchanged for the source language."""
    if locale == SOURCE_LOCALE:
        return NullTranslations()
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = read_po(file, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def render(text: Text | str, locale: str) -> str:
    """A sentence in a language; a Text among its values is translated first, a list is joined."""
    if isinstance(text, str):
        return catalogue(locale).gettext(text) if text else ""
    sentence = catalogue(locale).gettext(text.msgid)
    if not text.params:
        return sentence
    return sentence % {name: _value(value, locale) for name, value in text.params.items()}


def _value(value: object, locale: str) -> str:
    if isinstance(value, Text):
        return render(value, locale)
    if isinstance(value, list | tuple):
        return ("、" if locale == "zh_CN" else ", ").join(_value(item, locale) for item in value)
    return str(value)


@cache
def _parsed(locale: str) -> Locale:
    """Babel compares a name with all the languages of the world, which no request should pay."""
    return Locale.parse(locale)


def current_locale() -> str:
    """The language of this request: what the person chose, else that of the installation."""
    locale = get_locale()
    return LOCALES[0] if locale is None or locale.language == "zh" else SOURCE_LOCALE


def say(text: Text | str) -> str:
    """A sentence in the language of this request; templates say ``|t``."""
    return render(text, current_locale())


class Catalogue(Domain):
    """Lets ``_()`` in templates and ``gettext`` read the catalogue that :func:`catalogue` loads."""

    def get_translations(self) -> NullTranslations:
        return catalogue(current_locale())


def init_app(app: Flask, *, locale: str, timezone: str) -> None:
    """Make templates and views speak the language of each request; loads all catalogues."""
    for name in LOCALES:
        catalogue(name)

    def chosen() -> Locale:
        wish = None
        if has_request_context():
            wish = g.get("locale") or session.get("locale")
        return _parsed(wish if wish in LOCALES else locale)

    babel = Babel(app, default_locale=locale, default_timezone=timezone, locale_selector=chosen)
    babel.domain_instance = Catalogue()


def extract_titles(
    file: IO[bytes], keywords: Any, comment_tags: Sequence[str], options: Any
) -> Iterator[tuple[int, None, str, Iterable[str]]]:
    """The titles in a rule pack or ladder, for ``pybabel extract`` (named in ``babel.cfg``)."""
    for number, line in enumerate(file.read().decode().splitlines(), 1):
        if found := _TITLE.fullmatch(line):
            yield number, None, str(yaml.safe_load(found[1])), ()
