"""The samples of the other families: absences, supervision, opinion, closing, the bureau's own."""

from __future__ import annotations

from datetime import date

from tests.unit.documents.samples import (
    APPEAL,
    ELEMENTS,
    EMERGENCY,
    FACTS,
    INVESTIGATION,
    MEETING,
    NOTICE,
    PUPILS,
    Values,
    at,
)
from tests.unit.documents.samples_periodic import BULLETIN, ZERO

CONTACT = {"contact": "黄丽华", "contact_phone": "0596-5881200"}
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TIMES = {
    "occurred_at": at(2, 10, 5),
    "known_at": at(2, 10, 8),
    "filed_at": at(2, 10, 31),
    "received_at": at(2, 10, 46),
}
CLOCKS = [
    {
        "rule": "初报（教育局）",
        "started_at": "3月2日10时08分",
        "limit_at": "3月2日12时08分",
        "stopped_at": "3月2日10时40分",
        "result": "按时",
    },
    {
        "rule": "告知监护人",
        "started_at": "3月2日10时08分",
        "limit_at": "3月2日12时08分",
        "stopped_at": "3月2日12时30分",
        "result": "超时22分",
    },
]
FLAGS = [
    {
        "kind": "监护人未及时告知",
        "at": "3月2日12时08分",
        "state": "已消除",
        "reason": "家长手机关机",
    }
]
SCREENSHOTS = [{"name": "截图1.png", "sha256": HASH}, {"name": "截图2.png", "sha256": HASH[::-1]}]
SEEN = {
    "platform": "某短视频平台",
    "url": "https://video.example.cn/v/8842213",
    "first_posted_at": at(4, 21, 12),
    "detected_at": at(4, 22, 3),
    "screenshots": SCREENSHOTS,
    "spread": "播放3.2万次，转发410次，评论865条",
    "views": "多数网友关心伤者情况，少数质疑学校疏于管理。",
    "linked_case": "2026-TF-000123",
    "truth": "partly",
    "level": "yellow",
    "assessment": "以转述为主，未形成集中传播；“多人死亡”的说法不实。",
    "wording": "3月2日上午我校发生学生课间受伤事件，4名学生已得到救治，无生命危险。",
    "wording_by": "东山县教育局局长  蔡文斌",
    "channel": "东山教育微信公众号",
    "released_at": at(5, 8, 30),
    "monitoring": "安排专人每4小时更新一次传播数据，连续三日。",
}
REGISTER: Values = {
    "class_name": "三年级（2）班",
    "period": "morning",
    "caller": "周敏",
    "called_at": at(2, 8, 5),
    "student": "欧阳𠮷祥",
    "leave_state": "未请假",
    "contacts": [
        {"at": "3月2日8时08分", "whom": "母亲", "way": "电话", "outcome": "无人接听"},
        {"at": "3月2日8时11分", "whom": "父亲", "way": "电话", "outcome": "称已送到校门口"},
    ],
    "whereabouts": "校门口监控显示7时40分离开校门，沿民主路向东。",
    "cause": "left_school",
    "anomaly": "书包留在教室，课桌内有字条。",
    "reported": "8时20分报校长、县教育局。",
    "alarm_at": at(2, 8, 25),
    "alarm_number": "3506260302008",
    "found": "10时15分在民主路书店找到，身体状况良好。",
    "returned": "10时50分由父亲和班主任陪同返校。",
    "follow_up": "心理教师当日谈心，班主任本周家访。",
}
LOG: Values = {
    "class_name": "三年级（2）班",
    "on": date(2026, 3, 2),
    "teacher": "周敏",
    "enrolled": 45,
    "rolls": [
        {
            "period": "上午第一节课前",
            "taken_at": "8时05分",
            "enrolled": "45",
            "present": "43",
            "by": "周敏",
            "remark": "",
        },
        {
            "period": "下午第一节课前",
            "taken_at": "14时02分",
            "enrolled": "45",
            "present": "44",
            "by": "郑凯",
            "remark": "",
        },
    ],
    "absences": [
        {
            "student": "欧阳𠮷祥",
            "period": "上午第一节课前",
            "mark": "无故缺课",
            "case": "2026-QK-000045",
            "outcome": "已找到",
        },
        {"student": "陈曦", "period": "全天", "mark": "病假", "case": "", "outcome": "在家休息"},
    ],
    "entries": [
        {"time": "8时30分", "kind": "安全教育", "text": "提醒课间上下楼梯靠右慢行。", "by": "周敏"}
    ],
}
SUPERVISION: Values = {
    "unit": "东山县实验小学",
    "matter": "学生课间踩踏受伤事件整改",
    "basis": "《中华人民共和国未成年人保护法》第三十七条；《教育督导条例》第二十一条。",
    "problems": "1. 课间上下楼未分流，东侧楼梯无人值守。\n2. 监护人告知超过时限22分钟。",
    "demands": "1. 3月6日前完成楼梯分流和值守安排。\n2. 3月9日前对全体班主任开展告知程序培训。",
    "due_on": date(2026, 3, 12),
    "feedback": "书面报告加盖公章，附整改前后照片，报县教育局安全科。",
    **CONTACT,
}
INTERVIEW: Values = {
    "unit": "东山县第二中学",
    "persons": ["校长  许志明", "分管副校长  何静"],
    "reason": "2月份两起事件迟报，零报告缺报三次。",
    "basis": "《教育督导条例》第二十五条。",
    "at": at(6, 9),
    "place": "东山县教育局三楼会议室",
    "interviewers": ["副局长  蔡文斌", "安全科科长  黄丽华"],
    "materials": "迟报原因说明、整改方案各一式两份。",
    "demands": "被约谈人应当说明情况，提出整改措施和完成时间。",
    **CONTACT,
}
REPORT: Values = {
    "subject": "东山县实验小学学生受伤事件",
    **SEEN,
    "suggestions": "统一口径，由新闻发言人回应；请网信部门协助处置不实信息。",
}
FORM: Values = {
    "subject": "东山县实验小学学生受伤事件",
    "responsible_unit": "东山县实验小学",
    **SEEN,
    "lawful_owner": "黄丽华",
    "guidance_owner": "何静",
    "ground_owner": "陈志强",
    "result": "3月7日后热度消退，不实视频已删除。",
}
CLOSING: Values = {
    "subject": "学生课间踩踏受伤事件",
    "case_number": "2026-TF-000123",
    "case_type": "emergency",
    **TIMES,
    "closed_on": date(2026, 4, 8),
    "course": EMERGENCY["course"],
    "handling": "10时10分启动预案，10时25分送医，10时40分初报，当日两次续报，3月9日终报。",
    "result": "4名学生均已痊愈返校；医疗费用由校方责任险赔付。",
    "cause": "课间未分流，楼梯口无人值守。",
    "accountability": "对值周教师批评教育，对分管副校长约谈。",
    "told": "3月9日书面告知4名学生的监护人，均已签收。",
    "rectification": "楼梯分流和值守已落实，3月12日经县教育局复查通过。",
    "lessons": "课间人流高峰必须有人值守，告知监护人应当与送医同步。",
    "clocks": CLOCKS,
    "flags": FLAGS,
    "archive": [
        {"number": "1", "name": "信息快报（初报）", "mark": "第10期"},
        {"number": "2", "name": "督办通知书", "mark": "东教督〔2026〕7号"},
        {"number": "3", "name": "监控录像", "mark": HASH},
    ],
}
AUDIT: Values = {
    "case_number": "2026-TF-000123",
    "case_type": "emergency",
    "unit": "东山县实验小学",
    "purpose": "核查信息报告是否及时、完整，谁在何时知情、向谁报告。",
    **TIMES,
    "knowledge": [
        {"who": "郑凯", "post": "值周教师", "at": "3月2日10时05分", "proof": "本人陈述、监控录像"},
        {"who": "林建国", "post": "校长", "at": "3月2日10时08分", "proof": "通话记录"},
    ],
    "clocks": CLOCKS,
    "flags": FLAGS,
    "told": [
        {
            "at": "3月2日12时08分",
            "what": "告知监护人超时",
            "who": "陈志强",
            "answered_at": "3月2日12时15分",
        }
    ],
    "events": [
        {
            "seq": str(n),
            "at": f"3月2日10时{n:02d}分",
            "who": "陈志强（副校长）",
            "what": "补充记录",
            "hash": HASH[n % 20 : n % 20 + 16],
        }
        for n in range(1, 41)
    ],
    "event_count": 40,
    "head_hash": HASH,
    "chain_result": "通过，各条记录前后相连，无缺失、无改动",
    "checked_at": at(3, 9, 30),
    "checkpoint": HASH,
    "readings": [
        {"who": "黄丽华（安全科）", "times": "6", "last_at": "3月3日9时10分", "ground": "案件主管"}
    ],
    "conclusion": "初报按时；告知监护人超时22分钟，理由成立。未发现漏报、谎报、瞒报。",
}
OUTCOME: Values = {**MEETING, "pupils": PUPILS, "facts": FACTS, **APPEAL}
SAMPLES: dict[str, Values] = {
    "emergency_report": EMERGENCY,
    "bullying_investigation": INVESTIGATION,
    "bullying_determination": {
        **OUTCOME,
        **ELEMENTS,
        "members": [
            {"name": "林建国", "post": "校长"},
            {"name": "洪志远", "post": "法治副校长"},
            {"name": "杨雪", "post": "家长委员会代表"},
        ],
    },
    "bullying_decision": OUTCOME,
    "guardian_notice": NOTICE,
    "absence_register": REGISTER,
    "class_log": LOG,
    "supervision_notice": SUPERVISION,
    "interview_notice": INTERVIEW,
    "opinion_report": REPORT,
    "opinion_form": FORM,
    "closing_report": CLOSING,
    "audit_report": AUDIT,
    "bulletin": BULLETIN,
    "zero_report_daily": ZERO,
}
