"""Which gatherer belongs to which kind of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.services.documents.gathering import (
    absence,
    audit,
    bulletin,
    bullying,
    closing,
    daily,
    emergency,
    opinion,
    outcome,
    supervision,
)
from casework.services.documents.gathering.matter import Matter
from casework.services.documents.values import Values

Gatherer = Callable[[Matter], tuple[Values, frozenset[str]]]

GATHERERS: Mapping[str, Gatherer] = {
    "emergency_report": emergency.report,
    "bullying_investigation": bullying.investigation,
    "bullying_determination": outcome.determination,
    "bullying_decision": outcome.decision,
    "guardian_notice": outcome.notice,
    "absence_register": absence.register,
    "class_log": daily.class_log,
    "supervision_notice": supervision.notice,
    "interview_notice": supervision.interview,
    "opinion_report": opinion.report,
    "opinion_form": opinion.form,
    "closing_report": closing.report,
    "bulletin": bulletin.values,
    "zero_report_daily": daily.zero_report,
    "audit_report": audit.report,
}
