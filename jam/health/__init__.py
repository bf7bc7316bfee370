"""Whether Jam is well: signs of life of the clock, and one list of checks for probes, staff and operators.

It looks and says what to do; it never mends anything.
"""
