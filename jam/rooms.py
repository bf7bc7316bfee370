"""The one list of rooms, lowest first, as names."""

from __future__ import annotations

ROOMS = [
    "base",
    "audit",
    "mail",
    "vocabulary",
    "people",
    "interest",
    "schedule",
    "registration",
    "attendance",
    "archive",
    "proposals",
    "review",
    "library",
    "cohorts",
    "cases",
    "outcomes",
    "solutions",
    "calendars",
    "reminders",
    "statistics",
    "reports",
    "privacy",
    "health",
    "site",
    "me",
    "desk",
]
