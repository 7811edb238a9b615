"""Forms: every kind of bad entry is told at its field, in a sentence; good ones come out clean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Invalid
from casework.text import Text
from casework.workflows import forms
from casework.workflows.case import UNKNOWN
from casework.workflows.definition import Choice, Field, FieldType, OnlyIf

NOW = datetime(2026, 9, 21, 2, 20, tzinfo=UTC)
KINDS = (Choice("fire", "Fire"), Choice("food", "Food"))
NUMBERS = (Choice(1, "One"), Choice(2, "Two"))

TEXT = Field("words", FieldType.TEXT, "Words")
CHOICE = Field("kind", FieldType.CHOICE, "Kind", choices=KINDS)
NUMBERED = Field("item", FieldType.CHOICE, "Item", choices=NUMBERS)
MULTI = Field("items", FieldType.MULTICHOICE, "Items", choices=NUMBERS)
YES = Field("yes", FieldType.BOOLEAN, "Yes?")
FACT = Field("fact", FieldType.BOOLEAN, "Fact?", unknown=True)
COUNT = Field("count", FieldType.INTEGER, "Count", minimum=1, maximum=9)
FIGURE = Field("figure", FieldType.INTEGER, "Figure", unknown=True)
PAST = Field("past", FieldType.DATETIME, "Past")
AHEAD = Field("ahead", FieldType.DATETIME, "Ahead", future=True)
DAY = Field("day", FieldType.DATE, "Day")
DUE = Field("due", FieldType.DATE, "Due", future=True)
PERSON = Field("person_id", FieldType.PERSON, "Person")
PEOPLE = Field("people", FieldType.PEOPLE, "People")
UNIT = Field("unit_id", FieldType.UNIT, "Unit")
CASE = Field("case", FieldType.CASE, "Case")
USER = Field("user", FieldType.USER, "User")
USERS = Field("users", FieldType.USER, "Users", many=True)
FILE = Field("file", FieldType.FILE, "File")

BAD: list[tuple[Field, object, str]] = [
    # Missing: nothing, a blank, blanks only.
    (TEXT, None, forms.REQUIRED),
    (TEXT, "", forms.REQUIRED),
    (TEXT, " \n\t ", forms.REQUIRED),
    (YES, None, forms.REQUIRED),
    # Words: another type, invisible characters, far too long.
    (TEXT, 5, forms.NOT_TEXT),
    (TEXT, ["words"], forms.NOT_TEXT),
    (TEXT, "a\x00b", forms.CONTROL),
    (TEXT, "a\x1bb", forms.CONTROL),
    (TEXT, "a\x85b", forms.CONTROL),
    (TEXT, "a\ud800b", forms.CONTROL),
    (TEXT, "x" * (forms.MAX_TEXT + 1), forms.TOO_LONG),
    (FILE, "a.mp4", forms.NOT_INTEGER),
    # A choice that is not one, and 未知 where it is no answer.
    (CHOICE, "flood", forms.NOT_CHOICE),
    (CHOICE, UNKNOWN, forms.NOT_CHOICE),
    (CHOICE, ["fire"], forms.NOT_CHOICE),
    (NUMBERED, 3, forms.NOT_CHOICE),
    (NUMBERED, True, forms.NOT_CHOICE),
    (MULTI, 1, forms.NOT_LIST),
    (MULTI, "1", forms.NOT_LIST),
    (MULTI, [1, 9], forms.NOT_CHOICE),
    # Yes or no is true or false, no word and no figure.
    (YES, "yes", forms.NOT_BOOLEAN),
    (YES, 1, forms.NOT_BOOLEAN),
    (YES, UNKNOWN, forms.NOT_BOOLEAN),
    # Whole numbers inside their bounds.
    (COUNT, "3", forms.NOT_INTEGER),
    (COUNT, 3.0, forms.NOT_INTEGER),
    (COUNT, True, forms.NOT_INTEGER),
    (COUNT, 0, forms.NOT_INTEGER),
    (COUNT, 10, forms.NOT_INTEGER),
    (COUNT, UNKNOWN, forms.NOT_INTEGER),
    (FIGURE, -1, forms.NOT_INTEGER),
    # Instants: no words, with an offset, in a sane year, passed.
    (PAST, "yesterday", forms.NOT_INSTANT),
    (PAST, "2026-09-21T10:20:00", forms.NOT_INSTANT),
    (PAST, "0001-01-01T00:00:00+08:00", forms.NOT_INSTANT),
    (PAST, "9999-12-31T23:59:59-12:00", forms.NOT_INSTANT),
    (PAST, 17, forms.NOT_INSTANT),
    (PAST, (NOW + timedelta(minutes=3)).isoformat(), forms.FUTURE),
    # Days: no words, and not tomorrow by the local calendar.
    (DAY, "21.9.2026", forms.NOT_DATE),
    (DAY, 17, forms.NOT_DATE),
    (DAY, "2026-09-22", forms.FUTURE),
    # Ids, lists of ids, case numbers.
    (PERSON, "1", forms.NOT_INTEGER),
    (PERSON, 0, forms.NOT_INTEGER),
    (PERSON, True, forms.NOT_INTEGER),
    (UNIT, 2**53, forms.NOT_INTEGER),
    (USER, [1], forms.NOT_INTEGER),
    (USERS, 1, forms.NOT_LIST),
    (USERS, [1, "2"], forms.NOT_INTEGER),
    (PEOPLE, {"1": 1}, forms.NOT_LIST),
    (CASE, "2026-QLX-000001", forms.NOT_NUMBER),
    (CASE, "2026-TF-1", forms.NOT_NUMBER),
    (CASE, 7, forms.NOT_NUMBER),
]


@pytest.mark.parametrize(("field", "value", "sentence"), BAD)
def test_a_bad_entry_is_told_at_its_field(field: Field, value: object, sentence: str) -> None:
    with pytest.raises(Invalid) as invalid:
        forms.load((field,), {field.name: value}, NOW)
    found = invalid.value.errors
    assert {name: [text.msgid for text in texts] for name, texts in found.items()} == {
        field.name: [sentence]
    }
    assert "%(" not in str(found[field.name][0])


GOOD: list[tuple[Field, object, object]] = [
    # Words keep their lines; line ends become one kind, the edges are trimmed.
    (TEXT, "  一行\r\n二行\r ", "一行\n二行"),
    (TEXT, "x" * forms.MAX_TEXT, "x" * forms.MAX_TEXT),
    # A choice comes back as the value of the definition, from a form's text too.
    (CHOICE, "food", "food"),
    (NUMBERED, "2", 2),
    (MULTI, ["1", 2, 1], [1, 2]),
    # No is an answer, nought a figure, 未知 where it may be one.
    (YES, False, False),
    (FACT, UNKNOWN, UNKNOWN),
    (FIGURE, 0, 0),
    (FIGURE, UNKNOWN, UNKNOWN),
    (COUNT, 9, 9),
    # Any offset; the phone's clock may run two minutes ahead.
    (PAST, "2026-09-21T10:20:00+08:00", NOW),
    (PAST, NOW + timedelta(minutes=2), NOW + timedelta(minutes=2)),
    (AHEAD, NOW + timedelta(days=9), NOW + timedelta(days=9)),
    # Today by the local calendar, and later where that is allowed.
    (DAY, "2026-09-21", date(2026, 9, 21)),
    (DUE, "2026-10-21", date(2026, 10, 21)),
    # References.
    (PERSON, 4, 4),
    (USERS, [4, 4, 5], [4, 5]),
    (PEOPLE, (4,), [4]),
    (CASE, " 2026-TF-000001 ", "2026-TF-000001"),
    (FILE, 17, 17),
]


@pytest.mark.parametrize(("field", "value", "loaded"), GOOD)
def test_a_good_entry_comes_out_clean(field: Field, value: object, loaded: object) -> None:
    assert forms.load((field,), {field.name: value}, NOW) == {field.name: loaded}


def test_a_day_is_judged_by_the_local_calendar() -> None:
    late = datetime(2026, 9, 21, 17, 0, tzinfo=UTC)  # past midnight in Shanghai
    assert forms.load((DAY,), {"day": "2026-09-22"}, late) == {"day": date(2026, 9, 22)}


def test_an_entry_of_another_form_is_refused() -> None:
    with pytest.raises(Invalid) as invalid:
        forms.load((TEXT,), {"words": "x", "state": "closed"}, NOW)
    assert [t.msgid for t in invalid.value.errors["state"]] == [forms.UNEXPECTED]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as invalid:
        forms.load((TEXT, YES, COUNT, DAY), {"yes": "no", "count": 99, "day": "2030-01-01"}, NOW)
    assert set(invalid.value.errors) == {"words", "yes", "count", "day"}


def test_optional_entries_may_be_left_blank() -> None:
    optional = Field("note", FieldType.TEXT, "Note", required=False)
    assert forms.load((optional, YES), {"note": "  ", "yes": True}, NOW) == {"yes": True}


LOST = (
    YES,
    Field("reason", FieldType.TEXT, "Reason", only_if=OnlyIf("yes", (True,))),
    Field("place", FieldType.TEXT, "Place", only_if=OnlyIf("yes", (False,))),
)


def test_a_conditional_entry_is_required_only_under_its_condition() -> None:
    assert forms.load(LOST, {"yes": True, "reason": "x"}, NOW) == {"yes": True, "reason": "x"}
    with pytest.raises(Invalid) as invalid:
        forms.load(LOST, {"yes": False}, NOW)
    assert {n: [t.msgid for t in ts] for n, ts in invalid.value.errors.items()} == {
        "place": [forms.REQUIRED]
    }


def test_a_condition_on_a_list_holds_when_one_of_its_values_is_chosen() -> None:
    form = (MULTI, Field("why", FieldType.TEXT, "Why", only_if=OnlyIf("items", (2,))))
    assert forms.load(form, {"items": [1]}, NOW) == {"items": [1]}
    with pytest.raises(Invalid):
        forms.load(form, {"items": [1, 2]}, NOW)


def test_a_condition_on_a_missing_entry_does_not_hold() -> None:
    with pytest.raises(Invalid) as invalid:
        forms.load(LOST, {}, NOW)
    assert set(invalid.value.errors) == {"yes"}


def test_the_schema_of_a_form_is_built_once() -> None:
    assert forms.schema(LOST) is forms.schema(LOST)


ODD: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "x", UNKNOWN, "\x00", "2026-09-21", "2026-09-21T10:20:00+08:00"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.just("a"), st.integers(), max_size=1),
)
ALL = (TEXT, CHOICE, MULTI, YES, FACT, COUNT, FIGURE, PAST, DAY, PERSON, PEOPLE, UNIT, CASE, USERS)


def outcome(raw: dict[str, object]) -> tuple[dict[str, list[Text]], dict[str, object]]:
    try:
        return {}, forms.load(ALL, raw, NOW)
    except Invalid as invalid:
        return invalid.errors, {}


@given(st.fixed_dictionaries({}, optional={field.name: ODD for field in ALL}))
def test_whatever_comes_in_is_loaded_or_invalid(raw: dict[str, object]) -> None:
    names = {field.name for field in ALL}
    faults, values = outcome(raw)
    assert set(faults) <= names
    assert all(faults.values())
    assert faults or set(values) == names
