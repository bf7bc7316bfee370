"""Cases of an ECHO cohort: from a draft to what became of its recommendations, with the reading that takes identifiers out.

Never says that a text holds no identifier: it points at what looks like one, and a person decides.
"""
