"""Whether it lives: ``/healthz`` for a watchdog, ``/metrics`` for Prometheus. Counts only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from casework.http.context import ground, reading
from casework.services import health

GRACE_SECONDS = 1

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[dict[str, Any], int]:
    """Red (503) when the database is out of reach, or two intervals pass without a sweep.

    Red as well when deliveries, once begun, have stopped for longer than two leases.
    """
    try:
        with reading() as session:
            sweep = health.last_pass(session)
            delivery = health.last_pass(session, health.DELIVER)
    except SQLAlchemyError:
        current_app.logger.exception("the database is out of reach")
        return {"status": "database", "sweep": None, "deliver": None}, 503
    most = 2 * ground().settings.sweep_seconds + GRACE_SECONDS
    alive = sweep is not None and sweep.age_seconds <= most
    slowest = 2 * ground().office.terms.lease.total_seconds()
    delivers = delivery is None or delivery.age_seconds <= slowest
    status = "sweep" if not alive else "ok" if delivers else "deliver"
    shown = {
        "status": status,
        "sweep": sweep.as_data() if sweep else None,
        "deliver": delivery.as_data() if delivery else None,
    }
    return shown, 200 if status == "ok" else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Open cases, overdue clocks, standing flags and the age of the last sweep."""
    with reading() as session:
        counts = health.counts(session)
        sweep = health.last_pass(session)
    registry = CollectorRegistry()
    for name, help_text, value in (
        ("casework_cases_open", "Cases that are not closed", counts.cases_open),
        ("casework_clocks_running", "Clocks that are running", counts.clocks_running),
        ("casework_clocks_overdue", "Running clocks past their limit", counts.clocks_overdue),
        ("casework_flags_standing", "Flags that nobody has cleared", counts.flags_standing),
        ("casework_sweep_age_seconds", "Seconds since a sweep", sweep.age_seconds if sweep else -1),
        ("casework_queues_waiting", "Addresses for which messages wait", counts.queues_waiting),
        ("casework_channels_failing", "Addresses that fail", counts.channels_failing),
        ("casework_parcels_dead", "Sendings that were given up", counts.parcels_dead),
    ):
        Gauge(name, help_text, registry=registry).set(value)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
