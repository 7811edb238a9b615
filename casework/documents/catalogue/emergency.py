"""突发事件信息快报: the initial, further, final and supplementary report of an emergency.

Fields: 生产安全事故报告和调查处理条例 art. 12. 快报事实、慎报原因: facts at once, causes with care.
"""

from __future__ import annotations

from casework.documents import words
from casework.documents.items import choice, instant, line, number, text
from casework.documents.kinds import About, FixedText, Kind, Level
from casework.documents.parts import Facts, Narrative, Say, Section
from casework.permissions import Role
from casework.text import N_

ITEMS = (
    choice("stage", N_("Which report"), "报告类别", words.STAGES),
    number("sequence", N_("Number of the further report"), "续报序号", required=False),
    line("subject", N_("The event in one line"), "事件名称"),
    line("reporting_unit", N_("Reporting unit"), "报送单位"),
    instant("reported_at", N_("Reported at"), "报送时间"),
    instant("received_at", N_("Received at"), "接报时间", unknown=True),
    line("source", N_("Source of the information"), "信息来源", unknown=True),
    choice("category", N_("Kind of event"), "事件类别", words.CATEGORIES, unknown=True),
    choice("statutory_grade", N_("Grade by law"), "法定级别", words.GRADES, unknown=True),
    choice(
        "school_grade", N_("Grade by the school's plan"), "预案级别", words.GRADES, unknown=True
    ),
    instant("occurred_at", N_("Time of the event"), "事发时间", unknown=True),
    line("place", N_("Place"), "事发地点", unknown=True),
    number("dead", N_("Dead"), "死亡人数", unknown=True, suffix="人"),
    number("injured", N_("Injured or ill"), "伤病人数", unknown=True, suffix="人"),
    number(
        "gravely_injured", N_("Of these gravely injured"), "其中重伤", unknown=True, suffix="人"
    ),
    number(
        "slightly_injured", N_("Of these slightly injured"), "其中轻伤", unknown=True, suffix="人"
    ),
    number("missing", N_("Missing"), "失联人数", unknown=True, suffix="人"),
    line("loss", N_("Loss of property"), "财产损失", unknown=True),
    text("course", N_("Course of the event"), "事件经过", personal=True),
    text("cause", N_("First assessment of the cause"), "初步原因", required=False),
    text("impact", N_("How far it reaches"), "影响范围", unknown=True),
    text("measures", N_("What has been done"), "已采取措施"),
    text("on_site", N_("Leaders on the spot"), "领导到位", unknown=True),
    text("trend", N_("How it may go on"), "发展趋势", unknown=True),
    text("opinion", N_("What the public says"), "舆情情况", unknown=True),
    text("next_steps", N_("Next steps and proposals"), "下一步措施和建议"),
    line("lead", N_("Person in charge on the spot"), "现场负责人", personal=True, unknown=True),
    line("contact", N_("How to reach this person"), "联系方式", personal=True, unknown=True),
)
EMERGENCY_REPORT = Kind(
    name="emergency_report",
    title=N_("Emergency report"),
    word="突发事件信息快报",
    about=(About.CASE,),
    case_types=("emergency",),
    after=("submit_initial_report", "submit_update", "submit_final_report", "supplement"),
    level=Level.OWN,
    drafters=(Role.STAFF, Role.TEACHER, Role.SAFETY_LEAD, Role.DUTY, Role.BUREAU_OFFICER),
    issuers=(Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL, Role.BUREAU_LEADER),
    signers=(Role.DEPUTY, Role.PRINCIPAL, Role.BUREAU_LEADER),
    two_persons=False,
    series="bulletin_fast",
    number="第{n}期",
    redhead=True,
    usual_head="{office}信息快报",
    newsletter=True,
    upward=True,
    addressed=True,
    heading="关于{subject}的信息快报（{stage}{sequence:chinese}）",
    items=ITEMS,
    texts=(
        FixedText(
            "casualties",
            N_("Casualties in one sentence"),
            "截至报告时，死亡{dead}，受伤（患病）{injured}，其中重伤{gravely_injured}、"
            "轻伤{slightly_injured}，失联{missing}。",
        ),
        FixedText("cause_open", N_("Instead of a cause"), "原因正在调查核实。"),
        FixedText("ending", N_("Last line"), "特此报告。"),
    ),
    parts=(
        Section("基本情况"),
        Facts(("reporting_unit", "reported_at", "received_at", "source", "category")),
        Facts(("statutory_grade", "school_grade", "occurred_at", "place")),
        Section("伤亡和损失情况"),
        Say("casualties"),
        Facts(("loss",)),
        Section("事件经过"),
        Narrative("course"),
        Section("初步原因"),
        Narrative("cause", otherwise="cause_open"),
        Section("影响范围"),
        Narrative("impact"),
        Section("已采取措施和领导到位情况"),
        Section("已采取措施", level=2),
        Narrative("measures"),
        Section("领导到位", level=2),
        Narrative("on_site"),
        Section("发展趋势和舆情情况"),
        Section("发展趋势", level=2),
        Narrative("trend"),
        Section("舆情情况", level=2),
        Narrative("opinion"),
        Section("下一步措施和建议"),
        Narrative("next_steps"),
        Section("现场联络"),
        Facts(("lead", "contact")),
        Say("ending"),
    ),
)
KINDS = (EMERGENCY_REPORT,)
