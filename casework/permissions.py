"""Who may do what: roles, their order, their permissions, and the predicates on scope and conflict.

Source: domain of the project, roles and scope; 未成年人网络保护条例 art. 36 (least privilege).
Pure: knows neither the web nor the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from casework.text import N_, Text


class Role(StrEnum):
    """A post a person holds at a unit, or one of the actors without a login."""

    STAFF = "staff"
    TEACHER = "teacher"
    COUNSELLOR = "counsellor"
    GRADE_LEAD = "grade_lead"
    SAFETY_LEAD = "safety_lead"
    DEPUTY = "deputy"
    PRINCIPAL = "principal"
    DUTY = "duty"
    BUREAU_OFFICER = "bureau_officer"
    BUREAU_LEADER = "bureau_leader"
    CITY_OFFICER = "city_officer"
    ADMIN = "admin"
    GUARDIAN = "guardian"
    SYSTEM = "system"


ROLE_LABELS: dict[str, str] = {
    Role.STAFF: N_("Staff"),
    Role.TEACHER: N_("Class teacher"),
    Role.COUNSELLOR: N_("Counsellor"),
    Role.GRADE_LEAD: N_("Head of grade"),
    Role.SAFETY_LEAD: N_("Safety lead"),
    Role.DEPUTY: N_("Deputy principal"),
    Role.PRINCIPAL: N_("Principal"),
    Role.DUTY: N_("On duty"),
    Role.BUREAU_OFFICER: N_("Officer of the county bureau"),
    Role.BUREAU_LEADER: N_("Leader of the county bureau"),
    Role.CITY_OFFICER: N_("Officer of the city bureau"),
    Role.ADMIN: N_("Administrator"),
    Role.GUARDIAN: N_("Guardian"),
    Role.SYSTEM: N_("The system"),
}
"""Every role in words."""

LADDER = (
    Role.STAFF,
    Role.TEACHER,
    Role.GRADE_LEAD,
    Role.SAFETY_LEAD,
    Role.DEPUTY,
    Role.PRINCIPAL,
    Role.BUREAU_OFFICER,
    Role.BUREAU_LEADER,
    Role.CITY_OFFICER,
)
"""From the class up to the city: a role above may always do what a role below it may."""

RANK = {role: rank for rank, role in enumerate(LADDER)}
BUREAU_ROLES = frozenset({Role.BUREAU_OFFICER, Role.BUREAU_LEADER, Role.CITY_OFFICER})
BUREAU_KINDS = frozenset({"city_bureau", "county_bureau"})
ASSIGNABLE = (*LADDER, Role.COUNSELLOR, Role.DUTY, Role.ADMIN)

SYSTEM_MAY = frozenset(
    {
        *("match_leave", "start_contact", "start_tracing", "lose_again", "miss_again"),
        *("mark_strict", "mark_dropout_risk"),
    }
)
"""The only workflow actions that the system may perform by itself."""

NAMED_PARTS = frozenset({"victim", "actor", "witness", "injured", "absent", "staff"})
"""Parts in a case that close it to the person's own account; who reported it may still see it."""


class Permission(StrEnum):
    """What a view, a call or a service demands."""

    CASE_FILE = "case:file"
    CASE_READ = "case:read"
    CASE_PART = "case:part"
    CASE_ACT = "case:act"
    CASE_AUDIT = "case:audit"
    BOARD_READ = "board:read"
    MESSAGE_READ = "message:read"
    RULE_READ = "rule:read"
    ZERO_READ = "zero:read"
    ZERO_SIGN = "zero:sign"
    ROLL_CALL = "roll:call"
    ROLL_READ = "roll:read"
    CALENDAR_KEEP = "calendar:keep"
    FINDING_READ = "finding:read"
    FINDING_PROPOSE = "finding:propose"
    FINDING_REPLY = "finding:reply"
    FINDING_DECIDE = "finding:decide"
    FLAG_CLEAR = "flag:clear"
    SIGNAL_ENTER = "signal:enter"
    SIGNAL_DISPOSE = "signal:dispose"
    BOX_KEEP = "box:keep"
    CHANNEL_READ = "channel:read"
    CHANNEL_KEEP = "channel:keep"
    DOCUMENT_READ = "document:read"
    DOCUMENT_WRITE = "document:write"
    WORDING_KEEP = "wording:keep"
    ACCOUNT_MANAGE = "account:manage"


