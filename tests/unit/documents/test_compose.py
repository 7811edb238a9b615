"""How values become a paper: headings, facts, forms, tables, what is unknown, what is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.documents import charts
from casework.documents.catalogue import KINDS
from casework.documents.cleaning import Stripped
from casework.documents.compose import compose, unknown_places
from casework.documents.kinds import UNKNOWN
from casework.documents.paper import Annex, Heading, Paper, Paragraph, Picture, Receipt, Table
from tests.unit.documents.samples import EMERGENCY, frame_for
from tests.unit.documents.samples_more import SAMPLES


def made(name: str, changes: dict[str, Any] | None = None, **frame: Any) -> Paper:
    kind = KINDS[name]
    return compose(kind, SAMPLES[name] | (changes or {}), frame_for(kind, **frame))


def said(paper: Paper) -> list[str]:
    """Headings and paragraphs in their order."""
    return [
        block.text if isinstance(block, Heading) else block.lead + block.text
        for block in paper.blocks
        if isinstance(block, Heading | Paragraph)
    ]


def test_headings_are_numbered_by_level_without_gaps() -> None:
    first = [b.text[:3] for b in made("emergency_report").blocks if isinstance(b, Heading)]
    assert first[:7] == ["一、基", "二、伤", "三、事", "四、初", "五、影", "六、已", "（一）"]
    assert first[7:] == ["（二）", "七、发", "（一）", "（二）", "八、下", "九、现"]


def test_a_cause_may_wait_and_a_fixed_text_stands_in_its_place() -> None:
    assert "原因正在调查核实。" in said(made("emergency_report"))
    own = made("emergency_report", texts={"cause_open": "事件原因正由公安机关调查。"})
    assert "事件原因正由公安机关调查。" in said(own)
    assert "设施老化。" in said(made("emergency_report", {"cause": "设施老化。"}))


def test_unknown_is_printed_in_the_words_of_its_item() -> None:
    words = said(made("emergency_report", {"dead": UNKNOWN, "occurred_at": UNKNOWN}))
    assert any("死亡未知，" in one for one in words)
    assert "事发时间：未知" in words
    assert "参与认定时间：另行通知" in said(made("guardian_notice", {"meeting_at": UNKNOWN}))


def test_the_title_names_stage_and_number() -> None:
    assert made("emergency_report").title.endswith("的信息快报（续报二）")
    first = made("emergency_report", {"stage": "initial", "sequence": None})
    assert first.title.endswith("的信息快报（初报）")


def test_an_item_of_another_speaks_in_its_own_words() -> None:
    words = said(made("bullying_decision", {"finding": "unproven", "measures": []}))
    assert "是否构成学生欺凌：现有证据不足以认定构成学生欺凌" in words
    assert "认定等级：不适用" in words
    assert "惩戒措施：无" in words


def test_a_text_of_several_lines_becomes_as_many_paragraphs() -> None:
    words = said(made("supervision_notice"))
    assert "2. 监护人告知超过时限22分钟。" in words


def test_what_one_bureau_calls_otherwise_is_filled_in_too() -> None:
    own = made("bullying_decision", texts={"appeal": "不服的，向{appeal_office}申诉。"})
    assert "不服的，向东山县教育局学生欺凌防治办公室申诉。" in said(own)


def test_places_that_stand_for_nothing_are_found_and_do_no_harm() -> None:
    kind = KINDS["bullying_decision"]
    assert unknown_places(kind, "向{appeal_office}申诉，{office}，{phone}") == ["phone"]
    own = made("bullying_decision", texts={"appeal": "致电{phone}。"})
    assert "致电{phone}。" in said(own)


def test_the_signer_stands_above_upwards_and_below_otherwise() -> None:
    report, notice = made("emergency_report"), made("supervision_notice")
    assert (report.signer, report.signature.person) == ("林建国", "")
    assert (notice.signer, notice.signature.person) == ("", "林建国")


def test_annexes_are_named_below_the_text_and_begin_after_the_signature() -> None:
    paper = made("bulletin")
    assert paper.attachments == ("各校信息报送和事件处置情况表",)
    assert paper.after[0] == Annex("附件", "各校信息报送和事件处置情况表")
    more = made("bulletin", attachments=("检查记录",))
    assert more.attachments[0] == "检查记录"
    assert more.after[0] == Annex("附件2", "各校信息报送和事件处置情况表")


def test_an_empty_table_is_said_in_a_word() -> None:
    assert "认定情况：无" in said(made("bulletin"))


def test_cells_without_a_value_hold_a_dash_and_columns_for_the_hand_stay_empty() -> None:
    log = [b for b in made("class_log").blocks if isinstance(b, Table)]
    assert log[1].rows[0][-1] == "—"
    members = [b for b in made("bullying_determination").blocks if isinstance(b, Table)][-1]
    assert members.head[-1] == "签名"
    assert {row[-1] for row in members.rows} == {""}


def test_a_slip_knows_the_document_and_leaves_the_rest_to_the_hand() -> None:
    slip = made("supervision_notice").after[0]
    assert isinstance(slip, Receipt)
    assert slip.known[:2] == (("文书名称", "督办通知书"), ("文号", "东教督〔2026〕7号"))
    assert ("完成时限", "2026年3月12日") in slip.known


def test_emoji_are_left_out_with_a_notice_and_rare_signs_stay() -> None:
    paper = made("emergency_report", {"course": "欧阳𠮷祥\x00摔倒😀。\x0b"})
    assert "欧阳𠮷祥摔倒。" in said(paper)
    assert paper.stripped == (Stripped("course", "😀"),)


def test_a_value_of_emoji_alone_counts_as_missing() -> None:
    kind = KINDS["emergency_report"]
    paper = compose(kind, EMERGENCY | {"course": "😀"}, frame_for(kind, draft=True))
    assert "【待填写：事件经过】" in said(paper)


def test_a_draft_has_neither_number_nor_day() -> None:
    paper = made("supervision_notice", draft=True, number="", issued_on=None)
    assert paper.number == "（草稿，尚未编号）"
    assert paper.signature.on is None


def test_days_are_written_without_leading_zeros() -> None:
    words = said(made("supervision_notice", {"due_on": date(2026, 1, 2)}))
    assert "完成时限：2026年1月2日" in words


def test_charts_have_their_figures_in_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [b for b in made("bulletin").blocks if isinstance(b, Picture)]
    assert shown[1].alt.startswith("东山县第二中学：及时4，迟报2；")
    monkeypatch.setattr(charts, "chinese_font", lambda: None)
    without = made("bulletin")
    assert not [b for b in without.blocks if isinstance(b, Picture)]
    assert any("及时4，迟报2" in one for one in said(without))


def test_a_chart_of_many_schools_says_that_it_shows_the_first() -> None:
    row = {"due": "1", "on_time": "1", "late": "0", "rate": "100%"}
    many = [{"school": f"第{n}小学", **row} for n in range(30)]
    shown = [b for b in made("bulletin", {"timeliness": many}).blocks if isinstance(b, Picture)]
    assert shown[1].caption == "各校报送及时情况（前16项）"
    assert "第15小学" in shown[1].alt
    assert "第16小学" not in shown[1].alt
