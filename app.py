"""Starts Casework: settings from the environment, then the application."""

from flask import Flask

import casework
import config
from casework.cli import serve


def create_app() -> Flask:
    """The application of this environment; the `flask` command and WSGI servers call this."""
    return casework.create_app(config.from_environment())


if __name__ == "__main__":
    serve(create_app())
