"""The pages. Views are thin: they parse, open one transaction, call one service, render."""

from __future__ import annotations

from flask import Flask

from casework.web import (
    account,
    acknowledge,
    admin,
    admin_import,
    approvals,
    audit,
    calendar,
    calendar_feed,
    calls,
    cases,
    channels,
    city,
    class_log,
    county,
    evidence,
    expired,
    filing,
    findings,
    help,
    intake,
    intake_boxes,
    leaves,
    messages,
    notifications,
    password,
    periods,
    reconciliation,
    reports,
    roll_worker,
    rolls,
    roster,
    rules,
    signals,
    today,
    told,
    words,
    zero_reports,
)


def register(app: Flask) -> None:
    """Add the pages to an application; nothing happens at import time."""
    words.init_app(app)
    expired.init_app(app)
    password.init_app(app)
    for module in (
        account,
        password,
        today,
        calls,
        filing,
        cases,
        reports,
        evidence,
        approvals,
        county,
        reconciliation,
        audit,
        told,
        city,
        messages,
        notifications,
        channels,
        admin,
        admin_import,
        rules,
        roster,
        zero_reports,
        findings,
        signals,
        calendar,
        rolls,
        roll_worker,
        leaves,
        class_log,
        periods,
        help,
        intake,
        intake_boxes,
        acknowledge,
        calendar_feed,
    ):
        app.register_blueprint(module.blueprint)
