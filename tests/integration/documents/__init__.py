"""Official documents: written, reviewed, issued under a number, delivered, proved, replaced."""
