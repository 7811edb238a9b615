"""Bullying that has ended: closed, merged, of another type; and two that the bureau supervises."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Someone, Story, Told, after
from casework.demo.stories.bullying_ways import (
    ACCEPTED,
    CALM,
    SCREEN_CALM,
    children,
    closed,
    followed,
    verified,
)
from casework.demo.stories.common import guardians, tell

CLOSED = Told(
    "closed",
    "bullying",
    "S1K1",
    "teacher1",
    timedelta(days=24),
    "课间长期辱骂同学",
    "一名学生多次被同班同学起侮辱性绰号并被孤立，情绪低落，不愿上学。",
    CALM,
    children("S1K1", 3, 8),
    at="10:05",
    does=(*followed(1), closed(1, after(days=20))),
)

MERGED = Told(
    "merged",
    "bullying",
    "S2K1",
    "staff2",
    timedelta(days=3, hours=21),
    "门卫反映厕所内有人打架",
    "门卫听学生说厕所内有人被打，与班主任所报为同一件事。",
    {**CALM, "injury": "unknown"},
    (Someone("victim", "S2K1", 5),),
    known=timedelta(hours=4),
    does=(
        Does(after(minutes=15), "lead2", "accept", ACCEPTED),
        Does(
            after(minutes=30),
            "lead2",
            "merge_duplicate",
            {"other_case": Story("serious"), "same_event": "同一时间、地点和当事人"},
            approved_by="principal2",
        ),
    ),
)

SUPERVISED = Told(
    "supervised",
    "bullying",
    "S3K2",
    "teacher3b",
    timedelta(days=6),
    "实习点宿舍内被欺侮",
    "实习学生反映在实习点宿舍内被同伴欺侮，学校迟迟未受理。",
    {**CALM, "injury": "minor", "kinds": ["body", "property"]},
    (Someone("victim", "S3K2", 10), Someone("actor", "S3K2", 18)),
    known=timedelta(hours=30),
    occurred=timedelta(hours=50),
    at="09:30",
    does=(
        Does(
            after(days=2, hours=6),
            "leader1",
            "supervise",
            {
                "matter": "立即受理并核查，安置好受害学生",
                "basis": "超过受理时限两日",
                "due_at": Ago(-4 * 24 * 60),
            },
        ),
        Does(after(days=2, hours=8), "lead3", "accept", ACCEPTED),
        Does(after(days=2, hours=9), "lead3", "screen", {**SCREEN_CALM, "injury": "minor"}),
        guardians(after(days=2, hours=10), "teacher3b", "victim"),
        guardians(after(days=2, hours=11), "teacher3b", "actor"),
        Does(
            after(days=3),
            "principal3",
            "reply_supervision",
            {"measures": "已受理并调换宿舍，约谈安全主任", "evidence": "谈话记录、宿舍调整单"},
        ),
    ),
)

RELEASED = Told(
    "released",
    "bullying",
    "S6K2",
    "teacher6b",
    timedelta(days=8),
    "放学路上被同村学生欺负",
    "家长反映孩子放学路上被同村学生多次欺负。",
    CALM,
    children("S6K2", 3, 7),
    at="16:10",
    does=(
        Does(
            after(days=2),
            "leader2",
            "supervise",
            {"matter": "教学点两日未受理，请中心校督促", "due_at": Ago(-5 * 24 * 60)},
        ),
        *(
            Does(after(days=2) + step.after, step.login, step.action, step.fields)
            for step in verified(6, "teacher6b")
        ),
        Does(
            after(days=3),
            "principal6",
            "reply_supervision",
            {"measures": "中心校已派人到教学点，安排护送", "evidence": "护送安排表"},
        ),
        Does(after(days=4), "officer2", "accept_supervision", {"verified": "到校核查，属实"}),
        tell(after(days=4, hours=1), "lead6", "police", "石桥派出所 社区民警", "未出具"),
    ),
)

ANOTHER_TYPE = Told(
    "another_type",
    "bullying",
    "S5K2",
    "teacher5b",
    timedelta(minutes=24),
    "放学路上被社会青年拦截",
    "两名学生放学途中被两名社会青年拦截，已由护学岗民警带离。",
    CALM,
    (Someone("victim", "S5K2", 14), Someone("actor", name="社会青年，姓名待核")),
    known=timedelta(minutes=4),
    occurred=timedelta(minutes=12),
    does=(
        Does(
            after(minutes=7),
            "principal5",
            "retype",
            {"case_type": "emergency", "reason": "对方并非学生，按突发事件办理"},
            approved_by="officer2",
        ),
        Does(
            after(minutes=11),
            "lead5",
            "start_verification",
            {"callback_number": "护学岗 8015", "called_back_at": Ago(2)},
        ),
    ),
)

ENDED = (CLOSED, MERGED, SUPERVISED, RELEASED, ANOTHER_TYPE)
