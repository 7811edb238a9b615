"""What a case shows of the signals it came from, or that were found to be about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.deadlines.derivation import stamp
from casework.models import Case, Disposition, Signal
from casework.services.signals.kinds import KINDS
from casework.services.signals.shielding import SHIELDED, SOURCE, is_past_school_only
from casework.services.zero_reports.knowledge import same_event
from casework.text import N_, Text
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

FROM_OUTSIDE = N_("From outside: %(kind)s")
FIRST_HEARD = N_("The school first learned of it from outside")
HEARD = N_("The school first learned of it from outside: %(kind)s, received %(at)s.")
KNOWN = N_(
    "The bureau opened it from a signal (%(kind)s, received %(at)s). "
    "The school had known since %(since)s."
)
ALSO = N_("A signal was about it, too: %(kind)s, received %(at)s.")
FROM_SIGNAL = N_("From a signal")
OPENED = N_("The bureau opened it from a signal (%(kind)s, received %(at)s).")
OPENED_ON = N_("The bureau opened it from a signal, received on %(on)s.")
HEARD_ON = N_("The school first learned of it from outside, received on %(on)s.")
KNOWN_ON = N_(
    "The bureau opened it from a signal, received on %(on)s. The school had known since %(since)s."
)
ALSO_ON = N_("A signal was about it, too, received on %(on)s.")
_VEILED = {
    FROM_OUTSIDE: FROM_SIGNAL,
    HEARD: HEARD_ON,
    KNOWN: KNOWN_ON,
    OPENED: OPENED_ON,
    ALSO: ALSO_ON,
}
"""What is said instead when whoever told is shielded: the school reads this."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One signal of a case: the chip, and the sentence that explains it."""

    chip: Text
    sentence: Text
    signal_id: int
    first_heard: bool


def origins(session: Session, case: Case) -> tuple[Origin, ...]:
    """The signals whose disposition in force leads to this case, the oldest first."""
    found = _of(session, [case.id])
    if not found and case.source.partition(":")[0] == SOURCE:
        # It goes on from another case, which the signal was disposed of to.
        found = _of(session, [one.id for one in same_event(session, case)])
    return found


def _of(session: Session, ids: Sequence[int]) -> tuple[Origin, ...]:
    rows = session.execute(
        select(Signal, Disposition)
        .join(Disposition, Disposition.signal_id == Signal.id)
        .join(Case, Disposition.case_id == Case.id)
        .where(Disposition.case_id.in_(ids), Disposition.ended_at.is_(None))
        .where(or_(Case.source == PAST_SCHOOL, ~is_past_school_only()))
        .order_by(Signal.id)
    )
    return tuple(_origin(row[0], row[1]) for row in rows)


def _origin(signal: Signal, row: Disposition) -> Origin:
    label = KINDS[signal.kind].label
    chip = FIRST_HEARD if row.first_heard else FROM_OUTSIDE
    sentence = HEARD if row.first_heard else ALSO
    if row.outcome == "opened" and not row.first_heard:
        sentence = KNOWN if row.school_knew_at else OPENED
    since = _minute(row.school_knew_at) if row.school_knew_at else ""
    words: dict[str, object]
    if signal.kind in SHIELDED:
        chip, sentence = _VEILED.get(chip, chip), _VEILED[sentence]
        on = signal.received_at.astimezone(LOCAL).date()
        words = {"on": on.isoformat(), "since": since}
    else:
        words = {"kind": Text(label), "at": _minute(signal.received_at), "since": since}
    return Origin(Text(chip, words), Text(sentence, words), signal.id, row.first_heard)


def _minute(at: datetime) -> str:
    return stamp(at.replace(second=0, microsecond=0))
