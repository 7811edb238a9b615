"""Public opinion that has calmed down, was handed over, was none of ours, or only too true."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Does, Someone, Told, after
from casework.demo.stories.bullying_ways import ACCEPTED
from casework.demo.stories.opinion_ways import (
    QUIET,
    checked,
    graded,
    logged,
    signed,
    worded,
)

RUMOUR = Told(
    "rumour",
    "opinion",
    "X2",
    "officer2",
    timedelta(hours=9),
    "群聊谣传学校停课",
    "家长群谣传全县学校因传染病停课。",
    {"platform": "即时通讯群", "about_pupil": False, "unit_or_pupil_named": False},
    known=timedelta(minutes=15),
    occurred=timedelta(hours=1),
    does=(
        Does(after(minutes=20), "officer2", "start_verification"),
        Does(
            after(minutes=60),
            "officer2",
            "refer_rumour",
            {
                "handed_to": "police",
                "evidence_pack": "聊天截图三张及其哈希",
                "receipt_number": "线索回执 0093",
            },
        ),
    ),
)

CALM_AGAIN = Told(
    "calm_again",
    "opinion",
    "S4",
    "officer2",
    timedelta(days=9),
    "网传幼儿园传染病",
    "网传幼儿园有多名幼儿患手足口病，核实为一例。",
    {"platform": "家长群", **QUIET},
    known=timedelta(minutes=15),
    occurred=timedelta(hours=4),
    at="18:20",
    does=(
        checked(after(minutes=15), 2),
        graded(after(minutes=80), "officer2", "S4", "blue"),
        Does(after(hours=2), "officer2", "watch_only", {"reason": "已在家长群说明，热度低"}),
        *(logged(after(days=1 + day), 2, 300 - 60 * day) for day in range(4)),
        Does(after(days=4, hours=3), "officer2", "subside"),
    ),
)

LAID_TO_REST = Told(
    "laid_to_rest",
    "opinion",
    "S1",
    "officer1",
    timedelta(days=25),
    "网帖反映校门口拥堵",
    "网帖反映上学时段校门口拥堵、存在隐患。",
    {"platform": "本地论坛", **QUIET},
    known=timedelta(minutes=10),
    occurred=timedelta(hours=9),
    at="10:30",
    does=(
        checked(after(minutes=15), 1),
        graded(after(minutes=80), "officer1", "S1", "blue", truth="true"),
        *worded(after(hours=2), 1, "已会同交警增设护学岗，错时放学。"),
        signed(after(hours=3), 1, "已会同交警增设护学岗。"),
        Does(after(hours=4), "officer1", "start_monitoring"),
        *(logged(after(days=1 + day), 1, 200 - 40 * day) for day in range(4)),
        Does(after(days=4, hours=6), "officer1", "subside"),
        Does(
            after(days=6),
            "leader1",
            "close",
            {"lessons": "开学前会同交警研判校门口秩序", "underlying_late": False},
        ),
    ),
)

ELSEWHERE = Told(
    "elsewhere",
    "opinion",
    "X1",
    "officer1",
    timedelta(days=7),
    "视频中的学校在外省",
    "热传视频中的学校与本县学校同名，核实在外省。",
    {"platform": "某短视频平台", **QUIET},
    known=timedelta(minutes=10),
    occurred=timedelta(hours=6),
    at="09:40",
    does=(
        Does(
            after(minutes=40),
            "officer1",
            "dismiss",
            {"ground": "same_name", "unit_or_pupil_named": False},
        ),
    ),
)

TRUE_AFTER_ALL = Told(
    "true_after_all",
    "opinion",
    "S2K2",
    "lead2",
    timedelta(minutes=50),
    "家长群称有学生被同学辱骂",
    "家长群内有人称孩子连续被同班同学辱骂，班主任核实确有其事。",
    {"platform": "即时通讯群", "about_pupil": True, "unit_or_pupil_named": False},
    (Someone("victim", "S2K2", 21), Someone("actor", "S2K2", 27)),
    known=timedelta(minutes=5),
    occurred=timedelta(hours=2),
    does=(
        Does(
            after(minutes=20),
            "principal2",
            "retype",
            {"case_type": "bullying", "reason": "所传属实，按学生欺凌办理"},
            approved_by="officer1b",
        ),
        Does(after(minutes=35), "lead2", "accept", ACCEPTED),
    ),
)

CALMED = (RUMOUR, CALM_AGAIN, LAID_TO_REST, ELSEWHERE, TRUE_AFTER_ALL)
