"""Bullying that is still open: from the report of this hour to the follow-up visits."""

from __future__ import annotations

from datetime import timedelta

from casework.demo.script import Ago, Does, Login, Paper, Someone, Told, after, lately
from casework.demo.stories.bullying_ways import (
    ACCEPTED,
    CALM,
    CLOSING,
    COUNSELLED,
    SCREEN_CALM,
    children,
    decided,
    delivered,
    followed,
    investigated,
    opened,
    verified,
)
from casework.demo.stories.common import chats, guardians, tell, video

SERIOUS = Told(
    "serious",
    "bullying",
    "S2K1",
    "teacher2",
    timedelta(days=4),
    "厕所内多人殴打同学",
    "三名学生在厕所内殴打一名同学，致其面部多处瘀伤，送医检查。",
    {**CALM, "injury": "serious", "kinds": ["body"]},
    (
        Someone("victim", "S2K1", 5),
        Someone("actor", "S2K1", 11),
        Someone("actor", "S2K2", 4),
        Someone("witness", "S2K1", 20),
    ),
    does=(
        Does(after(minutes=10), "lead2", "accept", ACCEPTED),
        Does(
            after(minutes=15),
            "lead2",
            "screen",
            {**SCREEN_CALM, "injury": "serious", "severity": "serious", "mandatory_items": [4]},
        ),
        Does(after(minutes=18), "lead2", "escalate", {"reason": "明显伤害，依法报告"}),
        tell(after(minutes=25), "lead2", "police", "城东派出所 值班民警", "接警回执 0342"),
        tell(after(minutes=32), "lead2", "bureau", "县教育局安全科", "未出具"),
        Does(after(minutes=50), "officer1", "acknowledge"),
        guardians(after(minutes=55), "teacher2", "victim"),
        guardians(after(minutes=62), "teacher2", "actor"),
        video(after(hours=2), "lead2"),
        Does(after(hours=6), "counsellor2", "record_task", COUNSELLED),
        Does(
            after(hours=20),
            "lead2",
            "resume",
            {"investigators": [Login("grade2"), Login("deputy2")]},
        ),
    ),
)

HUSHED = Told(
    "hushed",
    "bullying",
    "S5K1",
    "teacher5",
    timedelta(hours=7),
    "宿舍内持械威胁同学",
    "宿舍熄灯后，一名学生持刀具威胁同学索要生活费。",
    {**CALM, "injury": "minor", "weapon": True, "extortion": True},
    (Someone("victim", "S5K1", 2), Someone("actor", name="七(2)班一名学生")),
    known=timedelta(hours=3),
    occurred=timedelta(hours=11),
)

NEW = Told(
    "new",
    "bullying",
    "S1K2",
    "teacher1b",
    timedelta(minutes=35),
    "放学路上被高年级学生推搡",
    "家长来电反映，孩子放学路上被高年级学生推搡、抢走文具。",
    {**CALM, "injury": "none"},
    (Someone("victim", "S1K2", 7), Someone("actor", name="高年级学生，姓名不详")),
    known=timedelta(minutes=15),
    occurred=timedelta(hours=15),
)

DOUBTFUL = Told(
    "doubtful",
    "bullying",
    "S4K1",
    "teacher4",
    timedelta(days=1, hours=3),
    "户外活动时推倒同伴",
    "户外活动时一名幼儿推倒同伴，膝盖擦伤，家长认为是欺负。",
    {**CALM, "injury": "minor"},
    (Someone("victim", "S4K1", 1), Someone("actor", "S4K1", 9)),
    does=(
        Does(after(minutes=20), "lead4", "accept", ACCEPTED),
        Does(after(minutes=40), "lead4", "screen", {**SCREEN_CALM, "injury": "minor"}),
        guardians(after(minutes=45), "teacher4", "victim"),
        guardians(after(minutes=48), "teacher4", "actor"),
        video(after(minutes=55), "lead4"),
        Does(after(minutes=58), "counsellor4", "record_task", COUNSELLED),
        Does(
            after(hours=3),
            "principal4",
            "dismiss_as_play",
            {
                "heard_alone": True,
                "bodily_harm": False,
                "mental_harm": False,
                "property_harm": False,
                "objection": False,
                "earlier_case": False,
                "finding": "not_bullying",
            },
        ),
    ),
)

ESCALATED = Told(
    "escalated",
    "bullying",
    "S3K2",
    "teacher3b",
    timedelta(hours=5),
    "校外索要钱物",
    "一名学生反映被高年级学生多次索要钱物，昨日在校门外再次被拦。",
    {**CALM, "extortion": True, "kinds": ["property"]},
    (Someone("victim", "S3K2", 6), Someone("actor", "S3K1", 12)),
    does=(
        Does(after(minutes=15), "lead3", "accept", ACCEPTED),
        Does(after(minutes=22), "lead3", "screen", {**SCREEN_CALM, "mandatory_items": [9]}),
        Does(after(minutes=25), "lead3", "escalate", {"reason": "索要财物，依法报告公安机关"}),
        tell(after(minutes=40), "lead3", "police", "城关派出所 值班民警", "接警回执 0519"),
    ),
)

