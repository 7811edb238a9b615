"""The bureau's boards: figures that lead to exactly the cases they count."""
