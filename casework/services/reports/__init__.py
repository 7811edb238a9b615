"""The numbered reports of a case: what an event says of them, and the rows that repeat it."""
