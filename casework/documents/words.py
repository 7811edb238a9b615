"""What the codes of the cases are called on paper: fixed words of Chinese official texts."""

from __future__ import annotations

CASE_TYPES = {
    "bullying": "学生欺凌",
    "absence": "缺课追踪",
    "emergency": "突发事件",
    "opinion": "舆情",
}
STAGES = {"initial": "初报", "update": "续报", "final": "终报", "supplement": "补报"}
CATEGORIES = {
    "natural": "自然灾害",
    "work_safety": "生产安全事故",
    "fire": "火灾",
    "traffic_bus": "交通（校车）事故",
    "drowning": "溺水",
    "public_health": "公共卫生事件",
    "food": "食品安全事件",
    "violence": "涉校暴力事件",
    "self_harm": "自伤自杀",
    "staff_harm": "教职工或校外人员侵害学生",
    "injury": "学生意外伤害",
    "network": "网络与信息安全事件",
    "exam": "考试安全事件",
    "unknown": "未知",
}
GRADES = {"general": "一般", "large": "较大", "major": "重大", "extraordinary": "特别重大"}
BULLYING_KINDS = {
    "body": "侵犯身体或者恐吓威胁",
    "words": "侮辱人格（辱骂、讥讽、起侮辱性绰号等）",
    "property": "侵占或者毁坏财物",
    "exclusion": "恶意排斥、孤立",
    "network": "网络诽谤或者传播隐私",
}
"""The five categories of 未成年人学校保护规定 art. 21, shortened."""
CONSTITUTES = {
    "not_bullying": "不构成学生欺凌",
    "unproven": "现有证据不足以认定构成学生欺凌",
    "minor": "构成学生欺凌",
    "serious": "构成学生欺凌",
    "aggravated": "构成学生欺凌",
}
FINDING_GRADES = {
    "not_bullying": "不适用",
    "unproven": "不适用",
    "minor": "情节轻微的一般欺凌",
    "serious": "情节比较恶劣、对被欺凌学生造成明显伤害的严重欺凌",
    "aggravated": "屡教不改或者情节恶劣的严重欺凌",
}
"""The grades of 教督〔2017〕10号."""
MEASURES = {
    "admonition": "训导",
    "conduct_rules": "要求遵守特定的行为规范",
    "special_education": "参加特定的专题教育",
    "school_service": "参加校内服务活动",
    "behaviour_support": "接受社会工作者或者其他专业人员的心理辅导和行为干预",
    "apology": "当面或者书面道歉",
    "police_warning": "请公安机关参与警示教育或者予以训诫",
    "special_school": "按规定程序申请专门教育",
    "other": "其他措施",
}
ABSENCE_CAUSES = {
    "late": "迟到",
    "ill": "病假",
    "family": "事假",
    "refusal": "不愿到校",
    "bullying": "遭受欺凌",
    "crime": "遭受侵害",
    "truancy": "旷课",
    "left_school": "擅自离校",
    "lost_contact": "失联",
    "bus": "校车",
    "work": "务工或者帮工",
    "other": "其他",
}
ROLL_PERIODS = {
    "morning": "上午第一节课前",
    "afternoon": "下午第一节课前",
    "evening": "晚自修",
    "dormitory": "就寝",
    "bus": "校车",
    "other": "其他时段",
}
OPINION_LEVELS = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}
TRUTHS = {"true": "属实", "partly": "部分属实", "false": "不实", "unknown": "未知"}
SLOTS = {"day": "全天", "morning": "上午", "evening": "下午", "night": "夜间"}
OUTCOMES = {
    "closed": "结案归档",
    "merged": "并案",
    "retyped": "转类",
    "excused": "已核请假",
    "mistaken": "误登",
    "not_event": "非事件",
    "dismissed": "无关信息",
}
YES_NO = {True: "是", False: "否"}
