"""The heartbeat: it sweeps at once and again, survives a failing pass, and ends with its block."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest

from casework.db import Database
from casework.jobs import scheduler, tasks
from casework.services.sweep import last_beat


def test_it_sweeps_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = threading.Event()
    real = tasks.sweep

    def sweep(db: Database, interval: timedelta, _: object) -> tasks.Pass:
        swept.set()
        return real(db, interval)

    monkeypatch.setattr(tasks, "sweep", sweep)
    with scheduler.running(database, 3600):
        assert swept.wait(10)
    with database.reading() as session:
        assert last_beat(session) is not None


def test_it_sweeps_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    thrice, passes = threading.Event(), []

    def sweep(db: Database, interval: timedelta, _: object) -> tasks.Pass:
        passes.append(interval)
        if len(passes) == 3:
            thrice.set()
        return tasks.Pass(None)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "sweep", sweep)
    with scheduler.running(database, 1):
        assert thrice.wait(10)
    assert passes[0] == timedelta(seconds=1)


def test_a_failing_pass_is_logged_and_the_next_one_comes(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    twice, passes = threading.Event(), []

    def sweep(db: Database, interval: timedelta, _: object) -> tasks.Pass:
        passes.append(interval)
        if len(passes) == 2:
            twice.set()
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(tasks, "sweep", sweep)
    with caplog.at_level(logging.ERROR), scheduler.running(database, 1):
        assert twice.wait(10)

    assert "the disk is full" in caplog.text


def test_the_end_waits_for_the_present_pass(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def sweep(db: Database, interval: timedelta, _: object) -> tasks.Pass:
        begun.set()
        threading.Event().wait(0.3)
        ended.set()
        return tasks.Pass(None)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "sweep", sweep)
    with scheduler.running(database, 3600):
        assert begun.wait(10)

    assert ended.is_set()
