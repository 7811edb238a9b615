"""What ends a clock, as things people do: what is meant first, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Clock
from casework.services.pages.actions import ActionLine, Choices
from casework.services.policy import policy
from casework.text import Text
from casework.workflows.definition import Workflow
from casework.workflows.ending import asks_recipient, endings, meant_in
from casework.workflows.registry import WORKFLOWS

MOST = 4
DISTINCT = 2
"""A reason that more steps than this would remove does not tell which of them is next."""


@dataclass(frozen=True, slots=True)
class Closer:
    """One possible step; ``recipient`` is to be chosen in its form, ``main`` the one to take."""

    name: str
    label: str
    recipient: str = ""
    stands_for: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Barred:
    """A meant step that is not possible for the actor, with everything that speaks against it."""

    label: str
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """How a duty ends. Either something meant is possible, or ``barred`` says why nothing is.

    ``steps``: what is meant, or what would make it possible, and then the rest; ``around``: what
    ends the clock without doing what the rule asks, never to be offered in place of the others.
    """

    barred: tuple[Barred, ...] = ()
    steps: tuple[Closer, ...] = ()
    around: tuple[Closer, ...] = ()


NOTHING = Ends()


def closers(session: Session, case: Case, clock: Clock, able: Choices) -> Ends:
    """What ends a running clock for the actor whose choices these are."""
    try:
        rule = policy(session).packs.rule(clock.rule_id, clock.region)
    except NotFound:
        return NOTHING
    workflow, found = WORKFLOWS[case.case_type], _Found(able, clock.recipient)
    goals = meant_in(workflow, case.state, rule.meant, rule.closes_on, clock.recipient)
    best = found.best(goals)
    meant = best if rule.meant else best[:1]
    first = [one.name for one in meant if found.can(one)] or found.helping(meant)
    other = [n for n in endings(workflow, rule.closes_on, clock.recipient) if n in found.possible]
    rest = [n for n in dict.fromkeys(other) if n not in first]
    aside = {a.name for a in workflow.actions if a.around}
    equals = len(first) > 1 and bool(rule.meant)
    steps = [*first, *(n for n in rest if n not in aside)]
    return Ends(
        barred=() if any(found.can(one) for one in meant) else _barred(meant),
        steps=tuple(
            found.closer(workflow, name, main=place == 0 and name in first and not equals)
            for place, name in enumerate(steps[:MOST])
        ),
        around=tuple(found.closer(workflow, n) for n in rest if n in aside),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The choices of the actor, looked at for one clock."""

    able: Choices
    recipient: str

    @property
    def possible(self) -> dict[str, ActionLine]:
        return {line.name: line for line in self.able.possible}

    def can(self, line: ActionLine) -> bool:
        return line in self.able.possible

    def best(self, names: Sequence[str]) -> list[ActionLine]:
        """The lines of these steps nearest to the actor: in an own role, standing in, another's."""
        groups = (self.able.possible, self.able.refused)
        own = [[one for one in lines if not one.stands_for] for lines in groups]
        other = [[one for one in lines if one.stands_for] for lines in groups]
        for lines in (*own, *other, self.able.others):
            here = {line.name: line for line in lines}
            if found := [here[name] for name in names if name in here]:
                return found
        return []

    def helping(self, barred: Iterable[ActionLine]) -> list[str]:
        """The possible steps that would remove a reason and are told apart by it."""
        helpers = [
            [helper.action for helper in refusal.helpers if helper.possible]
            for line in barred
            for refusal in line.refusals
        ]
        return [*dict.fromkeys(n for group in helpers if len(group) <= DISTINCT for n in group)]

    def closer(self, workflow: Workflow, name: str, *, main: bool = False) -> Closer:
        line, action = self.possible[name], workflow.action(name)
        recipient = self.recipient if action is not None and asks_recipient(action) else ""
        return Closer(name, line.label, recipient, line.stands_for, main)


def _barred(meant: Iterable[ActionLine]) -> tuple[Barred, ...]:
    return tuple(Barred(line.label, tuple(one.text for one in line.refusals)) for line in meant)
