"""班级安全管理日志: a class on one day as an office prints it, a month at a glance, the export."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from casework import clock
from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.i18n import say
from casework.permissions import Permission
from casework.services.pages import class_log as pages
from casework.services.pages import roll_units
from casework.services.pages.roll import DOUBTS, SHORT, STATES
from casework.services.rolls import class_log
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("class_log", __name__, url_prefix="/class-log")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@requires(Permission.ROLL_READ)
def day(problem: Problem | None = None) -> str:
    """The log of one day; after a refusal with what was typed."""
    with reading() as session:
        page = pages.day_page(session, current_actor(), _unit(), _day("on"))
    return render_template(
        "class_log.html",
        page=page,
        kinds=pages.KINDS,
        short=SHORT,
        states=STATES,
        doubts=DOUBTS,
        problem=problem,
        typed=request.form or MultiDict(),
    )


@blueprint.post("")
@requires(Permission.ROLL_CALL)
def add() -> ResponseReturnValue:
    """Add an entry by hand."""

    def added() -> ResponseReturnValue:
        unit_id, on = _unit() or 0, _day("on")
        kind, text = request.form.get("kind", ""), request.form.get("text", "")
        with transaction() as session:
            class_log.add_entry(session, current_actor(), unit_id, kind, text, on)
        shown = on.isoformat() if on else None
        return redirect(url_for("class_log.day", unit=unit_id, on=shown, done=1), 303)

    return forms.attempt(added, day)


@blueprint.get("/month")
@requires(Permission.ROLL_READ)
def month() -> str:
    """A month of days and rolls; what is missing stands out."""
    with reading() as session:
        page = pages.month_page(session, current_actor(), _unit(), _first())
    return render_template("class_log_month.html", page=page, states=STATES)


@blueprint.get("/export")
@requires(Permission.ROLL_READ)
def export() -> Response:
    """The log of a day, or with ``month`` of a whole month, as a workbook."""
    first = _first() if request.args.get("month") else _day("on") or clock.today()
    last = _last(first) if request.args.get("month") else first
    with reading() as session:
        actor = current_actor()
        unit_id = roll_units.chosen(session, actor, _unit())[0]
        data = class_log.workbook(session, actor, unit_id, first, last, say)
    name = f"class-log-{unit_id}-{first:%Y-%m}{'' if last > first else f'-{first:%d}'}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=XLSX, headers=headers)


def _unit() -> int | None:
    return forms.whole(request.values.get("unit"))


def _day(name: str) -> date | None:
    text = request.values.get(name, "")
    return _parsed(text) if text else None


def _first() -> date:
    """The first day of the month that is asked for, else of the present one."""
    text = request.args.get("month", "")
    return _parsed(f"{text}-01") if text else clock.today().replace(day=1)


def _last(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _parsed(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"on": [Text(NOT_DATE)]}) from None
