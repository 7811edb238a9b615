"""The code on a receipt: 95 random bits and a sign that tells a slip of the pen from a wrong code.

The code is made from what the form carries, so that the same form sent twice shows the same code.
Kept is only a slow hash: whoever takes the database away cannot try codes cheaply, and looking one
up costs the same whether it is right or wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U."""
RANDOM = 19
GROUP = 4
BOX_LENGTH = 6
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NOTHING = re.compile(r"[\s\-_.·—–]+")
_NONCE = re.compile(r"[0-9A-Za-z_-]{22}")
SALT = b"casework intake receipt 1"
COST = 2**14
"""About 60 ms and 16 MB."""
_FEW_AT_ONCE = threading.BoundedSemaphore(2)


def new_nonce() -> str:
    """What a form carries from when it is shown until it is sent: 128 random bits."""
    return secrets.token_urlsafe(16)


def code_for(secret: str, nonce: str) -> str:
    """The code of the form with this nonce, in groups. A nonce that is none gets a new code."""
    if not _NONCE.fullmatch(nonce):
        nonce = new_nonce()
    digest = hmac.digest(secret.encode(), b"intake receipt " + nonce.encode(), "sha256")
    number = int.from_bytes(digest, "big")
    signs = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(RANDOM))
    return grouped(signs + check(signs))


def grouped(code: str) -> str:
    """As it is printed: K7M2-QX9T-…"""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def cleaned(typed: str) -> str | None:
    """The code without its groups; None for what cannot be a code: a slip of the pen."""
    code = _NOTHING.sub("", typed).upper().translate(_READ_AS)
    if len(code) != RANDOM + 1 or set(code) - set(ALPHABET):
        return None
    return code if check(code[:-1]) == code[-1] else None


def check(signs: str) -> str:
    """Luhn's sign for 32 letters: one wrong letter, or two neighbours swapped, is found."""
    total, factor = 0, 2
    for sign in reversed(signs):
        double = factor * ALPHABET.index(sign)
        total += double // 32 + double % 32
        factor = 3 - factor
    return ALPHABET[-total % 32]


def hashed(code: str) -> str:
    """What is kept of a code; the same work for every code, for few at once."""
    with _FEW_AT_ONCE:
        return hashlib.scrypt(code.encode(), salt=SALT, n=COST, r=8, p=1, dklen=32).hex()


def seal(secret: str, code: str, *words: str) -> str:
    """Tells the same words sent again from others, to nobody but this installation."""
    text = "\0".join((code, *words)).encode()
    return hmac.digest(secret.encode(), b"intake seal " + text, "sha256").hex()


def new_box_code() -> str:
    """The public address of a letter box: short, easy to type, nothing secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(BOX_LENGTH)).lower()


def box_code(typed: str) -> str:
    """The address as it is kept, whatever letters were taken for each other."""
    return _NOTHING.sub("", typed).upper().translate(_READ_AS).lower()
