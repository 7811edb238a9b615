"""线索: what the bureau learns from elsewhere, and what must become of each in time."""
