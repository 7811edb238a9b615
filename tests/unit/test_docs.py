"""The documents keep their word: links, pictures, commands, settings, words of the screens."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from PIL import Image

from casework.cli import COMMANDS as LIST
from config import settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if "adr" not in path.parts
)
GUIDES = ROOT / "docs" / "guide"
PAGES = sorted(path.name for path in (GUIDES / "en").glob("*.md"))
CATALOGUE = ROOT / "casework" / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
LARGEST_PICTURE = 120_000
PHONE, DESKTOP = (780, 1688), (1280, 900)

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`|^    [^\n]+$", re.DOTALL | re.MULTILINE)
FLASK = re.compile(r"flask --app app ([a-z][a-z -]*[a-z])")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)\b")
SETTING = re.compile(r"CASEWORK_[A-Z]+(?:_[A-Z]+)*")
COMMANDS = {command.name: command for command in LIST}
TRANSLATED = {
    ROOT / "README.md": ROOT / "README.zh-CN.md",
    ROOT / "docs" / "real-county.md": ROOT / "docs" / "real-county.zh-CN.md",
    **{GUIDES / "en" / name: GUIDES / "zh" / name for name in PAGES},
}


def short(path: object) -> str:
    """The name of a case of a test."""
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


def anchors(path: Path) -> set[str]:
    """The places inside a document that a link can lead to, as the forges make them."""
    titles = (title.strip().lower() for _, title in HEADING.findall(path.read_text()))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCS, ids=short)
def test_links_and_pictures_exist(path: Path) -> None:
    for link in LINK.findall(CODE.sub("", path.read_text())):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", DOCS, ids=short)
def test_commands_exist(path: Path) -> None:
    made = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for code in CODE.findall(path.read_text()):
        assert set(MAKE.findall(code)) <= made
        for words in FLASK.findall(code):
            assert known(words.split()), words


def known(words: list[str]) -> bool:
    """True when the words begin with a command, or a group and a command of it."""
    found = COMMANDS.get(words[0])
    if isinstance(found, click.Group):
        return len(words) > 1 and words[1] in found.commands
    return found is not None


def test_settings_are_all_told_and_told_alone() -> None:
    """The table of operations has every setting that is read, and no document names another."""
    reader = (ROOT / "config" / "settings.py").read_text()
    read = {f"CASEWORK_{name}" for name in re.findall(r'read\("([A-Z_]+)"', reader)}
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert set(re.findall(r"^\| `(CASEWORK_[A-Z_]+)`", operations, re.MULTILINE)) == read
    for path in DOCS:
        tests_only = {s for s in SETTING.findall(path.read_text()) if s.startswith("CASEWORK_TEST")}
        named = set(SETTING.findall(path.read_text())) - tests_only
        assert named <= read | settings.LATER, path


@pytest.mark.parametrize(("english", "chinese"), TRANSLATED.items(), ids=short)
def test_both_languages_say_as_much(english: Path, chinese: Path) -> None:
    one, other = english.read_text(), chinese.read_text()
    levels = [mark for mark, _ in HEADING.findall(CODE.sub("", one))]
    assert levels == [mark for mark, _ in HEADING.findall(CODE.sub("", other))]
    pictures = [link.replace("-en.png", "-zh.png") for link in LINK.findall(one) if ".png" in link]
    assert pictures == [link for link in LINK.findall(other) if ".png" in link]
    assert table_rows(one) == table_rows(other)


def table_rows(text: str) -> int:
    """How many lines of tables there are."""
    return sum(line.startswith("|") for line in text.splitlines())


def test_each_post_has_its_page_in_both_languages() -> None:
    for language in ("en", "zh"):
        pages = sorted(path.name for path in (GUIDES / language).glob("*.md"))
        index = (GUIDES / language / "README.md").read_text()
        assert pages == PAGES
        assert {link for link in LINK.findall(index) if "/" not in link} == {*PAGES} - {"README.md"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_guides_use_the_words_of_the_screens(language: str) -> None:
    """What stands in bold can be found on a screen, letter by letter."""
    said = words_of_screens(chinese=language == "zh")
    for path in (GUIDES / language).glob("*.md"):
        for word in re.findall(r"\*\*(.+?)\*\*", path.read_text(), re.DOTALL):
            assert " ".join(word.split()) in said, (path.name, word)


def words_of_screens(*, chinese: bool) -> set[str]:
    """Every sentence of the catalogue in one language, without its gaps."""
    with CATALOGUE.open("rb") as file:
        entries = [(one.id, one.string) for one in read_po(file) if one.id]
    found: set[str] = set()
    for msgid, msgstr in entries:
        texts = msgstr if chinese else msgid
        found.update((texts,) if isinstance(texts, str) else texts)
    return {re.sub(r" ?[(（]?%\(\w+\)s[)）]?", "", text).strip() for text in found}


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=short)
def test_pictures_are_small_and_shown(path: Path) -> None:
    with Image.open(path) as picture:
        assert picture.size == (PHONE if path.name.startswith("teacher-") else DESKTOP)
    assert path.stat().st_size <= LARGEST_PICTURE
    assert any(path.name in document.read_text() for document in DOCS)
