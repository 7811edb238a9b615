"""欺凌认定意见书, 处理决定书, 家长告知书: what the committee found, what is decided, who is told.

Sources: 未成年人保护法 art. 39 (guardians take part), 预防未成年人犯罪法 arts 31 to 33 (measures;
guardians are told of them), 教督〔2017〕10号 (grades, and where to appeal).
"""

from __future__ import annotations

from casework.documents import words
from casework.documents.catalogue.bullying import HARM, IMBALANCE, INTENT, PUPILS
from casework.documents.items import choice, choices, instant, line, number, table, text
from casework.documents.kinds import About, Column, FixedText, Kind, Level
from casework.documents.parts import Facts, Grid, Narrative, Say, Section, Slip
from casework.permissions import Role
from casework.text import N_

MEETING = (
    instant("meeting_at", N_("Meeting at"), "会议时间"),
    number("entitled", N_("Members entitled to vote"), "应到人数", suffix="人"),
    number("present", N_("Members present"), "实到人数", suffix="人"),
    line("vote", N_("Vote"), "表决情况"),
    text("recusals", N_("Recusals"), "回避情况"),
)
FINDING = (
    choice("finding", N_("Finding"), "是否构成学生欺凌", words.CONSTITUTES),
    choice("grade", N_("Grade"), "认定等级", words.FINDING_GRADES, required=False, of="finding"),
    text("clause", N_("Clause it rests on"), "依据条款"),
)
APPEAL = (
    line("appeal_office", N_("Where to appeal"), "申诉受理部门", setting="appeal_office"),
    line("appeal_phone", N_("Telephone for appeals"), "申诉电话", setting="appeal_phone"),
    line("appeal_within", N_("Time limit for appeals"), "申诉期限", setting="appeal_within"),
)
FACTS = text("facts", N_("Facts found"), "查明的事实", personal=True)
MEASURES = (
    choices("measures", N_("Measures decided"), "惩戒措施", words.MEASURES, none="无"),
    text("support", N_("Support for both sides"), "帮扶措施"),
)
ATTENDANCE_TEXT = FixedText(
    "attendance",
    N_("Attendance in one sentence"),
    "会议于{meeting_at}召开，应到{entitled}，实到{present}。",
)
APPEAL_TEXT = FixedText(
    "appeal",
    N_("How to appeal"),
    "学生或者其父母、其他监护人对本{word}有异议的，可以向{appeal_office}提出申诉，申请复查"
    "（联系电话：{appeal_phone}），期限为{appeal_within}。",
)
PRIVACY_TEXT = FixedText(
    "privacy",
    N_("Note on privacy"),
    "本{word}以代号指称学生。任何组织和个人不得披露未成年学生的姓名、影像、住所、就读学校以及"
    "其他可能识别出其身份的信息。",
)
DELIVERY_LINES = (
    "受送达人（监护人）",
    "与学生关系",
    "送达方式",
    "送达地点",
    "送达时间",
    "受送达人签名",
    "拒签理由及见证人",
    "送达人签名",
    "备注",
)
DELIVERY = Slip(
    title="送达回证",
    intro="送达方式填写直接送达、留置送达、邮寄送达或者电话告知；拒绝签收的，写明理由并由见证人签名。",
    lines=DELIVERY_LINES,
    wide=frozenset({6, 8}),
    known=("document", "number"),
)
AFTER = ("disposing", "intervening", "following_up", "reviewing", "closed")
SCHOOL_LEADERS = (Role.DEPUTY, Role.PRINCIPAL)

