"""Tells people what Jam holds about them, and erases it, by asking every room. It never holds anything about anybody."""
