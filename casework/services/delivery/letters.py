"""From the rows of a parcel to the letter: the messages in the reader's words, with their links."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Call, Case, Clock, Delivery, Endpoint, Escalation, Message, User
from casework.notifications.channels import CHANNELS, Letter
from casework.notifications.letters import Digest, Particulars, Say, digest, single
from casework.notifications.messages import UNKNOWN
from casework.notifications.terms import NEVER_HELD
from casework.permissions import ROLE_LABELS
from casework.services.delivery.claiming import Job
from casework.services.delivery.office import Office
from casework.services.pages import labels
from casework.services.pages.duties import titled
from casework.services.pages.inbox import Words, dues_of, minute
from casework.text import Text
from casework.workflows.registry import WORKFLOWS

log = logging.getLogger(__name__)

MOST_LINES = 200
"""So many messages a digest names; the rest is a number and a link."""
LINE_BYTES = 130
"""What one line of a digest takes at most, roughly: for channels with a limit."""


def letters(session: Session, jobs: Sequence[Job], office: Office) -> dict[int, Letter]:
    """The letter of each parcel, by the parcel's id; in the language of whoever gets it.

    What cannot be put into words is left out: one broken message must not hold up the others.
    """
    locales = _locales(session, [job.endpoint for job in jobs], office)
    ones = {job.parcel.id: job for job in jobs if job.parcel.size == 1}
    found = _messages(session, ones)
    spoken = Spoken(session, [message for message, _ in found.values()], office)
    made: dict[int, Letter] = {}
    for job in jobs:
        say: Say = partial(_say, office, locales[job.endpoint.id])
        try:
            if job.parcel.id in found:
                message, case = found[job.parcel.id]
                about = spoken.particulars(message, case, job.endpoint)
                made[job.parcel.id] = single(job.parcel.uid, about, say)
            else:
                made[job.parcel.id] = digest(job.parcel.uid, _digest(session, job, office), say)
        except Exception:  # isolated here; it becomes a dead letter, which is told
            log.exception("parcel %s cannot be put into words", job.parcel.id)
    return made


def _say(office: Office, locale: str, text: Text | str) -> str:
    return office.render(text, locale)


def _locales(session: Session, endpoints: Iterable[Endpoint], office: Office) -> Mapping[int, str]:
    owners = {one.id: one.user_id for one in endpoints}
    query = select(User.id, User.locale).where(User.id.in_({o for o in owners.values() if o}))
    chosen: dict[int, str] = dict(session.execute(query).all())
    return {one: chosen.get(owner or 0) or office.locale for one, owner in owners.items()}


def _messages(
    session: Session, parcel_ids: Iterable[int]
) -> dict[int, tuple[Message, Case | None]]:
    query = (
        select(Delivery.parcel_id, Message, Case)
        .join(Message, Message.id == Delivery.message_id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(Delivery.parcel_id.in_(list(parcel_ids)))
    )
    return {row[0] or 0: (row[1], row[2]) for row in session.execute(query)}


def _digest(session: Session, job: Job, office: Office) -> Digest:
    """The most pressing lines in the order of writing, as many as the channel has room for."""
    longest = CHANNELS[job.endpoint.channel].longest
    most = MOST_LINES if longest is None else max(3, min(MOST_LINES, longest // LINE_BYTES))
    inside = (
        select(Message, Case)
        .join(Delivery, Delivery.message_id == Message.id)
        .outerjoin(Case, Case.id == Message.case_id)
        .where(Delivery.parcel_id == job.parcel.id)
    )
    pressing = inside.order_by(Message.level.desc(), Message.id).limit(most)
    found: list[tuple[Message, Case | None]] = [(m, case) for m, case in session.execute(pressing)]
    rows = sorted(found, key=lambda row: row[0].id)
    spoken = Spoken(session, [row[0] for row in rows], office)
    escalated = session.scalar(
        select(func.count())
        .select_from(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.parcel_id == job.parcel.id, Message.level >= NEVER_HELD)
    )
    return Digest(
        [spoken.or_number(message, case, job.endpoint) for message, case in rows],
        job.parcel.size,
        escalated or 0,
        job.parcel.level,
        job.parcel.made_at,
        office.links.page(f"/messages/parcels/{job.parcel.uid}"),
    )


class Spoken:
    """Puts messages into particulars; what they speak of is read once for all of them."""

    def __init__(self, session: Session, messages: Sequence[Message], office: Office) -> None:
        self._words = Words(session, messages)
        self._links = office.links
        ids = {m.escalation_id for m in messages if m.escalation_id is not None}
        rungs = select(Escalation.id, Clock).join(Clock, Escalation.clock_id == Clock.id)
        self._clocks = {
            row[0]: row[1] for row in session.execute(rungs.where(Escalation.id.in_(ids)))
        }
        open_calls = select(Call).where(
            Call.escalation_id.in_(ids), Call.ended_at.is_(None), Call.user_id.is_not(None)
        )
        self._calls = {
            (call.escalation_id, call.user_id): call for call in session.scalars(open_calls)
        }

    def or_number(self, message: Message, case: Case | None, endpoint: Endpoint) -> Particulars:
        """The same, or of a broken message its number alone: it must not hold up the others."""
        try:
            return self.particulars(message, case, endpoint)
        except Exception:  # isolated here; the inbox shows it by its number as well
            log.exception("message %s cannot be put into words", message.id)
            number = case.number if case is not None else ""
            sentence = Text(UNKNOWN, {"number": number})
            label = labels.level_label(message.level)
            return Particulars(sentence, message.level, label, message.created_at, number=number)

    def particulars(self, message: Message, case: Case | None, endpoint: Endpoint) -> Particulars:
        """One message as a letter tells it; the signed link only to the person who was called."""
        line = self._words.line(message, case)
        clock = self._clocks.get(message.escalation_id or 0)
        call = self._calls.get((message.escalation_id or 0, endpoint.user_id))
        given = message.params
        target, limit = given.get("target_at"), given.get("limit_at")
        nearest = given.get("due_at") or limit or target
        duty = titled(clock.terms["title"], clock.recipient) if clock is not None else ""
        number = line.number or str(given.get("number", ""))
        return Particulars(
            line.text,
            message.level,
            labels.level_label(message.level),
            message.created_at,
            number=number,
            type_title=WORKFLOWS[case.case_type].title if case is not None else "",
            duty=duty,
            dues=dues_of(target, limit) if target or limit else "",
            nearest=minute(nearest) if nearest else "",
            who=ROLE_LABELS.get(clock.owner, "") if clock is not None else "",
            url=self._links.page(f"/cases/{case.number}" if case is not None else "/messages"),
            answer_url=self._links.answer(call.id) if call is not None else "",
            answer_by=minute(call.due_at.isoformat()) if call and call.due_at else "",
            data={
                "message": message.id,
                "template": message.template,
                "number": number,
                "case_type": case.case_type if case is not None else None,
                "level": message.level,
                "rule": clock.rule_id if clock is not None else None,
                "target_at": target,
                "limit_at": limit,
                "due_at": given.get("due_at"),
                "at": message.created_at.isoformat(),
            },
        )
