"""What cohorts learned: full-text search over presented cases, what was recommended for them, and what became of it.

Never finds, suggests or counts a word that its reader may not read in the case itself.
"""
