"""学生欺凌事件调查报告: what the investigators found, for the committee that decides.

The three elements are those of 未成年人学校保护规定 art. 21; pupils appear by code, never by name.
"""

from __future__ import annotations

from casework.documents import words
from casework.documents.items import choice, choices, instant, line, table, text
from casework.documents.kinds import About, Column, FixedText, Kind, Level
from casework.documents.parts import Facts, Grid, Narrative, Say, Section
from casework.permissions import Role
from casework.text import N_

PUPILS = table(
    "pupils",
    N_("Pupils of both sides, by code"),
    "双方学生情况",
    Column("code", N_("Code"), "学生代号", 2),
    Column("side", N_("Side"), "身份", 3),
    Column("grade", N_("School grade"), "年级", 2),
    Column("age", N_("Age"), "年龄", 1),
    Column("guardian", N_("Guardian present"), "监护人到场", 3),
)
INVESTIGATORS = table(
    "investigators",
    N_("Investigators"),
    "调查组成员",
    Column("name", N_("Name"), "姓名", 2),
    Column("post", N_("Post"), "单位及职务", 4),
    Column("task", N_("Task"), "分工", 2),
)
EVIDENCE = table(
    "evidence",
    N_("List of evidence"),
    "证据清单",
    Column("number", N_("No."), "序号", 1),
    Column("name", N_("Evidence"), "证据名称", 4),
    Column("source", N_("From where"), "来源", 3),
    Column("proves", N_("What it shows"), "证明内容", 4),
    none="无",
)
IMBALANCE = text("imbalance", N_("Imbalance of power"), "力量不对等", unknown=True)
INTENT = text("intent", N_("Intent or malice"), "主观恶意", unknown=True)
HARM = text("harm", N_("Harm done"), "损害后果", unknown=True)
OPEN = ("investigating", "determining", "disposing", "intervening", "following_up", "reviewing")

INVESTIGATION = Kind(
    name="bullying_investigation",
    title=N_("Report of a bullying investigation"),
    word="学生欺凌事件调查报告",
    about=(About.CASE,),
    case_types=("bullying",),
    states=(*OPEN, "closed"),
    after=("submit_report",),
    level=Level.SCHOOL,
    drafters=(Role.TEACHER, Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
    issuers=(Role.DEPUTY, Role.PRINCIPAL),
    signers=(Role.DEPUTY, Role.PRINCIPAL),
    series="school",
    number="{mark}〔{year}〕{n}号",
    heading="学生欺凌事件调查报告",
    items=(
        line("clue_source", N_("Where the clue came from"), "线索来源", unknown=True),
        instant("accepted_at", N_("Accepted at"), "受理时间"),
        instant("started_at", N_("Investigation opened at"), "启动时间"),
        INVESTIGATORS,
        text("recusal", N_("Recusals"), "回避情况"),
        PUPILS,
        line("occurred", N_("When it happened"), "发生时间", unknown=True),
        line("place", N_("Place"), "发生地点", unknown=True),
        text("behaviour", N_("What was done"), "行为表现", personal=True),
        line("frequency", N_("How often"), "发生频次", unknown=True),
        line("manner", N_("In what way"), "行为方式", unknown=True),
        choices("categories", N_("Categories"), "行为类别", words.BULLYING_KINDS, unknown=True),
        IMBALANCE,
        INTENT,
        HARM,
        EVIDENCE,
        text("victim_statement", N_("Victim's statement"), "被欺凌一方陈述", personal=True),
        text("actor_statement", N_("Actor's statement"), "实施一方陈述", personal=True),
        text("witnesses", N_("Witnesses' statements"), "证人证言", personal=True, unknown=True),
        text("injuries", N_("Injuries"), "伤情", personal=True, unknown=True),
        text("psychology", N_("Psychological assessment"), "心理评估", personal=True, unknown=True),
        text("facts", N_("Facts found"), "事实认定", personal=True),
        choice(
            "proposed_grade",
            N_("Proposed grade"),
            "建议定级",
            {code: word for code, word in words.FINDING_GRADES.items() if word != "不适用"}
            | {"not_bullying": "不构成学生欺凌", "unproven": "现有证据不足以认定"},
        ),
        text("proposed_measures", N_("Proposed measures"), "建议措施"),
    ),
    texts=(
        FixedText(
            "opening",
            N_("First paragraph"),
            "根据《中华人民共和国未成年人保护法》第三十九条和有关规定，学校对本起事件开展了调查。"
            "现将调查情况报告如下：",
        ),
        FixedText(
            "privacy",
            N_("Note on privacy"),
            "本报告以代号指称学生，涉及未成年人隐私，仅限认定和处置使用，不得对外提供。",
        ),
    ),
    parts=(
        Say("opening"),
        Section("受理和调查组织情况"),
        Facts(("clue_source", "accepted_at", "started_at")),
        Grid("investigators", "调查组成员"),
        Facts(("recusal",)),
        Section("双方学生情况"),
        Grid("pupils"),
        Section("事件基本情况"),
        Facts(("occurred", "place", "frequency", "manner", "categories")),
        Section("行为表现", level=2),
        Narrative("behaviour"),
        Section("双方陈述和证人证言"),
        Section("被欺凌一方陈述", level=2),
        Narrative("victim_statement"),
        Section("实施一方陈述", level=2),
        Narrative("actor_statement"),
        Section("证人证言", level=2),
        Narrative("witnesses"),
        Section("伤情和心理评估"),
        Section("伤情", level=2),
        Narrative("injuries"),
        Section("心理评估", level=2),
        Narrative("psychology"),
        Section("认定要件和证据"),
        Section("力量不对等", level=2),
        Narrative("imbalance"),
        Section("主观恶意", level=2),
        Narrative("intent"),
        Section("损害后果", level=2),
        Narrative("harm"),
        Grid("evidence", "证据清单"),
        Section("事实认定"),
        Narrative("facts"),
        Section("处理建议"),
        Facts(("proposed_grade",)),
        Section("建议措施", level=2),
        Narrative("proposed_measures"),
        Say("privacy"),
    ),
)
KINDS = (INVESTIGATION,)
