"""The `flask` commands, by what they are about; :mod:`casework.cli` gathers them."""
