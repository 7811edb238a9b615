"""Who gets through which door to which case: the whole matrix, written by hand and compared."""