DETERMINATION = Kind(
    name="bullying_determination",
    title=N_("Finding of the bullying committee"),
    word="学生欺凌认定意见书",
    about=(About.CASE,),
    case_types=("bullying",),
    states=("determining", *AFTER),
    after=("determine",),
    level=Level.SCHOOL,
    drafters=(Role.SAFETY_LEAD, Role.DEPUTY),
    issuers=SCHOOL_LEADERS,
    signers=SCHOOL_LEADERS,
    series="school",
    number="{mark}〔{year}〕{n}号",
    receipt=True,
    sides=True,
    heading="学生欺凌认定意见书",
    items=(
        *MEETING,
        PUPILS,
        FACTS,
        IMBALANCE,
        INTENT,
        HARM,
        *FINDING,
        *MEASURES,
        *APPEAL,
        table(
            "members",
            N_("Members of the committee"),
            "治理委员会成员",
            Column("name", N_("Name"), "姓名", 2),
            Column("post", N_("Post"), "单位及职务", 4),
        ),
    ),
    texts=(
        FixedText(
            "opening",
            N_("First paragraph"),
            "{office}学生欺凌治理委员会召开会议，对本起事件进行认定，形成如下意见：",
        ),
        ATTENDANCE_TEXT,
        APPEAL_TEXT,
        PRIVACY_TEXT,
    ),
    parts=(
        Say("opening"),
        Section("会议和表决情况"),
        Say("attendance"),
        Facts(("vote", "recusals")),
        Section("当事学生"),
        Grid("pupils"),
        Section("查明的事实"),
        Narrative("facts"),
        Section("认定要件"),
        Facts(("imbalance", "intent", "harm")),
        Section("认定意见"),
        Facts(("finding", "grade", "clause")),
        Section("惩戒和帮扶措施建议"),
        Facts(("measures", "support")),
        Section("申诉途径和期限"),
        Say("appeal"),
        Say("privacy"),
        Grid("members", "治理委员会成员签名", blank=("签名",)),
        DELIVERY,
    ),
)
DECISION = Kind(
    name="bullying_decision",
    title=N_("Decision on a bullying case"),
    word="学生欺凌事件处理决定书",
    about=(About.CASE,),
    case_types=("bullying",),
    states=AFTER,
    after=("dismiss_as_play", "close_unproven", "determine", "deliver_decision"),
    level=Level.SCHOOL,
    drafters=(Role.SAFETY_LEAD, Role.DEPUTY),
    reviewers=(Role.DEPUTY,),
    issuers=(Role.PRINCIPAL,),
    signers=(Role.PRINCIPAL,),
    series="school",
    number="{mark}〔{year}〕{n}号",
    receipt=True,
    sides=True,
    addressed=True,
    heading="学生欺凌事件处理决定书",
    items=(*MEETING, PUPILS, FACTS, *FINDING, *MEASURES, *APPEAL),
    texts=(
        FixedText(
            "opening",
            N_("First paragraph"),
            "根据学生欺凌治理委员会的认定意见，经研究，学校对本起事件作出如下处理决定：",
        ),
        ATTENDANCE_TEXT,
        APPEAL_TEXT,
        PRIVACY_TEXT,
    ),
    parts=(
        Say("opening"),
        Section("当事学生"),
        Grid("pupils"),
        Section("查明的事实"),
        Narrative("facts"),
        Section("认定情况"),
        Say("attendance"),
        Facts(("vote", "recusals")),
        Facts(("finding", "grade", "clause")),
        Section("处理决定"),
        Facts(("measures", "support")),
        Section("申诉途径和期限"),
        Say("appeal"),
        Say("privacy"),
        DELIVERY,
    ),
)
NOTICE = Kind(
    name="guardian_notice",
    title=N_("Notice to guardians"),
    word="家长告知书",
    about=(About.CASE,),
    case_types=("bullying",),
    after=("notify_guardians",),
    level=Level.SCHOOL,
    drafters=(Role.TEACHER, Role.SAFETY_LEAD),
    issuers=(Role.SAFETY_LEAD, *SCHOOL_LEADERS),
    signers=(Role.SAFETY_LEAD, *SCHOOL_LEADERS),
    two_persons=False,
    receipt=True,
    sides=True,
    addressed=True,
    heading="家长告知书",
    items=(
        line("pupil", N_("Code of the pupil"), "学生代号"),
        text("reason", N_("What it is about"), "告知事由", personal=True),
        text("measures", N_("What the school has done"), "学校已采取的措施"),
        instant(
            "meeting_at",
            N_("Invited to take part at"),
            "参与认定时间",
            unknown=True,
            unknown_word="另行通知",
        ),
        line(
            "meeting_place",
            N_("Invited to"),
            "参与认定地点",
            unknown=True,
            unknown_word="另行通知",
        ),
        text("guidance", N_("Guidance for the family"), "家庭教育指导"),
        line("contact", N_("Who answers questions"), "学校联系人", setting="contact"),
        line("contact_phone", N_("Telephone"), "联系电话", setting="contact_phone"),
        *APPEAL,
    ),
    texts=(
        FixedText(
            "rights",
            N_("Rights of guardians"),
            "您有权参与认定和处理，有权陈述意见、提供材料，有权查阅与您的孩子有关的记录；对认定和处理"
            "结果有异议的，可以向{appeal_office}提出申诉（联系电话：{appeal_phone}），期限为{appeal_within}。",
        ),
        FixedText(
            "confidential",
            N_("Request for confidentiality"),
            "请您保护双方学生的隐私，不在网络和家长群中传播相关姓名、影像和信息，避免造成二次伤害。",
        ),
        FixedText(
            "invitation",
            N_("Invitation"),
            "根据《中华人民共和国未成年人保护法》第三十九条，请您参与对本起事件的认定和处理：",
        ),
    ),
    parts=(
        Section("告知事由"),
        Facts(("pupil",)),
        Narrative("reason"),
        Section("学校已采取的措施"),
        Narrative("measures"),
        Section("邀请参与认定"),
        Say("invitation"),
        Facts(("meeting_at", "meeting_place")),
        Section("您的权利"),
        Say("rights"),
        Section("家庭教育指导"),
        Narrative("guidance"),
        Section("保密提示"),
        Say("confidential"),
        Section("联系方式"),
        Facts(("contact", "contact_phone")),
        Slip(
            title="回执",
            intro="电话告知的，由告知人填写通话时间和通话人；拒绝签收的，写明理由并由见证人签名。",
            lines=(
                "监护人姓名",
                "与学生关系",
                "告知方式（当面签收／拒签／电话告知）",
                "告知时间",
                "监护人签名",
                "监护人意见",
                "拒签理由及见证人",
                "电话告知记录",
                "告知人签名",
            ),
            wide=frozenset({5, 6, 7}),
            known=("document", "pupil"),
        ),
    ),
)
KINDS = (DETERMINATION, DECISION, NOTICE)