_OWN = frozenset(
    {
        *(Permission.CASE_FILE, Permission.CASE_ACT, Permission.MESSAGE_READ),
        Permission.SIGNAL_ENTER,
    }
)
_UNIT = _OWN | {Permission.CASE_READ, Permission.DOCUMENT_READ, Permission.DOCUMENT_WRITE}
_ROLLS = frozenset({Permission.ROLL_CALL, Permission.ROLL_READ})
_LEAD = (
    _UNIT
    | _ROLLS
    | {Permission.RULE_READ, Permission.ZERO_READ, Permission.ZERO_SIGN, Permission.BOX_KEEP}
    | {Permission.CHANNEL_READ}
)
_VOICE = _LEAD | {Permission.FINDING_READ, Permission.FINDING_REPLY}
_BUREAU = _UNIT | {
    *(Permission.BOARD_READ, Permission.RULE_READ, Permission.CASE_AUDIT, Permission.ROLL_READ),
    *(Permission.ZERO_READ, Permission.CALENDAR_KEEP, Permission.SIGNAL_DISPOSE),
    *(Permission.BOX_KEEP, Permission.CHANNEL_READ),
    *(Permission.FINDING_READ, Permission.FINDING_PROPOSE, Permission.FINDING_REPLY),
    *(Permission.FLAG_CLEAR, Permission.WORDING_KEEP),
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STAFF: _OWN | _ROLLS,
    Role.TEACHER: _UNIT | _ROLLS,
    Role.COUNSELLOR: _OWN | {Permission.CASE_PART},
    Role.GRADE_LEAD: _UNIT | _ROLLS,
    Role.SAFETY_LEAD: _VOICE,
    Role.DEPUTY: _VOICE,
    Role.PRINCIPAL: _VOICE
    | {Permission.CALENDAR_KEEP, Permission.CHANNEL_KEEP, Permission.WORDING_KEEP},
    # On duty at a bureau one has the powers of its officer; where, the services look at.
    Role.DUTY: _LEAD | {Permission.SIGNAL_DISPOSE},
    Role.BUREAU_OFFICER: _BUREAU,
    Role.BUREAU_LEADER: _BUREAU | {Permission.FINDING_DECIDE, Permission.CHANNEL_KEEP},
    Role.CITY_OFFICER: _BUREAU | {Permission.FINDING_DECIDE, Permission.CHANNEL_KEEP},
    Role.ADMIN: frozenset(
        {
            *(Permission.ACCOUNT_MANAGE, Permission.RULE_READ, Permission.MESSAGE_READ),
            *(Permission.CHANNEL_READ, Permission.CHANNEL_KEEP),
            Permission.WORDING_KEEP,
        }
    ),
    Role.GUARDIAN: frozenset(),
    Role.SYSTEM: frozenset({Permission.CASE_FILE, Permission.CASE_READ, Permission.CASE_ACT}),
}


