"""What the database of a story says, in times of the day and in minutes."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from casework.clock import LOCAL
from tests.e2e.conftest import Installation

CLOCKS = """
SELECT rule_id, started_at, target_at, limit_at FROM clock
WHERE case_id = ? AND rule_id <> 'evidence.video' ORDER BY rule_id
"""
"""Those that count minutes."""
RUNGS = """
SELECT rule_id, rung_of.rung, rung_of.due_at, started_at, rung_of.level
FROM escalation AS rung_of JOIN clock ON clock.id = clock_id
WHERE clock.case_id = ? AND rung_of.rung <> 'on_delay' ORDER BY rule_id, rung_of.due_at, rung_of.id
"""
"""Those that count from the start of the clock, and not from when the case was filed."""
VIDEO = """
SELECT started_at, target_at, limit_at FROM clock WHERE case_id = ? AND rule_id = 'evidence.video'
"""
FLAGS = "SELECT flag.kind FROM flag JOIN clock ON clock.id = clock_id WHERE clock.case_id = ?"


class Book:
    """Reads what the server has written."""

    def __init__(self, installation: Installation) -> None:
        self._path = Path(installation.env["CASEWORK_DATA_DIR"]) / "casework.db"

    def ask(self, query: str, *args: object) -> list[tuple[object, ...]]:
        """The rows of a question; instants as times of the day."""
        return [tuple(map(_hour, row)) for row in self._rows(query, *args)]

    def clocks(self, number: str) -> list[tuple[object, ...]]:
        """Of every clock in minutes: the rule, its start, how long to the target and the limit."""
        return [
            (rule, _hour(start), _minutes(start, target), _minutes(start, limit))
            for rule, start, target, limit in self._rows(CLOCKS, _id(number))
        ]

    def rungs(self, number: str) -> list[tuple[object, ...]]:
        """What has fired in a case: the rule, the rung, minutes after the start, the level."""
        return [
            (rule, rung, _minutes(start, due), level)
            for rule, rung, due, start, level in self._rows(RUNGS, _id(number))
        ]

    def video(self, number: str) -> list[tuple[object, ...]]:
        """The clock of the recordings, which counts days."""
        return self.ask(VIDEO, _id(number))

    def flags(self, number: str) -> list[object]:
        """The flags that hang on the clocks of a case."""
        return [row[0] for row in self._rows(FLAGS, _id(number))]

    def _rows(self, query: str, *args: object) -> list[tuple[str, ...]]:
        with sqlite3.connect(self._path) as found:
            return found.execute(query, args).fetchall()


def _id(number: str) -> int:
    return int(number.rpartition("-")[2])


def _minutes(start: str, end: str) -> float:
    between = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return round(between.total_seconds() / 60, 1)


def _hour(value: object) -> object:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    if not isinstance(value, str) or ":" not in value:
        return value
    return f"{at.replace(tzinfo=UTC).astimezone(LOCAL):%H:%M}"
