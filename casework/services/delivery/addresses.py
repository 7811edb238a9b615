"""Addresses at rest: encrypted with a key derived from the installation's secret key.

They hold keys of robots and shared secrets; a copy of the database alone does not give them away.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Locks and unlocks addresses; another secret key opens nothing."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"casework endpoint addresses")
        self._fernet = Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))

    def lock(self, address: Mapping[str, str]) -> str:
        """An address as the table keeps it."""
        return self._fernet.encrypt(orjson.dumps(dict(address))).decode()

    def unlock(self, kept: str) -> dict[str, str] | None:
        """The address, or None when it was locked with another secret key."""
        try:
            found = orjson.loads(self._fernet.decrypt(kept.encode()))
        except (InvalidToken, ValueError):
            return None
        return {str(name): str(value) for name, value in found.items()}
