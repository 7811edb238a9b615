"""Who may do what: substitution up the ladder and never beside it, scope by path, conflicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.permissions import (
    ASSIGNABLE,
    BUREAU_ROLES,
    LADDER,
    NAMED_PARTS,
    PERMISSIONS,
    RANK,
    SYSTEM,
    Actor,
    Permission,
    Post,
    Role,
    is_named,
    standing,
)

roles = st.sampled_from(list(Role))
role_sets = st.sets(roles, max_size=4)
allowed_roles = st.lists(roles, min_size=1, max_size=4, unique=True).map(tuple)
OFF_LADDER = sorted(set(Role) - set(LADDER))


@given(held=role_sets, allowed=allowed_roles)
def test_an_own_role_comes_first_and_is_no_substitution(
    held: set[Role], allowed: tuple[Role, ...]
) -> None:
    own = [role for role in allowed if role in held]
    found = standing(held, allowed)
    if own:
        assert found is not None
        assert (found.role, found.stands_for) == (own[0], None)


@given(lower=st.sampled_from(LADDER), upper=st.sampled_from(LADDER), allowed=allowed_roles)
def test_a_role_above_may_do_what_a_role_below_may(
    lower: Role, upper: Role, allowed: tuple[Role, ...]
) -> None:
    if RANK[upper] >= RANK[lower] and standing({lower}, allowed):
        assert standing({upper}, allowed) is not None


@given(held=role_sets, more=role_sets, allowed=allowed_roles)
def test_more_posts_never_take_a_right_away(
    held: set[Role], more: set[Role], allowed: tuple[Role, ...]
) -> None:
    if standing(held, allowed):
        assert standing(held | more, allowed) is not None


@given(held=role_sets, allowed=allowed_roles)
def test_a_standing_is_a_held_role_above_the_one_it_stands_for(
    held: set[Role], allowed: tuple[Role, ...]
) -> None:
    found = standing(held, allowed)
    if found is None:
        return
    assert found.role in held
    if found.stands_for is not None:
        assert found.role not in allowed
        assert found.stands_for in allowed
        assert RANK[found.role] > RANK[found.stands_for]


@pytest.mark.parametrize("role", OFF_LADDER)
@given(allowed=allowed_roles)
def test_roles_beside_the_ladder_never_substitute(role: Role, allowed: tuple[Role, ...]) -> None:
    found = standing({role}, allowed)
    if role in allowed:
        assert found is not None
        assert found.stands_for is None
    elif role is Role.COUNSELLOR and Role.STAFF in allowed:
        assert found is not None
        assert (found.role, found.stands_for) == (role, None)
    else:
        assert found is None


@pytest.mark.parametrize("role", OFF_LADDER)
def test_nobody_stands_in_for_a_role_beside_the_ladder(role: Role) -> None:
    assert all(standing({above}, (role,)) is None for above in LADDER)


@pytest.mark.parametrize(
    ("held", "allowed", "expected"),
    [
        # The next one up acts, marked 代行.
        ({Role.DEPUTY}, (Role.SAFETY_LEAD,), (Role.DEPUTY, Role.SAFETY_LEAD)),
        # Of several held roles the lowest that suffices, for the lowest that is allowed.
        (
            {Role.CITY_OFFICER, Role.BUREAU_LEADER},
            (Role.BUREAU_OFFICER, Role.PRINCIPAL),
            (Role.BUREAU_LEADER, Role.PRINCIPAL),
        ),
        # What every member of staff may do is nobody's to stand in for.
        ({Role.PRINCIPAL}, (Role.STAFF,), (Role.PRINCIPAL, None)),
        # Below is below.
        ({Role.TEACHER}, (Role.GRADE_LEAD,), None),
        # The administrator has no part in cases.
        ({Role.ADMIN}, (Role.STAFF,), None),
        # Nobody without a post.
        (set(), (Role.STAFF,), None),
    ],
)
def test_substitution(
    held: set[Role], allowed: tuple[Role, ...], expected: tuple[Role, Role | None] | None
) -> None:
    found = standing(held, allowed)
    assert (found and (found.role, found.stands_for)) == expected


def post(role: Role, path: str, kind: str = "school", home: str | None = None) -> Post:
    return Post(role, 1, kind, path, home or path)


def actor(*posts: Post, user_id: int | None = 1) -> Actor:
    return Actor(user_id, "login", "Name", posts)


paths = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(
    lambda ids: "/" + "".join(f"{one}/" for one in ids)
)


@given(mine=paths, other=paths)
def test_a_post_reaches_its_unit_and_what_lies_below(mine: str, other: str) -> None:
    below = other.split("/")[: len(mine.split("/")) - 1] == mine.split("/")[:-1]
    assert post(Role.TEACHER, mine).reaches(other) is below


def test_a_neighbour_with_a_like_number_is_not_reached() -> None:
    assert not post(Role.TEACHER, "/1/2/").reaches("/1/21/")


@given(mine=paths, other=paths)
def test_permissions_hold_only_where_a_post_with_them_reaches(mine: str, other: str) -> None:
    one = actor(post(Role.SAFETY_LEAD, mine))
    assert one.can(Permission.CASE_READ)
    assert one.can(Permission.CASE_READ, other) is other.startswith(mine)
    assert not one.can(Permission.BOARD_READ, mine)
    assert one.posts_at(other) == (one.posts if other.startswith(mine) else ())


def test_a_permission_is_not_borrowed_from_a_post_elsewhere() -> None:
    one = actor(post(Role.STAFF, "/1/2/"), post(Role.PRINCIPAL, "/1/3/"))
    assert not one.can(Permission.CASE_READ, "/1/2/")
    assert one.paths(Permission.CASE_READ) == ("/1/3/",)
    assert one.paths(Permission.CASE_FILE) == ("/1/2/", "/1/3/")


def test_a_class_teacher_files_about_the_whole_school_and_no_other() -> None:
    one = actor(post(Role.TEACHER, "/1/2/5/", "class", home="/1/2/"))
    assert one.files_at("/1/2/6/")
    assert not one.files_at("/1/3/")
    assert not actor(post(Role.ADMIN, "/1/")).files_at("/1/2/")


@pytest.mark.parametrize(
    ("kind", "powers"),
    [
        ("school", Role.SAFETY_LEAD),
        ("county_bureau", Role.BUREAU_OFFICER),
        ("city_bureau", Role.BUREAU_OFFICER),
    ],
)
def test_duty_stands_for_the_lead_or_the_officer(kind: str, powers: Role) -> None:
    assert post(Role.DUTY, "/1/", kind).powers is powers
    assert post(Role.TEACHER, "/1/", kind).powers is Role.TEACHER


def test_every_role_has_its_permissions_and_cases_are_closed_to_the_administrator() -> None:
    assert set(PERMISSIONS) == set(Role)
    cases = {Permission.CASE_FILE, Permission.CASE_READ, Permission.CASE_ACT}
    assert not PERMISSIONS[Role.ADMIN] & cases
    assert PERMISSIONS[Role.GUARDIAN] == frozenset()
    boards = {role for role in Role if Permission.BOARD_READ in PERMISSIONS[role]}
    assert boards == BUREAU_ROLES
    accounts = {role for role in Role if Permission.ACCOUNT_MANAGE in PERMISSIONS[role]}
    assert accounts == {Role.ADMIN}


def test_permissions_grow_up_the_ladder() -> None:
    # Nobody of the bureau signs a school's day, or calls a roll, in its place.
    # The channels of a school or bureau are kept by its head, not by officers.
    own = {Permission.ZERO_SIGN, Permission.ROLL_CALL, Permission.CHANNEL_KEEP}
    for below, above in zip(LADDER, LADDER[1:], strict=False):
        assert PERMISSIONS[below] - own <= PERMISSIONS[above]


def test_only_people_hold_posts_and_the_scheduler_is_explicit() -> None:
    assert not {Role.SYSTEM, Role.GUARDIAN} & set(ASSIGNABLE)
    assert SYSTEM.user_id is None
    assert SYSTEM.can(Permission.CASE_ACT, "/1/2/3/")


@pytest.mark.parametrize("part", sorted(NAMED_PARTS))
def test_a_person_with_a_part_in_the_case_is_named(part: str) -> None:
    assert is_named(actor(user_id=4), [("reporter", 9), (part, 4)])


@pytest.mark.parametrize(
    ("user_id", "people"),
    [
        # The reporter may still follow the report.
        (4, [("reporter", 4)]),
        # Somebody else is named, or a person without an account.
        (4, [("victim", 5), ("staff", None)]),
        # The scheduler is nobody, even beside people without accounts.
        (None, [("victim", None)]),
        (4, []),
    ],
)
def test_others_are_not_named(user_id: int | None, people: list[tuple[str, int | None]]) -> None:
    assert not is_named(actor(user_id=user_id), people)
