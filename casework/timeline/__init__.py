"""The tamper-evident timeline: building chained events and checking them; pure, no database."""
