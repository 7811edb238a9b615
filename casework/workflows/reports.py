"""The numbered reports that a case makes: their kinds, and what is set on them later."""

from __future__ import annotations

from enum import StrEnum


class ReportKind(StrEnum):
    """The reports to the level above (初报, 续报, 终报, 补报), and a correction of the newest."""

    INITIAL = "initial"
    UPDATE = "update"
    FINAL = "final"
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"


class ReportMark(StrEnum):
    """What an action sets on every report of the case that still lacks it."""

    SIGNED = "signed"
    ACKNOWLEDGED = "acknowledged"
    RELAYED = "relayed"
