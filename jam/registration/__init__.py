"""Seats: who registered for which event, confirmed or cancelled. It never decides who came."""
