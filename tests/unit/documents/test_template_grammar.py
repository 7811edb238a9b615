"""What is kept can be filled in whatever the values are; what might fail is refused on upload."""

from __future__ import annotations

from typing import Any

import pytest

from casework.documents.templates import check_template, fill_template
from tests.unit.documents import words_of
from tests.unit.documents.test_templates import FRAME, refused, word

NEVER_FILLED = [
    ("{{ 事由.名称 }}", "no parts"),
    ("{{ 事由['名称'] }}", "only names, if and for"),
    ("{% if 人数 > 3 %}多{% endif %}", "== and !="),
    ("{% if 'x' in 人数 %}多{% endif %}", "== and !="),
    ("{{ 事由|length(3) }}", "no filter “length”"),
    ("{{ 事由|trim(3) }}", "in brackets"),
    ("{{ 事由|default(no=3) }}", "in brackets"),
    ("{{ 事由|default('a', true, 3) }}", "in brackets"),
    ("{% if 事由 is defined(3) %}x{% endif %}", "in brackets"),
    ("{% if 人数 is odd %}x{% endif %}", "no filter “odd”"),
    ("{{ 'x' if 事由 }}", "else"),
    ("{% for a in 'xx' %}{{ a.b }}{% endfor %}", "rows of a table"),
    ("{% for a in ['x', 'y'] %}{{ a.b }}{% endfor %}", "rows of a table"),
    ("{% for a in 事由 ~ 人数 %}{{ a.b }}{% endfor %}", "rows of a table"),
    ("{% for a in b %}{% for c in a.d %}{{ c.e }}{% endfor %}{% endfor %}", "inside another"),
    ("{% for a in b %}{{ a }}{% endfor %}", "name the column"),
    ("{% for a in b %}{{ loop.cycle }}{{ a.c }}{% endfor %}", "no value named “loop.cycle”"),
    ("{% for a in b %}{{ a.c }}{% else %}{{ a.c }}{% endfor %}", "no parts"),
    ("{% for a in b %}没有列{% endfor %}", "cannot be repeated"),
    ("{% for a in office %}{{ a.c }}{% endfor %}", "cannot be repeated"),
    ("{% for a in b %}{{ a.c }}{% endfor %}{{ b }}", "cannot stand as a text"),
    ("{{ self }}", "no value named “self”"),
    ("{% for loop in b %}{{ loop.index }}{{ loop.c }}{% endfor %}", "loop.c"),
]


@pytest.mark.parametrize(("text", "reason"), NEVER_FILLED)
def test_what_could_not_be_filled_in_is_refused_with_its_place(text: str, reason: str) -> None:
    faults = refused(word("前言", text))
    assert any(reason in found for _, found in faults)
    assert all(place.startswith("Paragraph 2") for place, _ in faults)


def test_what_is_a_system_value_is_never_a_table() -> None:
    data = word("{% for a in 案件编号 %}{{ a.b }}{% endfor %}")
    assert check_template(data) == {"案件编号": ("b",)}
    with pytest.raises(ValueError, match="cannot be repeated"):
        check_template(data, texts=["案件编号"])


def test_a_header_is_told_apart_from_the_text() -> None:
    data = word("{{ 事由 }}", footer="{{ 事由.名称 }}")
    assert refused(data)[0][0].startswith("Footer, paragraph 1")


@pytest.mark.parametrize("value", ["", "样", 3, 0])
def test_whatever_the_values_are_it_is_filled_in(value: Any) -> None:
    data = word(
        "{{ 甲|trim|upper|e }}{{ 甲|default('无', true) }}{{ '有' if 甲 else '无' }}",
        "{% if 甲 == 3 and not 乙 %}三{% elif 甲 %}有{% else %}无{% endif %}",
        "{%p if 表 %}",
        "{% for a in 表 if a.列 != '空' %}{{ loop.index }}{{ a.列 ~ '，' }}{% endfor %}",
        "{%p endif %}",
    )
    assert check_template(data) == {"甲": (), "乙": (), "表": ("列",)}
    given = {"甲": value, "乙": "", "表": [{"列": "一"}, {"列": "空"}, {"列": "二"}]}
    said = words_of.document(fill_template(data, given, FRAME))
    assert said[-1] == "1一，2二，"
    assert said[1] == ("三" if value == 3 else "有" if value else "无")


def test_columns_may_be_called_like_anything() -> None:
    data = word("{% for a in 表 %}{{ a.items }}{{ a.get }}{% endfor %}")
    assert check_template(data) == {"表": ("items", "get")}
    said = words_of.document(fill_template(data, {"表": [{"items": "一", "get": "二"}]}, FRAME))
    assert said == ["一二"]
