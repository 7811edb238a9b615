"""Takes sheets of units, users and students over: whole file or nothing, and again without harm."""
