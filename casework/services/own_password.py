"""A person's own password: changed by whoever knows the present one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import User
from casework.permissions import Actor
from casework.services import passwords, people
from casework.text import N_, Text

WRONG = N_("This is not your present password.")
NOT_SAME = N_("Both entries must be the same.")
SAME_AS_BEFORE = N_("The new password must differ from the present one.")


def change(session: Session, actor: Actor, present: str, new: str, again: str) -> None:
    """Set a new password; all sessions of the account end. Raises Invalid by field."""
    user = session.get_one(User, actor.user_id, with_for_update=True)
    errors: dict[str, list[Text]] = {}
    if not passwords.fits(user.password_hash, present[: passwords.LONGEST]):
        errors["present"] = [Text(WRONG)]
    faults = passwords.faults(new, user.login)
    if faults:
        errors["new"] = faults
    elif new == present:
        errors["new"] = [Text(SAME_AS_BEFORE)]
    if new != again:
        errors["again"] = [Text(NOT_SAME)]
    if errors:
        raise Invalid(errors)
    user.password_hash = passwords.hash_password(new)
    people.end_sessions(session, user)
