"""Public opinion: from the first post seen to the response."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Login, Story, Told, UnitCode, after, lately
from casework.demo.stories.opinion_ways import (
    QUIET,
    checked,
    graded,
    signed,
    worded,
)

OWNERS = {
    "lawful_owner": Login("officer1b"),
    "guidance_owner": Login("officer1"),
    "ground_owner": Login("lead2"),
}

VIDEO = Told(
    "video",
    "opinion",
    "S2",
    "officer1",
    timedelta(days=3),
    "短视频平台出现校园打架视频",
    "短视频平台出现疑似本县学校学生打架视频，两小时内播放量破万。",
    {
        "platform": "某短视频平台",
        "url": "https://video.example/123",
        "first_posted_at": Ago(120),
        "about_pupil": True,
        "minor_exposed": True,
    },
    known=timedelta(minutes=10),
    occurred=timedelta(hours=2),
    does=(
        Does(after(minutes=20), "officer1", "start_verification"),
        Does(
            after(minutes=30),
            "lead2",
            "request_takedown",
            {
                "platform": "某短视频平台",
                "url": "https://video.example/123",
                "requested_at": Ago(5),
                "result": "asked",
            },
        ),
        Does(
            after(minutes=70),
            "officer1",
            "grade",
            {
                "truth": "partly",
                "level": "yellow",
                "spread": 12000,
                "level_inputs": "播放量、转发量、是否涉及未成年人面部",
                "responsible_unit_id": UnitCode("S2"),
                "linked_case": Story("serious"),
                "about_pupil": True,
                "minor_exposed": True,
            },
        ),
        Does(
            after(minutes=95),
            "officer1",
            "respond",
            OWNERS,
        ),
        Does(
            after(hours=3),
            "officer1",
            "submit_wording",
            {
                "draft": "县教育局已会同公安机关调查，依法依规处理，请勿传播未成年人影像。",
                "spokesperson": "县教育局新闻发言人",
                "minor_identifiable": False,
            },
        ),
        Does(
            after(hours=4),
            "leader1",
            "approve_wording",
            {
                "sign_offs": "分管副局长、局长",
                "channel": "县教育局公众号",
                "release_text": "县教育局已会同公安机关调查，依法依规处理。",
                "released_at": Ago(5),
            },
        ),
        Does(after(hours=5), "officer1", "start_monitoring"),
        Does(
            after(hours=24),
            "officer1",
            "log_figures",
            {"spread": 15000, "below_threshold": False},
        ),
    ),
)

FRESH = Told(
    "fresh",
    "opinion",
    "S1",
    "officer1",
    timedelta(minutes=12),
    "家长群反映午餐分量不足",
    "家长群内多人反映午餐分量不足，有照片。",
    {"platform": "家长群", **QUIET},
    known=timedelta(minutes=8),
    occurred=timedelta(minutes=50),
)

BEING_CHECKED = Told(
    "being_checked",
    "opinion",
    "S3",
    "lead3",
    timedelta(minutes=50),
    "网帖称实习点超时加班",
    "网帖称学生在实习点超时加班，暂未点名。",
    {"platform": "本地论坛", "about_pupil": "unknown", "unit_or_pupil_named": True},
    known=timedelta(minutes=10),
    occurred=timedelta(hours=3),
    does=(
        Does(after(minutes=10), "lead3", "start_verification"),
        Does(
            lately(minutes=25),
            "officer1",
            "dismiss",
            {"ground": "same_name", "unit_or_pupil_named": True},
        ),
    ),
)

GRADED = Told(
    "graded",
    "opinion",
    "S5",
    "officer2",
    timedelta(hours=3),
    "短视频称宿舍热水不足",
    "学生家长发短视频称宿舍热水不足。",
    {"platform": "某短视频平台", **QUIET},
    known=timedelta(minutes=10),
    occurred=timedelta(hours=2),
    does=(checked(after(minutes=15), 2), graded(after(minutes=80), "officer2", "S5", "blue")),
)

RESPONDING = Told(
    "responding",
    "opinion",
    "S4",
    "officer2",
    timedelta(hours=6),
    "家长发帖质疑幼儿园伙食费",
    "家长发帖质疑伙食费标准和公示。",
    {"platform": "本地论坛", **QUIET},
    known=timedelta(minutes=12),
    occurred=timedelta(hours=4),
    does=(
        checked(after(minutes=15), 2),
        graded(after(minutes=90), "officer2", "S4", "yellow"),
        worded(after(hours=3), 2, "")[0],
    ),
)

WAITING_FOR_INK = Told(
    "waiting_for_ink",
    "opinion",
    "S2",
    "officer1",
    timedelta(hours=4),
    "网传食堂起火有人受伤",
    "网传职业学校食堂起火有人受伤，与事实不符。",
    {"platform": "某短视频平台", **QUIET},
    known=timedelta(minutes=10),
    occurred=timedelta(minutes=70),
    does=(
        checked(after(minutes=10), 1),
        graded(after(minutes=70), "officer1", "S2", "yellow", truth="false"),
        *worded(after(hours=2, minutes=30), 1, "火情三分钟内扑灭，无人受伤，供餐已恢复。"),
    ),
)

ANSWERED = Told(
    "answered",
    "opinion",
    "S6",
    "officer2",
    timedelta(hours=22),
    "网传教学点将撤并",
    "村民群内传教学点将撤并，家长担心孩子上学。",
    {"platform": "即时通讯群", **QUIET},
    known=timedelta(minutes=12),
    occurred=timedelta(hours=5),
    does=(
        checked(after(minutes=15), 2),
        graded(after(minutes=80), "officer2", "S6", "yellow", truth="false"),
        *worded(after(hours=2), 2, "目前没有撤并计划，如有变化将依法公示。"),
        signed(after(hours=3), 2, "目前没有撤并计划。"),
    ),
)

ANSWERING = (*(VIDEO, FRESH, BEING_CHECKED, GRADED, RESPONDING, WAITING_FOR_INK, ANSWERED),)
