"""What a bureau's template may hold: the file, the places in it, the words between the braces."""
