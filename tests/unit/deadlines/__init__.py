"""Tests of the clocks: calendar, counting, packs and ladders."""
