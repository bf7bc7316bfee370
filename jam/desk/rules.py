"""Decisions about what needs somebody: what a session lacks, how urgent that is, and how the record's words read."""

from __future__ import annotations

from datetime import datetime, timedelta

#: How far ahead the desk looks: at published sessions that are not ready, and at drafts.
READY_WITHIN = timedelta(days=14)
DRAFTS_WITHIN = timedelta(days=30)

#: How long the desk asks for what a past session still lacks.
ASK_FOR = timedelta(days=90)

URGENCIES = ("now", "soon", "later")


def lacks(join_url: str | None, summary: str, has_agenda: bool) -> list[str]:
    """What a published session lacks before people can come, in words."""
    parts = (("a join link", join_url), ("a summary", summary.strip()), ("an agenda", has_agenda))
    return [words for words, there in parts if not there]


def urgency_ahead(starts_at: datetime, present: datetime, without_link: bool) -> str:
    """How urgent it is to get a session ready: the link is what nobody can come without."""
    days = (starts_at - present) / timedelta(days=1)
    if days <= 2 or (without_link and days <= 7):
        return "now"
    return "soon" if days <= 7 or without_link else "later"


def urgency_of_draft(starts_at: datetime, present: datetime) -> str:
    """How urgent it is to publish a draft, or to let people in: they need time to plan."""
    return "now" if starts_at - present <= timedelta(days=7) else "soon"


def urgency_behind(ended_at: datetime, present: datetime) -> str:
    """How urgent it is to finish a past session: people look for the recording in the first days."""
    return "soon" if present - ended_at <= timedelta(days=14) else "later"


def urgency_of_wishes(since: datetime, present: datetime) -> str:
    """How urgent it is to answer people who want to take part, by how long the first has waited."""
    return "now" if present - since >= timedelta(days=7) else "soon"


def listed(words: list[str]) -> str:
    """“a join link, a summary and an agenda”."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


#: What the record says, in words.
_DONE = {
    "people.add": "Added to Jam",
    "people.rename": "Name changed",
    "people.zone": "Time zone chosen",
    "people.account": "Account changed",
    "people.sign_in_link": "Sign-in link made",
    "people.sign_in": "Signed in",
    "people.sign_out": "Signed out",
    "people.move_address": "Address moved here",
    "people.merge": "Merged",
    "registration.confirmed": "Seat taken",
    "registration.waiting": "Put on the waiting list",
    "registration.offered": "Seat offered",
    "registration.pending": "Waits for approval",
    "registration.declined": "Declined",
    "registration.cancelled": "Seat given back",
    "registration.accommodation": "Need answered",
    "registration.move": "Seat moved here",
    "registration.take_over": "Seat taken over",
    "interest.move_news": "Place on the news list moved here",
    "attendance.merge": "Attendance moved here",
    "attendance.decide": "Attendance line decided",
}


def done_words(action: str) -> str:
    """An action of the record in words."""
    return _DONE.get(action) or action.partition(".")[2].replace("_", " ").replace("-", " ").capitalize()
