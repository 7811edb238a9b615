"""Sheets as schools keep them, read into rows of clean values; knows neither web nor database."""
