"""Bounded load probes against the real server: `python -m tests.load <probe>` prints one JSON line, exits 1 on a violation."""
