"""A paper as the XML of a Word file's body; plain text in, plain text out, no library."""
