"""缺课追踪登记表 and 班级安全管理日志: who was missed, who looked where, and a class's day.

Fields: 山东省学校安全条例 art. 40, and the duty to call the roll first, trace at once, keep a log.
"""

from __future__ import annotations

from casework.documents import words
from casework.documents.items import choice, day, instant, line, number, table, text
from casework.documents.kinds import About, Column, Kind, Level
from casework.documents.parts import Form, Grid
from casework.permissions import Role
from casework.text import N_

REGISTER = Kind(
    name="absence_register",
    title=N_("Register of an absence traced"),
    word="缺课追踪登记表",
    about=(About.CASE,),
    case_types=("absence",),
    level=Level.SCHOOL,
    drafters=(Role.TEACHER, Role.SAFETY_LEAD),
    issuers=(Role.TEACHER, Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL),
    signers=(Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL),
    two_persons=False,
    form=True,
    heading="缺课追踪登记表",
    items=(
        line("class_name", N_("Class"), "班级"),
        choice("period", N_("Which roll-call"), "节次", words.ROLL_PERIODS, unknown=True),
        line("caller", N_("Called by"), "点名人", unknown=True),
        instant("called_at", N_("Roll taken at"), "点名时间", unknown=True),
        line("student", N_("Student"), "学生", personal=True),
        line("leave_state", N_("Leave"), "请假状态", unknown=True),
        table(
            "contacts",
            N_("Contacts"),
            "联系记录",
            Column("at", N_("Time"), "时间", 3),
            Column("whom", N_("Whom"), "联系对象", 3),
            Column("way", N_("Way"), "方式", 2),
            Column("outcome", N_("Outcome"), "结果", 4),
            none="未联系",
        ),
        text("whereabouts", N_("Whereabouts"), "去向", personal=True, unknown=True),
        choice("cause", N_("Cause"), "原因类别", words.ABSENCE_CAUSES, unknown=True),
        text("anomaly", N_("Anything unusual"), "异常情况", unknown=True),
        text("reported", N_("Reported to whom, when"), "上报情况", unknown=True),
        instant(
            "alarm_at", N_("Police called at"), "报警时间", unknown=True, unknown_word="未报警"
        ),
        line(
            "alarm_number",
            N_("Number of the police call"),
            "接警编号",
            unknown=True,
            unknown_word="无",
        ),
        text("found", N_("Found: when, where, in what condition"), "找到情况", unknown=True),
        text("returned", N_("Back at school"), "返校情况", unknown=True),
        text("follow_up", N_("What follows"), "后续措施", unknown=True),
    ),
    parts=(
        Form(
            (
                ("class_name", "student"),
                ("period", "called_at"),
                ("caller", "leave_state"),
            )
        ),
        Grid("contacts", "联系记录"),
        Form(
            (
                ("whereabouts",),
                ("cause",),
                ("anomaly",),
                ("reported",),
                ("alarm_at", "alarm_number"),
                ("found",),
                ("returned",),
                ("follow_up",),
            )
        ),
    ),
)
LOG = Kind(
    name="class_log",
    title=N_("Class safety log"),
    word="班级安全管理日志",
    about=(About.UNIT,),
    unit_kinds=("class", "dormitory", "bus", "placement"),
    level=Level.SCHOOL,
    drafters=(Role.TEACHER, Role.SAFETY_LEAD),
    issuers=(Role.TEACHER, Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL),
    signers=(Role.TEACHER, Role.SAFETY_LEAD),
    two_persons=False,
    form=True,
    heading="班级安全管理日志",
    items=(
        line("class_name", N_("Class"), "班级"),
        day("on", N_("Day"), "日期"),
        line("teacher", N_("Class teacher"), "班主任", unknown=True),
        number("enrolled", N_("Enrolled"), "应到人数", suffix="人"),
        table(
            "rolls",
            N_("Roll-calls"),
            "点名记录",
            Column("period", N_("Roll-call"), "节次", 3),
            Column("taken_at", N_("Taken at"), "点名时间", 2),
            Column("enrolled", N_("Enrolled"), "应到", 1),
            Column("present", N_("Present"), "实到", 1),
            Column("by", N_("Called by"), "点名人", 2),
            Column("remark", N_("Note on the roll"), "备注", 3),
            none="本日无点名任务",
        ),
        table(
            "absences",
            N_("Absent and on leave"),
            "缺勤和请假情况",
            Column("student", N_("Pupil"), "学生", 2),
            Column("period", N_("Roll-call"), "节次", 2),
            Column("mark", N_("Mark"), "登记", 2),
            Column("case", N_("Case"), "案件编号", 3),
            Column("outcome", N_("State now"), "追踪结果", 3),
            none="无",
            personal=True,
        ),
        table(
            "entries",
            N_("Remarks"),
            "安全教育、隐患和家校联系记录",
            Column("time", N_("Time"), "时间", 2),
            Column("kind", N_("Kind"), "类别", 3),
            Column("text", N_("What"), "内容", 6),
            Column("by", N_("By"), "记录人", 2),
            none="无",
            personal=True,
        ),
    ),
    parts=(
        Form((("class_name", "on"), ("teacher", "enrolled"))),
        Grid("rolls", "点名记录"),
        Grid("absences", "缺勤和请假情况"),
        Grid("entries", "安全教育、隐患和家校联系记录"),
    ),
)
KINDS = (REGISTER, LOG)
