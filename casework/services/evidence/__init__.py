"""Files kept as evidence: taken in, checked, stored by their hash, linked to the event."""
