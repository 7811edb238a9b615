"""One document of each kind, filled in as an office would: what all tests of documents render."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from casework.documents.frame import Frame
from casework.documents.kinds import Kind

Values = dict[str, Any]


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of spring 2026 in Chinese time, given in UTC as the cases hold it."""
    return datetime(2026, month, day, hour - 8, minute, tzinfo=UTC)


def frame_for(kind: Kind, **more: Any) -> Frame:
    """The frame of an issued document of this kind."""
    school = kind.level != "bureau"
    office = "东山县实验小学" if school else "东山县教育局"
    given: dict[str, Any] = {
        "office": office,
        "made_at": at(3, 9, 30),
        "draft": False,
        "head": HEADS.get(kind.name, ""),
        "number": NUMBERS.get(kind.name, "") if kind.series else "",
        "signer": "林建国",
        "issued_on": date(2026, 3, 3),
        "addressee": ADDRESSEES.get(kind.name, "东山县教育局") if kind.addressed else "",
        "copies_to": ("东山县人民政府办公室", "东山县公安局") if kind.redhead else (),
        "printed_by": f"{office}办公室" if kind.redhead else "",
        "printed_on": date(2026, 3, 3) if kind.redhead else None,
        "identifier": "2026-TF-000123",
    }
    return Frame(**(given | more))


