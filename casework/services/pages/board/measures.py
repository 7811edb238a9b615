"""The figures of the boards as data: each is a set of filters, with words for how it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from casework.services.pages import labels
from casework.services.pages.case_filters import ACKNOWLEDGING, ANY, Filters
from casework.text import N_

SEPTEMBER = 9
CITY = 4
"""The level at which the city bureau is concerned."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: how many cases fit the filters of the board with these ``changes``.

    With ``flags`` it is flags that are counted, for one may stand where there is no case.
    """

    name: str
    label: str
    how: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    alarm: bool = False
    flags: bool = False

    def within(self, base: Filters) -> Filters:
        """The filters whose list holds what this figure counts."""
        return replace(base, **self.changes)


def school_year(today: date) -> date:
    """The first day of the school year that a day belongs to."""
    return date(today.year - (today.month < SEPTEMBER), SEPTEMBER, 1)


OPEN = Measure("open", N_("Open"), N_("Cases that are not closed."))
OVERDUE = Measure(
    "overdue",
    N_("Overdue"),
    N_("Open cases in which a duty has passed its last instant and is not done."),
    {"overdue": True},
    alarm=True,
)
FLAGGED = Measure(
    "flagged",
    N_("Standing flags"),
    N_(
        "Flags that nobody has cleared: of cases, closed ones included, and of what a school owes"
        " without any case, such as a roll or a zero report."
    ),
    {"flag": ANY},
    flags=True,
)
UNACKNOWLEDGED = Measure(
    "unacknowledged",
    N_("Unacknowledged"),
    N_("Open cases in which a report to the bureau waits for its acknowledgement."),
    {"unacknowledged": True},
)
ESCALATED = Measure(
    "escalated",
    N_("At the county or above"),
    N_("Open cases whose level has reached the county bureau."),
    {"level": labels.COUNTY},
)
SUSPECTED = Measure(
    "suspected",
    N_("Suspected omissions"),
    N_(
        "Flags of a suspected omission that nobody has cleared, at a school or on a case, closed"
        " cases included."
    ),
    {"flag": "suspected_omission"},
    alarm=True,
    flags=True,
)
AT_CITY = Measure(
    "at_city",
    N_("At the city"),
    N_("Open cases whose level has reached the city bureau."),
    {"level": CITY},
)


def late_reports(since: date) -> Measure:
    """Late reports of a school year."""
    changes = {"flag": "late_report", "flag_since": since, "closed": True}
    how = N_(
        "Cases with a standing flag of a late report whose limit fell into this school year"
        " (since 1 September), closed cases included."
    )
    return Measure("late", N_("Late reports (school year)"), how, changes)


def came_up(since: date) -> Measure:
    """What rose to the city in a school year."""
    how = N_(
        "Cases filed in this school year (since 1 September) that have come up to the city"
        " bureau, closed cases included."
    )
    changes = {"level": CITY, "since": since, "closed": True}
    return Measure("came_up", N_("Came up to the city (school year)"), how, changes)


def late_duties(since: date) -> tuple[Measure, Measure]:
    """A county's own lateness in a school year."""

    def late(duty: str, label: str, how: str) -> Measure:
        changes = {"late_duty": duty, "late_since": since, "closed": True}
        return Measure(f"late_{duty}", label, how, changes, alarm=True)

    return (
        late(
            ACKNOWLEDGING,
            N_("Late acknowledgements"),
            N_(
                "Cases in which the bureau acknowledged a report after the limit, or has not yet"
                " and the limit has passed; limits of this school year, closed cases included."
            ),
        ),
        late(
            "relay",
            N_("Late relays"),
            N_(
                "Cases in which the bureau relayed a report upward after the limit, or has not yet"
                " and the limit has passed; limits of this school year, closed cases included."
            ),
        ),
    )


def top_measures(since: date) -> tuple[Measure, ...]:
    """The figures on top of a board."""
    return (OPEN, OVERDUE, SUSPECTED, ESCALATED, late_reports(since), UNACKNOWLEDGED)


def school_measures(since: date) -> tuple[Measure, ...]:
    """The figures of one school on the board of its bureau."""
    return (OPEN, OVERDUE, late_reports(since), FLAGGED, UNACKNOWLEDGED)


def county_measures(since: date) -> tuple[Measure, ...]:
    """The figures of one county on the board of the city."""
    return (OPEN, OVERDUE, AT_CITY, *late_duties(since), FLAGGED, came_up(since))


AT_LEVEL = tuple(
    Measure(str(n), label, "", {"level_is": n}) for n, label in enumerate(labels.LEVELS)
)
"""How many open cases are at each level."""
HIGHEST = Measure(
    "level",
    N_("Highest level"),
    N_("The highest level among the open cases, and how many open cases are at it."),
)
QUIET = Measure(
    "silence",
    N_("Quiet?"),
    N_(
        "Whether the school has reported fewer cases within a year than comparable schools, as the"
        " reconciliation judges it today: a question to the school, never a verdict."
    ),
)
OLDEST = Measure(
    "oldest",
    N_("Oldest unacknowledged"),
    N_("For how long the oldest report that waits for an acknowledgement has been waiting."),
)
LAST = Measure(
    "last",
    N_("Last handling"),
    N_("The last act of a person of the school in an open case; reminders and flags are none."),
)
