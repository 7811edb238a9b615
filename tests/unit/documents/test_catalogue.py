"""The fifteen kinds as data: complete, consistent, and strict about what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from casework.documents.catalogue import KINDS
from casework.documents.compose import Incomplete, compose, missing
from casework.documents.kinds import UNKNOWN, About, Item, ItemType, Kind
from casework.documents.parts import Chart, Facts, Form, Grid, Narrative, Part, Say, Slip
from casework.permissions import ASSIGNABLE
from casework.workflows.registry import WORKFLOWS
from tests.unit.documents.samples import frame_for
from tests.unit.documents.samples_more import SAMPLES

NAMES = [
    "emergency_report",
    "bullying_investigation",
    "bullying_determination",
    "bullying_decision",
    "guardian_notice",
    "absence_register",
    "class_log",
    "supervision_notice",
    "interview_notice",
    "opinion_report",
    "opinion_form",
    "closing_report",
    "audit_report",
    "bulletin",
    "zero_report_daily",
]
FROM_FRAME = {"office", "number", "word", "document", "addressee"}
PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def printed_by(part: Part) -> Iterator[str]:
    """The items that a part prints."""
    match part:
        case Facts():
            yield from part.items
        case Narrative():
            yield part.item
        case Form():
            for row in part.rows:
                yield from row
        case Grid() | Chart():
            yield part.item
        case Slip():
            yield from part.known


def test_the_names_are_permanent() -> None:
    assert list(KINDS) == NAMES


@EACH
def test_every_item_is_printed_and_every_printed_item_exists(kind: Kind) -> None:
    texts = {one.name: one.text for one in kind.texts}
    said = [texts[part.text] for part in kind.parts if isinstance(part, Say)]
    said += [texts[p.otherwise] for p in kind.parts if isinstance(p, Narrative) and p.otherwise]
    used = {name for part in kind.parts for name in printed_by(part)}
    used |= {name for text in (kind.heading, *said) for name in PLACE.findall(text)}
    assert used - FROM_FRAME == set(kind.names())
    assert set(texts) == {p.text for p in kind.parts if isinstance(p, Say)} | {
        p.otherwise for p in kind.parts if isinstance(p, Narrative) and p.otherwise
    }


@EACH
def test_it_is_offered_where_the_workflows_have_such_states_and_actions(kind: Kind) -> None:
    types = kind.case_types or tuple(WORKFLOWS)
    assert set(types) <= set(WORKFLOWS)
    states = {state.name for one in types for state in WORKFLOWS[one].states}
    actions = {action.name for one in types for action in WORKFLOWS[one].actions}
    assert set(kind.states) <= states
    assert set(kind.after) <= actions
    assert bool(kind.unit_kinds) or About.CASE in kind.about or kind.about == (About.UNIT,)


@EACH
def test_posts_that_write_and_sign_exist(kind: Kind) -> None:
    posts = {*kind.drafters, *kind.reviewers, *kind.issuers, *kind.signers}
    assert posts <= set(ASSIGNABLE)
    assert kind.drafters
    assert kind.issuers
    assert kind.signers


@EACH
def test_choices_have_words_and_tables_columns(kind: Kind) -> None:
    for item in kind.items:
        chosen = item.type in {ItemType.CHOICE, ItemType.CHOICES}
        assert bool(item.words) == chosen, item.name
        assert bool(item.columns) == (item.type is ItemType.TABLE), item.name
        if item.of:
            assert set(kind.item(item.of).words) == set(item.words)


def needed() -> list[tuple[Kind, Item]]:
    """Every required item of every kind."""
    return [(k, i) for k in KINDS.values() for i in k.items if i.required and not i.of]


@pytest.mark.parametrize(("kind", "item"), needed(), ids=lambda one: one.name)
def test_a_missing_item_is_refused_by_name_and_never_an_empty_line(kind: Kind, item: Item) -> None:
    empty: object = "  " if item.type in {ItemType.LINE, ItemType.TEXT} else None
    values = SAMPLES[kind.name] | {item.name: empty}
    assert missing(kind, values) == [item]
    with pytest.raises(Incomplete) as refused:
        compose(kind, values, frame_for(kind))
    assert refused.value.items == [item]


@pytest.mark.parametrize(("kind", "item"), needed(), ids=lambda one: one.name)
def test_unknown_counts_only_where_it_is_allowed(kind: Kind, item: Item) -> None:
    values = SAMPLES[kind.name] | {item.name: UNKNOWN}
    assert missing(kind, values) == ([] if item.unknown else [item])
    typed = SAMPLES[kind.name] | {item.name: "未知"}
    assert missing(kind, typed) == ([] if item.unknown else [item])


@EACH
def test_the_frame_is_asked_for_what_it_lacks(kind: Kind) -> None:
    with pytest.raises(Incomplete) as refused:
        compose(kind, SAMPLES[kind.name], frame_for(kind, signer="", issued_on=None))
    assert len(refused.value.sentences) == 2
    draft = frame_for(kind, draft=True, signer="", issued_on=None, number="", addressee="")
    assert compose(kind, {}, draft).draft


def test_facts_at_once_causes_with_care() -> None:
    kind = KINDS["emergency_report"]
    assert not kind.item("cause").required
    assert kind.item("dead").unknown
    assert not kind.item("course").unknown
