"""Measures over registrations and attendance, each with its definition. What it keeps can be counted anew from rows."""