HEADS = {
    "emergency_report": "东山县实验小学信息快报",
    "opinion_report": "东山县实验小学舆情快报",
    "supervision_notice": "东山县教育局文件",
    "interview_notice": "东山县教育局文件",
    "bulletin": "东山县教育局督查通报",
}
NUMBERS = {
    "emergency_report": "第12期",
    "opinion_report": "第3期",
    "bulletin": "第2期",
    "zero_report_daily": "第61期",
    "supervision_notice": "东教督〔2026〕7号",
    "interview_notice": "东教督〔2026〕8号",
    "audit_report": "东教审〔2026〕1号",
    "bullying_investigation": "东实小〔2026〕4号",
    "bullying_determination": "东实小〔2026〕5号",
    "bullying_decision": "东实小〔2026〕6号",
    "closing_report": "东实小〔2026〕9号",
}
ADDRESSEES = {
    "bullying_decision": "A同学及其监护人",
    "guardian_notice": "A同学的父母（监护人）",
    "supervision_notice": "东山县实验小学",
    "interview_notice": "东山县第二中学",
    "bulletin": "各乡镇中心学校，县直各学校、幼儿园",
    "zero_report_daily": "东山县人民政府总值班室",
}
APPEAL = {
    "appeal_office": "东山县教育局学生欺凌防治办公室",
    "appeal_phone": "0596-5881234",
    "appeal_within": "收到之日起30日内",
}
PUPILS = [
    {"code": "A", "side": "被欺凌学生", "grade": "五年级", "age": "11", "guardian": "母亲到场"},
    {"code": "B", "side": "实施欺凌学生", "grade": "六年级", "age": "12", "guardian": "父亲到场"},
    {"code": "C", "side": "实施欺凌学生", "grade": "六年级", "age": "12", "guardian": "祖父到场"},
]
ELEMENTS = {
    "imbalance": "B、C同学年级高于A同学，身高体重占明显优势，且以二人对一人。",
    "intent": "B同学事先在班级群中约C同学“放学堵他”，属于蓄意。",
    "harm": "A同学右前臂软组织挫伤，出现入睡困难、害怕上学等情况。",
}
FACTS = (
    "2026年2月23日至3月2日，B、C同学先后三次在教学楼西侧楼梯间推搡A同学，并以侮辱性绰号称呼。"
    "3月2日16时40分，B同学用手掌击打A同学右前臂，C同学在旁阻拦其离开。"
)
MEETING = {
    "meeting_at": at(10, 15),
    "entitled": 9,
    "present": 8,
    "vote": "同意8票，反对0票，弃权0票",
    "recusals": "班主任周某某系C同学亲属，已回避",
    "finding": "minor",
    "clause": "《中华人民共和国未成年人保护法》第三十九条、第一百三十条第三项。",
    "measures": ["admonition", "apology", "behaviour_support"],
    "support": "安排心理教师每周对A同学辅导一次，连续四周；对B、C同学进行行为干预和家庭教育指导。",
}
EMERGENCY: Values = {
    "stage": "update",
    "sequence": 2,
    "subject": "东山县实验小学三年级学生课间踩踏受伤事件",
    "reporting_unit": "东山县实验小学",
    "reported_at": at(2, 12, 5),
    "received_at": at(2, 12, 20),
    "source": "值班教师现场报告",
    "category": "injury",
    "statutory_grade": "general",
    "school_grade": "large",
    "occurred_at": at(2, 10, 5),
    "place": "教学楼东侧一层楼梯口",
    "dead": 0,
    "injured": 4,
    "gravely_injured": 1,
    "slightly_injured": 3,
    "missing": 0,
    "loss": "unknown",
    "course": "大课间结束时，三年级两个班学生在东侧楼梯相遇，一名学生系鞋带时被后面同学绊倒。\n"
    "在场教师当即疏散，10时12分拨打120，10时25分救护车到场。",
    "cause": "",
    "impact": "涉及三年级两个班，教学秩序已恢复。",
    "measures": "启动应急预案，封闭东侧楼梯；4名学生已送县医院，均有家长和教师陪同。",
    "on_site": "校长林建国10时10分到场，县教育局副局长11时到场。",
    "trend": "伤情稳定，暂无新增伤员。",
    "opinion": "本地家长群有零星讨论，未见不实信息。",
    "next_steps": "调整课间分流路线，逐班开展安全教育；建议派员指导心理疏导。",
    "lead": "副校长陈志强",
    "contact": "13500000001",
}
INVESTIGATION: Values = {
    "clue_source": "学生家长来校反映",
    "accepted_at": at(3, 8, 20),
    "started_at": at(3, 14),
    "investigators": [
        {"name": "陈志强", "post": "东山县实验小学副校长", "task": "组长"},
        {"name": "吴雅琴", "post": "东山县实验小学德育主任", "task": "询问、记录"},
    ],
    "recusal": "班主任周某某系C同学亲属，未参加调查。",
    "pupils": PUPILS,
    "occurred": "2026年2月23日至3月2日",
    "place": "教学楼西侧楼梯间",
    "behaviour": FACTS,
    "frequency": "3次",
    "manner": "肢体推搡、言语侮辱",
    "categories": ["body", "words"],
    **ELEMENTS,
    "evidence": [
        {"number": "1", "name": "楼梯间监控录像", "source": "学校监控室", "proves": "三次推搡经过"},
        {"number": "2", "name": "门诊病历", "source": "县医院", "proves": "A同学伤情"},
    ],
    "victim_statement": "A同学称，对方多次在楼梯间拦住他并叫他绰号。",
    "actor_statement": "B同学承认推搡和击打，称“只是闹着玩”；C同学承认在旁阻拦。",
    "witnesses": "同班同学D、E称，看到B、C同学拦住A同学。",
    "injuries": "右前臂软组织挫伤，无骨折。",
    "psychology": "心理教师评估：轻度焦虑，建议持续辅导。",
    "facts": FACTS,
    "proposed_grade": "minor",
    "proposed_measures": "对B、C同学予以训导，责令书面道歉；对双方学生开展心理辅导。",
}
NOTICE: Values = {
    "pupil": "A",
    "reason": "您的孩子近日在校内被两名高年级同学推搡和言语侮辱，学校已启动调查。",
    "measures": "已将涉事学生与您的孩子分开，安排专人陪护，并由心理教师进行辅导。",
    "meeting_at": at(10, 15),
    "meeting_place": "学校行政楼二楼会议室",
    "guidance": "请耐心倾听孩子的感受，不责备、不追问细节，发现情绪异常及时与学校联系。",
    "contact": "吴雅琴（德育主任）",
    "contact_phone": "0596-5880001",
    **APPEAL,
}
