"""Signals: enter one, list them, see what may belong together, dispose of one; and the webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import abort
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from casework.api import schemas, signal_schemas
from casework.api.parsing import ID, StrictBlueprint
from casework.http import current_actor, ground, reading, requires, transaction
from casework.i18n import say
from casework.permissions import Actor, Permission
from casework.services import idempotency, reported
from casework.services.signals import (
    disposing,
    explaining,
    hooks,
    listing,
    matching,
    reach,
    receiving,
    seeing,
    sources,
)

blueprint = StrictBlueprint("api_signals", __name__, url_prefix="/api/v1")
ONE = f"/signals/{ID}signal_id>"


@blueprint.post("/signals")
@requires(Permission.SIGNAL_ENTER)
@blueprint.arguments(signal_schemas.SignalRequest)
@blueprint.alt_response(409, description="The key belongs to another request")
@blueprint.response(201, signal_schemas.SignalAnswer)
def enter(given: Mapping[str, Any]) -> ResponseReturnValue:
    """Enter a signal; with the header Idempotency-Key a repeat gets the first answer again."""
    actor, key = current_actor(), request.headers.get(idempotency.HEADER)
    with transaction() as session:
        if key is None:
            return jsonify(_enter(session, actor, given)), 201
        known = idempotency.claim(session, actor, key, request.get_json())
        if known is None:
            known = _enter(session, actor, given)
            idempotency.keep(session, actor, key, known)
    return jsonify(known), 201


@blueprint.get("/signals")
@requires(Permission.SIGNAL_ENTER, Permission.SIGNAL_DISPOSE)
@blueprint.arguments(signal_schemas.SignalsQuery, location="query")
@blueprint.response(200, signal_schemas.SignalPageAnswer)
def list_signals(query: Mapping[str, Any]) -> Any:
    """The signals in reach, newest first, a page at a time."""
    with reading() as session:
        return listing.page(session, current_actor(), listing.Wanted(**query))


@blueprint.get(ONE)
@requires(Permission.SIGNAL_ENTER, Permission.SIGNAL_DISPOSE)
@blueprint.response(200, signal_schemas.SignalAnswer)
def read(signal_id: int) -> Any:
    """One signal with its clocks and what became of it."""
    with reading() as session:
        return listing.one(session, current_actor(), signal_id)


@blueprint.get(f"{ONE}/proposals")
@requires(Permission.SIGNAL_DISPOSE)
@blueprint.response(200, signal_schemas.MatchProposalAnswer(many=True))
def read_proposals(signal_id: int) -> Any:
    """The cases it may be about, the likeliest first, each with the reasons for its score."""
    with reading() as session:
        actor = current_actor()
        signal = reach.load_overseen(session, actor, signal_id)
        return [
            {
                "case": one.case.number,
                "title": one.case.title,
                "unit": one.unit,
                "score": one.score,
                "reasons": [{"text": say(r.text), "points": r.points} for r in one.reasons],
            }
            for one in matching.proposals(session, actor, signal)
        ]


@blueprint.post(f"{ONE}/disposition")
@requires(Permission.SIGNAL_DISPOSE)
@blueprint.arguments(signal_schemas.DispositionRequest)
@blueprint.alt_response(202, schema=signal_schemas.SignalAnswer)
@blueprint.response(200, signal_schemas.SignalAnswer)
def dispose(given: Mapping[str, Any], signal_id: int) -> ResponseReturnValue:
    """Say what became of it: 200, or 202 while an explanation waits for the second person."""
    outcome = given["outcome"]
    with transaction() as session:
        actor = current_actor()
        _WAYS[outcome](session, actor, signal_id, given)
        found = listing.one(session, actor, signal_id)
    answer = jsonify(signal_schemas.SignalAnswer().dump(found))
    return answer, 202 if outcome == explaining.EXPLAINED else 200


@blueprint.post(f"{ONE}/decision")
@requires(Permission.SIGNAL_DISPOSE)
@blueprint.arguments(schemas.DecisionRequest)
@blueprint.response(200, signal_schemas.SignalAnswer)
def decide(given: Mapping[str, Any], signal_id: int) -> Any:
    """Approve the explanation as second person, or refuse it with a reason."""
    with transaction() as session:
        actor = current_actor()
        reason = given["reason"] or ""
        explaining.decide(session, actor, signal_id, approve=given["approve"], reason=reason)
        return listing.one(session, actor, signal_id)


@blueprint.post(f"{ONE}/reopening")
@requires(Permission.SIGNAL_DISPOSE)
@blueprint.arguments(signal_schemas.ReopeningRequest)
@blueprint.response(200, signal_schemas.SignalAnswer)
def reopen(given: Mapping[str, Any], signal_id: int) -> Any:
    """Take it up again; what was decided stays to be read."""
    with transaction() as session:
        actor = current_actor()
        explaining.reopen(session, actor, signal_id, given["reason"])
        return listing.one(session, actor, signal_id)


@blueprint.post(f"{ONE}/seen")
@requires(Permission.SIGNAL_ENTER)
@blueprint.arguments(signal_schemas.AlarmSeenRequest)
@blueprint.response(200, signal_schemas.SignalAnswer)
def see(given: Mapping[str, Any], signal_id: int) -> Any:
    """Confirm what was seen where the alarm came from."""
    with transaction() as session:
        actor = current_actor()
        seeing.see(session, actor, signal_id, given["what"], real=given["real"])
        return listing.one(session, actor, signal_id)


@blueprint.post("/hooks/<name>")
@blueprint.doc(security=[])
@blueprint.alt_response(200, schema=signal_schemas.DeliveredAnswer)
@blueprint.response(201, signal_schemas.DeliveredAnswer)
def deliver(name: str) -> ResponseReturnValue:
    """Take one signed delivery of a source; the same again answers 200 and makes nothing."""
    if (request.content_length or 0) > hooks.MOST_BYTES:
        abort(413)
    given = hooks.Delivery(
        timestamp=request.headers.get(hooks.TIME_HEADER, ""),
        delivery=request.headers.get(hooks.ID_HEADER, ""),
        signature=request.headers.get(hooks.SIGNATURE_HEADER, ""),
        body=request.get_data(),
    )
    with transaction() as session:
        source = hooks.verify(session, ground().settings.secret_key, name, given)
        signal = hooks.taken_before(session, source, given)
        fresh = signal is None
        if signal is None:
            brought = _brought(given.body)
            unit = sources.place(session, source, brought.pop("unit"))
            people = tuple(receiving.Named(name=one) for one in brought.pop("people"))
            new = receiving.NewSignal(
                source.kind, unit.id, people=people, source_id=source.id, **brought
            )
            signal = hooks.take(session, source, given, new)
        answer = jsonify(signal_schemas.DeliveredAnswer().dump(signal))
    return answer, 201 if fresh else 200


def _brought(body: bytes) -> dict[str, Any]:
    """The body as data; what is wrong in it is said at its field."""
    try:
        found: dict[str, Any] = signal_schemas.HookRequest().loads(body)
    except ValidationError as fault:
        abort(422, messages=fault.messages)
    except ValueError:
        abort(400)
    return found


def _enter(session: Session, actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = dict(given)
    people = tuple(receiving.Named(**one) for one in wanted.pop("people"))
    made = receiving.receive(session, actor, receiving.NewSignal(**wanted, people=people))
    found = listing.data(session, actor, [made])[0]
    answer: dict[str, Any] = signal_schemas.SignalAnswer().dump(found)
    return answer


def _match(session: Session, actor: Actor, signal_id: int, given: Mapping[str, Any]) -> None:
    disposing.match(
        session,
        actor,
        signal_id,
        given["case"],
        reason=given["reason"],
        knowledge=_knowledge(given),
    )


def _open(session: Session, actor: Actor, signal_id: int, given: Mapping[str, Any]) -> None:
    opening = disposing.Opening(
        given["case_type"],
        given["title"],
        given["narrative"] or "",
        given["unit_id"],
        given["occurred_at"],
        tuple(reported.NewPerson(**one) for one in given["people"]),
        given["fields_"],
        given["past_school"],
    )
    reason, knowledge = given["reason"], _knowledge(given)
    disposing.open_case(session, actor, signal_id, opening, reason=reason, knowledge=knowledge)


def _explain(session: Session, actor: Actor, signal_id: int, given: Mapping[str, Any]) -> None:
    knew = given["school_knew_at"]
    explaining.explain(session, actor, signal_id, given["reason"], school_knew_at=knew)


def _knowledge(given: Mapping[str, Any]) -> disposing.Knowledge:
    return disposing.Knowledge(given["school_knew_at"], given["evidence"], given["knower"])


_WAYS = {"matched": _match, "opened": _open, "explained": _explain}
