"""Emergencies after the response: investigated, repaired, concluded, closed, no event at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from casework.demo.script import Ago, Ahead, Does, Login, Paper, Part, Someone, Told, after, lately
from casework.demo.stories.bullying_ways import opened, verified
from casework.demo.stories.common import parents, photo, tell, video
from casework.demo.stories.emergency_ways import (
    HARMLESS,
    HURT,
    controlled,
    figures,
    final_report,
    informed,
    investigated,
    reported,
)

FALL = Told(
    "fall",
    "emergency",
    "S3K1",
    "teacher3",
    timedelta(days=6),
    "实训课上手指划伤",
    "实训课操作不当，一名学生手指划伤，缝合三针。",
    {"category": "injury", "dead": 0, "injured": 1, "missing": 0, "weapon": False},
    (Someone("injured", "S3K1", 4),),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=15),
    does=(
        Does(
            after(minutes=4),
            "teacher3",
            "inform_principal",
            {"informed": "校长", "informed_at": Ago(1)},
        ),
        Does(
            after(minutes=12),
            "lead3",
            "start_verification",
            {"callback_number": "实训中心 8012", "called_back_at": Ago(2)},
        ),
        Does(
            after(minutes=16),
            "principal3",
            "record_on_site",
            {
                "leader": "校长",
                "arrived_at": Ago(2),
                "plan_id": "实训伤害预案",
                "lead_department": "实训处",
            },
        ),
        parents(after(minutes=25), "teacher3", Part("injured")),
        Does(
            after(minutes=40),
            "principal3",
            "submit_initial_report",
            figures(
                1,
                category="injury",
                summary="学生手指划伤，已在县医院缝合",
                measures="停用该设备，排查同类设备",
                place="机电实训室",
            ),
        ),
        Does(after(minutes=52), "officer1", "acknowledge"),
        video(after(hours=3), "lead3"),
        Does(
            after(hours=1, minutes=20),
            "officer1",
            "record_relay",
            {"superior": "city_bureau", "relayed_at": Ago(5), "receipt_number": "未出具"},
        ),
        Does(
            after(hours=20),
            "principal3",
            "mark_controlled",
            {"dead": 0, "injured": 1, "missing": 0, "remaining_risk": "同类设备待加装防护"},
        ),
        Does(
            after(days=2),
            "principal3",
            "submit_final_report",
            {"result": "学生恢复上课", "cause": "未戴防护手套", "next_steps": "加装防护、全员培训"},
        ),
        Does(after(days=2, minutes=14), "officer1", "acknowledge"),
    ),
)

SPORTS = Told(
    "sports",
    "emergency",
    "S2",
    "teacher2b",
    timedelta(days=19),
    "体育课单杠松动致学生摔伤",
    "体育课上单杠松动，一名学生摔下，右腿骨折。",
    {"category": "injury", **HURT},
    (Someone("injured", "S2K2", 8),),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=8),
    at="15:20",
    does=(
        *reported(2, 1, "injury", "单杠松动，一名学生右腿骨折", hurt=1, filer="teacher2b"),
        photo(after(hours=2), "lead2", Paper("单杠现场照片.png")),
        controlled(2, 1),
        investigated(1, after(days=1)),
        Does(
            after(days=12),
            "principal2",
            "extend",
            {
                "rule": "emergency.investigate",
                "amount": 20,
                "basis": "生产安全事故报告和调查处理条例第二十九条",
                "reason": "等待器材质量鉴定",
            },
            approved_by="leader1",
        ),
    ),
)

STAIRS = Told(
    "stairs",
    "emergency",
    "S1",
    "teacher1",
    timedelta(days=11),
    "放学时楼梯拥挤，学生跌倒",
    "放学时楼梯拥挤，两名学生跌倒擦伤。",
    {"category": "injury", **HARMLESS, "injured": 2},
    tuple(Someone("injured", "S1K1", seat) for seat in (21, 36)),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=9),
    at="16:40",
    does=(
        *reported(1, 1, "injury", "楼梯拥挤，两名学生擦伤", hurt=2),
        controlled(1, 2),
        investigated(1, after(days=1)),
        Does(
            lately(minutes=90),
            "principal1",
            "extend",
            {
                "rule": "emergency.investigate",
                "amount": 15,
                "basis": "生产安全事故报告和调查处理条例第二十九条",
                "reason": "需补充询问各班护送教师",
            },
        ),
    ),
)

CLIMBING_FRAME = Told(
    "climbing_frame",
    "emergency",
    "S4",
    "teacher4",
    timedelta(days=16),
    "攀爬架护栏脱落，幼儿划伤",
    "户外活动时攀爬架护栏脱落，一名幼儿手臂划伤。",
    {"category": "injury", **HURT},
    (Someone("injured", "S4K1", 6),),
    known=timedelta(minutes=3),
    occurred=timedelta(minutes=7),
    at="10:15",
    does=(
        *reported(4, 2, "injury", "护栏脱落，一名幼儿手臂划伤", hurt=1),
        controlled(4, 1),
        investigated(2, after(days=1)),
        *final_report(4, 2, after(days=3)),
        Does(
            after(days=6),
            "officer2",
            "accept_findings",
            {"source": "outside_document", "document": "器材检验报告(县)2026-17"},
        ),
        Does(
            after(days=7),
            "lead4",
            "record_hazard",
            {
                "problem": "攀爬架螺栓锈蚀",
                "responsible": Login("deputy4"),
                "measure": "更换全部螺栓并每周检查",
                "funds": "3200",
                "due_on": Ahead(20),
            },
        ),
    ),
)

CEILING = Told(
    "ceiling",
    "emergency",
    "S6",
    "teacher6",
    timedelta(days=10),
    "大风吹落教室顶棚板",
    "大风吹落教室顶棚板两块，课间无人在内。",
    {"category": "natural", **HARMLESS, "statutory_grade": "general", "school_grade": "general"},
    known=timedelta(minutes=4),
    occurred=timedelta(minutes=9),
    at="13:30",
    does=(
        *reported(6, 2, "natural", "顶棚板脱落两块，无人受伤"),
        tell(after(minutes=17), "lead6", "government", "县应急管理局值班室", "未出具"),
        controlled(6),
        *final_report(6, 2, after(days=2)),
        Does(after(days=3), "officer2", "skip_investigation"),
    ),
)

BLACKOUT = Told(
    "blackout",
    "emergency",
    "S2",
    "teacher2",
    timedelta(days=22),
    "月考期间突然停电",
    "月考期间全校停电二十分钟，启用备用方案。",
    {"category": "exam", **HARMLESS, "statutory_grade": "general", "school_grade": "general"},
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=5),
    at="09:10",
    does=(
        *reported(2, 1, "exam", "停电二十分钟，考试顺延，秩序正常"),
        controlled(2),
        *final_report(2, 1, after(days=1)),
        Does(after(days=2), "officer1", "skip_investigation"),
        Does(after(days=4), "officer1b", "close"),
    ),
)

SCUFFLE = Told(
    "scuffle",
    "emergency",
    "S3",
    "mentor3",
    timedelta(days=5),
    "实习点学生冲突",
    "实习点宿舍两名学生冲突，核实为一方长期欺负另一方。",
    {"category": "violence", **HARMLESS},
    (Someone("victim", "S3K1", 14), Someone("actor", "S3K1", 33)),
    known=timedelta(minutes=5),
    occurred=timedelta(minutes=15),
    at="19:30",
    does=(
        informed(after(minutes=3), "mentor3"),
        Does(
            after(hours=1),
            "principal3",
            "retype",
            {"case_type": "bullying", "reason": "不是突发冲突，属学生欺凌"},
            approved_by="officer1",
        ),
        *(replace(step, after=step.after + after(hours=2)) for step in verified(3, "lead3")),
        opened(3, after(hours=14)),
    ),
)

FALSE_ALARM = Told(
    "false_alarm",
    "emergency",
    "S2",
    "staff2",
    timedelta(hours=5),
    "教学楼闻到烟味",
    "三楼闻到烟味，疑似起火。",
    {"category": "fire", "dead": 0, "injured": 0, "missing": 0, "weapon": False},
    known=timedelta(minutes=2),
    occurred=timedelta(minutes=5),
    does=(
        Does(
            after(minutes=2),
            "staff2",
            "inform_principal",
            {"informed": "校长", "informed_at": Ago(1)},
        ),
        Does(
            after(minutes=9),
            "lead2",
            "mark_not_event",
            {"reason": "周边农户焚烧秸秆", "witness": "安全主任现场查看", "emergency_call": False},
            approved_by="principal2",
        ),
    ),
)

AFTERWARDS = (*(FALL, SPORTS, STAIRS, CLIMBING_FRAME, CEILING, BLACKOUT, SCUFFLE, FALSE_ALARM),)
