"""The samples of what a bureau tells of a month and of a day."""

from __future__ import annotations

from datetime import date

from tests.unit.documents.samples import Values, at

BULLETIN: Values = {
    "month": "2026年2月",
    "area": "全县",
    "overview": "2月全县共报送突发事件12起、学生欺凌事件5起，办结13起。",
    "totals": [
        {"name": "新增案件（起）", "now": "17", "before": "21", "change": "-4"},
        {"name": "办结案件（起）", "now": "13", "before": "15", "change": "-2"},
        {"name": "迟报（次）", "now": "3", "before": "6", "change": "-3"},
        {"name": "零报告缺报（次）", "now": "5", "before": "4", "change": "+1"},
    ],
    "timeliness": [
        {"school": "东山县第二中学", "due": "6", "on_time": "4", "late": "2", "rate": "66.7%"},
        {"school": "东山县职业中专学校", "due": "5", "on_time": "4", "late": "1", "rate": "80.0%"},
        {"school": "东山县实验小学", "due": "6", "on_time": "6", "late": "0", "rate": "100%"},
    ],
    "overdue": [
        {
            "school": "东山县第二中学",
            "case": "2026-QL-000031",
            "rule": "欺凌调查",
            "overdue": "2天",
        }
    ],
    "flags": [{"school": "东山县第二中学", "kind": "迟报", "count": "2", "cleared": "0"}],
    "findings": [],
    "comment": "少数学校零报告缺报，个别学校初报不及时。",
    "demands": "1. 压实值班责任，当日17时前完成零报告。\n2. 东山县第二中学3月15日前书面整改。",
    "annex": [
        {
            "school": f"东山县第{n}小学",
            "cases": str(n % 3),
            "closed": str(n % 2),
            "late": "0",
            "overdue": "0",
            "zero": str(n % 2),
            "rate": "100%",
        }
        for n in range(1, 41)
    ],
}
ZERO: Values = {
    "on": date(2026, 3, 2),
    "slot": "day",
    "expected": 3,
    "attested": 2,
    "missing": 1,
    "nothing": 1,
    "with_cases": 1,
    "units": [
        {
            "unit": "东山县实验小学",
            "attested_at": "16时20分",
            "content": "有事报告1起",
            "by": "陈志强",
            "remark": "",
        },
        {
            "unit": "东山县中心幼儿园",
            "attested_at": "16时05分",
            "content": "零报告",
            "by": "沈洁",
            "remark": "",
        },
        {
            "unit": "东山县第二中学",
            "attested_at": "",
            "content": "缺报",
            "by": "",
            "remark": "已催报",
        },
    ],
    "contradictions": [],
    "remark": "无",
    "duty_person": "黄丽华",
    "duty_leader": "蔡文斌",
    "duty_phone": "0596-5881110",
    "made_at": at(2, 17),
}
