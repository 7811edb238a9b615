"""The demo county: units, people and rosters, and cases whose histories the engine itself made."""
