"""Official documents: gathered from what is known, completed, reviewed, issued, delivered."""
