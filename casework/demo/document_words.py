"""What the documents of the demo county say, as data: by whom, about what, how far they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Issued:
    """One delivery: to a unit, which ``signed_by`` signs for, or to somebody by name."""

    how: str
    unit: str = ""
    recipient: str = ""
    receipt: str = "waiting"
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: about a ``case`` by its story, or about a ``unit``; ``until`` which state.

    ``part``: for the first pupil with this part. ``ahead``: entries that are an instant so many
    days from now. ``replaces`` names an earlier one of these, for a ``reason``.
    """

    name: str
    kind: str
    by: str
    case: str = ""
    unit: str = ""
    until: str = "draft"
    signed_by: str = ""
    reviewed_by: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    days_ago: int = 0
    part: str = ""
    handed: tuple[Issued, ...] = ()
    replaces: str = ""
    reason: str = ""


OFFICES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "X1": (
        "leader1",
        {
            "mark.supervision": "清教督",
            "mark.audit": "清教督审",
            "contact": "县教育局督导室",
            "contact_phone": "0000-5550101",
            "duty_phone": "0000-5550110",
            "appeal_office": "清河县教育局防治学生欺凌工作办公室",
            "appeal_phone": "0000-5550102",
            "appeal_within": "收到本文书之日起30日内",
            "copies_to": "清河县人民政府教育督导委员会办公室",
        },
    ),
    "X2": (
        "leader2",
        {
            "mark.supervision": "临教督",
            "contact": "县教育局督导室",
            "contact_phone": "0000-5550201",
            "duty_phone": "0000-5550210",
            "appeal_office": "临江县教育局防治学生欺凌工作办公室",
            "appeal_phone": "0000-5550202",
            "appeal_within": "收到本文书之日起30日内",
        },
    ),
    "S1": (
        "principal1",
        {"mark.school": "清实小", "contact": "德育处", "contact_phone": "0000-5550301"},
    ),
    "S2": ("principal2", {"mark.school": "清二中"}),
}
"""Who sets what: the red heads stay the usual ones."""
PROMISE = (
    "安全整改承诺书",
    ("emergency",),
    (
        "安全整改承诺书",
        "{{ office }}　{{ number }}",
        "{{ 学校 }}就{{ 事件名称 }}（{{ 案件编号 }}）作出如下承诺：",
        "一、整改措施：{{ 整改措施 }}",
        "二、完成时限：{{ 完成时限 }}",
        "承诺人：{{ signer }}　{{ issued_on }}",
    ),
)
"""A kind of its own of the first bureau."""
STATEMENTS = {
    "recusal": "调查组成员与双方学生及其家长无利害关系，无人需要回避。",
    "frequency": "近一个月内多次",
    "manner": "当面辱骂、在班级群内煽动孤立",
    "imbalance": "实施一方人数较多，在班级中影响较大，被欺凌一方长期处于弱势。",
    "intent": "多次起侮辱性绰号并要求其他同学不与其交往，主观恶意明显。",
    "harm": "被欺凌学生情绪低落、不愿到校，经心理教师评估需要辅导。",
    "victim_statement": "学生甲陈述：近一个月来多次被起绰号，班级群内有人要求大家不和其说话。",
    "actor_statement": "学生乙陈述：承认起绰号，认为是开玩笑；承认在群内发过信息，愿意道歉。",
    "proposed_grade": "minor",
    "proposed_measures": "建议对学生乙予以训导并当面道歉，对学生甲安排心理辅导，班级开展专题教育。",
}
GUIDANCE = (
    "请关注孩子的情绪和作息，耐心倾听，不在孩子面前评论对方学生；需要帮助时可以联系学校心理教师。"
)
NEXT = "继续做好受伤学生的救治和陪护，排查同类隐患，进展及时续报。"

