"""Opinion: a video of the serious bullying being answered, and a rumour handed to the police."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Login, Story, Told, UnitCode, after

VIDEO = Told(
    "video",
    "opinion",
    "S2",
    "officer1",
    timedelta(days=3),
    "短视频平台出现校园打架视频",
    "短视频平台出现疑似本县学校学生打架视频,两小时内播放量破万。",
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
            {
                "lawful_owner": Login("officer1b"),
                "guidance_owner": Login("officer1"),
                "ground_owner": Login("lead2"),
            },
        ),
        Does(
            after(hours=3),
            "officer1",
            "submit_wording",
            {
                "draft": "县教育局已会同公安机关调查,依法依规处理,请勿传播未成年人影像。",
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
                "release_text": "县教育局已会同公安机关调查,依法依规处理。",
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

OPINIONS = (VIDEO, RUMOUR)
