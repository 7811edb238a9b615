"""Every field that the law or practice asks of a document is found in it.

The lists below stand by themselves, written from what the law and the practice of offices ask;
they know nothing of the catalogue.
"""

from __future__ import annotations

import pytest

from casework.documents.catalogue import KINDS
from casework.documents.compose import compose
from casework.documents.renderer import render
from tests.unit.documents import words_of
from tests.unit.documents.samples import frame_for
from tests.unit.documents.samples_more import SAMPLES

EMERGENCY = (
    "关于东山县实验小学三年级学生课间踩踏受伤事件的信息快报（续报二）",  # 标题, 续报 N
    "报送单位",
    "第12期",  # 编号（期号）
    "签发人",
    "报送时间：2026年3月2日12时05分",  # 24h
    "接报时间",
    "信息来源",
    "事件类别",
    "法定级别",
    "预案级别",
    "事发时间",
    "事发地点",
    "死亡0人",
    "重伤1人",
    "轻伤3人",
    "失联0人",
    "财产损失：未知",
    "事件经过",
    "初步原因",  # 可空：慎报原因
    "原因正在调查核实。",
    "影响范围",
    "已采取措施",
    "领导到位",
    "发展趋势",
    "舆情情况",
    "下一步措施和建议",
    "现场负责人",
    "联系方式",
    "抄送",
)
INVESTIGATION = (
    "线索来源",
    "受理时间",
    "启动时间",
    "调查组成员",
    "回避情况",
    "学生代号",
    "被欺凌学生",
    "实施欺凌学生",
    "年级",
    "年龄",
    "监护人到场",
    "发生时间",
    "发生地点",
    "行为表现",
    "发生频次",
    "行为方式",
    "行为类别",
    "力量不对等",
    "主观恶意",
    "损害后果",
    "证据清单",
    "被欺凌一方陈述",
    "实施一方陈述",
    "证人证言",
    "伤情",
    "心理评估",
    "事实认定",
    "建议定级",
    "建议措施",
    "附件",
)
OUTCOME = (
    "会议于2026年3月10日15时00分召开",  # 会议时间
    "应到9人",
    "实到8人",
    "表决情况",
    "是否构成学生欺凌：构成学生欺凌",
    "认定等级：情节轻微的一般欺凌",
    "依据条款",
    "惩戒措施",
    "帮扶措施",
    "东山县教育局学生欺凌防治办公室",  # 申诉途径：县级部门名称
    "0596-5881234",
    "收到之日起30日内",
    "送达回证",
    "受送达人签名",
)
GUARDIANS = (
    "学生代号",
    "告知事由",
    "学校已采取的措施",
    "邀请参与认定",
    "参与认定时间",
    "参与认定地点",
    "陈述意见",
    "申诉",
    "查阅",
    "家庭教育指导",
    "保密提示",
    "监护人签名",  # 签收
    "拒签理由",
    "电话告知记录",
)
ABSENCE = (
    "班级",
    "节次",
    "点名人",
    "点名时间",
    "学生",
    "欧阳𠮷祥",
    "请假状态",
    "联系记录",
    "时间",
    "联系对象",
    "方式",
    "结果",
    "去向",
    "原因类别",
    "异常情况",
    "上报情况",
    "报警时间",
    "接警编号",
    "找到情况",
    "返校情况",
    "后续措施",
)
SUPERVISION = (
    "东教督〔2026〕7号",  # 编号
    "被督办单位",
    "督办事项",
    "督办依据",
    "存在问题",
    "整改要求",
    "完成时限",
    "反馈方式",
    "东山县教育局",  # 督办单位
    "签发人",
    "签收",
)
OPINION = (
    "平台",
    "链接",
    "首发时间",
    "发现时间",
    "哈希",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "传播量",
    "主要观点",
    "涉及案件",
    "舆情级别",
    "研判意见",
    "回应口径",
    "口径审签",
    "发布渠道",
    "发布时间",
    "后续监测",
)
LISTED: dict[str, tuple[str, ...]] = {
    "emergency_report": EMERGENCY,
    "bullying_investigation": INVESTIGATION,
    "bullying_determination": OUTCOME,
    "bullying_decision": OUTCOME,
    "guardian_notice": GUARDIANS,
    "absence_register": ABSENCE,
    # Counting first, tracing at once, writing it down.
    "class_log": (
        "班级",
        "日期",
        "点名记录",
        "应到",
        "实到",
        "点名人",
        "缺勤",
        "追踪结果",
        "记录人",
    ),
    "supervision_notice": SUPERVISION,
    "interview_notice": (
        "被约谈单位",
        "被约谈人",
        "约谈事由",
        "约谈依据",
        "约谈时间",
        "约谈地点",
        "约谈人",
    ),
    "opinion_report": OPINION,
    "opinion_form": OPINION,
    "closing_report": (
        "案件编号",
        "事发时间",
        "知悉时间",
        "录入时间",
        "上级接报时间",
        "事件经过",
        "处置过程",
        "处理结果",
        "责任追究",
        "整改落实情况",
        "归档材料目录",
    ),
    "bulletin": (
        "各校报送及时率",
        "超时限事项",
        "时限标记",
        "认定情况",
        "上月",
        "附件",
        "某校",  # schools under reply are protected
    ),
    "zero_report_daily": (
        "应报单位",
        "已报单位",
        "缺报单位",
        "零报告",
        "值班人员",
        "带班领导",
        "值班电话",
    ),
    "audit_report": (
        "事发时间",
        "知悉时间",
        "录入时间",
        "上级接报时间",
        "知悉情况",
        "时限履行情况",
        "提醒和升级情况",
        "查阅情况",
        "校验结果",
        "签名检查点",
        "案件时间线",
    ),
}


def test_every_kind_has_its_list() -> None:
    assert set(LISTED) == set(KINDS)
    assert len(KINDS) == 15


@pytest.mark.parametrize("name", LISTED)
def test_every_listed_field_is_found_in_the_file(name: str) -> None:
    frame = frame_for(KINDS[name], attachments=("证据材料",))
    file = render(compose(KINDS[name], SAMPLES[name], frame))
    text = "\n".join(words_of.document(file))
    assert [field for field in LISTED[name] if field not in text] == []


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_left_open_in_an_issued_document(name: str) -> None:
    file = render(compose(KINDS[name], SAMPLES[name], frame_for(KINDS[name])))
    for words in words_of.document(file):
        assert "【" not in words
        assert "{" not in words
        assert "unknown" not in words
        assert "None" not in words
        assert not words.endswith(("：：", "。。"))
