"""Starts Casework: settings from the environment, then the application."""

import sys

from flask import Flask

import casework
import config
from casework.cli import serve
from casework.errors import Misconfigured


def create_app() -> Flask:
    """The application of this environment; the `flask` command and WSGI servers call this."""
    try:
        return casework.create_app(config.from_environment())
    except Misconfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    serve(create_app())