PAPERS = (
    Paper(
        *("report_up", "emergency_report", "lead1", "stairs"),
        until="issued",
        signed_by="principal1",
        fields={"next_steps": NEXT},
        handed=(Issued("system", "X1", signed_by="officer1"),),
    ),
    Paper("report_begun", "emergency_report", "lead3", "smoke"),
    Paper(
        *("investigation", "bullying_investigation", "lead5", "determining"),
        until="issued",
        signed_by="principal5",
        fields=STATEMENTS,
    ),
    Paper(
        *("determination", "bullying_determination", "lead2", "disposing"),
        until="review",
        part="victim",
        fields={
            "measures": ["admonition", "apology"],
            "members": [
                {"name": "治理委员会主任", "post": "校长"},
                {"name": "治理委员会委员", "post": "法治副校长"},
                {"name": "治理委员会委员", "post": "家长委员会代表"},
            ],
        },
    ),
    Paper(
        *("decision_victim", "bullying_decision", "lead1", "intervening"),
        until="issued",
        reviewed_by="deputy1",
        signed_by="principal1",
        part="victim",
        handed=(Issued("in_person", recipient="学生甲的父亲", receipt="signed"),),
    ),
    Paper(
        *("decision_actor", "bullying_decision", "lead1", "intervening"),
        until="issued",
        reviewed_by="deputy1",
        signed_by="principal1",
        part="actor",
        handed=(Issued("post", recipient="学生乙的母亲"),),
    ),
    Paper(
        *("decision_again", "bullying_decision", "lead1"),
        until="issued",
        reviewed_by="deputy1",
        signed_by="principal1",
        replaces="decision_actor",
        reason="帮扶措施写漏了家庭教育指导，予以更正。",
        fields={"support": "对学生乙：法治教育、家庭教育指导。\n对学生甲：心理辅导。"},
    ),
    Paper(
        *("notice_waits", "guardian_notice", "teacher1b", "voided"),
        until="review",
        part="victim",
        fields={"guidance": GUIDANCE},
    ),
    Paper(
        *("notice_signed", "guardian_notice", "lead1", "voided"),
        until="issued",
        signed_by="lead1",
        part="actor",
        fields={"guidance": GUIDANCE},
        handed=(Issued("phone", recipient="学生乙的父亲", receipt="confirmed"),),
    ),
    Paper(
        *("register", "absence_register", "teacher2b", "found"),
        until="issued",
        signed_by="teacher2b",
    ),
    Paper("log", "class_log", "teacher1", unit="S1K1", until="issued", signed_by="teacher1"),
    Paper(
        *("supervision", "supervision_notice", "officer1", "supervised"),
        until="issued",
        signed_by="leader1",
        fields={"feedback": "书面报告经校长签字后，于完成时限前报县教育局督导室。"},
        handed=(Issued("system", "S3", signed_by="deputy3"),),
    ),
    Paper("supervision_begun", "supervision_notice", "officer1b", "missing"),
    Paper(
        *("interview", "interview_notice", "officer2", "released"),
        until="review",
        fields={
            "persons": ["教学点负责人", "分管安全负责人"],
            "basis": "《教育督导条例》第二十五条",
            "place": "县教育局三楼会议室",
            "interviewers": ["分管副局长", "督导室主任"],
            "materials": "事件处置情况说明、值班记录、整改方案。",
            "demands": "当面说明超时原因，提出整改措施和完成时限。",
        },
        ahead={"at": 2},
    ),
    Paper(
        *("opinion", "opinion_report", "officer1", "video"),
        until="issued",
        signed_by="leader1",
        fields={
            "monitoring": "继续监测七十二小时，每日统计传播量。",
            "suggestions": "督促学校做好当事学生保护，联系平台下架含未成年人面部的视频。",
        },
    ),
    Paper(
        *("handled", "opinion_form", "officer1", "laid_to_rest"),
        until="issued",
        signed_by="leader1",
        fields={"monitoring": "已平息，转入常态监测。"},
    ),
    Paper(
        *("closing", "closing_report", "lead1", "closed"),
        until="issued",
        signed_by="principal1",
        fields={
            "cause": "班级日常管理中对同学间起绰号现象重视不够，发现不够及时。",
            "lessons": "班主任每周排查同伴关系，发现起绰号、孤立苗头及时干预。",
        },
        handed=(Issued("system", "X1"),),
    ),
    Paper(
        *("audit", "audit_report", "officer1b", "closed"),
        until="issued",
        signed_by="leader1",
        fields={
            "purpose": "对已结案的学生欺凌案件进行例行抽查，核对知悉、报告、处置各环节时间。",
            "conclusion": "各环节均在时限内完成，记录完整，未发现迟报、漏报情形。",
        },
    ),
    Paper(
        *("bulletin", "bulletin", "officer1"),
        unit="X1",
        until="issued",
        reviewed_by="officer1b",
        signed_by="leader1",
        fields={
            "comment": "个别学校受理和筛查超时，假期值守信息报送不够及时。",
            "demands": "各学校对照通报逐项整改，压实首报责任，做到知悉即报、有报必核。",
        },
        handed=(
            Issued("system", "S1", signed_by="principal1"),
            Issued("system", "S2"),
            Issued("system", "S3", signed_by="deputy3"),
        ),
    ),
    Paper(
        *("daily", "zero_report_daily", "officer1"),
        unit="X1",
        days_ago=1,
        until="issued",
        signed_by="officer1",
        fields={"duty_person": "值班室"},
    ),
    Paper(
        *("promise", "own_2_1", "lead1", "stairs"),
        fields={"整改措施": "分时段错峰放学，楼梯口安排值守教师。"},
    ),
)
