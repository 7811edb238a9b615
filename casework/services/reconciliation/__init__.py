"""Reconciliation: what each school owed and did on a day, and who reports strikingly little."""
