"""Bullying whose way is not straight: reviewed, recurring, reopened, joint, past the school."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Someone, Told, UnitCode, after, lately
from casework.demo.stories.bullying_ways import (
    ACCEPTED,
    CALM,
    CLOSING,
    SCREEN_CALM,
    UNPROVEN,
    children,
    followed,
    opened,
    verified,
)
from casework.demo.stories.common import guardians

REVIEWING = Told(
    "reviewing",
    "bullying",
    "S5K1",
    "teacher5",
    timedelta(days=20),
    "网络群组内造谣同学",
    "学生在网络群组内散布同学谣言，家长对认定结果不服，申请复查。",
    {**CALM, "kinds": ["network"]},
    children("S5K1", 33, 40),
    at="11:15",
    does=(
        *followed(5),
        Does(
            after(days=10),
            "lead5",
            "request_review",
            {
                "requested_by": "victim",
                "requested_at": Ago(40),
                "grounds": "认为认定偏轻，要求复查",
            },
        ),
        Does(
            after(days=11),
            "officer2b",
            "open_review",
            {"team": "县教育局安全科、法律顾问", "school_file": "调查报告、会议记录、送达回证"},
        ),
    ),
)

RECURRED = Told(
    "recurred",
    "bullying",
    "S3K1",
    "teacher3",
    timedelta(days=15),
    "实训课上故意弄坏同学工件",
    "实训课上多次故意弄坏同学工件并起哄。",
    {**CALM, "kinds": ["property"]},
    children("S3K1", 8, 21),
    at="10:05",
    does=(
        *followed(3),
        Does(
            after(days=12),
            "teacher3",
            "recur",
            {"new_fact": "道歉后第五天再次弄坏工件，同组同学可以证明", "known_at": Ago(40)},
        ),
    ),
)

REOPENED = Told(
    "reopened",
    "bullying",
    "S2K2",
    "teacher2b",
    timedelta(days=30),
    "走廊上围堵同学",
    "三名学生课间多次在走廊围堵同学。",
    {**CALM, "kinds": ["body", "exclusion"]},
    children("S2K2", 13, 27),
    at="08:50",
    does=(
        *followed(2, "teacher2b"),
        Does(after(days=20), "lead2", "close", CLOSING, approved_by="principal2"),
        Does(
            after(days=26),
            "officer1",
            "reopen",
            {
                "reason": "举报热线反映受害学生仍被围堵",
                "new_fact": "结案后又有两次围堵，有同学目击",
                "known_at": Ago(90),
            },
        ),
    ),
)

JOINT = Told(
    "joint",
    "bullying",
    "S1K1",
    "teacher1",
    timedelta(days=3),
    "放学后被外校学生围堵",
    "放学后在公交站被外校学生围堵推搡，涉及两所学校。",
    {**CALM, "injury": "minor"},
    (Someone("victim", "S1K1", 33), Someone("actor", name="外校学生，姓名待核")),
    at="17:20",
    does=(
        Does(
            after(minutes=50),
            "officer1",
            "reassign",
            {
                "unit_id": UnitCode("S2"),
                "joining": [UnitCode("S1")],
                "reason": "行为人就读于第二中学，由其牵头、两校联合调查",
            },
        ),
        Does(after(minutes=75), "lead2", "accept_reassignment"),
        Does(after(minutes=85), "lead2", "accept", ACCEPTED),
        Does(after(minutes=95), "lead2", "screen", {**SCREEN_CALM, "injury": "minor"}),
        guardians(after(hours=2), "lead2", "victim"),
    ),
)

PAST_SCHOOL = Told(
    "past_school",
    "bullying",
    "S3K1",
    "teacher3",
    timedelta(hours=20),
    "学生被多人长期欺侮，校内未处理",
    "已两次向学校反映，一直没有处理，直接报告县教育局。",
    {**CALM, "kinds": ["words", "exclusion"]},
    children("S3K1", 17, 30),
    past_school=True,
    does=(
        Does(after(minutes=50), "officer1b", "accept", ACCEPTED),
        Does(after(hours=1), "officer1b", "screen", SCREEN_CALM),
    ),
)

DOUBTED = Told(
    "doubted",
    "bullying",
    "S5K2",
    "teacher5b",
    timedelta(days=2),
    "匿名纸条反映宿舍欺侮",
    "意见箱内匿名纸条反映某宿舍有人被欺侮，逐人询问无人证实。",
    {**CALM, "injury": "unknown"},
    (Someone("victim", name="纸条未写明"),),
    known=timedelta(hours=30),
    occurred=None,
    at="12:30",
    does=(
        *verified(5, "teacher5b"),
        Does(lately(minutes=70), "lead5", "close_unproven", UNPROVEN),
    ),
)

VOIDED = Told(
    "voided",
    "bullying",
    "S1K2",
    "teacher1b",
    timedelta(hours=6),
    "午餐时被泼汤",
    "午餐时一名学生将汤泼到同学身上，双方说法不一。",
    {**CALM, "injury": "minor"},
    children("S1K2", 16, 30),
    does=(
        *verified(1, "teacher1b", injury="minor"),
        Does(
            after(hours=3, minutes=30),
            "principal1",
            "dismiss_as_play",
            {
                "heard_alone": True,
                **dict.fromkeys(("bodily_harm", "mental_harm", "property_harm"), False),
                "objection": False,
                "earlier_case": False,
                "finding": "not_bullying",
            },
        ),
        opened(1, after(hours=4)),
        Does(lately(minutes=45), "lead1", "close_unproven", UNPROVEN),
    ),
)

WINDING = (REVIEWING, RECURRED, REOPENED, JOINT, PAST_SCHOOL, DOUBTED, VOIDED)
