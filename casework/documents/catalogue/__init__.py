"""All kinds of documents, as data: one module for each family."""

from __future__ import annotations

from casework.documents.catalogue import (
    absence,
    bullying,
    bullying_outcome,
    emergency,
    ending,
    opinion,
    periodic,
    supervision,
)
from casework.documents.kinds import Kind

FAMILIES = (
    emergency,
    bullying,
    bullying_outcome,
    absence,
    supervision,
    opinion,
    ending,
    periodic,
)
KINDS: dict[str, Kind] = {kind.name: kind for family in FAMILIES for kind in family.KINDS}
"""Every kind by its permanent name."""
