"""Call lists: a level of escalation counts as told when a person has acknowledged it."""
