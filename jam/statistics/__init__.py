"""Measures over registrations and attendance, each with its definition. It never stores what it can count."""
