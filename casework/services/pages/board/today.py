"""How the day stands on a bureau's board: attestations, rolls, and which school is strangely quiet.

The figures are those of the reconciliation, where they are proved school by school.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Unit
from casework.permissions import Actor
from casework.services.reconciliation.area import bureaus_below, schools_of
from casework.services.reconciliation.counting import Figures, duties_of_day, totals
from casework.services.reconciliation.funnel import Judgement, Verdict
from casework.services.reconciliation.silence import funnel_of
from casework.text import N_

SILENCE = "silence"
"""What the order is called in which the quietest schools come first."""
UNKNOWN = N_("cannot be judged")
SHORT: Mapping[str, str] = {
    Judgement.SILENT: N_("far fewer"),
    Judgement.FEW: N_("fewer"),
    Judgement.WITHIN: "–",
    Judgement.TOO_SMALL: UNKNOWN,
    Judgement.NO_PEERS: UNKNOWN,
    Judgement.NO_PUPILS: UNKNOWN,
}
"""What a cell says; the page of the school says it in full. The quietest come first."""
ORDER = tuple(SHORT)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Whether one school reports less than comparable ones."""

    verdict: Verdict

    @property
    def words(self) -> str:
        """The cell of the board."""
        return SHORT[self.verdict.judgement]

    @property
    def silent(self) -> bool:
        """True where the bureau should ask."""
        return self.verdict.judgement is Judgement.SILENT

    @property
    def order(self) -> tuple[int, float]:
        """The quietest first."""
        return ORDER.index(self.verdict.judgement), self.verdict.ratio or 0.0


@dataclass(frozen=True, slots=True)
class Today:
    """What all schools of the bureau owed and did today, and the judgement on each."""

    figures: Figures
    quiet: Mapping[int, Quiet]


def today_of(session: Session, actor: Actor, bureau: Unit) -> Today | None:
    """Of a bureau that reconciles all its schools itself; None above other bureaus."""
    if bureaus_below(session, bureau):
        return None
    on, schools = clock.today(), schools_of(session, bureau)
    duties = duties_of_day(session, bureau, schools, on)
    verdicts = funnel_of(session, actor, bureau, schools, on).verdicts
    return Today(totals(duties.values()), {one.school.id: Quiet(one) for one in verdicts})
