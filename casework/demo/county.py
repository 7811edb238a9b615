"""Units, posts, duty and rosters of the demo county, as data.

All names are invented. Logins are part of the contract: ``teacher1`` at the first school of the
first county, ``teacher2`` at the second, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-casework"  # noqa: S105 - printed on the login page of the demo
CITY = ("C0", "云川市教育局")
COUNTIES = (("X1", "清河县教育局"), ("X2", "临江县教育局"))


@dataclass(frozen=True, slots=True)
class School:
    """One school: its county (index), code, name, stage, grade, its two classes and their size.

    ``more``: units beside the classes, as (suffix of the code, kind, name). ``district``: the unit
    between school and county, as (code, name), which holds the posts that the school has not.
    """

    county: int
    code: str
    name: str
    stage: str
    grade: str
    classes: tuple[str, str]
    size: int
    more: tuple[tuple[str, str, str], ...] = ()
    district: tuple[str, str] | None = None


SCHOOLS = (
    School(0, "S1", "清河县实验小学", "primary", "三年级", ("三(1)班", "三(2)班"), 42),
    School(0, "S2", "清河县第二中学", "junior", "八年级", ("八(1)班", "八(3)班"), 48),
    School(
        *(0, "S3", "清河县职业技术学校", "vocational", "一年级", ("机电一班", "护理一班"), 40),
        more=(("P", "placement", "清河精密机械厂实习点"),),
    ),
    School(1, "S4", "临江县中心幼儿园", "kindergarten", "大班组", ("大一班", "大二班"), 25),
    School(
        *(1, "S5", "临江县寄宿初级中学", "junior", "七年级", ("七(1)班", "七(2)班"), 48),
        more=(("D", "dormitory", "一号宿舍楼"), ("B", "bus", "石桥线校车")),
    ),
    School(
        *(1, "S6", "临江县石桥教学点", "primary", "一二年级", ("一年级", "二年级"), 14),
        district=("D6", "石桥学区中心校"),
    ),
)

SCHOOL_POSTS = (
    ("staff{n}", "staff", "school"),
    ("canteen{n}", "staff", "school"),
    ("doctor{n}", "staff", "school"),
    ("counsellor{n}", "counsellor", "school"),
    ("grade{n}", "grade_lead", "grade"),
    ("lead{n}", "safety_lead", "school"),
    ("deputy{n}", "deputy", "school"),
    ("principal{n}", "principal", "head"),
    ("teacher{n}", "teacher", "class1"),
    ("teacher{n}b", "teacher", "class2"),
    ("warden{n}", "staff", "dormitory"),
    ("bus{n}", "staff", "bus"),
    ("mentor{n}", "staff", "placement"),
)
"""Login, role and place; a post at a place that the school does not have is left out.

``head`` is the 学区 of a teaching point, which has no principal of its own, else the school.
"""
COUNTY_POSTS = (
    ("officer{n}", "bureau_officer"),
    ("officer{n}b", "bureau_officer"),
    ("leader{n}", "bureau_leader"),
    ("duty{n}", "staff"),
)
CITY_POSTS = (("city1", "city_officer"), ("admin1", "admin"))


@dataclass(frozen=True, slots=True)
class Watch:
    """An entry of the duty roster: who is on duty where, in hours from now."""

    login: str
    unit: str
    from_hours: int
    until_hours: int


ROSTER = (
    Watch("duty1", "X1", -6, 18),
    Watch("officer1b", "X1", 18, 42),
    Watch("duty2", "X2", -6, 18),
    Watch("grade1", "S1", -6, 18),
    Watch("deputy1", "S1", 18, 42),
    Watch("grade2", "S2", -6, 18),
    Watch("warden5", "S5", -6, 18),
)


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody away, in hours from now, and who stands in."""

    login: str
    deputy: str
    reason: str
    from_hours: int
    until_hours: int


AWAY = (Gone("principal3", "deputy3", "training", -20, 100),)
