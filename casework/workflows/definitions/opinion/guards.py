"""Conditions of an opinion case's actions, each with the sentence that says what comes first."""

from __future__ import annotations

from datetime import timedelta

from casework.permissions import NAMED_PARTS
from casework.text import N_
from casework.workflows.case import GOES_ON, UNKNOWN, Context
from casework.workflows.definition import Guard
from casework.workflows.definitions.opinion.facts import (
    HIGH,
    about_pupil,
    below_since,
    case_behind,
    graded,
    level,
)

CALM_FOR = timedelta(hours=72)


def grades_high(context: Context) -> bool:
    """True when the level given is orange or red: a leader's decision."""
    return context.value("level") in HIGH


def ours_is_named(context: Context) -> bool:
    """True when a unit or pupil of ours is or may be named: a second officer must agree.

    What was said before a change of type counts.
    """
    asked = "unit_or_pupil_named"
    named = any(
        record.fields.get(name) is True
        for record in (*context.then.before, *context.then.history)
        for name in (asked, "about_pupil")
    )
    return (
        named or context.value(asked) in (True, UNKNOWN) or bool(context.case.parts(*NAMED_PARTS))
    )


def _case_needed(context: Context) -> bool:
    told_false = context.value("truth") == "false"
    found = context.value("linked_case") is not None or case_behind(context.case)
    return about_pupil(context.then) and not told_false and not found


def left_without_case(context: Context) -> bool:
    """True when talk about a pupil would stay without the case behind it."""
    return _case_needed(context) and context.value("no_linked_case") is True


def _linked(context: Context) -> bool:
    return not _case_needed(context) or context.value("no_linked_case") is True


LINKED = Guard(
    "linked",
    _linked,
    N_(
        "Link the case behind it first: it is or may be about a pupil and is not known to be "
        "false. “There is none” needs a second signature."
    ),
)


def _link_fits(context: Context) -> bool:
    linked = context.refs.get("linked_case")
    return linked is None or linked.case_type != context.case.case_type


LINK_FITS = Guard(
    "link_fits",
    _link_fits,
    N_("The case behind it must be the event itself, not another public-opinion case."),
)


def _link_lives(context: Context) -> bool:
    linked = context.refs.get("linked_case")
    return linked is None or linked.state not in GOES_ON


LINK_LIVES = Guard(
    "link_lives",
    _link_lives,
    N_("That case was merged or goes on as another type; link the case that goes on."),
)


def _not_both(context: Context) -> bool:
    linked = context.value("linked_case") is not None or case_behind(context.case)
    return not (linked and context.value("no_linked_case") is True)


NOT_BOTH = Guard(
    "not_both",
    _not_both,
    N_("A case behind it is linked, so “there is none” cannot hold. Take one of the two back."),
)


def _blue(context: Context) -> bool:
    return level(context.case) == "blue"


BLUE = Guard(
    "blue",
    _blue,
    N_("Only the level blue may be watched without a response; prepare a response."),
)


def _graded(context: Context) -> bool:
    return graded(context.case)


GRADED = Guard(
    "graded",
    _graded,
    N_("Grade it first: take it back from the referral, then give truth and level."),
    satisfied_by=("return_from_referral", "grade"),
)


def _no_minor_shown(context: Context) -> bool:
    return context.value("minor_identifiable") is False


NO_MINOR_SHOWN = Guard(
    "no_minor_shown",
    _no_minor_shown,
    N_("Take every minor's name, face and school out of the draft first."),
)


def _calm(context: Context) -> bool:
    since = below_since(context.case)
    return since is not None and context.now - since >= CALM_FOR


CALM = Guard(
    "calm",
    _calm,
    N_("Log figures until the spread has stayed below the threshold for 72 hours."),
    satisfied_by=("log_figures",),
)
