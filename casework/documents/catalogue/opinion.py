"""舆情快报 and 舆情处置单: what is said in public, how it was judged, who answered what."""

from __future__ import annotations

from casework.documents import words
from casework.documents.items import choice, instant, line, table, text
from casework.documents.kinds import About, Column, FixedText, Item, Kind, Level
from casework.documents.parts import Facts, Form, Grid, Narrative, Say, Section
from casework.permissions import Role
from casework.text import N_

OFFICERS = (Role.SAFETY_LEAD, Role.DEPUTY, Role.BUREAU_OFFICER, Role.DUTY)
LEADERS = (Role.DEPUTY, Role.PRINCIPAL, Role.BUREAU_LEADER, Role.CITY_OFFICER)


def _seen(wording_open: str) -> tuple[Item, ...]:
    return (
        line("platform", N_("Platform"), "平台", unknown=True),
        line("url", N_("Link"), "链接", unknown=True),
        instant("first_posted_at", N_("First posted at"), "首发时间", unknown=True),
        instant("detected_at", N_("Detected at"), "发现时间"),
        table(
            "screenshots",
            N_("Screenshots"),
            "截图哈希",
            Column("name", N_("File"), "截图", 2),
            Column("sha256", N_("SHA-256"), "SHA-256哈希值", 5),
            none="尚未固定截图",
        ),
        line("spread", N_("Views, reposts and comments"), "传播量", unknown=True),
        text("views", N_("What people say"), "主要观点"),
        line("linked_case", N_("The case behind it"), "涉及案件", unknown=True, unknown_word="无"),
        choice(
            "truth",
            N_("Is it true?"),
            "核实情况",
            words.TRUTHS,
            unknown=True,
            unknown_word="正在核实",
        ),
        choice(
            "level",
            N_("Level"),
            "舆情级别",
            words.OPINION_LEVELS,
            unknown=True,
            unknown_word="待定",
        ),
        text("assessment", N_("Assessment"), "研判意见"),
        text("wording", N_("Wording"), "回应口径", unknown=True, unknown_word=wording_open),
        line(
            "wording_by",
            N_("Who signed the wording"),
            "口径审签",
            unknown=True,
            unknown_word="待审签",
        ),
        line("channel", N_("Channel"), "发布渠道", unknown=True, unknown_word="尚未发布"),
        instant(
            "released_at", N_("Released at"), "发布时间", unknown=True, unknown_word="尚未发布"
        ),
        text("monitoring", N_("How it is watched further"), "后续监测"),
    )


REPORT = Kind(
    name="opinion_report",
    title=N_("Report on public opinion"),
    word="舆情快报",
    about=(About.CASE,),
    case_types=("opinion",),
    after=("grade",),
    level=Level.OWN,
    drafters=OFFICERS,
    issuers=(Role.SAFETY_LEAD, *LEADERS),
    signers=LEADERS,
    two_persons=False,
    series="opinion",
    number="第{n}期",
    redhead=True,
    usual_head="{office}舆情快报",
    newsletter=True,
    upward=True,
    addressed=True,
    heading="关于{subject}的舆情快报",
    items=(
        line("subject", N_("What it is about, in one line"), "舆情主题"),
        *_seen("正在拟定"),
        text("suggestions", N_("Next steps and proposals"), "工作建议"),
    ),
    texts=(FixedText("ending", N_("Last line"), "特此报告。"),),
    parts=(
        Section("舆情概况"),
        Facts(("platform", "url", "first_posted_at", "detected_at", "spread")),
        Facts(("linked_case", "truth", "level")),
        Section("主要观点"),
        Narrative("views"),
        Section("研判意见"),
        Narrative("assessment"),
        Section("回应和发布情况"),
        Facts(("wording", "wording_by", "channel", "released_at")),
        Section("后续监测和工作建议"),
        Section("后续监测", level=2),
        Narrative("monitoring"),
        Section("工作建议", level=2),
        Narrative("suggestions"),
        Section("截图固定情况"),
        Grid("screenshots"),
        Say("ending"),
    ),
)
FORM = Kind(
    name="opinion_form",
    title=N_("Form on the handling of public opinion"),
    word="舆情处置单",
    about=(About.CASE,),
    case_types=("opinion",),
    level=Level.OWN,
    drafters=OFFICERS,
    issuers=(Role.SAFETY_LEAD, *LEADERS),
    signers=LEADERS,
    form=True,
    heading="舆情处置单",
    items=(
        line("subject", N_("What it is about, in one line"), "舆情主题"),
        line("responsible_unit", N_("Responsible unit"), "责任单位"),
        *_seen("不回应"),
        line("lawful_owner", N_("Lawful handling: who"), "依法办理", unknown=True),
        line("guidance_owner", N_("Guidance of opinion: who"), "舆论引导", unknown=True),
        line("ground_owner", N_("Control on the ground: who"), "社会面管控", unknown=True),
        text("result", N_("Result"), "处置结果", unknown=True, unknown_word="正在处置"),
    ),
    parts=(
        Form(
            (
                ("subject",),
                ("responsible_unit",),
                ("platform", "level"),
                ("url",),
                ("first_posted_at", "detected_at"),
                ("spread", "truth"),
                ("linked_case",),
                ("views",),
                ("assessment",),
                ("lawful_owner", "guidance_owner"),
                ("ground_owner",),
                ("wording",),
                ("wording_by",),
                ("channel", "released_at"),
                ("monitoring",),
                ("result",),
            )
        ),
        Grid("screenshots", "截图哈希"),
    ),
)
KINDS = (REPORT, FORM)
