"""The tests of Jam: `house/` for what holds everywhere, one folder per room, `browser/` and `stories/` for whole journeys."""
