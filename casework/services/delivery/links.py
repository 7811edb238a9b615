"""Links that leave the house: into the pages, and the signed one that acknowledges a call.

The signed link is for one person and one call; it ends with the call's answer, and after some days.
It is the same each time it is made, so that a letter sent again says the same.
"""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "acknowledge a call"


class Links:
    """Makes and reads the links of an installation."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base = base_url
        self._signer = URLSafeSerializer(secret, salt=SALT)

    def page(self, path: str) -> str:
        """The address of a page."""
        return f"{self._base}{path}"

    def answer(self, call_id: int) -> str:
        """The link by which the person who was called acknowledges."""
        return self.page(f"/acknowledge/{self.token(call_id)}")

    def token(self, call_id: int) -> str:
        """The signed part of such a link."""
        return str(self._signer.dumps(call_id))

    def read(self, token: str) -> int | None:
        """The call a token was made for; None for any other text."""
        try:
            found = self._signer.loads(token)
        except BadSignature:
            return None
        return found if isinstance(found, int) else None
