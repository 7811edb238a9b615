"""Papers made for measuring: full pages, a long narrative with rare signs, a crowded last page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casework.documents.catalogue import KINDS
from casework.documents.compose import compose
from casework.documents.paper import Heading, Paper, Paragraph
from tests.unit.documents.samples import EMERGENCY, frame_for
from tests.unit.documents.samples_more import SUPERVISION

SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙"
"""28 signs, none of them punctuation, which may hang over the edge."""
RARE = "学生欧阳𠮷祥、买买提·艾力、张喆、㼆某，家长Tom Smith；"
EMOJI = "😀👍🏽❤️"
NARRATIVE = ((RARE + "经过反复核实，" + EMOJI) * 200)[:4000]
KIND = KINDS["emergency_report"]


def _lines(count: int) -> str:
    """So many full lines: the first begins two signs later."""
    return (SIGNS * count)[: 28 * count - 2]


def _plain(*blocks: Heading | Paragraph) -> Paper:
    paper = compose(KIND, EMERGENCY, replace(frame_for(KIND), copies_to=(), printed_by=""))
    return replace(paper, blocks=blocks, head="", number="", addressee="")


def _crowded(demands: int) -> Paper:
    """A document whose signature comes near the place of the imprint, line by line nearer."""
    kind = KINDS["supervision_notice"]
    lines = "\n".join(f"{n}. 按要求整改落实。" for n in range(1, demands + 1))
    paper = compose(kind, SUPERVISION | {"demands": lines}, frame_for(kind))
    return replace(paper, after=())


CROWDED = {f"crowded_{demands}": _crowded(demands) for demands in range(21, 29)}
PAGES: dict[str, Paper] = {
    "full_pages": _plain(Paragraph(_lines(80))),
    "narrative": compose(KIND, EMERGENCY | {"course": NARRATIVE}, frame_for(KIND)),
    **CROWDED,
    "draft": compose(
        KIND,
        EMERGENCY | {"subject": "", "measures": ""},
        frame_for(KIND, draft=True, number="", signer="", issued_on=None, head=""),
    ),
    "levels": _plain(
        Heading("一、一级标题", 1),
        Heading("（一）二级标题", 2),
        Heading("1.三级标题", 3),
        Heading("（1）四级标题", 4),
        Paragraph("正文内容。", lead="标签："),
    ),
    "long_head": replace(
        compose(KIND, EMERGENCY, frame_for(KIND)), head="东山县康美镇中心学校附属幼儿园信息快报"
    ),
    "long_office": replace(
        _plain(Paragraph("正文。")),
        signature=replace(
            _plain(Paragraph("正文。")).signature,
            office="东山县康美镇城乡居民社区联合教育集团附属实验小学",
            on=date(2026, 12, 31),
        ),
    ),
}
