"""Units, posts and rosters of the demo county, as data.

All names are invented. Logins are part of the contract: ``teacher1`` at the first school of the
first county, ``teacher2`` at the second, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-casework"  # noqa: S105 - printed on the login page of the demo
CITY = ("C0", "云川市教育局")
COUNTIES = (("X1", "清河县教育局"), ("X2", "临江县教育局"))
CLASS_SIZE = 32


@dataclass(frozen=True, slots=True)
class School:
    """One school: its county (index), code, name, stage, grade and its two classes."""

    county: int
    code: str
    name: str
    stage: str
    grade: str
    classes: tuple[str, str]


SCHOOLS = (
    School(0, "S1", "清河县实验小学", "primary", "三年级", ("三(1)班", "三(2)班")),
    School(0, "S2", "清河县第二中学", "junior", "八年级", ("八(1)班", "八(3)班")),
    School(0, "S3", "清河县职业技术学校", "vocational", "一年级", ("机电一班", "护理一班")),
    School(1, "S4", "临江县中心幼儿园", "kindergarten", "大班组", ("大一班", "大二班")),
    School(1, "S5", "临江县寄宿初级中学", "junior", "七年级", ("七(1)班", "七(2)班")),
    School(1, "S6", "临江县石桥教学点", "primary", "一二年级", ("一年级", "二年级")),
)

SCHOOL_POSTS = (
    ("staff{n}", "staff", "school"),
    ("counsellor{n}", "counsellor", "school"),
    ("grade{n}", "grade_lead", "grade"),
    ("lead{n}", "safety_lead", "school"),
    ("deputy{n}", "deputy", "school"),
    ("principal{n}", "principal", "school"),
    ("teacher{n}", "teacher", "class1"),
    ("teacher{n}b", "teacher", "class2"),
)
COUNTY_POSTS = (
    ("officer{n}", "bureau_officer"),
    ("officer{n}b", "bureau_officer"),
    ("leader{n}", "bureau_leader"),
)
CITY_POSTS = (("city1", "city_officer"), ("admin1", "admin"))

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余"
GIVEN = (
    "子涵",
    "欣怡",
    "浩然",
    "梓萱",
    "宇轩",
    "诗涵",
    "俊杰",
    "雨桐",
    "博文",
    "佳怡",
    "思远",
    "若曦",
    "天佑",
    "语嫣",
    "明哲",
    "梦瑶",
    "嘉豪",
    "可馨",
    "志强",
    "晓彤",
    "建国",
    "丽娜",
    "海涛",
    "静怡",
    "文博",
    "雅婷",
    "立新",
    "秀英",
    "国栋",
    "美玲",
)


def person_name(index: int) -> str:
    """An invented name, the same for the same index."""
    given = index * 7 + index // len(SURNAMES)  # the shift keeps all names apart
    return SURNAMES[(index * 7) % len(SURNAMES)] + GIVEN[given % len(GIVEN)]
