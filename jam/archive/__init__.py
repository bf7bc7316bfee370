"""The archive room: sessions, registrants and reports of earlier years, brought in at once after a preview.

It writes to nobody and has no tables: what it brings becomes ordinary sessions, seats and attendance.
"""
