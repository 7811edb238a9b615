"""The three sheets: units, users, students."""

from __future__ import annotations

from collections.abc import Mapping

from casework.importing import cells, words
from casework.importing.choices import choice, several
from casework.importing.columns import Column, Kind
from casework.text import N_

UNITS = Kind(
    "units",
    N_("Units"),
    (
        Column(
            "code",
            "单位代码",
            cells.unit_code,
            N_(
                "The code; without one the unit is known by its name under the unit above and "
                "gets a code."
            ),
            "3137000123",
            also="代码 编码 单位编码 学校代码 学校标识码 机构代码 组织代码 标识码 班级代码 id",
        ),
        Column(
            "kind",
            "单位类型",
            choice(words.UNIT_KINDS),
            N_(
                "City bureau, county bureau, district, school, grade, class, dormitory, school bus "
                "or placement."
            ),
            "学校",
            required=True,
            also="类型 类别 单位类别 type",
            choices=words.UNIT_KINDS,
        ),
        Column(
            "name",
            "单位名称",
            cells.name,
            N_("The full name; a class as it is called at school."),
            "示例县实验小学",
            required=True,
            also="名称 单位 学校名称 机构名称 全称 unit unitname",
        ),
        Column(
            "parent",
            "上级单位",
            cells.text,
            N_("The unit above: its code, its name, or the names from above with / between them."),
            "示例县教育局",
            also="上级 上级单位名称 上级单位代码 主管单位 主管部门 隶属单位 所属单位 parentunit",
        ),
        Column(
            "region",
            "行政区划代码",
            cells.region,
            N_("2, 4 or 6 digits (GB/T 2260); chooses the regional rules."),
            "370102",
            also="区划代码 行政区划 区划 地区代码",
        ),
        Column(
            "stage",
            "学段",
            choice(words.STAGES),
            N_("The stage of a school."),
            "小学",
            also="办学类型 学校类别",
            choices=words.STAGES,
        ),
    ),
    key=("code",),
)
USERS = Kind(
    "users",
    N_("Users"),
    (
        Column(
            "login",
            "登录名",
            cells.login,
            N_("What the person types to log in: letters and digits, such as the staff number."),
            "example-t001",
            required=True,
            also="账号 帐号 用户名 登录账号 登录帐号 工号 教师编号 职工号 username account",
        ),
        Column(
            "name",
            "姓名",
            cells.name,
            N_("The full name."),
            "示例教师",
            required=True,
            also="教师姓名 职工姓名 用户姓名 人员姓名 名字 fullname",
        ),
        Column(
            "role",
            "角色",
            several(words.ROLES),
            N_("The post, or several with 、 between them."),
            "班主任",
            also="职务 岗位 职位 用户角色 担任职务 post",
            choices=words.ROLES,
        ),
        Column(
            "school",
            "单位",
            cells.text,
            N_("Where the post is: code or name of the school or bureau."),
            "示例县实验小学",
            also=f"学校 {words.SCHOOL_WORDS}",
        ),
        Column(
            "grade",
            "年级",
            cells.text,
            N_("For a head of grade, and where the class needs it."),
            "三年级",
            also=words.GRADE_WORDS,
        ),
        Column(
            "class",
            "班级",
            cells.text,
            N_("For a class teacher."),
            "三(1)班",
            also=f"任教班级 所带班级 负责班级 {words.CLASS_WORDS}",
        ),
        Column(
            "from",
            "任职开始",
            cells.day,
            N_("The first day of the post; today if empty."),
            "2026-09-01",
            also="开始日期 任职日期 起始日期 任职开始日期 开始时间 任职时间 fromon start",
        ),
        Column(
            "until",
            "任职结束",
            cells.day,
            N_("The last day of the post; open if empty."),
            "2027-07-31",
            also="结束日期 截止日期 任职结束日期 到期日期 结束时间 untilon end",
        ),
    ),
    key=("login", "role", "school", "grade", "class", "from"),
)
STUDENTS = Kind(
    "students",
    N_("Students"),
    (
        Column(
            "code",
            "学号",
            cells.code,
            N_("The student number of school or nation; the same pupil keeps it when moving."),
            "G370102201501010011",
            required=True,
            also=(
                "学籍号 全国学籍号 学生学籍号 学生编号 全国学号 学籍编号 studentnumber studentid "
                "studentcode"
            ),
        ),
        Column(
            "name",
            "姓名",
            cells.name,
            N_("The full name."),
            "示例学生",
            required=True,
            also="学生姓名 学生名字 名字 studentname fullname",
        ),
        Column(
            "gender",
            "性别",
            choice(words.GENDERS),
            N_("男 or 女; may stay empty."),
            "男",
            also="学生性别 sex",
            choices=words.GENDERS,
        ),
        Column(
            "school",
            "学校",
            cells.text,
            N_(
                "Code or name of the school; not needed when the school is chosen for the whole "
                "file."
            ),
            "示例县实验小学",
            also=words.SCHOOL_WORDS,
        ),
        Column(
            "grade",
            "年级",
            cells.text,
            N_("Where the name of the class alone is not clear."),
            "三年级",
            also=words.GRADE_WORDS,
        ),
        Column(
            "class",
            "班级",
            cells.text,
            N_("Name or code of the class."),
            "三(1)班",
            required=True,
            also=words.CLASS_WORDS,
        ),
        Column(
            "left",
            "离校日期",
            cells.day,
            N_(
                "The last day at this school; when the column exists, an empty cell means: still "
                "here."
            ),
            "",
            clears=True,
            also="离校时间 转出日期 毕业日期 lefton",
        ),
    ),
    key=("code",),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (UNITS, USERS, STUDENTS)}
