"""What a telephone needs to call a roll while the network is away: the worker, the shell, the door.

The shell is the page of the roll without anybody's name in it; the door says who is logged in and
takes what was kept. Its answers are data: a script must tell a dead login from a dead network.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from casework.errors import CaseworkError, Invalid, Unauthenticated
from casework.http import current_actor, requires, transaction, viewer
from casework.http.errors import CSRF, Problem, problem_of
from casework.i18n import current_locale, say
from casework.permissions import Permission
from casework.services.pages.roll import KINDS
from casework.services.rolls import saving
from casework.services.rolls.shapes import NewRoll
from casework.text import N_, Text
from casework.web.rolls_sent import mark_of, saved_at

blueprint = Blueprint("roll_door", __name__)
PARTS = ("worker.js", "roll.js", "roll_queue.js", "casework.js", "casework.css")
"""What the shell is made of: when it changes, telephones fetch it anew."""
UNREADABLE = N_("This roll could not be read. Call it once more on the page.")


class _Mark(Schema):
    student_id = fields.Integer(required=True, strict=True)
    kind = fields.String(required=True, validate=validate.Length(max=40))


class _Sent(Schema):
    """A roll as the script sends it: ids and times, nothing else."""

    class Meta:
        unknown = EXCLUDE

    unit_id = fields.Integer(required=True, strict=True)
    on = fields.Date(required=True)
    period = fields.String(required=True, validate=validate.Length(max=40))
    present = fields.Integer(required=True, strict=True)
    marks = fields.List(fields.Nested(_Mark), required=True, validate=validate.Length(max=400))
    key = fields.String(required=True, validate=validate.Length(min=16, max=64))
    taken_at = fields.AwareDateTime(required=True)
    device_at = fields.AwareDateTime(required=True)


@cache
def _digest(folder: str) -> str:
    found = hashlib.sha256()
    for name in PARTS:
        found.update((Path(folder) / name).read_bytes())
    return found.hexdigest()[:12]


def version() -> str:
    """Where the worker lies; a new address makes a telephone fetch worker and shell anew."""
    folder = current_app.static_folder or ""
    return url_for("roll_door.worker", v=f"{_digest(folder)}-{current_locale()}")


@blueprint.get("/worker.js")
@requires(Permission.ROLL_CALL)
def worker() -> Response:
    """The worker, at the root so that its scope can be the page of the roll."""
    text = (Path(current_app.static_folder or "") / "worker.js").read_text(encoding="utf-8")
    return Response(text, mimetype="text/javascript", headers={"Service-Worker-Allowed": "/roll"})


@blueprint.get("/roll/offline")
@requires(Permission.ROLL_CALL)
def shell() -> str:
    """The page of the roll for a time without network: nobody's name is in it."""
    return render_template("roll_offline.html", actor=None, kinds=KINDS, worker="")


@blueprint.get("/roll/door")
@requires(Permission.ROLL_CALL)
def door() -> Response:
    """Who is logged in, and a token for sending."""
    return jsonify(user=current_actor().login, token=generate_csrf())


@blueprint.post("/roll/send")
@requires(Permission.ROLL_CALL)
def send() -> ResponseReturnValue:
    """Take a roll that was kept on a device; the same one again is answered as the first time."""
    try:
        given: dict[str, Any] = _Sent().load(request.get_json(silent=True) or {})
    except ValidationError as fault:
        raise Invalid({"roll": [Text(UNREADABLE)]}) from fault
    marks = [mark_of(one["student_id"], one["kind"]) for one in given.pop("marks")]
    with transaction() as session:
        saved = saving.save_roll(session, current_actor(), NewRoll(**given, absent=marks))
    roll = saved.roll
    return jsonify(
        location=saved_at(saved),
        taken_at=roll.taken_at.isoformat(),
        arrived_at=roll.arrived_at.isoformat(),
        repeated=saved.repeated,
    )


def _answer(problem: Problem) -> ResponseReturnValue:
    sentences = [one for texts in problem.errors.values() for one in texts]
    said = {"kind": problem.kind, "detail": " ".join(dict.fromkeys(sentences)) or problem.detail}
    if problem.kind == "conflict":
        said["location"] = f"{url_for('rolls.call')}?{urlencode(_named())}"
    return jsonify(said), problem.status


def _named() -> dict[str, str]:
    """The roll that was sent, as the address of its page names it."""
    given = request.get_json(silent=True)
    found = given if isinstance(given, dict) else {}
    return {name: str(found[name]) for name in ("unit_id", "on", "period") if name in found}


def _refused(error: CaseworkError) -> ResponseReturnValue:
    return _answer(problem_of(error))


def _expired(_: CSRFError) -> ResponseReturnValue:
    """The token died with its login: without a login 401, else another token helps."""
    if viewer() is None:
        return _answer(problem_of(Unauthenticated()))
    return _answer(Problem(409, "csrf", say(Text(CSRF)), say(Text(CSRF))))


blueprint.register_error_handler(CSRFError, _expired)
blueprint.register_error_handler(CaseworkError, _refused)
