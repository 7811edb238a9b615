"""Messages on their way out of the house: planned, packed, claimed, sent, tried again, given up."""
