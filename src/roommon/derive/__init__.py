"""Readings from readings: derived sensors. Pure, like the rules; it has no clock, log or await."""
