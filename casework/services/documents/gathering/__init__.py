"""What the system knows for a document: one gatherer a kind, each a function of the matter."""

from __future__ import annotations

from casework.services.documents.gathering.collecting import Gathered, gather

__all__ = ["Gathered", "gather"]
