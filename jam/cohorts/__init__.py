"""ECHO cohorts: who leads them, which organizations apply with their teams, who is a member, and what members see.

It never plans a date and never counts who came: sessions stand in `schedule`, presence in `attendance`.
"""
