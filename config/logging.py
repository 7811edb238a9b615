"""Logs as JSON lines on standard error: what happened and to which number, never to whom."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

PERSONAL = frozenset(
    (
        "address",
        "contact",
        "email",
        "fields",
        "form",
        "guardian",
        "id_card",
        "login",
        "name",
        "narrative",
        "note",
        "password",
        "people",
        "phone",
        "reason",
        "student",
        "text",
        "title",
        "token",
        "value",
    )
)
"""Keys under which somebody might log a personal value or a secret."""


def hide_personal(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace the values of personal keys, however careless the call."""
    for key in PERSONAL & event.keys():
        event[key] = "-"
    return event


def configure_logging(level: str = "INFO") -> None:
    """Send the records of structlog and of the libraries through one JSON writer."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        hide_personal,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_stdlib(level, shared))


def _stdlib(level: str, shared: list[Any]) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "json",
            }
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            # They say at INFO that they did what they always do.
            "apscheduler": {"level": "WARNING"},
            "alembic": {"level": "WARNING"},
            "transitions": {"level": "WARNING"},
        },
    }
