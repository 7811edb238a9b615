"""Leave and sick notes of a class, dormitory or bus: those on file, and the form for a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from casework import clock
from casework.permissions import Actor, Permission
from casework.services.pages import roll_units
from casework.services.pages.forms import Option, as_is
from casework.services.pages.roll_steps import Step, steps_of
from casework.services.rolls import ground, leaves, periods, roster
from casework.services.rolls.shapes import LeaveLine
from casework.text import N_, Text
from casework.workflows.definition import Choice
from casework.workflows.definitions.absence.choices import SYMPTOMS
from casework.workflows.definitions.common_choices import CHANNELS

KINDS: Mapping[str, str] = {
    "sick": N_("Sick"),
    "personal": N_("Personal leave"),
}
BACK, AHEAD = timedelta(days=14), timedelta(days=60)
WHOLE_DAY = N_("The whole day")


@dataclass(frozen=True, slots=True)
class LeavesPage:
    """The leave of a unit's pupils around today, and what the form offers."""

    unit_id: int
    unit: str
    units: tuple[Option, ...]
    now: tuple[LeaveLine, ...]
    later: tuple[LeaveLine, ...]
    past: tuple[LeaveLine, ...]
    pupils: tuple[Option, ...]
    periods: tuple[Option, ...]
    period_names: Mapping[str, str]
    channels: tuple[Option, ...]
    symptoms: tuple[Option, ...]
    steps: tuple[Step, ...]
    may: bool
    today: date


def leaves_page(
    session: Session, actor: Actor, unit_id: int | None, proposed: Iterable[str] = ()
) -> LeavesPage:
    """The leave of the unit that is asked for, else of the first own one. Raises NotFound.

    ``proposed`` are steps in open absences as ``number:action``.
    """
    found, units = roll_units.chosen(session, actor, unit_id)
    unit, today = ground.unit_of(session, actor, found, Permission.ROLL_READ), clock.today()
    lines = leaves.of_unit(session, actor, unit.id, today - BACK, today + AHEAD)
    held = [line for line in lines if line.revoked_at is None]
    rolls = periods.periods_of(session, unit, today)
    return LeavesPage(
        unit_id=unit.id,
        unit=unit.name,
        units=units,
        now=tuple(one for one in held if one.from_on <= today <= one.until_on),
        later=tuple(one for one in reversed(held) if one.from_on > today),
        past=tuple(one for one in lines if one.revoked_at is not None or one.until_on < today),
        pupils=tuple(
            Option(str(one.id), as_is(one.name)) for one in roster.pupils_of(session, unit, today)
        ),
        periods=tuple(Option(one.code, as_is(one.name)) for one in rolls),
        period_names={one.code: one.name for one in rolls},
        channels=_options(CHANNELS),
        symptoms=_options(SYMPTOMS),
        steps=steps_of(session, actor, proposed),
        may=ground.calls(actor, unit) is not None,
        today=today,
    )


def _options(choices: tuple[Choice, ...]) -> tuple[Option, ...]:
    return tuple(Option(str(one.value), Text(one.label)) for one in choices)
