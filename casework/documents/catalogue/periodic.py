"""督查通报 and 零报告日报: what a bureau tells of a month, and of a day.

Schools whose right of reply still runs, and minors, never appear by name: the rows come without
them.
"""

from __future__ import annotations

from casework.documents import words
from casework.documents.items import choice, day, instant, line, number, table, text
from casework.documents.kinds import About, Column, FixedText, Kind, Level
from casework.documents.parts import Chart, Facts, Form, Grid, Narrative, Say, Section
from casework.permissions import Role
from casework.text import N_

BUREAUS = ("county_bureau", "city_bureau")
OFFICERS = (Role.BUREAU_OFFICER, Role.BUREAU_LEADER, Role.CITY_OFFICER)
LEADERS = (Role.BUREAU_LEADER, Role.CITY_OFFICER)

BULLETIN = Kind(
    name="bulletin",
    title=N_("Monthly bulletin"),
    word="督查通报",
    about=(About.UNIT,),
    unit_kinds=BUREAUS,
    level=Level.BUREAU,
    drafters=OFFICERS,
    reviewers=OFFICERS,
    issuers=LEADERS,
    signers=LEADERS,
    series="bulletin",
    number="第{n}期",
    redhead=True,
    usual_head="{office}督查通报",
    newsletter=True,
    addressed=True,
    heading="关于{month}信息报送和事件处置情况的督查通报",
    items=(
        line("month", N_("Month"), "通报月份"),
        line("area", N_("Area"), "通报范围"),
        text("overview", N_("Overview"), "总体情况"),
        table(
            "totals",
            N_("Figures of the month"),
            "主要指标与上月对比",
            Column("name", N_("Indicator"), "指标", 4),
            Column("now", N_("This month"), "本月", 2),
            Column("before", N_("Last month"), "上月", 2),
            Column("change", N_("Change"), "增减", 2),
        ),
        table(
            "timeliness",
            N_("Reporting in time, by school"),
            "各校报送及时率",
            Column("school", N_("School"), "学校", 5),
            Column("due", N_("Due"), "应报", 1),
            Column("on_time", N_("In time"), "及时", 1),
            Column("late", N_("Reported late"), "迟报", 1),
            Column("rate", N_("Rate"), "及时率", 2),
            none="本月无应报事项",
        ),
        table(
            "overdue",
            N_("Overdue"),
            "超时限事项",
            Column("school", N_("School"), "学校", 4),
            Column("case", N_("Case"), "案件编号", 3),
            Column("rule", N_("Deadline"), "时限事项", 4),
            Column("overdue", N_("Overdue by"), "超时", 2),
            none="无",
        ),
        table(
            "flags",
            N_("Flags"),
            "时限标记",
            Column("school", N_("School"), "学校", 4),
            Column("kind", N_("Flag"), "标记", 3),
            Column("count", N_("How many"), "数量", 1),
            Column("cleared", N_("Cleared"), "已消除", 2),
            none="无",
        ),
        table(
            "findings",
            N_("Findings decided"),
            "认定情况",
            Column("school", N_("School"), "学校", 4),
            Column("kind", N_("Finding"), "认定事项", 3),
            Column("decision", N_("Decision"), "认定结果", 3),
            Column("on", N_("Decided on"), "认定日期", 3),
            none="无",
        ),
        text("comment", N_("What stands out"), "存在的突出问题", unknown=True, unknown_word="无"),
        text("demands", N_("What is demanded"), "下一步工作要求"),
        table(
            "annex",
            N_("Annex: all schools"),
            "附表",
            Column("school", N_("School"), "学校", 4),
            Column("cases", N_("Cases"), "新增案件", 2),
            Column("closed", N_("Closed"), "办结", 1),
            Column("late", N_("Reported late"), "迟报", 1),
            Column("overdue", N_("Overdue"), "超时", 1),
            Column("zero", N_("Zero reports missing"), "零报告缺报", 2),
            Column("rate", N_("Rate"), "及时率", 2),
        ),
    ),
    texts=(
        FixedText(
            "opening", N_("First paragraph"), "现将{month}{area}信息报送和事件处置情况通报如下："
        ),
        FixedText(
            "protected",
            N_("Note on protection"),
            "正在申辩期内的事项以“某校”表示，未列入认定情况；本通报不含未成年人个人信息。",
        ),
    ),
    parts=(
        Say("opening"),
        Section("总体情况"),
        Narrative("overview"),
        Grid("totals", "主要指标与上月对比"),
        Chart("totals", "name", ("now", "before"), "本月与上月主要指标对比"),
        Section("报送及时情况"),
        Grid("timeliness", "各校报送及时率"),
        Chart("timeliness", "school", ("on_time", "late"), "各校报送及时情况"),
        Section("超时限事项"),
        Grid("overdue"),
        Section("时限标记和认定情况"),
        Grid("flags", "时限标记"),
        Grid("findings", "认定情况"),
        Section("存在的突出问题"),
        Narrative("comment"),
        Section("下一步工作要求"),
        Narrative("demands"),
        Say("protected"),
        Grid("annex", "各校信息报送和事件处置情况表", annex=True),
    ),
)
ZERO_REPORT = Kind(
    name="zero_report_daily",
    title=N_("Daily zero report"),
    word="零报告日报",
    about=(About.UNIT,),
    unit_kinds=("school", "district", *BUREAUS),
    level=Level.OWN,
    drafters=(Role.SAFETY_LEAD, Role.DEPUTY, Role.DUTY, *OFFICERS),
    issuers=(Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL, *OFFICERS),
    signers=(Role.DEPUTY, Role.PRINCIPAL, *OFFICERS),
    two_persons=False,
    series="zero_report",
    number="第{n}期",
    addressed=True,
    form=True,
    heading="零报告日报",
    items=(
        day("on", N_("Day"), "日期"),
        choice("slot", N_("Slot"), "时段", words.SLOTS),
        number("expected", N_("Units due"), "应报单位", suffix="个"),
        number("attested", N_("Units that reported"), "已报单位", suffix="个"),
        number("missing", N_("Units missing"), "缺报单位", suffix="个"),
        number("nothing", N_("Nothing to report"), "零报告单位", suffix="个"),
        number("with_cases", N_("With cases"), "有事单位", suffix="个"),
        table(
            "units",
            N_("Reports of the day"),
            "报送情况",
            Column("unit", N_("Unit"), "单位", 4),
            Column("attested_at", N_("Reported at"), "报送时间", 3),
            Column("content", N_("Content"), "报告内容", 3),
            Column("by", N_("By"), "报送人", 2),
            Column("remark", N_("Note on the roll"), "备注", 2),
        ),
        table(
            "contradictions",
            N_("Contradicted"),
            "与零报告不符的情况",
            Column("unit", N_("Unit"), "单位", 4),
            Column("case", N_("Case"), "案件编号", 3),
            Column("known_at", N_("First known at"), "知悉时间", 3),
            none="无",
        ),
        text("remark", N_("Other matters"), "其他事项", unknown=True, unknown_word="无"),
        line("duty_person", N_("On duty"), "值班人员"),
        line("duty_leader", N_("Leader on duty"), "带班领导"),
        line("duty_phone", N_("Telephone of the duty desk"), "值班电话", setting="duty_phone"),
        instant("made_at", N_("As of"), "统计截止"),
    ),
    parts=(
        Form(
            (
                ("on", "slot"),
                ("expected", "attested"),
                ("missing", "nothing"),
                ("with_cases", "made_at"),
                ("duty_person", "duty_leader"),
                ("duty_phone",),
            )
        ),
        Grid("units", "报送情况"),
        Grid("contradictions", "与零报告不符的情况"),
        Facts(("remark",)),
    ),
)
KINDS = (BULLETIN, ZERO_REPORT)
