"""The pages. Views are thin: they parse, open one transaction, call one service, render."""

from __future__ import annotations

from flask import Flask

from casework.web import account, approvals, cases, county, expired, filing, messages, today, words


def register(app: Flask) -> None:
    """Add the pages to an application; nothing happens at import time."""
    words.init_app(app)
    expired.init_app(app)
    for module in (account, today, filing, cases, approvals, county, messages):
        app.register_blueprint(module.blueprint)
