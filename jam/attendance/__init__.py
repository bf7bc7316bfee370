"""The attendance room: who came to a session, from which source, and for how long.

It reads the reports that meeting platforms save. It never guesses who an unknown entry was; people do.
"""
