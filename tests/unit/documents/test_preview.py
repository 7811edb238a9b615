"""The page shows what the Word file says: the same words in the same order."""

from __future__ import annotations

import pytest

from casework.documents.catalogue import KINDS
from casework.documents.compose import compose
from casework.documents.paper import Paper
from casework.documents.preview import Shown, outline, pictures
from casework.documents.renderer import render
from tests.unit.documents import words_of
from tests.unit.documents.pages import PAGES
from tests.unit.documents.samples import frame_for
from tests.unit.documents.samples_more import SAMPLES


def spoken(paper: Paper) -> str:
    """Everything the page says, without spaces; pictures speak only to who cannot see them."""
    said = []
    for shown in outline(paper):
        if shown.kind in {"picture", "draft"}:
            continue
        said += [shown.lead, shown.text, *shown.head]
        said += [cell.text for row in shown.rows for cell in row]
    return "".join("".join(said).split())


def papers() -> dict[str, Paper]:
    made = {name: compose(kind, SAMPLES[name], frame_for(kind)) for name, kind in KINDS.items()}
    return made | PAGES


@pytest.mark.parametrize("name", papers())
def test_page_and_file_say_the_same(name: str) -> None:
    paper = papers()[name]
    written = "".join("".join(words_of.document(render(paper))).split())
    assert spoken(paper) == written


def test_a_draft_is_announced_first() -> None:
    assert outline(PAGES["draft"])[0] == Shown("draft", "草　稿（未经签发，不得使用）")
    assert not [one for one in outline(PAGES["levels"]) if one.kind == "draft"]


def test_pictures_are_found_by_their_place() -> None:
    kind = KINDS["bulletin"]
    paper = compose(kind, SAMPLES["bulletin"], frame_for(kind))
    places = [one.picture for one in outline(paper) if one.kind == "picture"]
    assert places == list(range(len(pictures(paper))))


def test_forms_tell_labels_from_values_and_how_far_a_cell_goes() -> None:
    kind = KINDS["opinion_form"]
    paper = compose(kind, SAMPLES["opinion_form"], frame_for(kind))
    table = next(one for one in outline(paper) if one.kind == "table")
    label, value = table.rows[0]
    assert (label.label, label.span, value.label, value.span) == (True, 1, False, 3)
    assert [cell.label for cell in table.rows[2]] == [True, False, True, False]
