"""What pages and API share: the transaction of a request, its actor, permissions and errors."""

from casework.http.context import (
    LOGIN_ENDPOINT,
    OPEN_ENDPOINTS,
    Ground,
    current_actor,
    db,
    ground,
    is_api,
    reading,
    record_reading,
    requires,
    transaction,
    viewer,
)
from casework.http.signing import safe_next, sign_in, sign_out

__all__ = [
    "LOGIN_ENDPOINT",
    "OPEN_ENDPOINTS",
    "Ground",
    "current_actor",
    "db",
    "ground",
    "is_api",
    "reading",
    "record_reading",
    "requires",
    "safe_next",
    "sign_in",
    "sign_out",
    "transaction",
    "viewer",
]
