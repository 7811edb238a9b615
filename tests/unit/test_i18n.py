"""Every sentence exists in every language, with the same places for values."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask, render_template_string, session
from flask_babel import gettext

from casework import i18n
from casework.text import Text

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"%\((\w+)\)([sd])|%%")
PLAIN_WORDS = Text("A sentence that no catalogue holds")


def read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All message ids, collected by the same script as `make messages`."""
    file = tmp_path_factory.mktemp("messages") / "messages.pot"
    tools = Path(sys.executable).parent
    subprocess.run([ROOT / ".ci" / "messages", tools, file], check=True)
    return read(file)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return read(i18n.TRANSLATIONS / "zh_CN" / "LC_MESSAGES" / "messages.po")


def test_every_sentence_is_translated(sources: Catalog, chinese: Catalog) -> None:
    missing = [
        message.id
        for message in sources
        if message.id
        and ((found := chinese.get(message.id)) is None or not found.string or found.fuzzy)
    ]

    assert missing == [], f"{len(missing)} to do in messages.po (`make messages` adds them)"


def test_catalogue_holds_nothing_that_is_no_longer_said(sources: Catalog, chinese: Catalog) -> None:
    assert [m.id for m in chinese if m.id and sources.get(m.id) is None] == []


def test_translations_have_the_places_of_their_sentence(chinese: Catalog) -> None:
    wrong = [
        message.id
        for message in chinese
        if message.id and message.string and places(message.id) != places(message.string)
    ]

    assert wrong == []


def test_only_what_a_law_says_is_called_law(chinese: Catalog) -> None:
    """法定 over a number that is a default of this system would be a lie."""
    law = re.compile(r"law|legal|No text sets|scale")
    called = [m.id for m in chinese if m.id and "法定" in str(m.string)]

    assert len(called) > 5
    assert [one for one in called if not law.search(str(one))] == []


def places(sentence: object) -> set[str]:
    """The named places of a sentence; of all its forms, for a plural."""
    forms = sentence if isinstance(sentence, list | tuple) else (sentence,)
    return {found[0] for form in forms for found in PLACE.finditer(str(form)) if found[1]}


def test_titles_of_rules_are_collected(sources: Catalog) -> None:
    assert sources.get("File the report") is not None


@pytest.fixture
def lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small catalogue in place of the real one."""
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "File"\nmsgstr "上报"\n\n'
        '#, python-format\nmsgid "%(action)s needs %(roles)s"\nmsgstr "%(action)s须由%(roles)s"\n\n'
        'msgid "teacher"\nmsgstr "班主任"\n\n#, fuzzy\nmsgid "guess"\nmsgstr "猜"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


@pytest.mark.usefixtures("lexicon")
def test_sentence_is_rendered_with_the_texts_inside_it() -> None:
    text = Text(
        "%(action)s needs %(roles)s", {"action": Text("File"), "roles": [Text("teacher"), 2]}
    )

    assert i18n.render(text, "zh_CN") == "上报须由班主任、2"
    assert i18n.render(text, "en") == "File needs teacher, 2"


@pytest.mark.usefixtures("lexicon")
def test_unknown_and_uncertain_sentences_stay_english() -> None:
    assert i18n.render(PLAIN_WORDS, "zh_CN") == PLAIN_WORDS.msgid
    assert i18n.render("guess", "zh_CN") == "guess"
    assert i18n.render("", "zh_CN") == ""


@pytest.mark.usefixtures("lexicon")
@pytest.mark.parametrize(
    ("chosen", "installed", "word"),
    [
        (None, "zh_CN", "上报"),
        (None, "en", "File"),
        ("en", "zh_CN", "File"),
        ("zh_CN", "en", "上报"),
        ("xx", "zh_CN", "上报"),
    ],
)
def test_request_speaks_the_chosen_language(chosen: str | None, installed: str, word: str) -> None:
    app = Flask(__name__)
    app.secret_key = "for the test"
    i18n.init_app(app, locale=installed, timezone="Asia/Shanghai")

    with app.test_request_context():
        if chosen:
            session["locale"] = chosen
        page = render_template_string(
            "{{ _('File') }} {{ say(text) }}", text=Text("File"), say=i18n.say
        )
        assert page == f"{word} {word}"
        assert gettext("File") == word


@pytest.mark.usefixtures("lexicon")
def test_outside_a_request_the_installation_decides() -> None:
    app = Flask(__name__)
    i18n.init_app(app, locale="en", timezone="Asia/Shanghai")

    with app.app_context():
        assert i18n.say("File") == "File"
