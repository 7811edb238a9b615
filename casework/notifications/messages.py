"""What messages say: template -> English sentence. No personal data: number, duty, time.

The values come from the rows of the outbox; how they are put into words is the reader's door.
``dues`` is one of the sentences below: which instant is a target and which a limit is always said.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.text import N_

BODIES: Mapping[str, str] = {
    "duty": N_("%(number)s: now to do: %(duties)s. The nearest target is %(due_at)s."),
    "reminder": N_("%(number)s: %(duty)s is still open. %(dues)s."),
    "escalation": N_("%(number)s: %(duty)s: %(passed)s. %(dues)s. %(level)s."),
    "call": N_(
        "%(number)s: %(duty)s: nobody has acknowledged this level yet, so you are called. "
        "Acknowledge it by %(due_at)s. %(dues)s. %(level)s."
    ),
    "offer": N_("%(number)s: %(duty)s runs on. The system proposes the step: %(action)s."),
    "filed_late": N_("%(number)s was reported late: the limit was %(limit_at)s."),
    "told": N_("%(number)s: %(action)s was done. Look at the case."),
    "not_event": N_("%(number)s was marked as no event. Look at it while it is fresh."),
    "level_called": N_("%(number)s was called up to your level. %(level)s."),
    "handed_over": N_("%(number)s has been handed to you: take it over. Its clocks run on."),
    "contradicted": N_(
        "%(unit)s attested “nothing” for %(on)s, but %(number)s was known before: "
        "a suspected omission."
    ),
    "approval": N_("%(number)s: your approval is asked for: %(action)s."),
    "approval_approved": N_("%(number)s: approved and carried out: %(action)s."),
    "approval_refused": N_("%(number)s: refused: %(action)s. The reason is in the case."),
    "approval_void": N_("%(number)s: lapsed, because the case had changed: %(action)s."),
    "signal": N_("%(number)s: a new signal about %(unit)s (%(kind)s): dispose of it."),
    "alarm": N_("%(number)s: %(kind)s at %(unit)s: go and see, and confirm what you have seen."),
    "signal_waits": N_("%(number)s: the explanation of a signal waits for you as second person."),
    "signal_refused": N_("%(number)s: your explanation was refused; the signal is open again."),
    "signal_again": N_("%(number)s: the signal was taken up again: dispose of it."),
    "intake_urgent": N_(
        "%(number)s: a report without a name about %(unit)s speaks of danger to life. Read it now."
    ),
    "intake_school": N_("%(number)s: a report without a name about %(unit)s: read it."),
    "box_closed": N_("%(unit)s: the letter box has been closed; nobody can write to it any more."),
    "box_anew": N_(
        "%(unit)s: the letter box has a new address; the printed one leads nowhere any more."
    ),
    "intake_added": N_("%(number)s: whoever reported without a name has added something."),
    "intake_guessing": N_(
        "Somebody is trying codes of reports without a name. None was given away."
    ),
    "finding_proposed": N_(
        "%(unit)s: a finding is proposed (%(finding)s). Read it and answer by %(due_at)s."
    ),
    "finding_replied": N_(
        "%(unit)s: the proposed finding (%(finding)s) is answered. It waits for your decision."
    ),
    "finding_upheld": N_(
        "%(unit)s: the finding (%(finding)s) has been upheld. The reasons stand there."
    ),
    "finding_rejected": N_(
        "%(unit)s: the finding (%(finding)s) has been rejected. The reasons stand there."
    ),
    "finding_withdrawn": N_(
        "%(unit)s: the finding (%(finding)s) has been withdrawn. The reasons stand there."
    ),
    "document_waits": N_("%(number)s: a document waits for you: %(document)s."),
    "document_returned": N_(
        "%(number)s: your document was returned: %(document)s. The reason stands there."
    ),
    "document_issued": N_("%(number)s: your document has been issued: %(document)s."),
    "document_delivered": N_(
        "%(number)s: a document for you: %(document)s. Read it and sign for it."
    ),
    "roll_ended": N_("%(unit)s calls no “%(roll)s” after %(day)s. The school has ended it."),
    "roll_changed": N_("%(unit)s calls “%(roll)s” in another way from %(day)s on: see its times."),
    "named_deputy": N_("You have been named to stand in for somebody. Look at the duty roster."),
    "channel_failing": N_(
        "%(channel)s has not taken any message since %(due_at)s: “%(answer)s”. "
        "What waits there is going other ways as far as there are any."
    ),
    "channel_dead": N_(
        "%(channel)s: %(n)s messages could not be delivered and have been given up: “%(answer)s”."
    ),
    "digest_daily": N_(
        "Your day, %(on)s: %(today)s due today, %(overdue)s overdue, %(calls)s to acknowledge, "
        "%(approvals)s to approve, %(unread)s unread."
    ),
    "digest_weekly": N_(
        "Your week, to %(on)s: %(today)s due today, %(overdue)s overdue, %(calls)s to acknowledge, "
        "%(approvals)s to approve, %(unread)s unread."
    ),
    "entered_away": N_("You have been entered as away. If that is wrong, end it on the roster."),
}
PASSED = {False: N_("target passed"), True: N_("limit passed")}
BOTH = N_("Target %(target)s, limit %(limit)s")
TARGET_ONLY = N_("Target %(target)s")
LIMIT_ONLY = N_("Limit %(limit)s")
UNKNOWN = N_("%(number)s: there is news in this case.")

TOPICS: Mapping[str, tuple[str, ...]] = {
    N_("Duties and reminders"): (
        *("duty", "reminder", "offer", "told", "handed_over", "named_deputy", "entered_away"),
        *("roll_ended", "roll_changed"),
    ),
    N_("Approvals"): ("approval", "approval_approved", "approval_refused", "approval_void"),
    N_("Signals and reports without a name"): (
        *("signal", "signal_waits", "signal_refused", "signal_again"),
        *("intake_school", "intake_added", "box_closed", "box_anew"),
    ),
    N_("Findings"): (
        *("finding_proposed", "finding_replied", "finding_upheld", "finding_rejected"),
        "finding_withdrawn",
    ),
}
"""What a person may not want on a channel, and which messages belong to it; nothing else."""
