"""Passwords: what is acceptable, and their argon2 hashes (the only importer of argon2)."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from casework.text import N_, Text

SHORTEST, LONGEST = 10, 200
TOO_SHORT = N_("A password has at least %(least)s characters.")
TOO_LONG = N_("A password has at most %(most)s characters.")
IS_LOGIN = N_("The password must differ from the login.")

HASHER = PasswordHasher()
QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""For initial passwords, whose 59 random bits need no slow hash: thousands are made at once.

Whoever has one chooses an own password before anything else, which gets a full hash.
"""
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that could be mistaken on paper: no 0 and o, no 1, i and l."""


def faults(password: str, login: str) -> list[Text]:
    """What speaks against a password."""
    found = []
    if len(password) < SHORTEST:
        found.append(Text(TOO_SHORT, {"least": SHORTEST}))
    if len(password) > LONGEST:
        found.append(Text(TOO_LONG, {"most": LONGEST}))
    if password.casefold() == login.casefold():
        found.append(Text(IS_LOGIN))
    return found


def hash_password(password: str) -> str:
    """The hash to be stored."""
    return HASHER.hash(password)


def initial() -> tuple[str, str]:
    """A random password to be handed over on paper (abcd-efgh-jkmn), and its hash."""
    words = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    password = "-".join(words)
    return password, QUICK.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """True when the password has this hash; without one the same work is done, in vain."""
    if stored is not None and is_initial(stored):
        _burn(password)  # an account nobody has used yet must not answer faster than others
    try:
        return HASHER.verify(stored or _nobody(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """True when the hash was made with weaker parameters than today's."""
    return not is_initial(stored) and HASHER.check_needs_rehash(stored)


def is_initial(stored: str) -> bool:
    """True for the hash of an initial password, which its owner has still to replace."""
    return stored.startswith(_quick_mark())


def _burn(password: str) -> None:
    try:
        HASHER.verify(_nobody(), password)
    except Argon2Error:
        return


@cache
def _quick_mark() -> str:
    """How the hashes of initial passwords begin: algorithm, version, costs."""
    return QUICK.hash("any").rpartition("$")[0].rpartition("$")[0] + "$"


@cache
def _nobody() -> str:
    """The hash an unknown login is compared with, so that it takes as long as a known one."""
    return HASHER.hash("nobody has this password")
