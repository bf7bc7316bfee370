"""Labelled texts of invented cases, to measure what a search for identifiers finds and what it misses."""
