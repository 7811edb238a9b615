"""The API for programs: JSON in, JSON out, bearer tokens only. Errors are problem+json."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from casework.api import (
    approvals,
    cases,
    clocks,
    documents,
    evidence,
    findings,
    messages,
    places,
    reconciliation,
    reports,
    rollcalls,
    signals,
    zero_reports,
)
from casework.http import errors, security

SPEC = {
    "API_TITLE": "Casework",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.0.3",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    },
}


class ProblemApi(Api):
    """flask-smorest with the errors of the house."""

    def handle_http_exception(self, error: HTTPException) -> ResponseReturnValue:
        """Every error goes through the one table."""
        return errors.http_error(error)


def register(app: Flask) -> None:
    """Hang the API under /api/v1; it carries no cookie, so that it needs no CSRF token."""
    app.config.update(SPEC)
    api = ProblemApi(app)
    for module in (
        cases,
        evidence,
        documents,
        reports,
        places,
        approvals,
        messages,
        clocks,
        findings,
        zero_reports,
        reconciliation,
        signals,
        rollcalls,
    ):
        security.csrf.exempt(module.blueprint)
        api.register_blueprint(module.blueprint)
