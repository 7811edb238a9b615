"""Spread marshmallow's nested messages into places and reasons."""

from __future__ import annotations

from casework.deadlines.source import Place


def flat(messages: object, place: Place = ()) -> list[tuple[Place, str]]:
    """Return every message with the place of the value it is about."""
    if isinstance(messages, dict):
        return [
            found
            for key, inner in messages.items()
            for found in flat(inner, place if key == "_schema" else (*place, key))
        ]
    return [(place, str(message)) for message in messages] if isinstance(messages, list) else []