TRANSFERRED = Told(
    "transferred",
    "bullying",
    "S5K2",
    "teacher5b",
    timedelta(days=9),
    "宿舍内强迫脱衣并录像",
    "两名学生强迫同寝同学脱衣并录像，生活老师查寝时发现。",
    {**CALM, "injury": "minor", "sexual_harm": True, "video_spread": "unknown"},
    (Someone("victim", "S5K2", 20), Someone("actor", "S5K2", 31), Someone("actor", "S5K2", 33)),
    at="21:40",
    does=(
        Does(after(minutes=8), "lead5", "accept", ACCEPTED),
        Does(
            after(minutes=10),
            "lead5",
            "screen",
            {**SCREEN_CALM, "injury": "minor", "severity": "criminal", "sexual_harm": True},
        ),
        Does(after(minutes=12), "lead5", "escalate", {"reason": "涉及性侵害，立即报警"}),
        tell(after(minutes=18), "lead5", "police", "石桥派出所 民警", "接警回执 0866"),
        tell(after(minutes=24), "lead5", "bureau", "县教育局值班室", "未出具"),
        Does(after(minutes=36), "officer2", "acknowledge"),
        guardians(after(minutes=45), "teacher5b", "victim"),
        guardians(after(minutes=55), "teacher5b", "actor"),
        video(after(minutes=70), "lead5"),
        Does(
            after(hours=14),
            "principal5",
            "transfer",
            {
                "station": "石桥派出所",
                "officer": "办案民警",
                "case_number": "未出具",
                "taken_over": "询问、手机取证由公安机关办理",
            },
        ),
        Does(after(hours=16), "counsellor5", "record_task", COUNSELLED),
        Does(
            after(days=5),
            "lead5",
            "record_police_news",
            {"heard_at": Ago(30), "said": "已立案，手机正在鉴定"},
        ),
    ),
)

INVESTIGATING = Told(
    "investigating",
    "bullying",
    "S4K2",
    "teacher4b",
    timedelta(days=13),
    "区域活动中反复抓咬同伴",
    "同一名幼儿两周内三次抓咬同伴，家长提出书面意见。",
    {**CALM, "injury": "minor"},
    children("S4K2", 4, 15),
    at="10:20",
    does=(*verified(4, "teacher4b", injury="minor"), opened(4)),
)

DETERMINING = Told(
    "determining",
    "bullying",
    "S5K1",
    "teacher5",
    timedelta(days=4),
    "起侮辱性绰号并煽动孤立",
    "学生长期被同班同学起侮辱性绰号，班级群内被煽动孤立。",
    {**CALM, "kinds": ["words", "exclusion"]},
    children("S5K1", 14, 22),
    at="14:05",
    does=(*investigated(5), chats(after(hours=5), "teacher5", Paper("班级群聊天截图.png"))),
)

DISPOSING = Told(
    "disposing",
    "bullying",
    "S2K1",
    "teacher2",
    timedelta(days=12),
    "体育课上故意绊倒同学",
    "体育课上多次故意绊倒同学并嘲笑，受害学生不愿上体育课。",
    {**CALM, "kinds": ["body", "words"]},
    children("S2K1", 30, 36),
    at="15:10",
    does=decided(2, "minor"),
)

INTERVENING = Told(
    "intervening",
    "bullying",
    "S1K2",
    "teacher1b",
    timedelta(days=9),
    "课间反复抢夺文具",
    "一名学生课间反复抢夺同学文具并威胁不许告诉老师。",
    {**CALM, "kinds": ["property"]},
    children("S1K2", 11, 25),
    at="09:50",
    does=delivered(1, "teacher1b"),
)

FOLLOWING = Told(
    "following",
    "bullying",
    "S1K1",
    "teacher1",
    timedelta(days=26),
    "值日时推搡辱骂同学",
    "值日分工时一名学生多次推搡、辱骂同学。",
    {**CALM, "kinds": ["body", "words"]},
    children("S1K1", 19, 28),
    at="16:30",
    does=(*followed(1), Does(lately(minutes=50), "lead1", "close", CLOSING)),
)

STRAIGHT = (
    *(SERIOUS, HUSHED, NEW, DOUBTFUL, ESCALATED, TRANSFERRED, INVESTIGATING, DETERMINING),
    *(DISPOSING, INTERVENING, FOLLOWING),
)
