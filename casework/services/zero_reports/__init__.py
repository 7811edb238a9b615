"""零报告: every school attests each day, and a "nothing" that was untrue does not stay unseen."""
