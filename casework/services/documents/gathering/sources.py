"""From where a case came, in the words of official texts; never who said it."""

from __future__ import annotations

from collections.abc import Mapping

from casework.documents.kinds import UNKNOWN

SOURCES: Mapping[str, str] = {
    "staff": "学校工作人员报告",
    "past_school": "越级报告",
    "roll": "点名发现",
    "cluster": "因病缺勤监测",
    "crossing": "关联案件转入",
    "signal": "线索核查",
    "anonymous": "匿名反映",
}


def source_of(source: str) -> str:
    """The words for the source of a case; what has none is unknown."""
    return SOURCES.get(source, UNKNOWN)
