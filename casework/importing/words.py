"""The words that stand in sheets for what the code names, with spaces between them."""

from __future__ import annotations

from collections.abc import Mapping

UNIT_KINDS: Mapping[str, str] = {
    "city_bureau": "市教育局 市局 地市教育局 市教育体育局 市教体局",
    "county_bureau": "县教育局 区教育局 县局 区县教育局 县区教育局 县教体局 区教体局",
    "district": "学区 片区 教育组 中心校 学区中心校",
    "school": "学校 小学 初中 高中 中学 幼儿园 中职 职业学校 教学点 校",
    "grade": "年级 级部 年级组 schoolgrade",
    "class": "班级 班 教学班",
    "dormitory": "宿舍 宿舍楼 寝室",
    "bus": "校车 校车线路 schoolbus",
    "placement": "实习单位 实习点 实习",
}
STAGES: Mapping[str, str] = {
    "kindergarten": "幼儿园 学前 学前教育",
    "primary": "小学 教学点",
    "junior": "初中 初级中学",
    "senior": "高中 普通高中 高级中学",
    "vocational": "中职 职业学校 职业高中 职高 中等职业学校",
    "nine_year": "九年一贯制 九年一贯制学校",
    "complete": "完全中学 十二年一贯制",
}
ROLES: Mapping[str, str] = {
    "staff": "教职工 教师 任课教师 科任教师 老师 职工 保安 生活老师",
    "teacher": "班主任 classteacher homeroomteacher",
    "grade_lead": "年级主任 年级组长 级部主任 headofgrade",
    "safety_lead": (
        "安全主管 安全主任 安全办主任 德育主任 德育处主任 政教主任 政教处主任 学生处主任 "
        "safetyofficer"
    ),
    "deputy": "副校长 分管副校长 分管校长 安全副校长 副园长 deputyprincipal",
    "principal": "校长 书记 园长 党支部书记 校长(书记) 负责人 head",
    "counsellor": "心理教师 心理老师 心理辅导教师 心理健康教师 心理专员 counselor",
    "duty": "值班 值班人员 值班教师 值班领导 onduty",
    "bureau_officer": (
        "县局专员 县教育局经办人 教育局经办人 安全科经办人 县局经办人 县局工作人员 "
        "县教育局工作人员 officerofthecountybureau officer"
    ),
    "bureau_leader": (
        "县局领导 县教育局领导 教育局局长 局长 分管副局长 副局长 leaderofthecountybureau leader"
    ),
    "city_officer": (
        "市局专员 市教育局经办人 市局经办人 市局工作人员 市教育局工作人员 officerofthecitybureau"
    ),
    "admin": "管理员 系统管理员 账号管理员 administrator",
}
GENDERS: Mapping[str, str] = {
    "male": "男 m 1 男性 男生",
    "female": "女 f 2 女性 女生",
}

SCHOOL_WORDS = "学校名称 所在学校 就读学校 学校单位 单位 单位名称 所属学校 所属单位 工作单位 unit"
GRADE_WORDS = "所在年级 年级名称 就读年级"
CLASS_WORDS = "班级名称 所在班级 就读班级 班 班别 classname classroom"
