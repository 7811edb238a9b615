"""How rows are locked, so that whoever merely refers to one need not wait."""

from __future__ import annotations

from typing import Any, Final

NO_KEY: Final[dict[str, Any]] = {"key_share": True}
"""For ``with_for_update``: on PostgreSQL ``FOR NO KEY UPDATE``, which keeps other writers out.

A row with a foreign key to a row locked so can be inserted meanwhile, which ``FOR UPDATE`` forbids:
a class that saves its roll would wait for its school's row while another waits for its tally.
"""
