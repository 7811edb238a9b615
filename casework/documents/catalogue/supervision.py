"""督办通知书 and 约谈通知书: what a bureau demands of a unit, and whom it calls in."""

from __future__ import annotations

from casework.documents.items import day, instant, line, lines, text
from casework.documents.kinds import About, FixedText, Kind, Level
from casework.documents.parts import Facts, Narrative, Say, Section, Slip
from casework.permissions import Role
from casework.text import N_

LEADERS = (Role.BUREAU_LEADER, Role.CITY_OFFICER)
OFFICERS = (Role.BUREAU_OFFICER, Role.BUREAU_LEADER, Role.CITY_OFFICER)

SUPERVISION = Kind(
    name="supervision_notice",
    title=N_("Supervision notice"),
    word="督办通知书",
    about=(About.CASE, About.UNIT),
    after=("supervise",),
    level=Level.BUREAU,
    drafters=OFFICERS,
    issuers=LEADERS,
    signers=LEADERS,
    series="supervision",
    number="{mark}〔{year}〕{n}号",
    redhead=True,
    addressed=True,
    receipt=True,
    heading="关于{matter}的督办通知书",
    items=(
        line("unit", N_("Unit supervised"), "被督办单位"),
        line("matter", N_("Matter"), "督办事项"),
        text("basis", N_("Basis"), "督办依据"),
        text("problems", N_("Problems found"), "存在问题", personal=True),
        text("demands", N_("What is demanded"), "整改要求"),
        day("due_on", N_("To be done by"), "完成时限"),
        text("feedback", N_("How to report back"), "反馈方式"),
        line("contact", N_("Who answers questions"), "联系人", setting="contact"),
        line("contact_phone", N_("Telephone"), "联系电话", setting="contact_phone"),
    ),
    texts=(
        FixedText(
            "opening",
            N_("First paragraph"),
            "经核查，你单位在有关工作中存在需要督促整改的问题。现就有关事项督办如下：",
        ),
        FixedText(
            "warning",
            N_("What happens otherwise"),
            "逾期不整改、不报告或者整改不到位的，将依照有关规定予以通报批评，并追究相关责任。",
        ),
    ),
    parts=(
        Say("opening"),
        Section("督办事项"),
        Facts(("unit", "matter")),
        Section("督办依据"),
        Narrative("basis"),
        Section("存在问题"),
        Narrative("problems"),
        Section("整改要求"),
        Narrative("demands"),
        Section("完成时限和反馈方式"),
        Facts(("due_on", "feedback", "contact", "contact_phone")),
        Say("warning"),
        Slip(
            title="签收回执",
            intro="请被督办单位主要负责人签收，并将本回执当日交回督办单位。",
            lines=("签收单位（盖章）", "签收人及职务", "签收时间", "联系电话", "备注"),
            wide=frozenset({4}),
            known=("document", "number", "unit", "due_on"),
        ),
    ),
)
INTERVIEW = Kind(
    name="interview_notice",
    title=N_("Summons to a talk"),
    word="约谈通知书",
    about=(About.CASE, About.UNIT),
    after=("record_accountability",),
    level=Level.BUREAU,
    drafters=OFFICERS,
    issuers=LEADERS,
    signers=LEADERS,
    series="supervision",
    number="{mark}〔{year}〕{n}号",
    redhead=True,
    addressed=True,
    receipt=True,
    heading="约谈通知书",
    items=(
        line("unit", N_("Unit called in"), "被约谈单位"),
        lines("persons", N_("Persons called in, with post"), "被约谈人", personal=True),
        text("reason", N_("Why"), "约谈事由", personal=True),
        text("basis", N_("Basis"), "约谈依据"),
        instant("at", N_("Time"), "约谈时间"),
        line("place", N_("Place"), "约谈地点"),
        lines("interviewers", N_("Who leads the talk"), "约谈人"),
        text("materials", N_("What to bring"), "需提交的材料"),
        text("demands", N_("What is demanded"), "有关要求"),
        line("contact", N_("Who answers questions"), "联系人", setting="contact"),
        line("contact_phone", N_("Telephone"), "联系电话", setting="contact_phone"),
    ),
    texts=(
        FixedText(
            "opening",
            N_("First paragraph"),
            "根据有关规定，经研究，决定对你单位有关负责人进行约谈。现将有关事项通知如下：",
        ),
        FixedText(
            "ending",
            N_("Last line"),
            "请按时参加，因故不能参加的，须事先书面说明理由并经批准。",
        ),
    ),
    parts=(
        Say("opening"),
        Section("约谈对象"),
        Facts(("unit", "persons")),
        Section("约谈事由和依据"),
        Section("约谈事由", level=2),
        Narrative("reason"),
        Section("约谈依据", level=2),
        Narrative("basis"),
        Section("时间、地点和约谈人"),
        Facts(("at", "place", "interviewers")),
        Section("有关要求"),
        Facts(("materials",)),
        Narrative("demands"),
        Facts(("contact", "contact_phone")),
        Say("ending"),
        Slip(
            title="签收回执",
            intro="请被约谈单位签收，并将本回执当日交回约谈单位。",
            lines=("签收单位（盖章）", "签收人及职务", "签收时间", "参加人员", "备注"),
            wide=frozenset({4}),
            known=("document", "number", "unit", "at", "place"),
        ),
    ),
)
KINDS = (SUPERVISION, INTERVIEW)