@dataclass(frozen=True, slots=True)
class Post:
    """One membership in force today: a role at a unit, reaching everything below its path.

    ``home`` is the path of the school around the unit (the unit itself above schools): a person
    may file about anything at home, not only about the own class. ``held_as`` is the person's own
    role when the post is held in somebody's absence (代行), ``held_for`` that somebody's account.
    """

    role: Role
    unit_id: int
    unit_kind: str
    path: str
    home: str
    held_as: Role | None = None
    held_for: int | None = None

    def reaches(self, path: str) -> bool:
        """True when the unit at ``path`` is this post's unit or lies below it."""
        return path.startswith(self.path)

    @property
    def powers(self) -> Role:
        """The ladder role whose powers this post has: ``duty`` stands for the lead or officer."""
        if self.role is not Role.DUTY:
            return self.role
        at_bureau = self.unit_kind in BUREAU_KINDS
        return Role.BUREAU_OFFICER if at_bureau else Role.SAFETY_LEAD

    @property
    def own(self) -> Role:
        """The role in which the person acts from this post; not ``powers``, it is a 代行."""
        return self.held_as or self.role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: passed to every service; there is no ambient user."""

    user_id: int | None
    login: str
    name: str
    posts: tuple[Post, ...] = ()

    def posts_at(self, path: str) -> tuple[Post, ...]:
        """The posts that reach the unit at ``path``."""
        return tuple(post for post in self.posts if post.reaches(path))

    def can(self, permission: Permission, path: str | None = None) -> bool:
        """True when some post (reaching ``path``, if given) carries the permission."""
        posts = self.posts if path is None else self.posts_at(path)
        return any(permission in PERMISSIONS[post.role] for post in posts)

    def files_at(self, path: str) -> bool:
        """True when the actor may file a case about the unit at ``path``."""
        return any(
            path.startswith(post.home) and Permission.CASE_FILE in PERMISSIONS[post.role]
            for post in self.posts
        )

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """The unit paths at which the actor holds the permission."""
        return tuple(sorted({p.path for p in self.posts if permission in PERMISSIONS[p.role]}))


SYSTEM = Actor(None, "system", "SYSTEM", (Post(Role.SYSTEM, 0, "system", "/", "/"),))
"""The scheduler as an explicit actor."""


@dataclass(frozen=True, slots=True)
class Standing:
    """In which role an actor performs an action, and for whom if it is a substitution (代行)."""

    role: Role
    stands_for: Role | None = None


def standing(
    held: Iterable[Role], allowed: Iterable[Role], acting: Mapping[Role, Role] | None = None
) -> Standing | None:
    """The role in which someone holding ``held`` may do what ``allowed`` names, or None.

    An own role comes first; then one held for somebody who is away (``acting`` maps such a role to
    the own one); otherwise the lowest role above the lowest allowed one. All but the first are
    marked as standing in. Roles off the ladder (counsellor, admin, SYSTEM) never substitute.
    """
    held_roles, allowed_roles, stands_in = set(held), tuple(allowed), dict(acting or {})
    for role in allowed_roles:
        if role in held_roles:
            return Standing(role)
    for role in allowed_roles:
        if role in stands_in:
            return Standing(stands_in[role], role)
    if Role.STAFF in allowed_roles and Role.COUNSELLOR in held_roles:
        return Standing(Role.COUNSELLOR)
    return _above({**stands_in, **{role: role for role in held_roles}}, allowed_roles)


def _above(held: Mapping[Role, Role], allowed: tuple[Role, ...]) -> Standing | None:
    ranks = [RANK[role] for role in allowed if role in RANK]
    higher = sorted(
        RANK[role] for role in held if role in RANK and RANK[role] > min(ranks, default=99)
    )
    if not higher:
        return None
    lowest = LADDER[min(ranks)]
    return Standing(held[LADDER[higher[0]]], None if lowest is Role.STAFF else lowest)


def in_words(roles: Iterable[str]) -> list[Text]:
    """These roles in words, for a sentence; the scheduler is nobody's alternative."""
    return [Text(ROLE_LABELS[role]) for role in roles if role != Role.SYSTEM]


def is_named(actor: Actor, people: Iterable[tuple[str, int | None]]) -> bool:
    """True when the actor's account is linked to a named part in ``(part, user_id)`` pairs."""
    return actor.user_id is not None and any(
        user_id == actor.user_id and part in NAMED_PARTS for part, user_id in people
    )
